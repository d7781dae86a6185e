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
    let options: TarballOptions
    let checks: ReleaseChecks
    let dryRun: Bool
    /// Whether warnings are errors.
    let strict: Bool
    let libraries: LibraryOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, checks: self.checks, &findings)
        guard let loaded = await loader.load(self.release, reading: [], &findings), !findings.hasErrors else {
            console.report(findings)
            return .findings
        }
        findings += loaded.warnings.flatMap { $0.diagnostics(loaded.places) }
        do {
            let gathered = try self.contents(loaded, loader, files, &findings)
            findings = findings.strict(self.strict)
            guard let (contents, destination) = gathered, !findings.hasErrors else {
                console.report(findings)
                return .findings
            }
            console.report(findings)
            if self.dryRun {
                for entry in contents.applications.entries + contents.system.entries {
                    console.result("\(entry.path)\n")
                }
                return .done
            }
            let archive = StandardArchive(
                contents, variableTarballs: self.options.variableTarballs, time: ProcessEnvironment.sourceDateEpoch,
                parallelism: ProcessEnvironment.processorCount)
            let result = try await archive.write(
                to: destination, variablesIn: destination.removingLastComponent(), files)
            self.show(result, contents, destination, console)
            return .done
        } catch let failure as TarballFailure {
            console.report(findings + failure.diagnostics)
            return failure.isFailedOperation ? .failed : .findings
        } catch let error as HostFileError {
            console.report(findings + [error.diagnostic])
        } catch let error as ArchiveError {
            console.report(findings + [error.diagnostic])
        }
        return .failed
    }

    private func show(
        _ result: (digest: String, written: [FilePath]), _ contents: StandardTarball.Contents,
        _ destination: FilePath, _ console: Console
    ) {
        switch console.format {
        case .text:
            for path in result.written where path != destination { console.result("wrote \(path)\n") }
            console.result("wrote \(destination)   sha256 \(result.digest)\n")
        case .json:
            let count = contents.applications.entries.count + contents.system.entries.count
            console.result(
                JSONValue.object([
                    ("schemaVersion", .integer(1)), ("tarball", .string(destination.string)),
                    ("sha256", .string(result.digest)), ("files", .integer(count)),
                ]).text + "\n")
        }
    }

    /// What goes in, and where the tarball goes; nil for a release that is a tarball already.
    private func contents(
        _ loaded: LoadedRelease, _ loader: ReleaseLoader, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) throws -> (StandardTarball.Contents, FilePath)? {
        switch loaded.reference {
        case .resource(let path):
            let folder = path.removingLastComponent()
            let own: [FilePath] = folder.isEmpty ? [] : [folder]
            let libraries = loader.libraries.flatMap { ApplicationFolders.ebinFolders($0, files) }
            let tarball = StandardTarball(
                of: loaded, searchFolders: own + ["."] + libraries, options: self.options, files: files)
            let name = "\(tarball.baseName).tar.gz"
            return (try tarball.contents(&findings), (self.output ?? folder).appending(name))
        case .root(let root, _):
            // The name of the `.rel` file, which is one component; the title of the release may be any text.
            let stem = loaded.resourcePath.stem ?? "release"
            let name = "\(stem)-\(loaded.release.version).tar.gz"
            let folder = self.output ?? root.removingLastComponent()
            let contents = StandardTarball.Contents(
                applications: try ReleaseTree(assembled: loaded, in: root, files), variables: [],
                system: ReleaseTree())
            return (contents, folder.appending(name))
        case .tarball(let path):
            findings.append(
                Diagnostic(
                    Diagnostic.ID("tar/is-a-tarball"), .error, "`\(path)` is a tarball already", at: .file(path.string),
                    help: ["name a `.rel` file or the folder of an assembled release"]))
            return nil
        }
    }
}
