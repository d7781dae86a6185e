package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseLoading
import ReleaseModel
import SystemPackage

/// What `mix release` has assembled, read and found fit to become a target system.
package struct MixRelease: Sendable {
    let loaded: LoadedRelease
    /// The folder that holds `bin`, `erts-VSN`, `lib` and `releases`.
    let root: FilePath
    /// `releases/VSN`.
    let folder: FilePath
    let name: ReleaseName
    /// The boot scripts of the version by their names without `.boot`, sorted.
    let bootScripts: [(name: String, script: BootScript)]
    /// The consolidated protocols, sorted; empty when there are none.
    let protocols: [ModuleName]
    /// The application to put them into.
    let protocolsApplication: ApplicationName
    /// Whether `sys.config` names configuration providers.
    let hasProviders: Bool
    let files: HostFileSystem

    /// Nil after findings of error severity that say what is missing or odd, each with its place.
    package init?(_ loaded: LoadedRelease, _ files: HostFileSystem, _ findings: inout [Diagnostic]) {
        guard case .root(let root, _) = loaded.reference, let folder = loaded.folder,
            loaded.release.applications.contains(where: { $0.name.atom == "elixir" }),
            let name = ReleaseName(validating: loaded.release.name.text),
            let protocolsApplication = MixLayout.protocols(of: name.text)
        else {
            findings.append(MixFindings.notMade(by: loaded))
            return nil
        }
        self.loaded = loaded
        self.root = root
        self.folder = folder
        self.name = name
        self.files = files
        self.protocolsApplication = protocolsApplication
        self.protocols = Self.protocols(in: folder.appending("consolidated"), files)
        self.bootScripts = Self.bootScripts(in: folder, files, &findings)
        self.hasProviders = Self.hasProviders(folder, files, &findings)
        findings += self.findings
        if findings.hasErrors { return nil }
    }

    // MARK: - Reading

    private static func protocols(in folder: FilePath, _ files: HostFileSystem) -> [ModuleName] {
        files.names(in: folder).filter { $0.hasSuffix(".beam") }
            .compactMap { ModuleName(validating: Atom(String($0.dropLast(".beam".count)))) }
    }

    private static func bootScripts(
        in folder: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> [(name: String, script: BootScript)] {
        var scripts: [(name: String, script: BootScript)] = []
        for name in files.names(in: folder) where name.hasSuffix(".boot") {
            let path = folder.appending(name)
            do {
                let bytes = try files.readFile(path, limit: LoadingLimits.textFile)
                guard let script = BootScriptFile.readBoot(bytes, path: path.string, &findings) else { continue }
                scripts.append((String(name.dropLast(".boot".count)), script))
            } catch {
                findings.append(error.diagnostic)
            }
        }
        return scripts
    }

    private static func hasProviders(
        _ folder: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> Bool {
        guard let source = files.source(folder.appending("sys.config"), &findings),
            let configuration = SystemConfiguration.read(source, &findings)
        else { return false }
        guard let provider = configuration.providers else { return false }
        if case .map(let fields) = provider,
            fields[.atom("prune_runtime_sys_config_after_boot")] == .atom("true")
        {
            findings.append(MixFindings.pruned(source.path))
        }
        return true
    }

    // MARK: - What must be there

    private var findings: [Diagnostic] {
        var findings: [Diagnostic] = []
        let release = self.loaded.release
        let sasl = release.resource.applications.first { $0.name == .sasl }
        if sasl.map({ $0.type == .load || $0.type == .none }) ?? true {
            findings.append(MixFindings.saslNotStarted(sasl, self.loaded))
        }
        let runtime = self.root.appending("erts-\(release.resource.runtime)").appending("bin")
        if !self.files.isFile(runtime.appending("erlexec")) {
            findings.append(MixFindings.noRuntime(release.resource.runtime, self.root))
        }
        for wanted in ["start", "start_clean"] where !self.bootScripts.contains(where: { $0.name == wanted }) {
            findings.append(MixFindings.missing(self.folder.appending("\(wanted).boot")))
        }
        for path in [self.root.appending("bin").appending(self.name.text), self.folder.appending("env.sh")]
        where !self.files.isFile(path) {
            findings.append(MixFindings.missing(path))
        }
        if self.files.isFile(self.folder.appending(MixLayout.configuration))
            || release.applications.contains(where: { $0.name == self.protocolsApplication })
        {
            findings.append(MixFindings.builtAlready(self.root, self.protocolsApplication))
        } else if self.protocols.isEmpty {
            findings.append(MixFindings.notConsolidated(self.folder))
        }
        return findings
    }
}

extension SystemConfiguration {
    /// What `elixir` is told of its configuration providers; nil when it has none.
    fileprivate var providers: Term? {
        self.sections.last { $0.application == "elixir" }?.parameters
            .last { $0.name == MixLayout.providersKey }?.value.term
    }
}
