import Archives
import Diagnostics
import HostFiles
import Manifests
import ReleaseBuilding
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// `relift build`: a manifest → an assembled release and its tarball.
struct BuildAction {
    let manifest: FilePath
    let release: String?
    let output: FilePath
    let dryRun: Bool
    let libraries: LibraryOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        do {
            guard let plan = try self.plan(loader, &findings) else {
                console.report(findings)
                return .findings
            }
            console.report(findings)
            let name = "\(plan.release.name)-\(plan.release.version)"
            let root = self.output.appending(plan.release.name.text)
            let tarball = self.output.appending("\(name).tar.gz")
            if self.dryRun {
                for entry in plan.tree.entries { console.result("\(entry.path)\n") }
                return .done
            }
            console.progress("assembling \(name): \(plan.tree.entries.count) files")
            try plan.tree.stage(to: root, files)
            console.progress("packing \(tarball)")
            let digest = try await ReleaseArchive(
                tree: plan.tree, time: ProcessEnvironment.sourceDateEpoch,
                parallelism: ProcessEnvironment.processorCount
            ).write(to: tarball, files)
            self.show(plan, root, tarball, digest, console)
            return .done
        } catch let error as HostFileError {
            console.report(findings + [error.diagnostic])
        } catch let error as ArchiveError {
            console.report(findings + [error.diagnostic])
        }
        return .failed
    }

    private func plan(_ loader: ReleaseLoader, _ findings: inout [Diagnostic]) throws(HostFileError) -> BuildPlan? {
        let source: SourceFile
        do {
            let bytes = try loader.files.readFile(self.manifest, limit: LoadingLimits.textFile)
            source = SourceFile(path: self.manifest.string, bytes: bytes)
        } catch  where error.isMissing {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("manifest/not-found"), .error, "there is no manifest `\(self.manifest)`",
                    at: .file(self.manifest.string),
                    help: [
                        "name it with `--manifest FILE`, or write one:\n"
                            + "{release, {\"NAME\", \"1.0.0\"}, [sasl, APPLICATION]}."
                    ]))
            return nil
        }
        guard let manifest = Manifest.read(source, &findings),
            let effective = manifest.effective(release: self.release, &findings), !findings.hasErrors
        else { return nil }
        let folder = self.manifest.removingLastComponent()
        return try BuildPlan(
            BuildPlan.Input(
                manifest: effective, folder: folder, libraries: loader.libraries, otp: loader.otp, files: loader.files),
            &findings)
    }

    private func show(
        _ plan: BuildPlan, _ root: FilePath, _ tarball: FilePath, _ digest: String, _ console: Console
    ) {
        switch console.format {
        case .text:
            console.result("wrote \(root)/   (start it with \(root)/bin/\(plan.release.name) daemon)\n")
            console.result("wrote \(tarball)   sha256 \(digest)\n")
        case .json:
            console.result(
                JSONValue.object([
                    ("schemaVersion", .integer(1)),
                    ("name", .string(plan.release.name.text)),
                    ("version", .string(plan.release.version.text)),
                    ("root", .string(root.string)),
                    ("tarball", .string(tarball.string)),
                    ("sha256", .string(digest)),
                    ("files", .integer(plan.tree.entries.count)),
                ]).text + "\n")
        }
    }
}
