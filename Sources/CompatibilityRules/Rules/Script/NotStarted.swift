package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Processes that are stopped and never started.
package enum NotStarted: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/not-started"), as: .error, "processes are stopped, and nothing starts them",
        meaning: """
            `stop` ends the processes of a module through their supervisors, which do not restart them by themselves \
            then. The release handler starts what a `start` names; without one the upgrade succeeds, and the processes \
            are gone.
            """,
        example: .shopRelup(.twoServers, .readShop, .noReturn, "{stop,[shop]}", .loadShop),
        wayOut: ["write `{start,[MODULE]}` behind the exchange"])

    package static let mended: [Explanation.File] = [
        .shopRelup(.readShop, .noReturn, "{stop,[shop]}", .loadShop, "{start,[shop]}")
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        if run.restartsEmulator { return [] }
        return run.stops.sorted { $0.key < $1.key }.compactMap { module, spans in
            guard let span = spans.first(where: { $0.end == nil }),
                run.code(of: module, before: run.steps.count) != .absent
            else { return nil }
            return hop.finding(
                self.id, .error, "the \(run.name) stops the processes of `\(module)` and never starts them", in: run,
                steps: [span.start], module: module,
                why: "Their supervisor does not restart what was stopped this way.",
                help: ["add `{start,[\(TermPrinter.line(.atom(module)))]}`"])
        }
    }
}
