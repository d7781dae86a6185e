package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// While one of two modules is exchanged and the other one is not yet, a call between them finds nothing.
package enum CallBeforeLoaded: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/call-before-loaded"),
        "for some steps a module calls a function that the other version of a module has",
        meaning: """
            Modules are exchanged one after the other. Between the steps code of both releases runs together: new code that \
            calls a function which only the new version of another module has, or old code that calls one which only the \
            old version had. A call that comes in these steps raises `undef`. Before and after it works, so that no test of \
            either release finds it.

            Modules whose processes are suspended all the while are left out, and so are applications that the script stops.
            """,
        example: .hop([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .source("shop", "2", "shop", "-export([price/0, cost/1]).", "price() -> 1.", "cost(_) -> 2."),
            .source("till", "1", "till", "-export([sum/0]).", "sum() -> shop:price()."),
            .source("till", "2", "till", "-export([sum/0]).", "sum() -> shop:cost(1)."),
            .loadingAppup("shop"), .appup("till", "2", both: ["{load_module,till}"]),
            .release("shop-1.rel", "1", [#"{till,"1"}"#, #"{shop,"1"}"#]),
            .release("shop-2.rel", "2", [#"{till,"2"}"#, #"{shop,"2"}"#]),
        ]),
        wayOut: [
            "let the module that is called be loaded first: `{load_module,CALLER,[CALLED]}` (DepMods)",
            "let the application that is called stand before in the release: name it in `applications` of the other one",
            "keep the old function for one more version",
        ])

    package static let mended: [Explanation.File] = [
        .application("till", "1", modules: ["till"], uses: ["shop"]),
        .application("till", "2", modules: ["till"], uses: ["shop"]),
        .appup(
            "till", "2", #"{"2", [{"1",[{load_module,till,[shop]}]}], [{"1",[{load_module,till,[shop]}]}]}."#),
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        let last = run.steps.count - 1
        if let restart = run.restart, restart == last { return [] }
        var steps: [Atom: Int] = [:]
        for (name, exchanges) in run.exchanges where exchanges.count == 1 {
            guard let exchange = exchanges.first else { continue }
            switch exchange.result {
            case .target, .removed: steps[name] = exchange.step
            case .other, .nothingRead: break
            }
        }
        return steps.sorted { $0.key < $1.key }.flatMap { caller, step in
            self.windows(of: caller, step, steps, run, hop).map { self.finding($0, run, hop) }
        }
    }

    private struct Window {
        let caller: Atom
        let called: Atom
        /// Between these two steps.
        let first: Int
        let last: Int
        let functions: [ModuleFacts.FunctionName]
        let isCallerNew: Bool
    }

    private static func windows(
        of caller: Atom, _ step: Int, _ steps: [Atom: Int], _ run: ScriptRun, _ hop: Hop
    ) -> [Window] {
        let (old, new) = (run.source.modules[caller], run.target.modules[caller])
        // Nobody calls a module that goes any more, and whoever calls one that comes is looked at for himself.
        guard let old, let new else { return [] }
        var missing: [Atom: Set<ModuleFacts.FunctionName>] = [:]
        var isNew: [Atom: Bool] = [:]
        for (calls, isCallerNew) in [(new.facts.imports, true), (old.facts.imports, false)] {
            for call in calls where call.module != caller {
                guard let other = steps[call.module], isCallerNew ? step < other : step > other else { continue }
                let name = ModuleFacts.FunctionName(call.function, call.arity)
                let before = run.source.modules[call.module]?.facts.exports.contains(name) ?? false
                let after = run.target.modules[call.module]?.facts.exports.contains(name) ?? false
                guard isCallerNew ? after && !before : before && !after else { continue }
                missing[call.module, default: []].insert(name)
                isNew[call.module] = isCallerNew
            }
        }
        return missing.sorted { $0.key < $1.key }.compactMap { called, functions in
            guard let other = steps[called], let isCallerNew = isNew[called] else { return nil }
            let window = Window(
                caller: caller, called: called, first: min(step, other), last: max(step, other),
                functions: functions.sorted(), isCallerNew: isCallerNew)
            return self.isGuarded(window, run, hop) ? nil : window
        }
    }

    /// Whether no call can come in the window, or another finding says it.
    private static func isGuarded(_ window: Window, _ run: ScriptRun, _ hop: Hop) -> Bool {
        func lasts(_ spans: [ScriptRun.Span]) -> Bool {
            spans.contains { $0.start < window.first && window.last < $0.end ?? Int.max }
        }
        if lasts(run.suspensions[window.caller] ?? []) || lasts(run.stops[window.caller] ?? []) { return true }
        let owners = [window.caller, window.called].compactMap { run.module($0)?.application }
        if owners.contains(where: { lasts(run.stopSpans(of: $0)) }) { return true }
        // How the modules of an application are ordered is held against their calls with the appup.
        return hop.origin == .appups && Set(owners).count == 1
    }

    private static func finding(_ window: Window, _ run: ScriptRun, _ hop: Hop) -> Diagnostic {
        let (age, other) = window.isCallerNew ? ("new", "new") : ("old", "old")
        let count = window.last - window.first
        let caller = (window.isCallerNew ? run.target : run.source).modules[window.caller]
        let call = window.functions.first.map {
            ModuleFacts.ImportedFunction(module: window.called, function: $0.name, arity: $0.arity)
        }
        return hop.finding(
            self.id, .warning,
            "for \(count) \(count == 1 ? "step" : "steps") of the \(run.name) `\(window.caller)` calls "
                + "\(ScriptRun.list(window.functions.map(\.description))) of `\(window.called)`, which is not there",
            at: caller?.place(calling: call), in: run, steps: [window.first, window.last], module: window.caller,
            why: "The \(age) code of `\(window.caller)` runs there, and only the \(other) `\(window.called)` has it.",
            help: [
                window.isCallerNew
                    ? "load `\(window.called)` first: name it in the DepMods of `\(window.caller)`"
                    : "load `\(window.caller)` first: name it in the DepMods of `\(window.called)`"
            ])
    }
}
