import Archives
import Diagnostics
import HostFiles
import Manifests
import ReleaseBuilding
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// `relift build`: a manifest, or a release of mix → an assembled release and its tarball.
struct BuildAction {
    /// `--from-mix`: the folder that mix assembled, in place of a manifest.
    let mixRelease: String?
    /// `--manifest`; nil for the one that the project has.
    let manifest: FilePath?
    /// Profiles of rebar3, in the order of their priority.
    let profiles: [String]
    let release: String?
    let output: FilePath
    let purpose: Purpose
    /// Whether the release must be what its lock says.
    let isLocked: Bool
    let libraries: LibraryOptions

    /// How far to go.
    enum Purpose {
        case explain, dryRun, build
    }

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        do {
            if let mixRelease { return try await self.build(mixRelease, files, console) }
            let loader = self.libraries.loader(files, &findings)
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
            var input = BuildPlan.Input(
                manifest: effective, folder: folder, libraries: loader.libraries, otp: loader.otp, files: loader.files)
            input.environmentLibraries = ProcessEnvironment.librariesOfErlang
            input.output = self.output
            input.workingFolder = ProcessEnvironment.workingFolder
            let plan = try BuildPlan(input, &findings)
            guard let plan, !findings.strict(effective.treatsWarningsAsErrors.value).hasErrors else {
                console.report(findings.strict(effective.treatsWarningsAsErrors.value))
                return .findings
            }
            let target = BuildOutput(of: plan, in: self.output, isLinked: effective.mode.value == .dev)
            let inputs = try BuildInputs(
                of: plan.tree, program: self.program(files), time: ProcessEnvironment.sourceDateEpoch, files)
            if self.purpose == .build, let digest = target.digestIfUpToDate(plan.tree, inputs, files) {
                console.report(findings)
                console.progress("nothing has changed since \(target.name) was built")
                self.show(plan, target, digest, wasUpToDate: true, console)
                return .done
            }
            findings += await plan.undefinedFunctions(of: input, parallelism: ProcessEnvironment.processorCount)
            if self.isLocked { findings += try BuildLock(of: plan, files).findings(against: target.lock, files) }
            findings = findings.strict(effective.treatsWarningsAsErrors.value)
            console.report(findings)
            guard !findings.hasErrors else { return .findings }
            if self.purpose == .dryRun {
                BuildListing(plan).show(console)
                return .done
            }
            console.progress("assembling and packing \(target.name): \(plan.tree.entries.count) files")
            let digest = try await target.write(
                plan.tree, from: inputs, lock: try BuildLock(of: plan, files).bytes,
                parallelism: ProcessEnvironment.processorCount, files)
            self.show(plan, target, digest, wasUpToDate: false, console)
            return .done
        } catch let error as HostFileError {
            console.report(findings + [error.diagnostic])
        } catch let error as ArchiveError {
            console.report(findings + [error.diagnostic])
        }
        return .failed
    }

    /// Makes a target system of a release of mix.
    private func build(
        _ mixRelease: String, _ files: HostFileSystem, _ console: Console
    ) async throws -> ExitStatus {
        var findings: [Diagnostic] = []
        // All of it lies in the release itself.
        let loader = ReleaseLoader(
            files: files, libraries: [], otp: nil, parallelism: ProcessEnvironment.processorCount,
            checks: ReleaseChecks(warnsOfMissingSasl: false))
        guard let loaded = await loader.load(mixRelease, reading: [], &findings),
            let mix = MixRelease(loaded, files, &findings),
            let plan = try BuildPlan(mix, output: self.output, &findings)
        else {
            console.report(findings)
            return .findings
        }
        console.report(findings)
        if self.purpose == .dryRun {
            BuildListing(plan).show(console)
            return .done
        }
        let target = BuildOutput(of: plan, in: self.output, isLinked: false)
        let inputs = try BuildInputs(
            of: plan.tree, program: self.program(files), time: ProcessEnvironment.sourceDateEpoch, files)
        if let digest = target.digestIfUpToDate(plan.tree, inputs, files) {
            console.progress("nothing has changed since \(target.name) was built")
            self.show(plan, target, digest, wasUpToDate: true, console)
            return .done
        }
        let digest = try await target.write(
            plan.tree, from: inputs, lock: try BuildLock(of: plan, files).bytes,
            parallelism: ProcessEnvironment.processorCount, files)
        self.show(plan, target, digest, wasUpToDate: false, console)
        return .done
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

    /// This program, as far as another one could build otherwise.
    private func program(_ files: HostFileSystem) -> String {
        let facts = try? files.factsIfPresent(of: "/proc/self/exe")
        return "\(Version.text) \(facts?.size ?? 0) \(facts?.modified.seconds ?? 0)"
    }

    private func show(
        _ plan: BuildPlan, _ made: BuildOutput, _ digest: String, wasUpToDate: Bool, _ console: Console
    ) {
        switch console.format {
        case .text:
            let verb = wasUpToDate ? "kept" : "wrote"
            console.result("\(verb) \(made.root)/   (start it with \(made.root)/bin/\(plan.release.name) daemon)\n")
            if let tarball = made.tarball { console.result("\(verb) \(tarball)   sha256 \(digest)\n") }
        case .json:
            console.result(
                JSONValue.object(
                    present: [
                        "schemaVersion": .integer(1),
                        "name": .string(plan.release.name.text),
                        "version": .string(plan.release.version.text),
                        "root": .string(made.root.string),
                        "tarball": made.tarball.map { .string($0.string) },
                        "sha256": made.tarball.map { _ in .string(digest) },
                        "lock": .string(made.lock.string),
                        "files": .integer(plan.tree.entries.count),
                        "upToDate": .boolean(wasUpToDate),
                    ]
                ).text + "\n")
        }
    }
}
