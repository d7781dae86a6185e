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
    /// `--manifest`; nil for the one that the project has.
    let manifest: FilePath?
    /// Profiles of rebar3, in the order of their priority.
    let profiles: [String]
    let release: String?
    let output: FilePath
    let purpose: Purpose
    let libraries: LibraryOptions

    /// How far to go.
    enum Purpose {
        case explain, dryRun, build
    }

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        do {
            guard let effective = try await self.effectiveManifest(files, &findings), !findings.hasErrors else {
                console.report(findings)
                return .findings
            }
            if self.purpose == .explain {
                console.report(findings)
                ManifestListing(effective).show(console)
                return .done
            }
            let folder = FilePath(effective.source.path).removingLastComponent()
            let plan = try BuildPlan(
                BuildPlan.Input(
                    manifest: effective, folder: folder, libraries: loader.libraries, otp: loader.otp,
                    files: loader.files),
                &findings)
            findings = findings.strict(effective.treatsWarningsAsErrors.value)
            guard let plan, !findings.hasErrors else {
                console.report(findings)
                return .findings
            }
            console.report(findings)
            let name = "\(plan.release.name)-\(plan.release.version)"
            let root = self.output.appending(plan.release.name.text)
            let tarball = self.output.appending("\(name).tar.gz")
            if self.purpose == .dryRun {
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

    private func effectiveManifest(
        _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) async throws -> EffectiveManifest? {
        let reading = ManifestReading(self.manifest, profiles: self.profiles, files)
        guard let manifest = try reading.read(&findings) else { return nil }
        let folder = FilePath(manifest.source.path).removingLastComponent()
        let facts = await VersionLookup(folder: folder, files: files).facts(
            for: manifest.versionSources(release: self.release))
        return manifest.effective(release: self.release, facts: facts, &findings)
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
