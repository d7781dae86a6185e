import Diagnostics
import ReleaseInstalling
import ReleaseModel

/// How an operation on a node is told: progress on standard error, the account of it on standard output.
enum InstallRendering {
    /// Tells every step as it begins and ends.
    static func observer(_ console: Console) -> @Sendable (InstallProgress) -> Void {
        { progress in
            switch progress {
            case .began(let step): console.detail("  … \(step.words)")
            case .ended(let step):
                let mark = step.isDone ? "done" : "failed"
                console.progress("  \(mark): \(step.name.words) (\(step.time.milliseconds) ms)")
            case .sampled(let sample, let number, let count):
                console.detail("  \(number) of \(count): \(sample.line)")
            }
        }
    }

    /// Writes that the operation was refused before anything was begun.
    static func refuse(_ findings: [Diagnostic], _ console: Console) -> ExitStatus {
        let outcome = InstallMachine.Outcome(
            result: .refused, from: nil, to: nil, running: nil, findings: findings)
        return self.show(InstallReport(outcome: outcome, steps: []), console)
    }

    /// Writes what would be done on a node.
    static func showPlan(_ goal: InstallMachine.Goal, on node: String, _ findings: [Diagnostic], _ console: Console) {
        switch console.format {
        case .text:
            console.report(findings)
            console.result("would \(goal.words) on \(node)\n")
        case .json:
            let outcome = InstallMachine.Outcome(
                result: .refused, from: nil, to: goal.version, running: nil, findings: findings)
            console.result(InstallReport(outcome: outcome, steps: []).json(result: "dry-run").text + "\n")
        }
    }

    /// Writes the result; the exit status that goes with it.
    ///
    /// - Parameters:
    ///   - time: how long a release on trial waits for `relift commit`.
    ///   - root: as the user gave it, for commands to copy.
    static func show(
        _ report: InstallReport, _ console: Console, goesBackAfter time: Duration? = nil, root: String = "ROOT"
    ) -> ExitStatus {
        let outcome = report.outcome
        switch console.format {
        case .text:
            console.report(report.repairs + outcome.findings)
            if let pause = report.pause?.sentence { console.result(pause + "\n") }
            console.result(outcome.sentence + "\n")
            if outcome.result == .awaitingCommit, outcome.from != outcome.to, let time {
                console.result(
                    "it goes back by itself in \(time.words), unless `relift commit --root \(root)` comes first\n")
            }
        case .json:
            console.result(report.json(result: outcome.result.rawValue).text + "\n")
        }
        return outcome.exitStatus
    }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int {
        let (seconds, attoseconds) = self.components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}

extension InstallMachine.Outcome {
    /// What the operator reads last.
    var sentence: String {
        let to = self.to ?? "?"
        switch self.result {
        case .committed where self.from == self.to: return "release \(to) is permanent"
        case .awaitingCommit where self.from == self.to:
            return "release \(to) runs already, and waits for `relift commit`"
        case .committed: return "release \(to) runs and is permanent (it was \(self.from ?? "?"))"
        case .awaitingCommit:
            return "release \(to) runs; a restart goes back to \(self.from ?? "the one before") until `relift commit`"
        case .rolledBack: return "the node runs release \(self.running ?? to)"
        case .refused: return "nothing was changed" + (self.running.map { "; the node runs release \($0)" } ?? "")
        case .failed:
            return self.running.map { "the operation failed; the node runs release \($0)" }
                ?? "the operation failed and the node did not say what it runs; see `relift status`"
        }
    }

    var exitStatus: ExitStatus {
        switch self.result {
        case .committed, .awaitingCommit: .done
        case .rolledBack: self.findings.hasErrors ? .rolledBack : .done
        case .refused: .refused
        case .failed: self.running == nil ? .personNeeded : .failed
        }
    }
}

extension InstallReport {
    /// Contract, section 6. Health and pause are measured once the installer watches the node.
    func json(result: String) -> JSONValue {
        .object([
            ("schemaVersion", .integer(1)),
            ("result", .string(result)),
            ("from", .optional(self.outcome.from)),
            ("to", .optional(self.outcome.to)),
            ("running", .optional(self.outcome.running)),
            (
                "steps",
                .array(
                    self.steps.map { step in
                        .object([
                            ("name", .string(step.name.rawValue)),
                            ("result", .string(step.isDone ? "done" : "failed")),
                            ("milliseconds", .integer(step.time.milliseconds)),
                        ])
                    })
            ),
            ("pause", self.pauseJSON),
            ("health", self.healthJSON),
            ("findings", .array((self.repairs + self.outcome.findings).map(\.json))),
        ])
    }
}

extension InstallReport {
    private var pauseJSON: JSONValue {
        guard let pause = self.pause else { return .null }
        func milliseconds(_ microseconds: Int) -> JSONValue { .number(PauseReport.milliseconds(microseconds)) }
        return .object([
            ("processes", .integer(pause.windows)), ("longestMilliseconds", milliseconds(pause.longest)),
            ("p50", milliseconds(pause.median)), ("p99", milliseconds(pause.percentile99)),
            ("predictedMilliseconds", self.predictedPause.map { .number($0) } ?? .null),
        ])
    }

    private var healthJSON: JSONValue {
        guard let last = self.samples.last else { return .null }
        return .object([
            ("samples", .integer(self.samples.count)), ("processes", .integer(last.processCount)),
            ("longestRunQueue", .integer(self.samples.map(\.runQueue).max() ?? 0)),
            ("largestMemory", .integer(self.samples.map(\.memory.total).max() ?? 0)),
            ("deaths", last.watch.map { .integer($0.deaths) } ?? .null),
            ("errors", last.watch.map { .integer($0.errors) } ?? .null),
        ])
    }
}

extension PauseReport {
    /// Nil where no process was stopped.
    fileprivate var sentence: String? {
        guard self.windows > 0 else { return nil }
        func text(_ microseconds: Int) -> String {
            let tenths = (microseconds + 50) / 100
            return "\(tenths / 10).\(tenths % 10) ms"
        }
        return "\(self.windows) process\(self.windows == 1 ? "" : "es") stood still: longest \(text(self.longest)), "
            + "median \(text(self.median))"
    }
}

extension HealthSample {
    /// One look, for people who watch.
    var line: String {
        var parts = [
            "\(self.processCount) processes", "run queue \(self.runQueue)",
            "memory \(self.memory.total >> 20) MiB", "longest queue \(self.queues.first?.queue ?? 0)",
        ]
        if let watch {
            parts.append("\(watch.deaths) deaths")
            parts.append("\(watch.errors) errors")
        }
        return parts.joined(separator: ", ")
    }
}
