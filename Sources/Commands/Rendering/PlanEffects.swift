import CompatibilityRules
import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// What the scripts of a plan do to those who use the node: who waits, how long, and when code of both versions runs.
struct PlanEffects {
    let hop: Hop

    init(_ hop: Hop) { self.hop = hop }

    /// The sizes of nodes for which the pause is foretold: all processes, and those of each suspended module.
    private static let nodes = [(processes: 1_000, ofModule: 100), (processes: 100_000, ofModule: 10_000)]

    // MARK: - Text

    var text: [String] {
        self.hop.runs.flatMap { run -> [String] in
            let direction = run.mode.direction.rawValue
            return ["", "effects of the \(direction) script"] + self.lines(run).map { "  " + $0 }
        } + ["", "rollback", "  " + self.rollback]
    }

    private func lines(_ run: ScriptRun) -> [String] {
        if run.restartsEmulator { return ["the runtime system restarts: every process ends and starts anew"] }
        var lines = run.restartedApplications.map { "application \($0) is stopped and started: its processes end" }
        lines += run.windows.map { Self.line($0) }
        lines.append(self.pause(run))
        if let mixed = run.mixedSteps {
            lines.append("code of both releases is current in steps \(mixed.lowerBound + 1) to \(mixed.upperBound + 1)")
        }
        return lines
    }

    private static func line(_ window: SuspendedWindow) -> String {
        let steps = window.end.map { "steps \(window.start + 1) to \($0 + 1)" } ?? "from step \(window.start + 1) on"
        var parts = ["processes of \(Self.list(window.suspended)) wait"]
        let others = window.exchanged.filter { !window.suspended.contains($0) }
        if !others.isEmpty { parts.append("\(Self.list(others)) exchanged meanwhile") }
        if !window.converted.isEmpty { parts.append("states of \(Self.list(window.converted)) converted") }
        return "\(steps): \(parts.joined(separator: ", "))"
    }

    private static func list(_ modules: [Atom]) -> String {
        let shown = modules.prefix(6).map(\.name).joined(separator: ", ")
        return modules.count > 6 ? "\(shown) and \(modules.count - 6) more" : shown
    }

    private func pause(_ run: ScriptRun) -> String {
        let windows = run.windows
        guard !windows.isEmpty else { return "nobody waits: no process is suspended" }
        let times = Self.nodes.map { node in
            let model = PauseModel(processes: node.processes, standard: node.ofModule)
            return "\(Self.time(model.longest(windows) ?? 0)) on a node of \(Self.number(node.processes)) processes, "
                + "\(Self.number(node.ofModule)) of each suspended module"
        }
        return "expected pause: \(times.joined(separator: "; "))"
    }

    /// Two digits, which is more than the model knows.
    private static func time(_ milliseconds: Double) -> String {
        milliseconds < 1000
            ? "about \(Int(milliseconds.rounded(.up))) ms" : "about \((milliseconds / 100).rounded() / 10) s"
    }

    private static func number(_ count: Int) -> String {
        count >= 1000 ? "\(count / 1000),\(String(String(1000 + count % 1000).dropFirst()))" : String(count)
    }

    private var rollback: String {
        guard let down = self.hop.down else {
            return "there is no script back: only a restart leads to the old release"
        }
        if down.restartsEmulator { return "with a restart of the runtime system: no state is kept" }
        let restarted = down.restartedApplications
        let steps = down.steps.count == 1 ? "1 step" : "\(down.steps.count) steps"
        return restarted.isEmpty
            ? "hot, by the down script (\(steps))"
            : "by the down script (\(steps)), which restarts \(restarted.map(\.name).joined(separator: ", "))"
    }

    // MARK: - JSON

    var json: JSONValue {
        .object(
            self.hop.runs.map { run in
                (
                    run.mode.direction.rawValue,
                    .object([
                        ("restartsEmulator", .boolean(run.restartsEmulator)),
                        ("restartedApplications", .array(run.restartedApplications.map { .string($0.name) })),
                        ("windows", .array(run.windows.map(self.json))),
                        (
                            "mixedSteps",
                            run.mixedSteps.map {
                                .array([.integer($0.lowerBound + 1), .integer($0.upperBound + 1)])
                            } ?? .null
                        ),
                        (
                            "expectedPause",
                            .array(
                                Self.nodes.map { node in
                                    let model = PauseModel(processes: node.processes, standard: node.ofModule)
                                    return .object([
                                        ("processes", .integer(node.processes)),
                                        ("processesOfModule", .integer(node.ofModule)),
                                        ("milliseconds", .integer(Int((model.longest(run.windows) ?? 0).rounded(.up)))),
                                    ])
                                })
                        ),
                    ])
                )
            })
    }

    private func json(_ window: SuspendedWindow) -> JSONValue {
        func names(_ modules: [Atom]) -> JSONValue { .array(modules.map { .string($0.name) }) }
        return .object([
            ("from", .integer(window.start + 1)), ("to", window.end.map { .integer($0 + 1) } ?? .null),
            ("suspended", names(window.suspended)), ("exchanged", names(window.exchanged)),
            ("converted", names(window.converted)),
        ])
    }
}
