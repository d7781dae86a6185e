import Archives
import Diagnostics
import HostFiles
import ReleaseBuilding
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// `relift tar`: a release → its tarball.
struct TarAction {
    let release: String
    let output: FilePath?
    let runtime: FilePath?
    let dryRun: Bool
    let libraries: LibraryOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        guard let loaded = await loader.load(self.release, withModules: false, &findings) else {
            console.report(findings)
            return .findings
        }
        findings += loaded.warnings.flatMap { $0.diagnostics(loaded.places) }
        do {
            guard let (tree, destination) = try self.contents(loaded, loader, files, &findings), !findings.hasErrors
            else {
                console.report(findings)
                return .findings
            }
            console.report(findings)
            if self.dryRun {
                for entry in tree.entries { console.result("\(entry.path)\n") }
                return .done
            }
            let digest = try await ReleaseArchive(
                tree: tree, time: ProcessEnvironment.sourceDateEpoch, parallelism: ProcessEnvironment.processorCount
            ).write(to: destination, files)
            switch console.format {
            case .text: console.result("wrote \(destination)   sha256 \(digest)\n")
            case .json:
                console.result(
                    JSONValue.object([
                        ("schemaVersion", .integer(1)), ("tarball", .string(destination.string)),
                        ("sha256", .string(digest)), ("files", .integer(tree.entries.count)),
                    ]).text + "\n")
            }
            return .done
        } catch let error as HostFileError {
            console.report(findings + [error.diagnostic])
        } catch let error as ArchiveError {
            console.report(findings + [error.diagnostic])
        }
        return .failed
    }

    /// The tree, and where its tarball goes; nil for a release that is a tarball already.
    private func contents(
        _ loaded: LoadedRelease, _ loader: ReleaseLoader, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> (ReleaseTree, FilePath)? {
        switch loaded.reference {
        case .resource(let path):
            let folder = path.removingLastComponent()
            let own: [FilePath] = folder.isEmpty ? [] : [folder]
            let libraries = loader.libraries.flatMap { ApplicationFolders.ebinFolders($0, files) }
            let tarball = StandardTarball(
                of: loaded, searchFolders: own + ["."] + libraries, runtimeFolder: self.runtime, files: files)
            let name = "\(path.stem ?? "release").tar.gz"
            return (try tarball.tree(&findings), (self.output ?? folder).appending(name))
        case .root(let root, _):
            // The name of the `.rel` file, which is one component; the title of the release may be any text.
            let stem = loaded.resourcePath.stem ?? "release"
            let name = "\(stem)-\(loaded.release.version).tar.gz"
            let folder = self.output ?? root.removingLastComponent()
            return (try ReleaseTree(assembled: loaded, in: root, files), folder.appending(name))
        case .tarball(let path):
            findings.append(
                Diagnostic(
                    Diagnostic.ID("tar/is-a-tarball"), .error, "`\(path)` is a tarball already", at: .file(path.string),
                    help: ["name a `.rel` file or the folder of an assembled release"]))
            return nil
        }
    }
}
