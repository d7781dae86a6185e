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

    static func install(commit: Bool = true) -> InstallMachine.Goal {
        .install(version: "1.1.0", archive: "tally-1.1.0", commit: commit)
    }

    static let ok = InstallMachine.Event.answered(.ok([]))

    static func refusal(_ reason: Term) -> InstallMachine.Event { .answered(.error(reason)) }

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
            [
                .releases([Self.old]), .tarballCopied, Self.ok, Self.ok, .configurationRendered, Self.ok,
                .releases([Self.new(.current), Self.old]), Self.ok,
            ])
        #expect(
            actions == [
                .listReleases, .copyTarball, .call(.unpack(archive: "tally-1.1.0")), .call(.check(version: "1.1.0")),
                .renderConfiguration(version: "1.1.0"), .call(.install(version: "1.1.0")), .listReleases,
                .call(.makePermanent(version: "1.1.0")),
                .finish(
                    InstallMachine.Outcome(
                        result: .committed, from: "1.0.0", to: "1.1.0", running: "1.1.0", findings: [])),
            ])
    }

    @Test func withoutCommitTheNewReleaseAwaitsIt() {
        let outcome = Self.outcome(
            Self.install(commit: false),
            [
                .releases([Self.old]), .tarballCopied, Self.ok, Self.ok, .configurationRendered, Self.ok,
                .releases([Self.new(.current), Self.old]),
            ])
        #expect(outcome?.result == .awaitingCommit)
        #expect(outcome?.running == "1.1.0")
    }

    @Test func aReleaseThatIsUnpackedIsNotUnpackedAgain() {
        let actions = Self.actions(Self.install(), [.releases([Self.new(.unpacked), Self.old])])
        #expect(actions.last == .call(.check(version: "1.1.0")))
    }

    @Test func aRefusedTarballIsTakenAwayAgain() {
        let reason = Term.tuple(.atom("existing_release"), .string("1.1.0"))
        let actions = Self.actions(
            Self.install(), [.releases([Self.old]), .tarballCopied, Self.refusal(reason), .tarballRemoved])
        #expect(actions[3] == .removeTarball)
        guard case .finish(let outcome) = actions[4] else {
            Issue.record("not finished")
            return
        }
        #expect(outcome.result == .refused)
        #expect(outcome.findings.map(\.id.rawValue) == ["node/release-exists"])
    }

    @Test func aFailedCheckLeavesTheNodeAsItWas() {
        let reason = Term.tuple(.atom("old_processes"), .atom("tally_counter"))
        let outcome = Self.outcome(
            Self.install(), [.releases([Self.old]), .tarballCopied, Self.ok, Self.refusal(reason)])
        #expect(outcome?.result == .refused)
        #expect(outcome?.running == "1.0.0")
        #expect(outcome?.findings.map(\.id.rawValue) == ["node/old-processes"])
    }

    @Test func withoutAConfigurationNothingIsInstalled() {
        let finding = Diagnostic(Diagnostic.ID("config/variable-not-set"), .error, "x")
        let outcome = Self.outcome(
            Self.install(), [.releases([Self.old]), .tarballCopied, Self.ok, Self.ok, .failed(finding)])
        #expect(outcome?.result == .refused)
        #expect(outcome?.running == "1.0.0")
        #expect(outcome?.findings == [finding])
    }

    @Test func aNodeThatWentBackByItselfIsRolledBack() {
        let reason = Term.tuple(
            .atom("code_change_failed"), .atom("pid"), .atom("tally_counter"), .string("1.0.0"), .atom("badarg"))
        let events: [InstallMachine.Event] = [
            .releases([Self.old]), .tarballCopied, Self.ok, Self.ok, .configurationRendered, Self.refusal(reason),
        ]
        #expect(Self.actions(Self.install(), events).last == .reconnect)
        let outcome = Self.outcome(Self.install(), events + [.releases([Self.new(.unpacked), Self.old])])
        #expect(outcome?.result == .rolledBack)
        #expect(outcome?.running == "1.0.0")
        #expect(outcome?.findings.map(\.id.rawValue) == ["node/code-change-failed"])
    }

    @Test func aNodeThatNeverCameBackIsAFailure() {
        let lost = Diagnostic(Diagnostic.ID("node/connection-lost"), .error, "the node is gone")
        let outcome = Self.outcome(
            Self.install(),
            [
                .releases([Self.old]), .tarballCopied, Self.ok, Self.ok, .configurationRendered, .connectionLost(lost),
                .connectionLost(lost),
            ])
        #expect(outcome?.result == .failed)
        #expect(outcome?.running == nil)
    }

    @Test func rollbackFromAnUncommittedReleaseNeedsNoCommit() {
        let actions = Self.actions(
            .rollback(version: nil),
            [
                .releases([Self.new(.current), Self.old]), Self.ok, .configurationRendered, Self.ok,
                .releases([Self.new(.old), Self.old]),
            ])
        #expect(
            actions.dropLast() == [
                .listReleases, .call(.check(version: "1.0.0")), .renderConfiguration(version: "1.0.0"),
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
                .releases([Self.new(.permanent), before]), Self.ok, .configurationRendered, Self.ok,
                .releases([Self.new(.permanent), now]),
            ])
        #expect(actions.last == .call(.makePermanent(version: "1.0.0")))
    }

    @Test func thereMayBeNothingToRollBackTo() {
        let outcome = Self.outcome(.rollback(version: nil), [.releases([Self.old])])
        #expect(outcome?.result == .refused)
        #expect(outcome?.findings.map(\.id.rawValue) == ["install/no-rollback-target"])
    }

    @Test func committingThePermanentReleaseIsNothingToDo() {
        #expect(Self.outcome(.commit, [.releases([Self.old])])?.result == .committed)
    }

    @Test func aNodeWithoutRecordsIsRefused() {
        let outcome = Self.outcome(Self.install(), [.releases([])])
        #expect(outcome?.result == .refused)
        #expect(outcome?.findings.map(\.id.rawValue) == ["node/no-running-release"])
    }

    /// Whatever comes whenever, the machine answers and never traps.
    @Test func everyStateTakesEveryEvent() {
        let finding = Diagnostic(Diagnostic.ID("node/x"), .error, "x")
        let events: [InstallMachine.Event] = [
            .releases([Self.old]), .releases([]), .releases([Self.new(.current), Self.old]), .tarballCopied,
            .tarballRemoved, .configurationRendered, Self.ok, Self.refusal(.atom("x")), .connectionLost(finding),
            .failed(finding),
        ]
        let goals: [InstallMachine.Goal] = [
            Self.install(), Self.install(commit: false), .commit, .rollback(version: nil), .rollback(version: "9"),
        ]
        var count = 0
        for goal in goals {
            var reached = [InstallMachine(goal: goal)]
            _ = reached[0].start()
            for _ in 0..<7 {
                var next: [InstallMachine] = []
                for machine in reached.prefix(200) {
                    for event in events {
                        var copy = machine
                        _ = copy.handle(event)
                        next.append(copy)
                        count += 1
                    }
                }
                reached = next
            }
        }
        #expect(count > 1000)
    }
}

@Suite struct ReleaseHandlerReasonTests {
    /// Shapes of release_handler's reasons (OTP 25 to 29) and the findings they become.
    static let cases: [(String, String)] = [
        ("{existing_release,\"2\"}", "node/release-exists"),
        ("{no_such_release,\"2\"}", "node/no-such-release"),
        ("{already_installed,\"2\"}", "node/already-installed"),
        ("{permanent,\"2\"}", "node/is-permanent"),
        ("{bad_status,permanent}", "node/bad-status"),
        ("{no_such_file,\"/a/b.beam\"}", "node/file-missing"),
        ("{bad_relup_file,\"/a/relup\"}", "node/bad-file"),
        ("{enoent,\"/a/relup\"}", "node/file-error"),
        ("{cannot_extract_file,\"a\",enospc}", "node/cannot-extract"),
        ("{no_matching_relup,\"2\",\"1\"}", "node/no-matching-relup"),
        ("{old_processes,m}", "node/old-processes"),
        ("{illegal_instruction_after_point_of_no_return,reboot}", "node/illegal-instruction"),
        ("{bad_lib_vsn,a,\"1\"}", "node/library-version"),
        ("{code_change_failed,self,m,\"1\",badarg}", "node/code-change-failed"),
        ("{missing_base_app,\"2\",sasl}", "node/missing-base-application"),
        ("client_node", "node/client-node"),
        ("{'EXIT',{badarg,[]}}", "node/release-handler"),
        ("\"text\"", "node/release-handler"),
    ]

    @Test(arguments: cases)
    func everyReasonBecomesAFindingWithAWayOut(reason: String, id: String) throws {
        let finding = ReleaseHandlerReason(try TermText.parseTerm(reason)).finding
        #expect(finding.id.rawValue == id)
        #expect(!finding.help.isEmpty)
        #expect(!finding.summary.contains("{"), "a raw term reached the summary: \(finding.summary)")
    }
}
