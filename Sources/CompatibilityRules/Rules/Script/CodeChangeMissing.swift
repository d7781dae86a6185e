package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A conversion by code that has no callback for it.
package enum CodeChangeMissing: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/code-change-missing"), as: .error,
        "states are converted by code that has no `code_change`",
        meaning: """
            `code_change` lets each suspended process of a module call the callback of the code that is current then: \
            `code_change/3` of a `gen_server` and `gen_event`, `code_change/4` of a `gen_statem`. OTP says that it is \
            optional, which holds for everything but this: the call raises `undef`, the conversion fails after the point \
            of no return, and the node restarts with the old release.
            """,
        example: .shopRelup(Self.files, .readShop, .noReturn, Self.suspend, .loadShop, Self.change, Self.resume),
        wayOut: [
            "write the callback: `code_change(_OldVsn, State, _Extra) -> {ok, State}.`",
            "or load the module without `code_change`, if its states are the same",
        ])

    package static let mended: [Explanation.File] = [
        .source(
            "shop", "2", "shop", "-behaviour(gen_server).", "-export([code_change/3]).", Self.exports, Self.server("2"),
            "code_change(_, Count, _) -> {ok, Count}.")
    ]

    private static let files: [Explanation.File] = [
        [Explanation.File].tree("1"), [Explanation.File].tree("2"),
        [
            .source("shop", "1", "shop", "-behaviour(gen_server).", Self.exports, Self.server("1")),
            .source("shop", "2", "shop", "-behaviour(gen_server).", Self.exports, Self.server("2")),
            .loadingAppup("shop"),
        ],
    ].flatMap(\.self)
    private static let suspend = "{suspend,[shop]}"
    private static let change = "{code_change,up,[{shop,[]}]}"
    private static let resume = "{resume,[shop]}"
    private static let exports = "-export([start_link/0, init/1, handle_call/3, handle_cast/2])."
    private static func server(_ answer: String) -> String {
        """
        start_link() -> gen_server:start_link({local,shop}, shop, [], []).
        init([]) -> {ok, 0}.
        handle_call(_, _, Count) -> {reply, \(answer), Count}.
        handle_cast(_, Count) -> {noreply, Count}.
        """
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        // Of appups another finding says it, with its place.
        guard hop.origin == .relup else { return [] }
        return run.conversions.compactMap { conversion in
            let code = run.code(of: conversion.module, before: conversion.step)
            guard run.isSuspended(conversion.module, at: conversion.step), let facts = code.facts else { return nil }
            let kinds = ModuleRoles(facts, hop.behaviours).processes
            guard kinds.count == 1, let kind = kinds.first, let callback = kind.codeChange,
                !facts.exports.contains(callback)
            else { return nil }
            let version = code.module?.version.text ?? ""
            return hop.finding(
                self.id, .error,
                "the \(run.name) converts the states of `\(conversion.module)`, which has no `\(callback)` then",
                at: code.module?.place(of: .initial), in: run, steps: [conversion.step], module: conversion.module,
                why:
                    "Each process of the \(kind.text) fails with `undef` after the point of no return: the node restarts.",
                notes: ["the code that is current there is that of version \(version)"],
                help: ["export `\(callback)`, or remove the conversion"])
        }
    }
}
