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
            let job = try self.job(plan, isLinked: effective.mode.value == .dev, files)
            if self.purpose == .build, let made = job.upToDate {
                console.report(findings)
                console.progress("nothing has changed since \(job.name) was built")
                self.show(plan, made, console)
                return .done
            }
            findings += await plan.undefinedFunctions(of: input, parallelism: ProcessEnvironment.processorCount)
            findings = findings.strict(effective.treatsWarningsAsErrors.value)
            console.report(findings)
            guard !findings.hasErrors else { return .findings }
            if self.purpose == .dryRun {
                BuildListing(plan).show(console)
                return .done
            }
            self.show(plan, try await self.make(plan, job, files, console), console)
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
        let job = try self.job(plan, isLinked: false, files)
        if job.upToDate != nil { console.progress("nothing has changed since \(job.name) was built") }
        let made = if let made = job.upToDate { made } else { try await self.make(plan, job, files, console) }
        self.show(plan, made, console)
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

    /// What a build left.
    private struct Made {
        var root: FilePath
        /// Nil for a release of links, which nobody could unpack elsewhere.
        var tarball: FilePath?
        var lock: FilePath
        var digest: String
        var wasUpToDate = false
    }

    /// What is to be made, and whether it is there already.
    private struct Job {
        var name: String
        var made: Made
        /// The files beside the folder.
        var others: [FilePath]
        var record: FilePath
        var inputs: String
        /// What an earlier build left, when nothing has changed since.
        var upToDate: Made?
    }

    private func job(_ plan: BuildPlan, isLinked: Bool, _ files: HostFileSystem) throws(HostFileError) -> Job {
        let name = "\(plan.release.name)-\(plan.release.version)"
        let tarball = self.output.appending("\(name).tar.gz")
        let made = Made(
            root: self.output.appending(plan.release.name.text), tarball: isLinked ? nil : tarball,
            lock: self.output.appending("\(name).lock.json"), digest: "")
        var job = Job(
            name: name, made: made,
            others: (made.tarball.map { [$0, FilePath($0.string + ".sha256")] } ?? []) + [made.lock],
            record: BuildRecord.path(in: self.output, name),
            inputs: try BuildRecord.inputs(
                of: plan.tree, program: self.program(files), time: ProcessEnvironment.sourceDateEpoch, files))
        if let last = BuildRecord(at: job.record, files), last.inputs == job.inputs,
            last.outputs == BuildRecord.outputs(of: plan.tree, in: made.root, and: job.others, files)
        {
            job.upToDate = made
            job.upToDate?.digest = last.digest
            job.upToDate?.wasUpToDate = true
        }
        return job
    }

    private func make(
        _ plan: BuildPlan, _ job: Job, _ files: HostFileSystem, _ console: Console
    ) async throws -> Made {
        var made = job.made
        console.progress("assembling \(job.name): \(plan.tree.entries.count) files")
        try plan.tree.stage(to: made.root, files)
        if let tarball = made.tarball {
            console.progress("packing \(tarball)")
            made.digest = try await ReleaseArchive(
                tree: plan.tree, time: ProcessEnvironment.sourceDateEpoch,
                parallelism: ProcessEnvironment.processorCount
            ).write(to: tarball, files)
        }
        try files.replaceFile(made.lock, with: try BuildLock(of: plan, files).bytes)
        if let outputs = BuildRecord.outputs(of: plan.tree, in: made.root, and: job.others, files) {
            try BuildRecord(inputs: job.inputs, outputs: outputs, digest: made.digest).write(to: job.record, files)
        }
        return made
    }

    /// This program, as far as another one could build otherwise.
    private func program(_ files: HostFileSystem) -> String {
        let facts = try? files.factsIfPresent(of: "/proc/self/exe")
        return "\(Version.text) \(facts?.size ?? 0) \(facts?.modified.seconds ?? 0)"
    }

    private func show(_ plan: BuildPlan, _ made: Made, _ console: Console) {
        switch console.format {
        case .text:
            let verb = made.wasUpToDate ? "kept" : "wrote"
            console.result("\(verb) \(made.root)/   (start it with \(made.root)/bin/\(plan.release.name) daemon)\n")
            if let tarball = made.tarball { console.result("\(verb) \(tarball)   sha256 \(made.digest)\n") }
        case .json:
            console.result(
                JSONValue.object(
                    present: [
                        "schemaVersion": .integer(1),
                        "name": .string(plan.release.name.text),
                        "version": .string(plan.release.version.text),
                        "root": .string(made.root.string),
                        "tarball": made.tarball.map { .string($0.string) },
                        "sha256": made.tarball.map { _ in .string(made.digest) },
                        "lock": .string(made.lock.string),
                        "files": .integer(plan.tree.entries.count),
                        "upToDate": .boolean(made.wasUpToDate),
                    ]
                ).text + "\n")
        }
    }
}
