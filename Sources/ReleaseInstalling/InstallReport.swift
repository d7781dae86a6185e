package import Diagnostics

/// What an operation did, step by step, and how it ended.
package struct InstallReport: Sendable {
    package enum StepName: String, Hashable, Sendable, CaseIterable {
        case stage, keep, place, record, preflight, check, configure, trial, install, watch, commit, confirm
        case goBack = "go-back"
        case restart
        case takeBack = "take-back"
        case remove, mend
        case waitForNode = "wait-for-node"

        /// For people, while it goes on.
        package var words: String {
            switch self {
            case .stage: "verify the tarball and unpack it beside its place"
            case .keep: "keep copies of the node's records"
            case .place: "put the release in its place"
            case .record: "tell the node of the release"
            case .preflight: "look at the node as it is"
            case .check: "check the script on the node"
            case .configure: "make the configuration of the release"
            case .trial: "have the node go back by itself if nobody confirms"
            case .install: "run the script"
            case .watch: "watch the health of the node"
            case .commit: "make the release permanent"
            case .confirm: "see that the node's records are on the disk"
            case .goBack: "run the script of the way back"
            case .restart: "restart the node into its permanent release"
            case .takeBack: "remove what was put on the host"
            case .remove: "remove the files of the release"
            case .mend: "mend the records of the host"
            case .waitForNode: "wait for the node to come back"
            }
        }
    }

    package struct Step: Hashable, Sendable {
        package var name: StepName
        package var isDone: Bool
        package var time: Duration

        package init(name: StepName, isDone: Bool, time: Duration) {
            self.name = name
            self.isDone = isDone
            self.time = time
        }
    }

    package var outcome: InstallMachine.Outcome
    package var steps: [Step]
    /// What was found and done for an operation that had been cut off before.
    package var repairs: [Diagnostic] = []
    /// How long processes stood still; nil where that was not measured.
    package var pause: PauseReport?
    /// What was predicted of it, in milliseconds.
    package var predictedPause: Double?
    /// What was seen of the node while the release was on trial.
    package var samples: [HealthSample] = []

    package init(outcome: InstallMachine.Outcome, steps: [Step]) {
        self.outcome = outcome
        self.steps = steps
    }
}

/// Something that happens while an operation runs.
package enum InstallProgress: Sendable {
    case began(InstallReport.StepName)
    case ended(InstallReport.Step)
    case sampled(HealthSample, number: Int, of: Int)
}
