import ArgumentParser
import ReleaseInstalling

/// How long `release_handler` waits for processes while it runs a script.
struct ScriptTimeouts: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long a process may take to stop for the script; OTP waits 5000.", valueName: "milliseconds"))
    var suspendTimeout: Int?

    @Option(
        help: ArgumentHelp(
            "How long a process may take to convert its state; OTP waits 5000.", valueName: "milliseconds"))
    var codeChangeTimeout: Int?

    func validate() throws {
        for time in [self.suspendTimeout, self.codeChangeTimeout].compactMap(\.self) where time < 1 {
            throw ValidationError("a timeout is at least 1 millisecond")
        }
    }

    func set(_ trial: inout TrialSettings) {
        trial.suspendTimeout = self.suspendTimeout
        trial.codeChangeTimeout = self.codeChangeTimeout
    }
}
