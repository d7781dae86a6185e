import Diagnostics
import ErlangTerms
import HostFiles
import Manifests
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// Tells for applications where they are from and what they are licensed under.
struct ComponentSources {
    private let origin: BuildOrigin
    private let lock: DependencyLock

    init(_ origin: BuildOrigin, _ lock: DependencyLock) {
        self.origin = origin
        self.lock = lock
    }

    /// The applications of Erlang/OTP, past ones too. Distributions put others into its folder.
    private static let applicationsOfOTP: Set<String> = [
        "asn1", "common_test", "compiler", "crypto", "debugger", "dialyzer", "diameter", "edoc", "eldap", "erl_docgen",
        "erl_interface", "et", "eunit", "ftp", "inets", "jinterface", "kernel", "megaco", "mnesia", "observer", "odbc",
        "os_mon", "otp_mibs", "parsetools", "public_key", "reltool", "runtime_tools", "sasl", "snmp", "ssh", "ssl",
        "stdlib", "syntax_tools", "tftp", "tools", "wx", "xmerl",
    ]

    /// Where ``of(_:)`` looks, beside the `.app` files.
    static func files(of plan: BuildPlan, _ origin: BuildOrigin) -> [FilePath] {
        plan.applications.flatMap { members in
            Self.folders(of: members.application, origin).map { $0.appending(HexMetadata.fileName) }
        } + DependencyLock.fileNames.map { origin.project.appending($0) }
    }

    /// Where the metadata of a package can lie: rebar3 keeps it beside what it compiles, Mix where it keeps the sources.
    private static func folders(of application: Application, _ origin: BuildOrigin) -> [FilePath] {
        [
            ApplicationFiles(application, files: origin.files).root,
            origin.project.appending("deps").appending(application.name.name),
        ]
    }

    func of(_ application: Application) -> (source: ComponentSource, licences: [String]) {
        let name = application.name.name
        let root = ApplicationFiles(application, files: self.origin.files).root
        let written = self.licences(in: application)
        if let libraryOfOTP = self.origin.libraryOfOTP {
            if FilePath(application.directory).starts(with: libraryOfOTP) {
                return (Self.applicationsOfOTP.contains(name) ? .otp : .folder, written)
            }
        } else if Self.applicationsOfOTP.contains(name) {
            return (.otp, written)
        }
        let locked = self.lock.sources[name]
        for folder in Self.folders(of: application, self.origin) {
            guard let metadata = HexMetadata(in: folder, self.origin.files) else { continue }
            let licences = metadata.licences.isEmpty ? written : metadata.licences
            guard let package = metadata.package else { return (locked ?? .folder, licences) }
            if case .hex(let other) = locked, other.name == package.name, other.version == package.version {
                return (.hex(other), licences)
            }
            return (.hex(package), licences)
        }
        if let locked, self.isLocked(application, locked, root) { return (locked, written) }
        return (self.origin.isOfProject(application.name) ? .project : .folder, written)
    }

    /// A lock names what was fetched: a checkout takes its place, and so may another version from elsewhere.
    private func isLocked(_ application: Application, _ locked: ComponentSource, _ root: FilePath) -> Bool {
        if root.components.contains(where: { ["checkouts", "_checkouts"].contains($0.string) }) { return false }
        guard case .hex(let package) = locked else { return true }
        return package.version == application.version.text
    }

    /// `licenses` of the `.app` file, where the tools that publish to Hex want them.
    private func licences(in application: Application) -> [String] {
        var ignored: [Diagnostic] = []
        guard let source = self.origin.files.source(FilePath(application.file), &ignored),
            let term = TermText.parseFirstTerm(source, &ignored)?.term,
            let properties = term.tupleElements?.last?.listElements
        else { return [] }
        for property in properties {
            guard let pair = property.tupleElements, pair.count == 2, pair[0] == .atom("licenses") else { continue }
            return (pair[1].listElements ?? []).compactMap(\.writtenText)
        }
        return []
    }
}
