package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Processes that stay in old code, and are killed when that is purged.
package enum KillsAtCommit: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("purge/kills-at-commit"), "processes stay in the old code and are killed when it is purged",
        meaning: """
            A process that waits for messages in a function which calls itself locally stays in the version of the code that \
            it was started with. With `brutal_purge` as the second method, which the short forms of instructions mean, the \
            release handler kills it when the release is made permanent, minutes or days after an upgrade that seemed to go \
            well; a module that is removed and purged kills it at once.
            """,
        example: .hop([
            .source("shop", "1", "shop", Self.exports, Self.loop(1)),
            .source("shop", "2", "shop", Self.exports, Self.loop(2)), .loadingAppup("shop"),
        ]),
        wayOut: [
            "write `{load_module,MODULE,soft_purge,soft_purge,[]}`: processes in it live on",
            "let the loop go on by `?MODULE:loop(State)`, with the function exported: it takes the new code with the next message",
            "or make it a `gen_server` or a special process, which can be updated",
        ])

    package static let mended: [Explanation.File] = [
        .appup("shop", "2", both: ["{load_module,shop,soft_purge,soft_purge,[]}"])
    ]

    private static let exports = "-export([start/0])."
    private static func loop(_ step: Int) -> String {
        """
        start() -> spawn(fun() -> loop(0) end).
        loop(Count) -> receive count -> loop(Count + \(step)) end.
        """
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        if run.restartsEmulator { return [] }
        return run.exchanges.sorted { $0.key < $1.key }.compactMap { name, exchanges in
            guard let old = run.source.modules[name], let exchange = exchanges.first, exchange.purge.after == .brutal,
                let loop = LocalLoop.loop(old.facts, hop.behaviours),
                !run.stopSpans(of: old.application).contains(where: { $0.contains(exchange.step) })
            else { return nil }
            let isRemoved = exchange.result == .removed
            return hop.finding(
                self.id, .warning,
                "the \(run.name) kills processes that wait in `\(loop)` of `\(name)`, "
                    + (isRemoved ? "as the module goes" : "once the release is made permanent"),
                in: run, steps: [exchange.step], module: name,
                why: "The function calls itself locally, so that they stay in the old code, and the purge is brutal.",
                help: isRemoved
                    ? ["end them before, with an `apply` of a function that does"]
                    : [
                        "write `{load_module,\(TermPrinter.line(.atom(name))),soft_purge,soft_purge,[]}`",
                        "or let the loop go on by a call with the module's name",
                    ])
        }
    }
}
