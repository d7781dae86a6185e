import Diagnostics
import HostFiles
import Manifests
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// `sys.config` and `vm.args` of the release.
struct ConfigurationFiles {
    private let input: BuildPlan.Input

    init(_ input: BuildPlan.Input) { self.input = input }

    func entries(
        of release: Release, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> [ReleaseTree.Entry] {
        let folder = FilePath("releases").appending(release.version.text)
        var entries: [ReleaseTree.Entry] = []
        if let source = try self.source(self.input.manifest.systemConfiguration, "sys_config", &findings) {
            // release_handler takes a file that it cannot read for an empty one, so it must be readable.
            _ = SystemConfiguration.read(source, &findings)
            entries.append(ReleaseTree.Entry(folder.appending("sys.config"), .bytes(source.bytes)))
        } else {
            let empty = SystemConfiguration.write(SystemConfiguration(entries: []))
            entries.append(ReleaseTree.Entry(folder.appending("sys.config"), .bytes(empty)))
        }
        if let source = try self.source(self.input.manifest.vmArguments, "vm_args", &findings) {
            _ = VMArguments.read(source, &findings)
            entries.append(ReleaseTree.Entry(folder.appending("vm.args"), .bytes(source.bytes)))
        } else {
            let standard = """
                # The name of the node; it is reached from its own host only.
                -name \(release.name.text)@127.0.0.1

                """
            entries.append(ReleaseTree.Entry(folder.appending("vm.args"), .bytes(Array(standard.utf8))))
        }
        return entries
    }

    private func source(
        _ setting: EffectiveManifest.Setting<EffectiveManifest.ConfigurationFile>, _ key: String,
        _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> SourceFile? {
        switch setting.value {
        case .none: return nil
        case .ifPresent(let path):
            let path = self.input.path(path)
            guard self.input.files.isFile(path) else { return nil }
            return SourceFile(
                path: path.string, bytes: try self.input.files.readFile(path, limit: LoadingLimits.textFile))
        case .required(let relative):
            let path = self.input.path(relative)
            do {
                return SourceFile(
                    path: path.string, bytes: try self.input.files.readFile(path, limit: LoadingLimits.textFile))
            } catch {
                var finding = error.diagnostic
                switch setting.origin {
                case .release(let range), .manifest(let range):
                    finding.notes.append(Diagnostic.Note("`\(key)` names it", at: .source(range)))
                case .standard: break
                }
                findings.append(finding)
                return nil
            }
        }
    }
}
