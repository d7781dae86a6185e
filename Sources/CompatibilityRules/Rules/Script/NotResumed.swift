package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Processes that are suspended and never resumed.
package enum NotResumed: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/not-resumed"), as: .error, "processes are suspended, and nothing resumes them",
        meaning: """
            The release handler resumes what a `resume` names and nothing else. The upgrade succeeds; the processes of the \
            module take no message any more, and whoever calls them waits for an answer in vain.
            """,
        example: .shopRelup(
            .twoServers, .readShop, .noReturn, "{suspend,[shop]}", .loadShop, "{code_change,up,[{shop,[]}]}"),
        wayOut: ["write `{resume,[MODULE]}` behind the exchange"])

    package static let mended: [Explanation.File] = [
        .shopRelup(
            .readShop, .noReturn, "{suspend,[shop]}", .loadShop, "{code_change,up,[{shop,[]}]}", "{resume,[shop]}")
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        if run.restartsEmulator { return [] }
        return run.suspensions.sorted { $0.key < $1.key }.compactMap { module, spans in
            guard let span = spans.first(where: { $0.end == nil }) else { return nil }
            return hop.finding(
                self.id, .error, "the \(run.name) suspends the processes of `\(module)` and never resumes them",
                in: run, steps: [span.start], module: module, why: "They stand still until their supervisor ends them.",
                help: ["add `{resume,[\(TermPrinter.line(.atom(module)))]}`"])
        }
    }
}
