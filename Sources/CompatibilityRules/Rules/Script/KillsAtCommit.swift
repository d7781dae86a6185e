package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Processes that stay in old code, and are killed when that is purged.
package enum KillsAtCommit: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("purge/kills-at-commit"), "processes stay in the old code and are killed when it is purged",
        meaning: """
            A process that waits for messages in a function which calls itself locally, or for a connection or its data in a \
            call without a timeout, stays in the version of the code that \
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
                let wait = self.wait(old.facts, hop.behaviours),
                !run.stopSpans(of: old.application).contains(where: { $0.contains(exchange.step) })
            else { return nil }
            let isRemoved = exchange.result == .removed
            return hop.finding(
                self.id, .warning,
                "the \(run.name) kills processes of `\(name)` that wait in \(wait.place), "
                    + (isRemoved ? "as the module goes" : "once the release is made permanent"),
                at: old.place(of: wait.loop, calling: wait.call), in: run, steps: [exchange.step], module: name,
                why: "\(wait.why), so that they stay in the old code, and the purge is brutal.",
                help: isRemoved
                    ? ["end them before, with an `apply` of a function that does"]
                    : [
                        "write `{load_module,\(TermPrinter.line(.atom(name))),soft_purge,soft_purge,[]}`",
                        "or let the loop go on by a call with the module's name",
                    ])
        }
    }

    private struct Wait {
        let place: String
        let why: String
        var loop: ModuleFacts.FunctionName?
        var call: ModuleFacts.ImportedFunction?
    }

    /// Where processes stay in a module that is the callback module of none.
    private static func wait(_ facts: ModuleFacts, _ behaviours: BehaviourMapping) -> Wait? {
        let roles = ModuleRoles(facts, behaviours)
        if let loop = PurgeMethods.loop(facts, roles) {
            return Wait(place: "`\(loop)`", why: "The function calls itself locally", loop: loop)
        }
        let isCode = roles.all.allSatisfy { role in
            switch role {
            case .process, .wrapped, .unknownBehaviour: false
            case .callbacks, .application, .behaviour, .nativeFunctions, .parseTransform, .protocolDefinition,
                .protocolImplementation, .structure, .exception:
                true
            }
        }
        let call = facts.endlessWaits.min { ($0.module, $0.function) < ($1.module, $1.function) }
        guard isCode, let call else { return nil }
        return Wait(
            place: "a call of \(ScriptRun.text(call))", why: "The call has no timeout and returns into the module",
            call: call)
    }
}
