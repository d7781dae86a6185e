import Diagnostics
import ErlangTerms
import Testing

@testable import ReleaseInstalling

/// What `release_handler` does not say of an upgrade.
@Suite struct InstallationReviewTests {
    private static let start = ExternalFunction(module: "application", function: "start", arity: 1)

    private static func ids(
        _ report: PauseReport, notSeen: [ExternalFunction] = [], running: Set<Atom> = ["shop"]
    ) -> [String] {
        InstallationReview.judge(report, notSeen: notSeen, expected: ["shop"], running: running)
            .map { "\($0.severity) \($0.id)" }
    }

    @Test func nothingIsSaidOfAGoodUpgrade() {
        let applied = PauseReport.Applied(function: Self.start, outcome: .ok, microseconds: 5)
        let restart = PauseReport.Restart(supervisor: nil, child: "a", microseconds: 3)
        #expect(Self.ids(PauseReport(windows: 3, restarted: [restart], applied: [applied])) == [])
    }

    @Test func whatFailedIsFound() {
        let process = PreflightTests.process
        #expect(
            Self.ids(PauseReport(applied: [.init(function: Self.start, outcome: .error("x"), microseconds: 5)]))
                == ["error installed/apply-failed"])
        #expect(
            Self.ids(PauseReport(applied: [.init(function: Self.start, outcome: .crashed("x"), microseconds: 5)]))
                == ["error installed/apply-failed"])
        #expect(Self.ids(PauseReport(), running: ["kernel"]) == ["error installed/application-not-running"])
        #expect(Self.ids(PauseReport(unanswered: [process])) == ["error installed/not-suspended"])
        #expect(Self.ids(PauseReport(unresumed: [process])) == ["error installed/not-resumed"])
        #expect(
            Self.ids(PauseReport(restarted: [.init(supervisor: process, child: "a", microseconds: nil)]))
                == ["warning installed/not-restarted"])
        #expect(Self.ids(PauseReport(), notSeen: [Self.start]) == ["note installed/result-not-seen"])
    }

    /// A process of the release may do what the script does next.
    @Test(arguments: [
        ("supervisor", "restart_child", 2, "running", true), ("supervisor", "restart_child", 2, "not_found", false),
        ("supervisor", "delete_child", 2, "not_found", true), ("supervisor", "delete_child", 2, "running", false),
        ("supervisor", "terminate_child", 2, "not_found", true), ("shop", "restart_child", 2, "running", false),
        ("supervisor", "start_child", 2, "{already_started,<0.9.0>}", true),
        ("supervisor", "start_child", 2, "already_present", false),
        ("application", "start", 1, "{already_started,shop}", true),
        ("application", "stop", 1, "{not_started,shop}", true),
        ("application", "start", 1, "{not_started,kernel}", false),
    ])
    func whatIsSoAlreadyHasNotFailed(module: String, function: String, arity: Int, reason: String, isSo: Bool) {
        let function = ExternalFunction(
            module: Atom(module), function: Atom(function), arity: arity)
        let applied = PauseReport.Applied(function: function, outcome: .error(reason), microseconds: 5)
        #expect(Self.ids(PauseReport(applied: [applied])) == (isSo ? [] : ["error installed/apply-failed"]))
    }

    @Test func changesThatNoFileAnnouncedAreFound() {
        let before = NodeEnvironment(digests: ["shop": ["a": [1], "b": [1], "c": [1]]])
        let after = NodeEnvironment(digests: ["shop": ["a": [2], "b": [2], "d": [1]], "new": ["x": [1]]])
        let announced = EnvironmentComparison(rows: [
            .init(application: "shop", parameter: "a", live: .a, from: .a, to: .b)
        ])
        let findings = InstallationReview.parameterChanges(before: before, after: after, announced: announced)
        #expect(findings.map(\.id.rawValue) == ["installed/parameter-changed"])
        #expect(
            findings.first?.notes.map(\.text) == [
                "`b` of `shop` has another value", "`c` of `shop` is gone", "`d` of `shop` is new",
            ])
    }
}
