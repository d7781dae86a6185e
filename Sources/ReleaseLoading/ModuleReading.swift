import BeamFiles
import Diagnostics
import HostFiles
import ReleaseModel
import SystemPackage

/// Reads the BEAM files of folders, several at once.
struct ModuleReading: Sendable {
    let files: HostFileSystem
    let parallelism: Int

    /// One file, or the files of one name in the folders of two versions.
    struct Job: Sendable {
        /// The folder and the path of each file; at least one is there.
        var old: File?
        var new: File?
        /// Reads the code, if this is one file only.
        var withCode: Bool
        /// Reads the states of processes even where nothing is known of another version to compare them with.
        var readsStates = false
    }

    struct File: Sendable {
        let folder: String
        let path: FilePath
    }

    /// Facts by folder.
    typealias Facts = [String: [ModuleName: ModuleFacts]]

    /// The jobs of several pairs of folders.
    func jobs(_ pairs: [(old: String?, new: String?)]) async -> [[Job]] {
        await self.work.map(pairs) { self.jobs(old: $0.old, new: $0.new) }
    }

    /// The `.beam` files in two folders, those of one name together; a folder may be missing.
    func jobs(old: String?, new: String?) -> [Job] {
        func names(_ folder: String?) -> [String] {
            folder.map { self.files.names(in: FilePath($0)).filter { $0.hasSuffix(".beam") } } ?? []
        }
        func file(_ folder: String, _ name: String) -> File {
            File(folder: folder, path: FilePath(folder).appending(name))
        }
        // A module that only one of two versions has came or went.
        let alone = Job(withCode: old != nil && new != nil)
        var jobs: [String: Job] = [:]
        for name in names(old) { jobs[name, default: alone].old = old.map { file($0, name) } }
        for name in names(new) { jobs[name, default: alone].new = new.map { file($0, name) } }
        return jobs.keys.sorted().compactMap { jobs[$0] }
    }

    /// Files that are read with their code and states, whatever their counterparts are.
    func jobs(withCode wanted: [String: Set<ModuleName>]) -> [Job] {
        wanted.keys.sorted().flatMap { folder in
            (wanted[folder] ?? []).sorted().map { module in
                let file = File(folder: folder, path: FilePath(folder).appending("\(module).beam"))
                return Job(new: file, withCode: true, readsStates: true)
            }
        }
    }

    /// Those of the groups whose files are all there twice, and hold the same modules: they are the same byte by byte, or
    /// were compiled elsewhere from the same code.
    func equal<Name: Hashable & Sendable>(_ groups: [(name: Name, jobs: [Job])]) async -> [Name] {
        let files = self.files
        let jobs = groups.flatMap { group in group.jobs.map { (name: group.name, job: $0) } }
        // A file that cannot be read is reported when its facts are asked for.
        let different = await self.work.map(jobs, share: 8, with: { FileComparison(files) }) {
            comparison, item in
            Self.areEqual(item.job, files, &comparison) ? nil : item.name
        }
        let names = Set(different.compactMap { $0 })
        return groups.map(\.name).filter { !names.contains($0) }
    }

    /// The facts of all files that can be read. The code of a pair is read when it is not the same by its digest, and the
    /// states of its processes when they do not come from the same code.
    ///
    /// - Parameter areSame: set for each job whose files hold the same module, as ``equal(_:)`` has it.
    func run(_ jobs: [Job], areSame: inout [Bool], _ findings: inout [Diagnostic]) async -> Facts {
        let files = self.files
        var facts: Facts = [:]
        areSame = []
        areSame.reserveCapacity(jobs.count)
        for result in await self.work.map(jobs, { Self.read($0, files) }) {
            for (folder, module) in result.modules { facts[folder, default: [:]][module.name] = module }
            findings += result.findings
            areSame.append(result.isSame)
        }
        return facts
    }

    /// The same for those who know what is the same.
    func run(_ jobs: [Job], _ findings: inout [Diagnostic]) async -> Facts {
        var areSame: [Bool] = []
        return await self.run(jobs, areSame: &areSame, &findings)
    }

    private var work: SharedWork { SharedWork(parallelism: self.parallelism) }

    // MARK: - One job

    private struct Result: Sendable {
        var modules: [(folder: String, facts: ModuleFacts)] = []
        var findings: [Diagnostic] = []
        var isSame = false

        /// The bytes of a file; nil when it is not there or cannot be read.
        mutating func bytes(_ file: File?, _ files: HostFileSystem) -> [UInt8]? {
            guard let file else { return nil }
            do {
                return try files.readFile(file.path, limit: LoadingLimits.beamFile)
            } catch {
                self.findings.append(error.diagnostic)
                return nil
            }
        }

        /// The module in a file; nil when there is none.
        mutating func open(_ file: File?, _ bytes: [UInt8]?) -> OpenedModule? {
            guard let file, let bytes else { return nil }
            do {
                return try OpenedModule(bytes, path: file.path.string)
            } catch {
                self.findings.append(error.finding)
                return nil
            }
        }

        /// Reads a module; nil where there is none.
        mutating func read(_ module: OpenedModule?, withCode: Bool) -> ReadModule? {
            guard let module else { return nil }
            do {
                return ReadModule(module: module, facts: try module.facts(withCode: withCode))
            } catch {
                self.findings.append(error.finding)
                return nil
            }
        }

        /// Takes the facts of a module in.
        mutating func add(_ facts: ModuleFacts?, _ folder: String?) {
            guard let facts, let folder else { return }
            self.modules.append((folder, facts))
        }
    }

    private static func areEqual(_ job: Job, _ files: HostFileSystem, _ comparison: inout FileComparison) -> Bool {
        guard let old = job.old, let new = job.new else { return false }
        let areEqual = try? comparison.areEqual(old.path, new.path, limit: LoadingLimits.beamFile) { one, two in
            guard let one = try? BeamFile(parsing: one), let two = try? BeamFile(parsing: two) else { return false }
            return one.holdsSameModule(as: two)
        }
        return areEqual ?? false
    }

    private static func read(_ job: Job, _ files: HostFileSystem) -> Result {
        var result = Result()
        let bytes = (old: result.bytes(job.old, files), new: result.bytes(job.new, files))
        if let old = bytes.old, let new = bytes.new, old == new {
            let facts = result.read(result.open(job.new, new), withCode: false)?.facts
            result.add(facts, job.old?.folder)
            result.add(facts, job.new?.folder)
            result.isSame = true
            return result
        }
        let (old, new) = (result.open(job.old, bytes.old), result.open(job.new, bytes.new))
        let isPair = bytes.old != nil && bytes.new != nil
        let withCode = isPair ? old?.digest != new?.digest : job.withCode
        var before = result.read(old, withCode: withCode)
        var after = result.read(new, withCode: withCode)
        if let old, let new, !withCode { result.isSame = old.holdsSameModule(as: new) }
        if var older = before, var newer = after {
            older.module.compareRecords(of: &older.facts, with: newer.module, &newer.facts)
            let states = (older: older.facts.states, newer: newer.facts.states)
            if states.older.mustBeRead(against: states.newer) { older.readStates() }
            if states.newer.mustBeRead(against: states.older) { newer.readStates() }
            (before, after) = (older, newer)
        } else if job.readsStates {
            before?.readStates()
            after?.readStates()
        }
        result.add(before?.facts, job.old?.folder)
        result.add(after?.facts, job.new?.folder)
        return result
    }

    /// A module that is still open for more to be read of it.
    private struct ReadModule {
        let module: OpenedModule
        var facts: ModuleFacts

        mutating func readStates() { self.module.readStates(into: &self.facts) }
    }
}
