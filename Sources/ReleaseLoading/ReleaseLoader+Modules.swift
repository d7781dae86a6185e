package import Diagnostics
package import ReleaseModel
import SystemPackage

extension ReleaseLoader {
    /// Reads the modules of two releases that are to be compared, and what the functions do of those that are not the
    /// same byte by byte. What is known of a release from an earlier call stays.
    ///
    /// Of two releases most is equal. An application whose version and modules are the same, but for where and when they
    /// were compiled, is left unread; of a module that is the same, the code is: telling what a function does takes several
    /// times as long as telling whether it is the same. The states of its processes are left unread where they come from the
    /// same code in both versions: following it takes longest.
    ///
    /// - Parameters:
    ///   - applications: those to look at; nil for all.
    ///   - leavesEqualUnread: whether an application that is the same is left unread. Who asks what calls what needs all.
    /// - Returns: the applications among them that are the same in both releases.
    package func readModules(
        of old: inout LoadedRelease, and new: inout LoadedRelease, only applications: Set<ApplicationName>? = nil,
        leavesEqualUnread: Bool = true, _ findings: inout [Diagnostic]
    ) async -> Set<ApplicationName> {
        let reading = ModuleReading(files: self.files, parallelism: self.parallelism)
        let all = Self.folders(old, new) + (leavesEqualUnread ? [] : Self.removed(old, new))
        let folders = all.filter { applications?.contains($0.name) ?? true }
        let pairs = Array(zip(folders, await reading.jobs(folders.map { ($0.old, $0.new) })))
        var same: Set<ApplicationName>
        if leavesEqualUnread {
            same = await Set(reading.equal(pairs.filter(\.0.mayBeEqual).map { ($0.0.name, $0.1) }))
            var wanted = Set(pairs.map(\.0.name)).subtracting(same)
            while !wanted.isEmpty {
                _ = await self.readFacts(pairs.filter { wanted.contains($0.0.name) }, of: &old, and: &new, &findings)
                same.subtract(wanted)
                wanted = Self.definingBehaviours(of: [old.release, new.release], among: same)
            }
        } else {
            // What is the same is seen in passing: each file is read once.
            same = await self.readFacts(pairs, of: &old, and: &new, &findings)
        }
        var wanted = (Self.changed(old.release, new.release), Self.changed(new.release, old.release))
        await self.readCode(wanted.0, of: &old, &findings)
        await self.readCode(wanted.1, of: &new, &findings)
        wanted = (Self.statesToRead(old.release, new.release), Self.statesToRead(new.release, old.release))
        await self.readCode(wanted.0, of: &old, &findings)
        await self.readCode(wanted.1, of: &new, &findings)
        return same
    }

    /// Reads the modules of applications that nobody has read yet.
    ///
    /// - Returns: the applications that are the same in both releases, of those that were read in both.
    private func readFacts(
        _ applications: [(Folders, [ModuleReading.Job])], of old: inout LoadedRelease, and new: inout LoadedRelease,
        _ findings: inout [Diagnostic]
    ) async -> Set<ApplicationName> {
        let reading = ModuleReading(files: self.files, parallelism: self.parallelism)
        var jobs: [ModuleReading.Job] = []
        // The jobs of each application that may turn out to be the same.
        var compared: [(name: ApplicationName, jobs: Range<Int>)] = []
        for (folders, files) in applications {
            if folders.isUnread(old) && folders.isUnread(new) {
                if folders.mayBeEqual { compared.append((folders.name, jobs.count..<(jobs.count + files.count))) }
                jobs += files
            } else {
                jobs += reading.jobs(old: folders.isUnread(old) ? folders.old : nil, new: nil)
                jobs += reading.jobs(old: nil, new: folders.isUnread(new) ? folders.new : nil)
            }
        }
        var areSame: [Bool] = []
        let facts = await reading.run(jobs, areSame: &areSame, &findings)
        old.take(facts)
        new.take(facts)
        return Set(compared.filter { areSame[$0.jobs].allSatisfy(\.self) }.map(\.name))
    }

    /// Reads the modules of one release, but not what their functions do.
    package func readModules(of loaded: inout LoadedRelease, _ findings: inout [Diagnostic]) async {
        let reading = ModuleReading(files: self.files, parallelism: self.parallelism)
        let folders = loaded.release.applications.map(\.application.directory).filter { !loaded.isPacked($0) }
        loaded.take(await reading.run(folders.flatMap { reading.jobs(old: nil, new: $0) }, &findings))
    }

    /// The applications that list a module which a module that was read names as its behaviour. What a behaviour of OTP
    /// is, is known.
    private static func definingBehaviours(
        of releases: [Release], among unread: Set<ApplicationName>
    ) -> Set<ApplicationName> {
        let behaviours = Set(
            releases.flatMap(\.applications).flatMap { $0.application.modules.values }.flatMap(\.behaviours))
        let members = releases.flatMap(\.applications).filter {
            unread.contains($0.name) && $0.name != .kernel && $0.name != .stdlib
        }
        return Set(
            members.filter { member in member.specification.modules.contains { behaviours.contains($0.atom) } }
                .map(\.name))
    }

    /// The folders of an application of both releases; nil for what is in one release only, or in a tarball.
    private struct Folders {
        let name: ApplicationName
        var old: String?
        var new: String?
        var isOfOneVersion: Bool

        /// Whether comparing the files of both folders can show that the application is the same.
        var mayBeEqual: Bool { self.isOfOneVersion && self.old != nil && self.new != nil }

        func isUnread(_ loaded: LoadedRelease) -> Bool {
            loaded.release[self.name]?.application.modules.isEmpty ?? false
        }
    }

    private static func folders(_ old: LoadedRelease, _ new: LoadedRelease) -> [Folders] {
        func folder(_ name: ApplicationName, _ loaded: LoadedRelease) -> String? {
            loaded.release[name].map(\.application.directory).flatMap { loaded.isPacked($0) ? nil : $0 }
        }
        return new.release.applications.map { member in
            Folders(
                name: member.name, old: folder(member.name, old), new: folder(member.name, new),
                isOfOneVersion: old.release[member.name]?.version == member.version)
        }
    }

    /// The applications that only the older release has.
    private static func removed(_ old: LoadedRelease, _ new: LoadedRelease) -> [Folders] {
        old.release.applications.filter { new.release[$0.name] == nil && !old.isPacked($0.application.directory) }.map {
            Folders(name: $0.name, old: $0.application.directory, new: nil, isOfOneVersion: false)
        }
    }

    /// The modules of a release that the same application of the other one has not, or not in these bytes, by folder;
    /// without those whose code is known.
    private static func changed(_ release: Release, _ other: Release) -> [String: Set<ModuleName>] {
        var changed: [String: Set<ModuleName>] = [:]
        for member in release.applications {
            guard let counterpart = other[member.name]?.application else { continue }
            for (name, facts) in member.application.modules
            where facts.code == .notRead && counterpart.modules[name]?.digest != facts.digest {
                changed[member.application.directory, default: []].insert(name)
            }
        }
        return changed
    }

    /// The modules of a release whose states nobody needed until they are compared with those of this other one, by
    /// folder.
    private static func statesToRead(_ release: Release, _ other: Release) -> [String: Set<ModuleName>] {
        var wanted: [String: Set<ModuleName>] = [:]
        for member in release.applications {
            guard let counterpart = other[member.name]?.application else { continue }
            for (name, facts) in member.application.modules {
                guard let others = counterpart.modules[name], others.digest != facts.digest,
                    facts.states.mustBeRead(against: others.states)
                else { continue }
                wanted[member.application.directory, default: []].insert(name)
            }
        }
        return wanted
    }

    /// Reads modules with their code and states.
    private func readCode(
        _ wanted: [String: Set<ModuleName>], of loaded: inout LoadedRelease, _ findings: inout [Diagnostic]
    ) async {
        guard !wanted.isEmpty else { return }
        let reading = ModuleReading(files: self.files, parallelism: self.parallelism)
        var facts: ModuleReading.Facts = [:]
        if case .tarball(let path) = loaded.reference {
            let packed = wanted.filter { loaded.isPacked($0.key) }
            facts = TarballContents.modulesWithCode(packed, of: path, pin: self.pin, self.files, &findings)
        }
        let onDisk = wanted.filter { !loaded.isPacked($0.key) }
        facts.merge(await reading.run(reading.jobs(withCode: onDisk), &findings)) { packed, _ in packed }
        loaded.take(facts)
    }
}

extension LoadedRelease {
    /// Whether a folder is one inside the tarball that the release is.
    fileprivate func isPacked(_ folder: String) -> Bool {
        if case .tarball(let path) = self.reference { folder.hasPrefix("\(path):") } else { false }
    }

    fileprivate mutating func take(_ facts: ModuleReading.Facts) {
        guard !facts.isEmpty else { return }
        self.release.updateModules { application in
            guard let read = facts[application.directory] else { return application.modules }
            return application.modules.merging(read) { _, new in new }
        }
    }
}
