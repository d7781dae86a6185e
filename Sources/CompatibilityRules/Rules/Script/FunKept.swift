package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Funs of a module's old code that somebody still holds when it is purged.
package enum FunKept: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/fun-kept"), "a module keeps funs of its own, and its code is exchanged",
        meaning: """
            A fun belongs to the version of the module that made it. In the state of a process, in a table or in a timer it \
            outlives the upgrade, and works as long as the old code is there: until the release is made permanent. Then \
            the old code is purged, whatever the purge method, and the next call of the fun raises `badfun`. A test of \
            the upgrade that ends before the commit sees nothing.

            Only funs are named that certainly go into the state, the table or the timer. Where `code_change` does more \
            than to give back the state as it came, states are left out.
            """,
        example: .hop(Self.files("fun(Price) -> Price + Tax end")),
        wayOut: [
            "keep `fun MODULE:NAME/ARITY`, or module, name and arguments: that calls the code that is current",
            "or make the fun anew in `code_change`, or in what follows the load: `{apply,{M,F,A}}`",
        ])

    package static let mended = Self.files("fun shop:total/1")

    private static func files(_ fun: String) -> [Explanation.File] {
        ["1", "2"].flatMap { version in
            [Explanation.File].tree(version) + [
                .source(
                    "shop", version, "shop", "-behaviour(gen_server).",
                    "-export([start_link/0, init/1, handle_call/3, handle_cast/2, code_change/3, total/1]).",
                    "start_link() -> gen_server:start_link({local,shop}, shop, [], []).",
                    "init([]) -> Tax = tax(), {ok, {shop, \(fun), Tax}}.", "tax() -> length(nodes()) + \(version).",
                    "total(Price) -> Price + tax().",
                    "handle_call(Price, _, {shop, Total, _} = Shop) -> {reply, Total(Price), Shop}.",
                    "handle_cast(_, Shop) -> {noreply, Shop}.", "code_change(_, Shop, _) -> {ok, Shop}.")
            ]
        } + [.updatingAppup("shop")]
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        if run.restartsEmulator { return [] }
        return run.exchanges.sorted { $0.key < $1.key }.compactMap { name, exchanges in
            guard let old = run.source.modules[name], let exchange = exchanges.first,
                exchange.result == .target || exchange.result == .removed,
                !run.stopSpans(of: old.application).contains(where: { $0.contains(exchange.step) })
            else { return nil }
            let processesEnd = run.stops[name]?.contains { $0.contains(exchange.step) } ?? false
            let mayConvert = self.mayConvert((run.mode == .up ? run.target : run.source).modules[name]?.facts)
            let funs = old.facts.keptFuns.filter { $0.call != nil || !processesEnd && !mayConvert }
            guard let first = funs.first else { return nil }
            var finding = hop.finding(
                self.id, .warning, "`\(name)` keeps funs, which fail once the \(run.name) is made permanent",
                at: old.place(of: first.function, calling: first.call), in: run, steps: [exchange.step], module: name,
                why: "\(self.text(first)). When its code is purged, calling it raises `badfun`.",
                help: [
                    "keep `fun \(TermPrinter.line(.atom(name))):NAME/ARITY` instead: it calls the code that is current"
                ])
            finding.notes += funs.dropFirst().prefix(5).map {
                Diagnostic.Note(self.text($0), at: old.place(of: $0.function, calling: $0.call))
            }
            return finding
        }
    }

    private static func text(_ fun: KeptFun) -> String {
        let call = fun.call.map { "hands one to \(ScriptRun.text($0))" } ?? "puts one into the state of the process"
        return "`\(fun.function)` \(call)"
    }

    /// Whether the code that converts states does more than to give them back: the newer version's, on both ways.
    private static func mayConvert(_ newer: ModuleFacts?) -> Bool {
        guard let newer else { return false }
        return switch newer.states {
        case .absent: false
        case .unread: newer.exports("code_change", 3) || newer.exports("code_change", 4)
        case .read(let shapes, _): shapes.conversions?.contains { $0.gives != .same } ?? true
        }
    }
}
