import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import ReleaseInstalling

@Suite struct InstallMachineTests {
    static let old = NodeRelease(name: "tally", version: "1.0.0", libraries: ["tally-1.0.0"], status: .permanent)

    static func new(_ status: ReleaseRecord.Status) -> NodeRelease {
        NodeRelease(name: "tally", version: "1.1.0", libraries: ["tally-1.1.0"], status: status)
    }

    static func install(commit: Bool = true, restarts: Bool = false) -> InstallMachine.Goal {
        .install(.init(version: "1.1.0", commits: commit, restartsEmulator: restarts))
    }

    static let ok = InstallMachine.Event.answered(.ok([]))
    static let done = InstallMachine.Event.done([])
    static let lost = InstallMachine.Event.connectionLost(
        Diagnostic(Diagnostic.ID("node/connection-lost"), .error, "the node is gone"))
    static let sick = InstallMachine.Event.failed([Diagnostic(Diagnostic.ID("health/x"), .error, "it is sick")])

    static func refusal(_ reason: Term) -> InstallMachine.Event { .answered(.error(reason)) }

    /// Up to the call that runs the script.
    static let beforeTheScript: [InstallMachine.Event] = [
        .releases([old]), done, done, done, ok, done, done, ok, done,
    ]

    /// Feeds events and collects the actions, the first one included.
    static func actions(_ goal: InstallMachine.Goal, _ events: [InstallMachine.Event]) -> [InstallMachine.Action] {
        var machine = InstallMachine(goal: goal)
        return [machine.start()] + events.map { machine.handle($0) }
    }

    static func outcome(_ goal: InstallMachine.Goal, _ events: [InstallMachine.Event]) -> InstallMachine.Outcome? {
        if case .finish(let outcome) = self.actions(goal, events).last { outcome } else { nil }
    }

    @Test func anInstallGoesThroughEveryStepAndCommits() {
        let actions = Self.actions(
            Self.install(),
            Self.beforeTheScript + [
                Self.ok, .releases([Self.new(.current), Self.old]), Self.done, Self.ok, Self.done,
            ])
        #expect(
            actions == [
                .listReleases, .stage, .keepRecords, .place, .record(version: "1.1.0"),
                .renderConfiguration(version: "1.1.0"), .preflight(from: "1.0.0", to: "1.1.0"),
                .call(.check(version: "1.1.0")), .guardTrial(backTo: "1.0.0"),
                .call(.install(version: "1.1.0")), .listReleases, .watch, .call(.makePermanent(version: "1.1.0")),
                .confirmRecords(version: "1.1.0"),
                .finish(
                    InstallMachine.Outcome(
                        result: .committed, from: "1.0.0", to: "1.1.0", running: "1.1.0", findings: [])),
            ])
    }

    @Test func withoutCommitTheNewReleaseAwaitsIt() {
        let outcome = Self.outcome(
            Self.install(commit: false),
            Self.beforeTheScript + [Self.ok, .releases([Self.new(.current), Self.old]), Self.done])
        #expect(outcome?.result == .awaitingCommit)
        #expect(outcome?.running == "1.1.0")
    }

    @Test func aReleaseThatTheNodeKnowsIsNotToldAgain() {
        let actions = Self.actions(
            Self.install(), [.releases([Self.new(.unpacked), Self.old]), Self.done, Self.done, Self.done])
        #expect(actions.last == .renderConfiguration(version: "1.1.0"))
    }

    @Test func whatTheNodeRefusesIsTakenBack() {
        let reason = Term.tuple(.atom("old_processes"), .atom("tally_counter"))
        let events = Array(Self.beforeTheScript.prefix(7)) + [Self.refusal(reason)]
        #expect(Self.actions(Self.install(), events).last == .takeBack(version: "1.1.0"))
        let outcome = Self.outcome(Self.install(), events + [Self.done])
        #expect(outcome?.result == .refused)
        #expect(outcome?.running == "1.0.0")
        #expect(outcome?.findings.map(\.id.rawValue) == ["node/old-processes"])
    }

    @Test func aNodeThatWentBackByItselfIsRolledBack() {
        let reason = Term.tuple(
            .atom("code_change_failed"), .atom("pid"), .atom("tally_counter"), .string("1.0.0"), .atom("badarg"))
        let events = Self.beforeTheScript + [Self.refusal(reason)]
        #expect(Self.actions(Self.install(), events).last == .reconnect)
        let outcome = Self.outcome(
            Self.install(), events + [.releases([Self.new(.unpacked), Self.old]), Self.done])
        #expect(outcome?.result == .rolledBack)
        #expect(outcome?.running == "1.0.0")
        #expect(outcome?.findings.map(\.id.rawValue) == ["node/code-change-failed"])
    }

    @Test func aSickReleaseIsLedBackByTheScriptOfTheWayDown() {
        let events =
            Self.beforeTheScript + [
                Self.ok, .releases([Self.new(.current), Self.old]), Self.sick, Self.ok, Self.done, Self.ok,
                .releases([Self.new(.old), Self.old]),
            ]
        let actions = Self.actions(Self.install(), events)
        #expect(
            actions.suffix(5).dropLast() == [
                .call(.check(version: "1.0.0")), .renderConfiguration(version: "1.0.0"),
                .call(.install(version: "1.0.0")), .listReleases,
            ])
        let outcome = Self.outcome(Self.install(), events)
        #expect(outcome?.result == .rolledBack)
        #expect(outcome?.running == "1.0.0")
        #expect(outcome?.findings.map(\.id.rawValue) == ["health/x"])
    }

    @Test func whereThatFailsTheNodeIsRestartedIntoItsPermanentRelease() {
        let events =
            Self.beforeTheScript + [
                Self.ok, .releases([Self.new(.current), Self.old]), Self.sick, Self.refusal(.atom("enoent")),
                .releases([Self.new(.current), Self.old]),
            ]
        #expect(Self.actions(Self.install(), events).last == .restart)
        let outcome = Self.outcome(
            Self.install(), events + [Self.done, .releases([Self.new(.unpacked), Self.old])])
        #expect(outcome?.result == .rolledBack)
        #expect(outcome?.running == "1.0.0")
    }

    @Test func aNodeThatNeverCameBackIsAFailure() {
        let outcome = Self.outcome(Self.install(), Self.beforeTheScript + [Self.lost, Self.lost])
        #expect(outcome?.result == .failed)
        #expect(outcome?.running == nil)
    }

    @Test func afterARestartOfTheEmulatorTheNodeIsWaitedFor() {
        let actions = Self.actions(Self.install(restarts: true), Self.beforeTheScript + [Self.ok])
        #expect(actions.last == .reconnect)
    }

    @Test func rollbackFromAnUncommittedReleaseNeedsNoCommit() {
        let actions = Self.actions(
            .rollback(version: nil),
            [
                .releases([Self.new(.current), Self.old]), Self.done, Self.done, Self.ok, Self.ok,
                .releases([Self.new(.old), Self.old]),
            ])
        #expect(
            actions.dropLast() == [
                .listReleases, .keepRecords, .renderConfiguration(version: "1.0.0"), .call(.check(version: "1.0.0")),
                .call(.install(version: "1.0.0")), .listReleases,
            ])
        guard case .finish(let outcome) = actions.last else {
            Issue.record("not finished")
            return
        }
        #expect(outcome.result == .rolledBack)
    }

    @Test func rollbackFromACommittedReleaseMakesTheOldOnePermanent() {
        let before = NodeRelease(name: "tally", version: "1.0.0", libraries: [], status: .old)
        let now = NodeRelease(name: "tally", version: "1.0.0", libraries: [], status: .current)
        let actions = Self.actions(
            .rollback(version: nil),
            [
                .releases([Self.new(.permanent), before]), Self.done, Self.done, Self.ok, Self.ok,
                .releases([Self.new(.permanent), now]),
            ])
        #expect(actions.last == .call(.makePermanent(version: "1.0.0")))
    }

    @Test func thereMayBeNothingToRollBackTo() {
        let outcome = Self.outcome(.rollback(version: nil), [.releases([Self.old])])
        #expect(outcome?.result == .refused)
        #expect(outcome?.findings.map(\.id.rawValue) == ["install/no-rollback-target"])
    }

    /// An old release that was left by going back is not where the next one goes.
    @Test func rollbackTakesOnlyAWayDown() {
        let before = NodeRelease(name: "tally", version: "1.1.0", libraries: [], status: .old)
        for (ways, version) in [([], nil), (["1.1.0"], "1.1.0"), (nil, "1.1.0")] as [(Set<String>?, String?)] {
            var machine = InstallMachine(goal: .rollback(version: nil))
            _ = machine.start()
            machine.waysDown = ways
            let action = machine.handle(.releases([before, Self.old]))
            #expect((action == .keepRecords) == (version != nil))
            #expect(machine.hop?.to == version)
        }
        let named = Self.actions(.rollback(version: "1.1.0"), [.releases([before, Self.old])])
        #expect(named.last == .keepRecords)
        let running = Self.outcome(.rollback(version: "1.0.0"), [.releases([before, Self.old])])
        #expect(running?.findings.map(\.summary) == ["the node runs release `1.0.0` already"])
    }

    @Test func whatIsPermanentWaitsForNoCommit() {
        let goal = Self.install(commit: false)
        #expect(Self.outcome(goal, [.releases([Self.new(.permanent)]), Self.done])?.result == .committed)
        let waiting = Self.outcome(goal, [.releases([Self.new(.current), Self.old]), Self.done])
        #expect(waiting?.result == .awaitingCommit)
    }

    @Test func committingThePermanentReleaseIsNothingToDo() {
        #expect(Self.outcome(.commit, [.releases([Self.old])])?.result == .committed)
    }

    @Test func whatRunsAlreadyIsOnlyCommitted() {
        let outcome = Self.outcome(
            Self.install(), [.releases([Self.new(.current), Self.old]), Self.done, Self.done, Self.ok, Self.done])
        #expect(outcome?.result == .committed)
        let again = Self.outcome(Self.install(), [.releases([Self.new(.permanent)]), Self.done])
        #expect(again?.result == .committed)
        #expect(again?.findings.map(\.id.rawValue) == ["install/runs-already"])
    }

    @Test func aNodeWithoutRecordsIsRefused() {
        let outcome = Self.outcome(Self.install(), [.releases([])])
        #expect(outcome?.result == .refused)
        #expect(outcome?.findings.map(\.id.rawValue) == ["node/no-running-release"])
    }

    /// Whatever comes whenever, the machine answers and never traps.
    @Test func everyStateTakesEveryEvent() {
        let events: [InstallMachine.Event] = [
            .releases([Self.old]), .releases([]), .releases([Self.new(.current), Self.old]), Self.done, Self.ok,
            Self.refusal(.atom("x")), Self.lost, Self.sick,
        ]
        let goals: [InstallMachine.Goal] = [
            Self.install(), Self.install(commit: false), .commit, .rollback(version: nil), .rollback(version: "9"),
        ]
        var seen: Set<InstallMachine.Phase> = []
        for goal in goals {
            var start = InstallMachine(goal: goal)
            _ = start.start()
            var reached: [InstallMachine.Phase: Int] = [:]
            var machines = [start]
            while let machine = machines.popLast() {
                reached[machine.phase, default: 0] += 1
                // More of them know the same.
                guard reached[machine.phase, default: 0] < 50 else { continue }
                for event in events {
                    var copy = machine
                    _ = copy.handle(event)
                    machines.append(copy)
                }
            }
            seen.formUnion(reached.keys)
        }
        #expect(seen == Set(InstallMachine.Phase.allCases).subtracting([.idle]))
    }
}
