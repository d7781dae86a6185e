/// What an operation did, step by step, and how it ended.
package struct InstallReport: Sendable {
    package enum StepName: String, Hashable, Sendable {
        case copy, unpack, check, configure, install, commit, remove
        case waitForNode = "wait-for-node"

        init(_ call: InstallMachine.Call) {
            switch call {
            case .unpack: self = .unpack
            case .check: self = .check
            case .install: self = .install
            case .makePermanent: self = .commit
            }
        }

        /// For people, while it goes on.
        package var words: String {
            switch self {
            case .copy: "put the tarball in place"
            case .unpack: "unpack the release"
            case .check: "check the script on the node"
            case .configure: "make the configuration of the release"
            case .install: "run the script"
            case .commit: "make the release permanent"
            case .remove: "remove the tarball again"
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

    package init(outcome: InstallMachine.Outcome, steps: [Step]) {
        self.outcome = outcome
        self.steps = steps
    }
}

/// Something that happens while an operation runs.
package enum InstallProgress: Sendable {
    case began(InstallReport.StepName)
    case ended(InstallReport.Step)
}
