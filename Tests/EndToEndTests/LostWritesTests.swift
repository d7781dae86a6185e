import Diagnostics
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseInstalling

/// The power fails at every change that the installer makes to the disk, and takes what was not synced with it: also what
/// the node wrote. After a repair the host is wholly the old or wholly the new one, and boots it.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(10)))
struct LostWritesTests {
    @Test func anInstallThatLosesItsLastWritesIsUndoneOrFinished() async throws {
        try await withInstallerFixture { fixture in
            let replay = try await LostWrites(fixture, allowing: [.old, .new]) { files in
                let report = try await fixture.installer(files).run(
                    InstallerFixture.install, tarball: fixture.tarball)
                try #require(report.outcome.result == .committed, "\(report.outcome)")
            }
            let counts = try await replay.run(ending: .new)
            #expect(counts.moments >= CrashPoints.install && counts.trees > 150, "\(counts)")
            try await replay.boot(3)
        }
    }

    /// What is on trial is recorded, or not there.
    @Test func anInstallThatIsNotCommittedLosesAllOrNothing() async throws {
        try await withInstallerFixture { fixture in
            let replay = try await LostWrites(fixture, allowing: [.old, .back]) { files in
                let trial = InstallMachine.Goal.install(.init(version: "1.1.0", commits: false))
                let report = try await fixture.installer(files).run(trial, tarball: fixture.tarball)
                try #require(report.outcome.result == .awaitingCommit, "\(report.outcome)")
            }
            // Up to there it is an install like others.
            let counts = try await replay.run(ending: .back, from: 140)
            #expect(counts.moments > 140, "\(counts)")
        }
    }

    @Test func aCommitThatLosesItsLastWritesIsUndoneOrFinished() async throws {
        try await withInstallerFixture { fixture in
            let trial = InstallMachine.Goal.install(.init(version: "1.1.0", commits: false))
            let report = try await fixture.installer().run(trial, tarball: fixture.tarball)
            try #require(report.outcome.result == .awaitingCommit, "\(report.outcome)")
            let replay = try await LostWrites(fixture, allowing: [.back, .new]) { files in
                let report = try await fixture.installer(files).run(.commit)
                try #require(report.outcome.result == .committed, "\(report.outcome)")
            }
            let counts = try await replay.run(ending: .new)
            #expect(counts.moments >= CrashPoints.commit, "\(counts)")
        }
    }

    @Test func aRollbackThatLosesItsLastWritesIsUndoneOrFinished() async throws {
        try await withInstallerFixture { fixture in
            try await fixture.installForGood()
            let replay = try await LostWrites(fixture, allowing: [.new, .back]) { files in
                let report = try await fixture.installer(files).run(.rollback(version: nil))
                try #require(report.outcome.result == .rolledBack, "\(report.outcome)")
            }
            let counts = try await replay.run(ending: .back)
            #expect(counts.moments >= CrashPoints.rollback, "\(counts)")
        }
    }

    @Test func aRemovalThatLosesItsLastWritesIsUndoneOrFinished() async throws {
        try await withInstallerFixture { fixture in
            try await fixture.installForGood()
            _ = try await fixture.installer().run(.rollback(version: nil))
            let replay = try await LostWrites(fixture, allowing: [.back, .old]) { files in
                var findings: [Diagnostic] = []
                let result = try await fixture.remover(files).remove("1.1.0", dryRun: false, &findings)
                guard case .removed = result else {
                    Issue.record("\(findings)")
                    return
                }
            }
            let counts = try await replay.run(ending: .old)
            #expect(counts.moments >= CrashPoints.removal, "\(counts)")
        }
    }

    @Test func aRepairThatLosesItsLastWritesIsRepaired() async throws {
        try await withInstallerFixture { fixture in
            // In the middle of placing; when the script ran.
            for position in [60, 95] {
                let killed = FaultyFiles(.kill(at: position))
                _ = try await fixture.installer(killed.files).run(InstallerFixture.install, tarball: fixture.tarball)
                let replay = try await LostWrites(fixture, allowing: [.old]) { files in
                    let report = try await fixture.repairer(files).repair()
                    try #require(report.isSettled, "\(report.findings)")
                }
                let counts = try await replay.run(ending: .old)
                #expect(counts.moments >= CrashPoints.repair, "\(counts)")
            }
        }
    }
}

/// The least number of changes to the disk that each operation of tally makes: a test that stops at fewer has missed some.
enum CrashPoints {
    static let install = 160
    static let commit = 45
    static let rollback = 50
    static let removal = 45
    static let repair = 15
    /// How many half-done installations are repaired, in the tests that kill the repair.
    static let repairs = 3
    /// Those at which a process is killed; making a release permanent is a part of installing there.
    static let killed = Self.install + Self.rollback + Self.removal + Self.repairs * Self.repair
    /// Those at which the power fails.
    static let powerless = Self.install + Self.commit + Self.rollback + Self.removal + 2 * Self.repair
}

extension InstallerFixture {
    func installForGood() async throws {
        let report = try await self.installer().run(Self.install, tarball: self.tarball)
        try #require(report.outcome.result == .committed, "\(report.outcome)")
    }
}

/// One operation on a real node whose writes were recorded, played again with each loss that a power cut may cause.
struct LostWrites {
    /// What a host may be.
    enum Host: Hashable {
        /// 1.0.0 alone.
        case old
        /// 1.1.0 boots, and 1.0.0 is there.
        case new
        /// 1.0.0 boots, and 1.1.0 is there.
        case back
    }

    struct Counts: CustomStringConvertible {
        var moments = 0
        var trees = 0
        var description: String { "\(self.moments) moments, \(self.trees) trees" }
    }

    private let fixture: InstallerFixture
    private let allowed: Set<Host>
    private let moments: [WriteLog.Moment]
    private var bytes: DiskBytes
    /// The files of both versions, whole.
    private let whole: [String: DiskTree.Node]

    /// Not of the release: what the node notes of itself while it runs.
    private static let ignored: Set<String> = ["run", "log", "tally.port"]

    init(
        _ fixture: InstallerFixture, allowing allowed: Set<Host>, _ operation: (HostFileSystem) async throws -> Void
    ) async throws {
        let log = try WriteLog(root: fixture.root, ignoring: Self.ignored)
        try await operation(log.files)
        (self.moments, self.bytes) = try log.end()
        self.fixture = fixture
        self.allowed = allowed
        var whole: [String: DiskTree.Node] = [:]
        for moment in self.moments {
            for (path, node) in moment.seen.paths where Self.version(of: path) != nil {
                // The last one is whole: files are written in their staging folder.
                if whole[path] == nil || moment.effect == nil { whole[path] = node }
            }
        }
        self.whole = whole
    }

    /// The version whose file a path is; nil for others.
    private static func version(of path: String) -> String? {
        ["1.0.0", "1.1.0"].first { version in
            path.hasPrefix("lib/tally-\(version)/") || path.hasPrefix("releases/\(version)/")
        }
    }

    private var place: FilePath { self.fixture.root.removingLastComponent().appending("replayed") }

    /// Repairs and judges each host that a power cut may leave. Once the operation has said that it is done, it stays done.
    func run(ending end: Host, from first: Int = 0) async throws -> Counts {
        var counts = Counts(moments: self.moments.count - 1)
        var bytes = self.bytes
        var known: Set<[String: DiskTree.Node]> = []
        try HostFileSystem().removeTree(self.place)
        var present: [String: DiskTree.Node] = [:]
        for (number, moment) in self.moments.enumerated() where number >= first {
            for (variant, tree) in moment.possibleTrees(&bytes).enumerated() {
                guard known.insert(tree.paths).inserted || moment.effect == nil else { continue }
                counts.trees += 1
                let what = moment.effect.map { "before \($0)" } ?? "at the end"
                let place = "power lost \(what) (\(number), loss \(variant))"
                let host = try await self.repaired(tree, over: &present, &bytes, place)
                guard let host else { continue }
                #expect(self.allowed.contains(host), "\(place): \(host)")
                if moment.effect == nil { #expect(host == end, "\(place): \(host)") }
            }
        }
        return counts
    }

    /// Has the real node boot some of the hosts.
    func boot(_ count: Int) async throws {
        #expect(try await self.fixture.tally.run("stop").status == 0)
        var bytes = self.bytes
        let tally = InstalledTally(root: self.place, node: self.fixture.tally.node, cookie: self.fixture.tally.cookie)
        for index in 1...count {
            try HostFileSystem().removeTree(self.place)
            var present: [String: DiskTree.Node] = [:]
            let moment = self.moments[(self.moments.count - 1) * index / count]
            let trees = moment.possibleTrees(&bytes)
            let lost = trees[trees.count - 1]
            guard let host = try await self.repaired(lost, over: &present, &bytes, "boot \(index)") else { return }
            let started = try await tally.run("daemon")
            #expect(started.status == 0, "\(index): \(started.errors)")
            let version = "element(3, lists:keyfind(tally, 1, application:which_applications()))"
            let running = try await tally.run("eval", version)
            #expect(running.output.contains(host == .new ? "1.1.0" : "1.0.0"), "\(index): \(running.output)")
            #expect(try await tally.run("stop").status == 0)
        }
    }

    /// Writes the tree, repairs it without a node, and says what it is; nil after an issue.
    private func repaired(
        _ tree: DiskTree, over present: inout [String: DiskTree.Node], _ bytes: inout DiskBytes, _ place: String
    ) async throws -> Host? {
        let root = self.place
        try tree.write(to: root, over: present, bytes)
        let repairer = Repairer(
            root: root, access: nil, files: HostFileSystem(), context: InstallerFixture.context)
        let report = await repairer.repair()
        let paths = try DiskTree.paths(below: root, ignoring: [], &bytes)
        present = paths
        guard report.isSettled else {
            Issue.record("\(place): \(report.findings)")
            return nil
        }
        return try self.judge(root, paths, place)
    }

    private func judge(_ root: FilePath, _ paths: [String: DiskTree.Node], _ place: String) throws -> Host? {
        var present: Set<String> = []
        for version in ["1.0.0", "1.1.0"] {
            let mine = paths.filter { Self.version(of: $0.key) == version }
            guard !mine.isEmpty else { continue }
            present.insert(version)
            let wanted = self.whole.filter { Self.version(of: $0.key) == version }
            let differing = Set(mine.keys).union(wanted.keys).filter { mine[$0] != wanted[$0] }
            #expect(differing.isEmpty, "\(place): \(differing.sorted().prefix(5))")
        }
        let files = HostFileSystem()
        let records = HostRecords(in: root.appending("releases"), files)
        guard let releases = records.releases, let boots = records.startData?.release.text else {
            Issue.record("\(place): records cannot be read")
            return nil
        }
        #expect(releases.filter { $0.status == .permanent }.map(\.version) == [boots], "\(place): \(releases)")
        #expect(Set(releases.map(\.version)) == present, "\(place): recorded \(releases.map(\.version)), \(present)")
        let own = paths.keys.filter { $0.hasPrefix("releases/.relift/") }
        for left in ["journal", "staging", "kept"] {
            #expect(
                !own.contains { $0.hasPrefix("releases/.relift/\(left)") }, "\(place): \(own.sorted().prefix(5))")
        }
        #expect(!paths.keys.contains { $0.contains("/.relift-tmp-") }, "\(place): \(paths.keys.sorted())")
        switch (present.contains("1.0.0"), present.contains("1.1.0"), boots) {
        case (true, false, "1.0.0"): return .old
        case (true, true, "1.1.0"): return .new
        case (true, true, "1.0.0"): return .back
        default:
            Issue.record("\(place): \(present), \(boots) boots")
            return nil
        }
    }
}
