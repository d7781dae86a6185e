import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import ReleaseInstalling

/// Every state of the installer against every fault, on a model of a node and its host: what is said of the end is true.
@Suite struct InstallMachineFaultTests {
    /// What goes wrong at one action.
    enum Fault: String, CaseIterable, Sendable {
        /// The host or node says no, and nothing happened.
        case error
        /// It happened, and yet an error came back: input/output on a sync, a full disk for the journal.
        case lateError
        /// The node answers with a reason.
        case refusal
        /// The node dies before it has done it, and heart or an operator starts it again.
        case killBefore
        /// The same after it has done it.
        case killAfter
        /// No answer comes in time, and nothing was done.
        case hang
        /// No answer comes in time, and it was done.
        case lateAnswer
        /// The node dies and stays down.
        case nodeDown
        /// From here on nobody can reach the node, which goes on: EPMD gone, or another cookie.
        case unreachable
        /// From here on every change on the host fails: a full disk, or one that is read-only.
        case hostFails
    }

    struct World {
        static let from = "1.0.0"
        static let to = "1.1.0"
        var running: String? = World.from
        var permanent = World.from
        var isRecorded: Bool
        var isPlaced: Bool
        var isReachable = true
        var hostWorks = true

        static let lost = Diagnostic(Diagnostic.ID("node/connection-lost"), .error, "lost")

        /// Does what the action asks for and says what comes of it.
        mutating func perform(_ action: InstallMachine.Action, isSick: Bool) -> InstallMachine.Event {
            let failure = InstallMachine.Event.failed([Diagnostic(Diagnostic.ID("host/x"), .error, "no")])
            switch action {
            case .stage, .keepRecords: return self.hostWorks ? .done([]) : failure
            case .place:
                guard self.hostWorks else { return failure }
                self.isPlaced = true
                return .done([])
            case .takeBack:
                guard self.hostWorks, self.isReachable else { return failure }
                (self.isPlaced, self.isRecorded) = (false, false)
                return .done([])
            case .confirmRecords: return self.hostWorks ? .done([]) : failure
            case .listReleases, .record, .preflight, .call, .renderConfiguration, .guardTrial, .reconnect, .watch,
                .restart, .finish:
                break
            }
            guard self.isReachable, let running = self.running else { return .connectionLost(Self.lost) }
            switch action {
            case .record: self.isRecorded = true
            case .call(.install(let version)): self.running = version
            case .call(.makePermanent(let version)): self.permanent = version
            case .restart: self.running = self.permanent
            case .watch: return isSick ? failure : .done([])
            case .listReleases, .reconnect: return .releases(self.releases(running))
            case .preflight, .renderConfiguration, .guardTrial: return .done([])
            case .call(.check), .stage, .keepRecords, .place, .takeBack, .confirmRecords, .finish: break
            }
            switch action {
            case .call, .record: return .answered(.ok([]))
            default: return .done([])
            }
        }

        private func releases(_ running: String) -> [NodeRelease] {
            [Self.to, Self.from].filter { $0 == Self.from || self.isRecorded }.map { version in
                let status: ReleaseRecord.Status =
                    version == self.permanent ? .permanent : version == running ? .current : .old
                return NodeRelease(name: "tally", version: version, libraries: [], status: status)
            }.sorted { first, _ in first.version == running && first.status == .current }
        }
    }

    struct Case: Sendable {
        var goal: InstallMachine.Goal
        var fault: Fault
        /// At which action, from 0.
        var position: Int
        var isSick: Bool
    }

    static func world(_ goal: InstallMachine.Goal) -> World {
        switch goal {
        case .install: World(isRecorded: false, isPlaced: false)
        case .commit, .rollback: World(running: World.to, isRecorded: true, isPlaced: true)
        }
    }

    /// Runs to the end; nil when it does not come to one.
    static func run(_ test: Case?, _ goal: InstallMachine.Goal, isSick: Bool) -> (
        outcome: InstallMachine.Outcome, world: World, actions: Int
    )? {
        var world = self.world(goal)
        var machine = InstallMachine(goal: goal)
        var action = machine.start()
        for position in 0..<60 {
            if case .finish(let outcome) = action { return (outcome, world, position) }
            var event: InstallMachine.Event
            if let test, test.position == position {
                event = self.strike(test.fault, action, &world, isSick)
            } else {
                event = world.perform(action, isSick: isSick)
            }
            if case .releases(let releases) = event, releases.isEmpty { event = .connectionLost(World.lost) }
            action = machine.handle(event)
        }
        return nil
    }

    static func strike(
        _ fault: Fault, _ action: InstallMachine.Action, _ world: inout World, _ isSick: Bool
    ) -> InstallMachine.Event {
        let failed = InstallMachine.Event.failed([Diagnostic(Diagnostic.ID("host/fault"), .error, "fault")])
        let lost = InstallMachine.Event.connectionLost(World.lost)
        switch fault {
        case .error: return failed
        case .lateError:
            _ = world.perform(action, isSick: isSick)
            return failed
        case .refusal: return .answered(.error(.atom("no")))
        case .killBefore:
            world.running = world.permanent
            return lost
        case .killAfter:
            _ = world.perform(action, isSick: isSick)
            world.running = world.permanent
            return lost
        case .hang: return lost
        case .lateAnswer:
            _ = world.perform(action, isSick: isSick)
            return lost
        case .nodeDown:
            world.running = nil
            return lost
        case .unreachable:
            world.isReachable = false
            return world.perform(action, isSick: isSick)
        case .hostFails:
            world.hostWorks = false
            return world.perform(action, isSick: isSick)
        }
    }

    static let cases: [Case] = {
        let goals: [InstallMachine.Goal] = [
            InstallMachineTests.install(), InstallMachineTests.install(commit: false),
            InstallMachineTests.install(restarts: true), .commit, .rollback(version: nil),
        ]
        return goals.flatMap { goal in
            [false, true].flatMap { isSick -> [Case] in
                let length = Self.run(nil, goal, isSick: isSick)?.actions ?? 0
                return Fault.allCases.flatMap { fault in
                    (0..<length).map { Case(goal: goal, fault: fault, position: $0, isSick: isSick) }
                }
            }
        }
    }()

    @Test func thereAreEnoughCases() { #expect(Self.cases.count > 500, "\(Self.cases.count)") }

    @Test func whatIsSaidOfTheEndIsTrue() {
        for test in Self.cases {
            guard let (outcome, world, _) = Self.run(test, test.goal, isSick: test.isSick) else {
                Issue.record("\(test) does not end")
                continue
            }
            let problem = Self.problem(outcome, world, test)
            #expect(problem == nil, "\(test): \(outcome.result), \(world)")
        }
    }

    /// What is untrue of the outcome, in the world as it is.
    static func problem(_ outcome: InstallMachine.Outcome, _ world: World, _ test: Case) -> String? {
        if let running = outcome.running, let really = world.running, running != really, test.fault != .unreachable {
            return "it says that \(running) runs"
        }
        let isRollback = test.goal == .rollback(version: nil)
        switch outcome.result {
        case .committed:
            return world.running == World.to && world.permanent == World.to ? nil : "it is not committed"
        case .awaitingCommit: return world.running == World.to ? nil : "it does not run"
        case .rolledBack: return world.running == World.from ? nil : "it is not back"
        case .refused:
            let untouched = isRollback || test.goal == .commit || (!world.isPlaced && !world.isRecorded)
            let still = world.running == nil || world.running == Self.world(test.goal).running || test.fault.kills
            return untouched && still ? nil : "something was changed"
        case .failed:
            // The journal stays, and `relift repair` settles it.
            return outcome.findings.contains { $0.severity == .error } ? nil : "it does not say why"
        }
    }
}

extension InstallMachineFaultTests.Fault {
    var kills: Bool { self == .killBefore || self == .killAfter }
}
