package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Processes that an upgrade leaves in their version of the code.
package enum LocalLoop: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/local-loop"), as: .note, "processes stay in the old code of a module that is exchanged",
        meaning: """
            A process that waits for messages in a function which calls itself locally never comes to the new code. The \
            second method `soft_purge` leaves it alone; while it lives, the old code stays, and the next upgrade that \
            exchanges the module with `soft_purge` as the first method is refused with `old_processes`.
            """,
        example: .hop([
            .source("shop", "1", "shop", Self.exports, Self.loop(1)),
            .source("shop", "2", "shop", Self.exports, Self.loop(2)),
            .appup("shop", "2", both: ["{load_module,shop,soft_purge,soft_purge,[]}"]),
        ]),
        wayOut: [
            "let the loop go on by `?MODULE:loop(State)`, with the function exported: it takes the new code with the next message",
            "or make it a `gen_server` or a special process, which can be updated",
            "or leave it: it is right for processes that end soon",
        ])

    package static let mended: [Explanation.File] = [
        .source("shop", "1", "shop", Self.exports, Self.loop(1).replacing("-> loop", "-> shop:loop")),
        .source("shop", "2", "shop", Self.exports, Self.loop(2).replacing("-> loop", "-> shop:loop")),
    ]

    private static let exports = "-export([start/0, loop/1])."
    private static func loop(_ step: Int) -> String {
        """
        start() -> spawn(fun() -> shop:loop(0) end).
        loop(Count) -> receive count -> loop(Count + \(step)) end.
        """
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        if run.restartsEmulator { return [] }
        return run.exchanges.sorted { $0.key < $1.key }.compactMap { name, exchanges in
            guard let old = run.source.modules[name], let exchange = exchanges.first, exchange.purge.after == .soft,
                let loop = PurgeMethods.loop(old.facts, ModuleRoles(old.facts, hop.behaviours))
            else { return nil }
            return hop.finding(
                self.id, .note,
                "processes that wait in `\(loop)` of `\(name)` stay in its old code after the \(run.name)",
                at: old.place(of: loop), in: run, steps: [exchange.step], module: name,
                why:
                    "The function calls itself locally; the next exchange of the module may be refused while they live.",
                help: ["let the loop go on by a call with the module's name"])
        }
    }
}

extension String {
    fileprivate func replacing(_ text: String, _ other: String) -> String {
        self.split(separator: text, omittingEmptySubsequences: false).joined(separator: other)
    }
}
