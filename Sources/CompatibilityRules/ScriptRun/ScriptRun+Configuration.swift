import ReleaseModel
import UpgradePlanning

extension ScriptRun {
    /// Whether `release_handler` gives the applications the target's configuration while the node runs; where the script
    /// ends with a restart of the runtime system, a node of the target release reads it when it boots.
    package var takesConfigurationLive: Bool {
        !self.steps.contains { $0.instruction == .known(.restartEmulator) }
    }

    /// What there is beside the `.rel` file of the release that the script leads to, where its configuration is taken
    /// while the node runs.
    var liveTarget: ReleaseSnapshot.VersionFolder? {
        self.takesConfigurationLive ? self.target.snapshot.folder : nil
    }
}
