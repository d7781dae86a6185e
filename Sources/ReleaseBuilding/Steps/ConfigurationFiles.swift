import Diagnostics
import HostFiles
import Manifests
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// `sys.config`, `vm.args` and `health.config` of the release.
struct ConfigurationFiles {
    private let input: BuildPlan.Input

    init(_ input: BuildPlan.Input) { self.input = input }

    func entries(
        of release: Release, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> [ReleaseTree.Entry] {
        let folder = FilePath("releases").appending(release.version.text)
        var entries: [ReleaseTree.Entry] = []
        if let file = try self.file(self.input.manifest.systemConfiguration, "sys_config", &findings) {
            // release_handler takes a file that it cannot read for an empty one, so it must be readable. With variables
            // in it, it is what the start script makes of it.
            if !file.hasVariables { _ = SystemConfiguration.read(file.source, &findings) }
            entries.append(self.entry(folder.appending("sys.config"), file))
        } else {
            let empty = SystemConfiguration.write(SystemConfiguration(entries: []))
            entries.append(ReleaseTree.Entry(folder.appending("sys.config"), .bytes(empty)))
        }
        if let file = try self.file(self.input.manifest.vmArguments, "vm_args", &findings) {
            if !file.hasVariables { _ = VMArguments.read(file.source, &findings) }
            entries.append(self.entry(folder.appending("vm.args"), file))
        } else {
            let standard = self.standardArguments(of: release.name.text)
            entries.append(ReleaseTree.Entry(folder.appending("vm.args"), .bytes(Array(standard.utf8))))
        }
        let questions = self.input.manifest.health.value
        if !questions.isEmpty {
            entries.append(ReleaseTree.Entry(folder.appending(HealthFile.name), .bytes(HealthFile.write(questions))))
        }
        return entries
    }

    /// The `vm.args` of a release without one. With a manifest of relx, the node has the name and the cookie that relx
    /// gives it, so that others find it as before.
    private func standardArguments(of name: String) -> String {
        guard self.input.manifest.form.isRelx else {
            return """
                # The name of the node; it is reached from its own host only.
                -name \(name)@127.0.0.1

                """
        }
        return """
            # The name of the node.
            -sname \(name)
            # Whoever has the cookie can do everything with the node, and this one is known: set another one in
            # config/vm.args, or RELIFT_COOKIE where the node is started.
            -setcookie \(name)
            # The time of the node follows that of its host at once.
            +C multi_time_warp

            """
    }

    /// Where the configuration goes.
    static func path(in release: Release) -> FilePath {
        FilePath("releases").appending(release.version.text).appending("sys.config")
    }

    /// What an overlay put in the place of the configuration must be one as well.
    static func check(
        _ entry: ReleaseTree.Entry, files: HostFileSystem, _ findings: inout [Diagnostic]
    ) throws(HostFileError) {
        switch entry.content {
        case .bytes(let bytes):
            _ = SystemConfiguration.read(SourceFile(path: entry.path.string, bytes: bytes), &findings)
        case .file(let path):
            let bytes = try files.readFile(path, limit: LoadingLimits.textFile)
            _ = SystemConfiguration.read(SourceFile(path: path.string, bytes: bytes), &findings)
        case .folder, .symbolicLink: break
        }
    }

    /// A file of the project and whether it goes in as `….src`.
    private struct Found {
        var source: SourceFile
        var path: FilePath
        var hasVariables: Bool
    }

    private func entry(_ path: FilePath, _ file: Found) -> ReleaseTree.Entry {
        let target = file.hasVariables ? FilePath(path.string + ".src") : path
        return ReleaseTree.Entry(target, .bytes(file.source.bytes))
    }

    private func file(
        _ setting: EffectiveManifest.Setting<EffectiveManifest.ConfigurationFile>, _ key: String,
        _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> Found? {
        switch setting.value {
        case .none: return nil
        case .ifPresent(let files):
            for file in files where self.input.files.isFile(self.input.path(file.path)) { return try self.read(file) }
            return nil
        case .required(let file):
            do {
                return try self.read(file)
            } catch {
                var finding = error.diagnostic
                if let range = setting.origin.range {
                    finding.notes.append(
                        Diagnostic.Note("`\(key)\(file.hasVariables ? "_src" : "")` names it", at: .source(range)))
                }
                findings.append(finding)
                return nil
            }
        }
    }

    private func read(_ file: EffectiveManifest.ConfigurationFile.File) throws(HostFileError) -> Found {
        let path = self.input.path(file.path)
        let bytes = try self.input.files.readFile(path, limit: LoadingLimits.textFile)
        return Found(
            source: SourceFile(path: path.string, bytes: bytes), path: path, hasVariables: file.hasVariables)
    }
}
