import Diagnostics
import ReleaseInstalling
import Testing

@testable import Commands

@Suite struct OutcomeTests {
    static let finding = Diagnostic(Diagnostic.ID("node/x"), .error, "x")

    static func outcome(
        _ result: InstallMachine.Result, running: String?, _ findings: [Diagnostic] = []
    ) -> InstallMachine.Outcome {
        InstallMachine.Outcome(result: result, from: "1", to: "2", running: running, findings: findings)
    }

    @Test(arguments: [
        (outcome(.committed, running: "2"), Commands.ExitStatus.done),
        (outcome(.awaitingCommit, running: "2"), .done),
        (outcome(.rolledBack, running: "1"), .done),
        (outcome(.rolledBack, running: "1", [finding]), .rolledBack),
        (outcome(.refused, running: "1", [finding]), .refused),
        (outcome(.failed, running: "1", [finding]), .failed),
        (outcome(.failed, running: nil, [finding]), .personNeeded),
    ])
    func theExitStatusSaysHowItEnded(outcome: InstallMachine.Outcome, status: Commands.ExitStatus) {
        #expect(outcome.exitStatus == status)
        #expect(!outcome.sentence.isEmpty)
    }
}
