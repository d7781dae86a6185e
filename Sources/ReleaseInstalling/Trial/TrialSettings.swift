package import Diagnostics
package import ReleaseModel

/// What an operator, or the manifest of a release, says of the trial of a new release.
package struct TrialSettings: Sendable {
    /// How long its health is watched before it is committed, or left to be confirmed; zero for not at all.
    package var watch: Duration = .seconds(30)
    /// How long a release that is not committed may wait to be: then the node goes back by itself.
    package var confirmTime: Duration = .seconds(600)
    /// How much longer than the watch a node waits for a release that is to be committed, before it goes back by itself:
    /// relift, or its connection, is gone then.
    package var graceTime: Duration = .seconds(120)
    package var questions: [HealthQuestion] = []
    package var questioner = HealthQuestioner(command: { _ in .none("commands are not run here") })
    package var limits = HealthLimits()
    /// Findings that are no reason not to go on.
    package var allowed: Set<Diagnostic.ID> = []
    /// How long a process may take to stop and to convert its state, in milliseconds; nil for OTP's five seconds.
    package var suspendTimeout: Int?
    package var codeChangeTimeout: Int?

    package init() {}
}
