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
    enum Purpose: Hashable {
        case explain, dryRun, build
        /// Build the tarball again and compare it with this one.
        case verify(FilePath)
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
            let origin = BuildOrigin(input)
            let lock = DependencyLock(in: folder, files, &findings)
            let plan = try BuildPlan(input, &findings)
            guard let plan, !findings.strict(effective.treatsWarningsAsErrors.value).hasErrors else {
                console.report(findings.strict(effective.treatsWarningsAsErrors.value))
                return .findings
            }
            if case .verify(let tarball) = self.purpose {
                console.report(findings)
                return try await self.verify(tarball, plan, console)
            }
            var job = try self.job(plan, origin, lock, isLinked: effective.mode.value == .dev)
            if self.purpose == .build, let digest = try job.digestIfUpToDate() {
                console.report(findings)
                self.keep(job, digest, console)
                return .done
            }
            findings += await plan.undefinedFunctions(of: input, parallelism: ProcessEnvironment.processorCount)
            if self.isLocked {
                findings += try BuildLock(of: job.inventory()).findings(against: job.output.path(of: .lock), files)
            }
            findings = findings.strict(effective.treatsWarningsAsErrors.value)
            console.report(findings)
            guard !findings.hasErrors else { return .findings }
            if self.purpose == .dryRun {
                BuildListing(plan).show(console)
                return .done
            }
            try await self.make(&job, console)
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
        let origin = BuildOrigin(mix)
        let lock = DependencyLock(in: origin.project, files, &findings)
        console.report(findings)
        if case .verify(let tarball) = self.purpose { return try await self.verify(tarball, plan, console) }
        if self.purpose == .dryRun {
            BuildListing(plan).show(console)
            return .done
        }
        var job = try self.job(plan, origin, lock, isLinked: false)
        if let digest = try job.digestIfUpToDate() {
            self.keep(job, digest, console)
        } else {
            try await self.make(&job, console)
        }
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

    // MARK: - Making it

    /// What is to be made, and of what.
    private struct Job {
        let plan: BuildPlan
        let origin: BuildOrigin
        let lock: DependencyLock
        let output: BuildOutput
        let inputs: BuildInputs
        let program: String
        private var known: ReleaseInventory?

        init(
            _ plan: BuildPlan, _ origin: BuildOrigin, _ lock: DependencyLock, _ output: BuildOutput,
            _ inputs: BuildInputs, program: String
        ) {
            self.plan = plan
            self.origin = origin
            self.lock = lock
            self.output = output
            self.inputs = inputs
            self.program = program
        }

        /// Reads all files, once.
        mutating func inventory() throws(HostFileError) -> ReleaseInventory {
            if let known { return known }
            let made = try ReleaseInventory(of: self.plan, self.origin, self.lock)
            self.known = made
            return made
        }

        mutating func contents() throws(HostFileError) -> String {
            BuildRecord.contents(of: try self.inventory(), program: self.program, time: self.inputs.time)
        }

        /// The digest of the tarball that an earlier build left, when nothing has changed since; files that were only
        /// touched have not.
        mutating func digestIfUpToDate() throws(HostFileError) -> String? {
            let files = self.origin.files
            guard let last = self.output.lastBuild(of: self.plan.tree, files) else { return nil }
            if last.inputs != self.inputs.digest {
                guard last.contents == (try self.contents()) else { return nil }
                let record = BuildRecord(
                    inputs: self.inputs.digest, contents: last.contents, outputs: last.outputs, digest: last.digest)
                try self.output.keep(record, files)
            }
            return last.digest
        }
    }

    private func job(
        _ plan: BuildPlan, _ origin: BuildOrigin, _ lock: DependencyLock, isLinked: Bool
    ) throws(HostFileError) -> Job {
        let program = self.program(origin.files)
        return Job(
            plan, origin, lock, BuildOutput(of: plan, in: self.output, isLinked: isLinked),
            try BuildInputs(of: plan, origin, program: program, time: ProcessEnvironment.sourceDateEpoch),
            program: program)
    }

    private func keep(_ job: Job, _ digest: String, _ console: Console) {
        console.progress("nothing has changed since \(job.output.name) was built")
        self.show(job.plan, job.output, digest, wasUpToDate: true, console)
    }

    private func make(_ job: inout Job, _ console: Console) async throws {
        let (plan, output, time) = (job.plan, job.output, job.inputs.time)
        let total = plan.tree.entries.count
        console.progress("assembling and packing \(output.name): \(total) files")
        var lines = [
            BuildOutput.Work.assembling: ProgressLine("assembling", total: total, console),
            .packing: ProgressLine("packing", total: total, console),
        ]
        let inventory = try job.inventory()
        let digest = try await output.write(
            plan.tree, from: job.inputs, contents: try job.contents(), parallelism: ProcessEnvironment.processorCount,
            willAdd: { work in lines[work]?.advance() }, job.origin.files
        ) { archive in
            [
                .lock: BuildLock(of: inventory).bytes,
                .summary: ReleaseSummary(of: inventory, tarball: archive).bytes,
                .cycloneDX: CycloneDXDocument(
                    of: inventory, tarball: archive, tool: Version.number, time: time == 0 ? nil : time
                ).bytes,
                .spdx: SPDXDocument(of: inventory, tarball: archive, tool: Version.number, time: time).bytes,
            ]
        }
        for work in lines.keys { lines[work]?.end() }
        self.show(plan, output, digest, wasUpToDate: false, console)
    }

    func archive(_ plan: BuildPlan) -> ReleaseArchive {
        ReleaseArchive(
            tree: plan.tree, time: ProcessEnvironment.sourceDateEpoch, parallelism: ProcessEnvironment.processorCount)
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
            let others = [BuildOutput.Document.lock, .cycloneDX, .spdx].map { ", .\($0.rawValue)" }.joined()
            console.result("\(verb) \(made.path(of: .summary))\(others)   (what it is made of)\n")
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
                        "lock": .string(made.path(of: .lock).string),
                        "summary": .string(made.path(of: .summary).string),
                        "cyclonedx": .string(made.path(of: .cycloneDX).string),
                        "spdx": .string(made.path(of: .spdx).string),
                        "files": .integer(plan.tree.entries.count),
                        "upToDate": .boolean(wasUpToDate),
                    ]
                ).text + "\n")
        }
    }
}
