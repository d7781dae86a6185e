import Diagnostics
import HostFiles
import ReleaseFiles
import ReleaseInstalling
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// The installer killed at every change that it makes to the disk, one after the other, on a real node that goes on
/// running: after a repair the host is wholly the old or wholly the new one, and the node runs what the host says.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(15)))
struct InstallerCrashTests {
    /// What the sweeps below, and those of lost writes, stop at in all.
    @Test func theSweepsStopAtHundredsOfPoints() {
        #expect(CrashPoints.killed >= 300, "\(CrashPoints.killed)")
        #expect(CrashPoints.powerless >= 300, "\(CrashPoints.powerless)")
    }

    @Test func anInstallThatIsKilledAnywhereIsUndoneOrFinished() async throws {
        try await withInstallerFixture { fixture in
            let points = try await Self.sweep(fixture) { files in
                _ = try await fixture.installer(files).run(InstallerFixture.install, tarball: fixture.tarball)
            } reset: {
                try await Self.backToTheStart(fixture)
            }
            #expect(points >= CrashPoints.install, "\(points)")
        }
    }

    @Test func aRollbackThatIsKilledAnywhereIsUndoneOrFinished() async throws {
        try await withInstallerFixture { fixture in
            try await Self.install(fixture)
            let points = try await Self.sweep(fixture) { files in
                _ = try await fixture.installer(files).run(.rollback(version: nil))
            } reset: {
                guard try await fixture.running() == "1.0.0" else { return }
                try await Self.install(fixture)
            }
            #expect(points >= CrashPoints.rollback, "\(points)")
        }
    }

    @Test func aRemovalThatIsKilledAnywhereIsFinished() async throws {
        try await withInstallerFixture { fixture in
            try await Self.install(fixture)
            let back = try await fixture.installer().run(.rollback(version: nil))
            #expect(back.outcome.result == .rolledBack)
            let points = try await Self.sweep(fixture) { files in
                var findings: [Diagnostic] = []
                _ = try await fixture.remover(files).remove("1.1.0", dryRun: false, &findings)
            } reset: {
                guard !Self.has("lib/tally-1.1.0", fixture) else { return }
                try await Self.install(fixture)
                _ = try await fixture.installer().run(.rollback(version: nil))
            }
            #expect(points >= CrashPoints.removal, "\(points)")
        }
    }

    /// A repair that is killed is repaired by the next one.
    @Test func aRepairThatIsKilledAnywhereIsRepaired() async throws {
        try await withInstallerFixture { fixture in
            // In the middle of placing; after the script ran; while the node made it permanent.
            let positions = [60, 95, 101]
            #expect(positions.count == CrashPoints.repairs)
            for position in positions {
                let points = try await Self.sweep(fixture) { files in
                    _ = try await fixture.repairer(files).repair()
                } reset: {
                    try await Self.backToTheStart(fixture)
                    let killed = FaultyFiles(.kill(at: position))
                    _ = try await fixture.installer(killed.files).run(
                        InstallerFixture.install, tarball: fixture.tarball)
                }
                #expect(points >= CrashPoints.repair, "\(points)")
                try await Self.backToTheStart(fixture)
            }
        }
    }

    /// The node killed as each step begins.
    @Test func aNodeThatIsKilledAtAnyStepBootsWhatTheHostSays() async throws {
        try await withInstallerFixture { fixture in
            for name in InstallReport.StepName.allCases {
                let process = try #require(try await fixture.tally.processIdentifier())
                let installer = try fixture.installer { progress in
                    guard case .began(name) = progress else { return }
                    _ = Signals.kill(process)
                }
                var impatient = installer
                impatient.returnTime = .seconds(1)
                let report = await impatient.run(InstallerFixture.install, tarball: fixture.tarball)
                let repair = try await fixture.repairer().repair()
                #expect(repair.isSettled, "\(name): \(repair.findings)")
                if try await fixture.running() == nil {
                    #expect(try await fixture.tally.run("daemon").status == 0, "\(name): \(report.outcome)")
                }
                try await Self.verify(fixture, "node killed at \(name)")
                try await Self.backToTheStart(fixture)
            }
        }
    }

    // MARK: - The sweep

    /// Runs `operation` once for each change that it makes, killed before that change; repairs and verifies after each.
    private static func sweep(
        _ fixture: InstallerFixture, _ operation: (HostFileSystem) async throws -> Void,
        reset: () async throws -> Void
    ) async throws -> Int {
        var position = 0
        while true {
            try await reset()
            let faulty = FaultyFiles(.kill(at: position))
            try await operation(faulty.files)
            let effects = faulty.effects
            guard effects.count > position else { return position }
            let report = try await fixture.repairer().repair()
            let place = "killed before \(effects[position]) (\(position))"
            #expect(report.isSettled, "\(place): \(report.findings)")
            try await Self.verify(fixture, place, isThorough: position % 20 == 0)
            position += 1
        }
    }

    private static func has(_ path: String, _ fixture: InstallerFixture) -> Bool {
        (try? HostFileSystem().factsIfPresent(of: fixture.root.appending(path))) != nil
    }

    /// The host is wholly one thing, and the node runs it.
    ///
    /// - Parameter isThorough: asks the node's applications, too, by a node of its own.
    private static func verify(_ fixture: InstallerFixture, _ place: String, isThorough: Bool = true) async throws {
        var findings: [Diagnostic] = []
        let system = try #require(TargetSystem(root: fixture.root, files: HostFileSystem(), &findings))
        let disk = HostRecords(in: fixture.root.appending("releases"), HostFileSystem())
        let records = try #require(disk.releases, "\(place): RELEASES cannot be read")
        let boots = try #require(disk.startData, "\(place): start_erl.data cannot be read").release.text
        let whole = system.wholeReleases().map(\.resource.version.text)
        #expect(records.filter { $0.status == .permanent }.map(\.version) == [boots], "\(place): \(records)")
        #expect(
            Set(records.map(\.version)) == Set(whole), "\(place): recorded \(records.map(\.version)), whole \(whole)")
        #expect(whole.contains(boots), "\(place)")
        for folder in ["lib/tally-1.1.0", "releases/1.1.0"] {
            #expect(Self.has(folder, fixture) == whole.contains("1.1.0"), "\(place): \(folder)")
        }
        #expect(!Self.has("releases/.relift/journal", fixture), "\(place)")
        #expect(!Self.has("releases/.relift/staging", fixture), "\(place)")
        let running = try await fixture.running()
        #expect(running == boots, "\(place): \(running ?? "nothing") runs, \(boots) boots")
        guard isThorough else { return }
        let version = "element(3, lists:keyfind(tally, 1, application:which_applications()))"
        let started = try await fixture.tally.run("eval", version)
        #expect(started.output.contains(boots), "\(place): \(started.output)\(started.errors)")
    }

    private static func install(_ fixture: InstallerFixture) async throws {
        let report = try await fixture.installer().run(InstallerFixture.install, tarball: fixture.tarball)
        try #require(report.outcome.result == .committed, "\(report.outcome)")
    }

    /// 1.0.0 alone, permanent and running.
    private static func backToTheStart(_ fixture: InstallerFixture) async throws {
        if try await fixture.running() == "1.1.0" {
            let report = try await fixture.installer().run(.rollback(version: nil))
            try #require(report.outcome.result == .rolledBack, "\(report.outcome)")
        }
        guard Self.has("releases/1.1.0", fixture) else { return }
        var findings: [Diagnostic] = []
        let result = try await fixture.remover().remove("1.1.0", dryRun: false, &findings)
        guard case .removed = result else {
            Issue.record("\(findings)")
            return
        }
    }
}
