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
            var job = try self.job(plan, origin, isLinked: effective.mode.value == .dev)
            if self.purpose == .build, let made = try self.upToDate(plan, origin, lock, &job) {
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
            self.show(plan, try await self.make(plan, origin, lock, job, console), console)
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
        var job = try self.job(plan, origin, isLinked: false)
        if let made = try self.upToDate(plan, origin, lock, &job) {
            console.progress("nothing has changed since \(job.name) was built")
            self.show(plan, made, console)
        } else {
            self.show(plan, try await self.make(plan, origin, lock, job, console), console)
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

    /// What a build left.
    private struct Made {
        var root: FilePath
        /// Nil for a release of links, which nobody could unpack elsewhere.
        var tarball: FilePath?
        var documents: Documents
        var digest: String
        var wasUpToDate = false
    }

    /// The files that say what a release is made of.
    private struct Documents: CustomStringConvertible {
        let summary: FilePath
        let lock: FilePath
        let cycloneDX: FilePath
        let spdx: FilePath

        init(in output: FilePath, _ name: String) {
            self.summary = output.appending("\(name).json")
            self.lock = output.appending("\(name).lock.json")
            self.cycloneDX = output.appending("\(name).cdx.json")
            self.spdx = output.appending("\(name).spdx.json")
        }

        var all: [FilePath] { [self.summary, self.lock, self.cycloneDX, self.spdx] }

        var description: String { "\(self.summary), .lock.json, .cdx.json, .spdx.json" }
    }

    /// What is to be made, and what is known of the build before.
    private struct Job {
        var name: String
        var made: Made
        var record: FilePath
        var inputs: String
        /// Known when it was needed to tell whether there is anything to do.
        var inventory: ReleaseInventory?

        /// The files beside the folder.
        var others: [FilePath] {
            (self.made.tarball.map { [$0, FilePath($0.string + ".sha256")] } ?? []) + self.made.documents.all
        }
    }

    private func job(_ plan: BuildPlan, _ origin: BuildOrigin, isLinked: Bool) throws(HostFileError) -> Job {
        let name = "\(plan.release.name)-\(plan.release.version)"
        return Job(
            name: name,
            made: Made(
                root: self.output.appending(plan.release.name.text),
                tarball: isLinked ? nil : self.output.appending("\(name).tar.gz"),
                documents: Documents(in: self.output, name), digest: ""),
            record: BuildRecord.path(in: self.output, name),
            inputs: try BuildRecord.inputs(
                of: plan, origin, program: self.program(origin.files), time: ProcessEnvironment.sourceDateEpoch))
    }

    /// What an earlier build left, when nothing has changed since; files that were only touched have not.
    private func upToDate(
        _ plan: BuildPlan, _ origin: BuildOrigin, _ lock: DependencyLock, _ job: inout Job
    ) throws(HostFileError) -> Made? {
        let files = origin.files
        guard let last = BuildRecord(at: job.record, files),
            last.outputs == BuildRecord.outputs(of: plan.tree, in: job.made.root, and: job.others, files)
        else { return nil }
        if last.inputs != job.inputs {
            let inventory = try ReleaseInventory(of: plan, origin, lock)
            guard last.contents == self.contents(inventory, files) else {
                job.inventory = inventory
                return nil
            }
            try BuildRecord(
                inputs: job.inputs, contents: last.contents, outputs: last.outputs, digest: last.digest
            ).write(to: job.record, files)
        }
        var made = job.made
        made.digest = last.digest
        made.wasUpToDate = true
        return made
    }

    private func contents(_ inventory: ReleaseInventory, _ files: HostFileSystem) -> String {
        BuildRecord.contents(
            of: inventory, program: self.program(files), time: ProcessEnvironment.sourceDateEpoch)
    }

    private func make(
        _ plan: BuildPlan, _ origin: BuildOrigin, _ lock: DependencyLock, _ job: Job, _ console: Console
    ) async throws -> Made {
        let files = origin.files
        var made = job.made
        console.progress("assembling \(job.name): \(plan.tree.entries.count) files")
        let total = plan.tree.entries.count
        var line = ProgressLine("assembling", total: total, console)
        try plan.tree.stage(to: made.root, willAdd: { line.advance() }, files)
        line.end()
        var archive: WrittenArchive?
        if let tarball = made.tarball {
            console.progress("packing \(tarball)")
            line = ProgressLine("packing", total: total, console)
            let written = try await self.archive(plan).write(to: tarball, willAdd: { line.advance() }, files)
            line.end()
            made.digest = written.digest
            archive = written
        }
        let inventory = try job.inventory ?? ReleaseInventory(of: plan, origin, lock)
        let documents = made.documents
        let time = ProcessEnvironment.sourceDateEpoch
        try files.replaceFile(documents.lock, with: BuildLock(of: inventory).bytes)
        try files.replaceFile(documents.summary, with: ReleaseSummary(of: inventory, tarball: archive).bytes)
        try files.replaceFile(
            documents.cycloneDX,
            with: CycloneDXDocument(
                of: inventory, tarball: archive, tool: Version.number, time: time == 0 ? nil : time
            ).bytes)
        try files.replaceFile(
            documents.spdx,
            with: SPDXDocument(of: inventory, tarball: archive, tool: Version.number, time: time).bytes)
        if let outputs = BuildRecord.outputs(of: plan.tree, in: made.root, and: job.others, files) {
            try BuildRecord(
                inputs: job.inputs, contents: self.contents(inventory, files), outputs: outputs, digest: made.digest
            ).write(to: job.record, files)
        }
        return made
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

    private func show(_ plan: BuildPlan, _ made: Made, _ console: Console) {
        switch console.format {
        case .text:
            let verb = made.wasUpToDate ? "kept" : "wrote"
            console.result("\(verb) \(made.root)/   (start it with \(made.root)/bin/\(plan.release.name) daemon)\n")
            if let tarball = made.tarball { console.result("\(verb) \(tarball)   sha256 \(made.digest)\n") }
            console.result("\(verb) \(made.documents)   (what it is made of)\n")
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
                        "summary": .string(made.documents.summary.string),
                        "lock": .string(made.documents.lock.string),
                        "cyclonedx": .string(made.documents.cycloneDX.string),
                        "spdx": .string(made.documents.spdx.string),
                        "files": .integer(plan.tree.entries.count),
                        "upToDate": .boolean(made.wasUpToDate),
                    ]
                ).text + "\n")
        }
    }
}
