import ArgumentParser
import ErlangTerms
import ReleaseFiles
import ReleaseLoading
import ReleaseModel

/// The checks that `systools:make_script` and `make_tar` make when they are asked to.
struct CheckOptions: ParsableArguments {
    @Flag(help: "Compare each module with its source: is it there, is it newer? (src_tests)")
    var srcTests = false

    @Flag(help: "Warn of calls of functions that no module has. (exref)")
    var exref = false

    @Option(
        name: .customLong("exref-app"),
        help: ArgumentHelp(
            "The same for the calls of this application only; repeat it. ({exref, [App]})", valueName: "name"))
    var exrefApplications: [String] = []

    @Flag(help: "Do not warn of a release without sasl. (no_warn_sasl)")
    var noWarnSasl = false

    @Flag(help: "Take OTP's warnings as errors and write nothing then. (warnings_as_errors)")
    var warningsAsErrors = false

    func validate() throws {
        for name in self.exrefApplications where ApplicationName(validating: Atom(name)) == nil {
            throw ValidationError("`\(name)` cannot be the name of an application")
        }
    }

    var checks: ReleaseChecks {
        let names = self.exrefApplications.compactMap { ApplicationName(validating: Atom($0)) }
        return ReleaseChecks(
            comparesWithSources: self.srcTests,
            crossReference: self.exref ? .all : names.isEmpty ? nil : .only(names),
            warnsOfMissingSasl: !self.noWarnSasl, treatsWarningsAsErrors: self.warningsAsErrors)
    }
}

/// Variables that stand for folders of applications.
struct VariableOptions: ParsableArguments {
    @Option(
        name: .customLong("variable"),
        help: ArgumentHelp(
            "Applications below DIR are found through the variable NAME; repeat it. ({variables, [{Name, Dir}]})",
            valueName: "name=dir"))
    var texts: [String] = []

    func validate() throws {
        for text in self.texts where Self.variable(text) == nil {
            throw ValidationError("--variable \(text): write NAME=DIR")
        }
    }

    var variables: [BootScriptGenerator.Variable] { self.texts.compactMap(Self.variable) }

    private static func variable(_ text: String) -> BootScriptGenerator.Variable? {
        guard let (name, folder) = NameAndValue.split(text) else { return nil }
        return BootScriptGenerator.Variable(name: name, prefix: folder)
    }
}

/// `NAME=VALUE` of the command line.
enum NameAndValue {
    /// The two parts, neither empty; nil for another text.
    static func split(_ text: String) -> (name: String, value: String)? {
        guard let mark = text.firstIndex(of: "=") else { return nil }
        let (name, value) = (String(text[..<mark]), String(text[text.index(after: mark)...]))
        return name.isEmpty || value.isEmpty ? nil : (name, value)
    }
}
