import ErlangTerms
import HostFiles
import ReleaseBuilding
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// The options of `make_script` and `make_tar`, checked as `systools_make` checks them.
struct MakeOptions {
    let list: OptionList

    /// What each of the two functions takes.
    enum Function { case script, tar }

    /// Unknown options and wrong values are raised, all at once.
    init(_ list: OptionList, of function: Function) throws(SystoolsException) {
        let bad = list.options.filter { option in
            if let atom = option.atomValue { return !Self.isFlag(atom, function) }
            guard let pair = option.pair else { return true }
            return !Self.isValue(pair.value, of: pair.name, function)
        }
        guard bad.isEmpty else { throw .badOptions(bad) }
        self.list = list
    }

    private static func isFlag(_ name: Atom, _ function: Function) -> Bool {
        switch name.name {
        case "silent", "src_tests", "exref", "otp_build", "warnings_as_errors", "no_warn_sasl", "no_module_tests":
            true
        case "local", "no_dot_erlang": function == .script
        case "erts_all": function == .tar
        default: false
        }
    }

    private static func isValue(_ value: Term, of name: Atom, _ function: Function) -> Bool {
        switch name.name {
        case "path": return value.listElements?.allSatisfy(\.isList) ?? false
        case "variables":
            return value.listElements?.allSatisfy { variable in
                guard let pair = variable.tupleElements, pair.count == 2 else { return false }
                return (pair[0].atomValue != nil || pair[0].isList) && pair[1].isList
            } ?? false
        case "exref": return value.listElements?.allSatisfy { $0.atomValue != nil } ?? false
        case "outdir": return value.isList
        case "script_name": return function == .script && value.isList
        case "dirs": return function == .tar && (value.listElements?.allSatisfy { $0.atomValue != nil } ?? false)
        case "erts", "extra_files": return function == .tar && value.isList
        case "var_tar":
            return function == .tar
                && value.atomValue.flatMap { TarballOptions.VariableTarballs(rawValue: $0.name) } != nil
        default: return false
        }
    }

    // MARK: - What they ask for

    var checks: ReleaseChecks {
        var crossReference: ReleaseChecks.CrossReference?
        if self.list.has("exref") {
            crossReference = .all
        } else if let names = self.list.value("exref")?.listElements {
            crossReference = .only(names.compactMap(\.atomValue).compactMap { ApplicationName(validating: $0) })
        }
        return ReleaseChecks(
            comparesWithSources: self.list.has("src_tests"), crossReference: crossReference,
            warnsOfMissingSasl: !self.list.has("no_warn_sasl"),
            treatsWarningsAsErrors: self.list.has("warnings_as_errors"))
    }

    /// The name of the file to make, without extension.
    func output(_ releaseName: String, isScript: Bool) -> String {
        let name = isScript ? self.list.text("script_name") ?? releaseName : releaseName
        guard let folder = self.list.text("outdir"), !folder.isEmpty else { return name }
        return OTPPath.join([folder, OTPPath.baseName(name)])
    }

    var paths: BootScriptGenerator.PathStyle {
        if self.list.has("local") { return .local(workingDirectory: self.list.workingFolder ?? "/") }
        if self.list.has("otp_build") { return .otpBuild }
        return .root(variables: self.variables)
    }

    var tarball: TarballOptions {
        TarballOptions(
            runtimeFolder: self.list.text("erts").map { FilePath($0) }, takesAllPrograms: self.list.has("erts_all"),
            otherFolders: self.list.texts("dirs"), variables: self.variables,
            variableTarballs: self.list.value("var_tar")?.atomValue
                .flatMap { TarballOptions.VariableTarballs(rawValue: $0.name) } ?? .include,
            extraFiles: (self.list.value("extra_files")?.listElements ?? []).compactMap(Self.extraFile))
    }

    private var variables: [BootScriptGenerator.Variable] {
        (self.list.value("variables")?.listElements ?? []).compactMap { variable in
            guard let pair = variable.tupleElements, pair.count == 2, let name = pair[0].pathText,
                let prefix = pair[1].stringValue
            else { return nil }
            return BootScriptGenerator.Variable(name: name, prefix: prefix)
        }
    }

    /// systools passes over what is no pair.
    private static func extraFile(_ term: Term) -> TarballOptions.ExtraFile? {
        guard let pair = term.tupleElements, pair.count == 2, let target = pair[1].stringValue else { return nil }
        if let bytes = pair[0].binaryBytes { return .init(.bytes(bytes), as: FilePath(target)) }
        return pair[0].stringValue.map { .init(.path(FilePath($0)), as: FilePath(target)) }
    }
}
