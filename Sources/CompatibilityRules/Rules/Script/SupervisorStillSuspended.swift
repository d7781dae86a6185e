package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Processes are looked for while a supervisor stands still.
package enum SupervisorStillSuspended: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/supervisor-still-suspended"), as: .error,
        "processes are suspended or stopped while a supervisor is suspended",
        meaning: """
            For each `suspend` and `stop` the release handler asks all supervisors for their children. A supervisor that an \
            earlier instruction suspended cannot answer: the release handler gives up with `suspended_supervisor` after \
            the point of no return, and the node restarts with the old release. Several modules in one `suspend` are no \
            harm, since it asks once, before it suspends the first one.
            """,
        example: .shopRelup(
            .twoServers, .readShop, .noReturn, "{suspend,[shop_sup]}", "{suspend,[shop]}", .loadShop,
            "{code_change,up,[{shop,[]}]}", "{resume,[shop,shop_sup]}"),
        wayOut: [
            "resume the supervisor before the next `suspend` or `stop`", "or suspend all modules in one instruction",
        ])

    package static let mended: [Explanation.File] = [
        .shopRelup(
            .readShop, .noReturn, "{suspend,[shop_sup,shop]}", .loadShop, "{code_change,up,[{shop,[]}]}",
            "{resume,[shop,shop_sup]}")
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        let supervisors = run.suspensions.keys.filter { name in
            run.source.modules[name].map { ModuleRoles($0.facts, hop.behaviours).processes == [.supervisor] } ?? false
        }.sorted()
        if supervisors.isEmpty { return [] }
        return run.steps.indices.compactMap { step in
            guard run.asksSupervisors(at: step),
                let (name, span) = supervisors.lazy.compactMap({ name in
                    run.suspensions[name]?.first { $0.start < step && step <= $0.end ?? Int.max }.map { (name, $0) }
                }).first
            else { return nil }
            return hop.finding(
                self.id, .error, "the \(run.name) looks for processes while the supervisor `\(name)` is suspended",
                in: run, steps: [span.start, step], module: name,
                why: "The supervisor cannot answer: the release handler gives up there, and the node restarts.",
                help: ["add `{resume,[\(TermPrinter.line(.atom(name)))]}` before, or put both into one instruction"])
        }
    }
}

extension ScriptRun {
    /// Whether a step asks all supervisors of the node for their children.
    func asksSupervisors(at step: Int) -> Bool {
        switch self.steps[step].instruction {
        case .known(.suspend), .known(.stop): true
        case .known, .refused: false
        }
    }

    /// The first step that asks all supervisors of the node for their children.
    var firstSearch: Int? { self.steps.indices.first(where: self.asksSupervisors) }
}
