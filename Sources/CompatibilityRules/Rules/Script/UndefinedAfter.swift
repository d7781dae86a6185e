package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A call that found its function before the script finds nothing after it.
package enum UndefinedAfter: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/undefined-after"), as: .error, "a function is gone that is still called",
        meaning: """
            The release before has the function, and so did the calls to it work; after the last instruction a module \
            that is still there calls it, and no code has it. The call raises `undef` from then on. The compiler does not \
            see this, since each module is compiled for itself.
            """,
        example: .hop([
            .source("till", "1", "till", "-export([sum/0]).", "sum() -> shop:price()."),
            .source("till", "2", "till", "-export([sum/0]).", "sum() -> shop:price() + 0."),
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .source("shop", "2", "shop", "-export([cost/0]).", "cost() -> 2."),
            .loadingAppup("shop"), .appup("till", "2", both: ["{load_module,till}"]),
        ]),
        wayOut: [
            "let the module still export the function, or change its callers",
            "bring the newer version of the calling application into the release",
        ])

    package static let mended: [Explanation.File] = [
        .source("till", "2", "till", "-export([sum/0]).", "sum() -> shop:cost() + 0.")
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        let lost = self.lost(run)
        if lost.isEmpty { return [] }
        var found: [Pair: [ModuleFacts.ImportedFunction]] = [:]
        for (name, _) in run.target.modules {
            guard let facts = run.code(of: name, before: run.steps.count).facts else { continue }
            for call in facts.imports {
                let function = ModuleFacts.FunctionName(call.function, call.arity)
                guard let functions = lost[call.module], functions.contains(function) else { continue }
                // The older release ran like this before.
                if run.mode == .down, !(run.target.modules[call.module]?.facts.exports.contains(function) ?? false) {
                    continue
                }
                found[Pair(caller: name, called: call.module), default: []].append(call)
            }
        }
        return found.sorted { $0.key < $1.key }.map { self.finding($0.key, $0.value, run, hop) }
    }

    private struct Pair: Hashable, Comparable {
        let caller: Atom
        let called: Atom

        static func < (left: Self, right: Self) -> Bool { (left.called, left.caller) < (right.called, right.caller) }
    }

    /// The functions of each module that are there before and not after.
    private static func lost(_ run: ScriptRun) -> [Atom: Set<ModuleFacts.FunctionName>] {
        var lost: [Atom: Set<ModuleFacts.FunctionName>] = [:]
        for (name, module) in run.source.modules {
            let functions: Set<ModuleFacts.FunctionName>
            switch run.code(of: name, before: run.steps.count) {
            case .unknown: continue
            case .absent: functions = module.facts.exports
            case .source(let end), .target(let end):
                if end.facts.exports("$handle_undefined_function", 2) { continue }
                functions = module.facts.exports.subtracting(end.facts.exports)
            }
            if !functions.isEmpty { lost[name] = functions }
        }
        return lost
    }

    private static func finding(
        _ pair: Pair, _ calls: [ModuleFacts.ImportedFunction], _ run: ScriptRun, _ hop: Hop
    ) -> Diagnostic {
        let code = run.code(of: pair.caller, before: run.steps.count)
        let calls = calls.sorted { ($0.function, $0.arity) < ($1.function, $1.arity) }
        // Who asks whether a function is there can do without it.
        let asks =
            code.facts?.imports.contains {
                $0.module == "erlang" && $0.function == "function_exported"
                    || $0.module == "code" && $0.function == "ensure_loaded"
            } ?? false
        let needs = self.needs(pair, run)
        let names = calls.map { "\($0.function)/\($0.arity)" }
        let isGone = run.code(of: pair.called, before: run.steps.count) == .absent
        let versions = run.source.modules[pair.called].map { "\($0.application) \($0.version) has it" } ?? ""
        var finding = hop.finding(
            self.id, asks || !needs ? .warning : .error,
            "`\(pair.caller)` calls \(ScriptRun.list(names)) of `\(pair.called)`, which the \(run.name) "
                + (isGone ? "removes" : "leaves without it"),
            at: code.module?.place(calling: calls.first), in: run, module: pair.caller,
            why: "The call raises `undef` from then on.",
            notes: [versions] + (needs ? [] : ["its `.app` file does not name the application that had it"])
                + (asks ? ["`\(pair.caller)` asks somewhere whether a function is there"] : []),
            help: ["let `\(pair.called)` export it, or change `\(pair.caller)`"])
        finding.notes += calls.dropFirst().prefix(5).map { call in
            Diagnostic.Note(
                "`\(call.function)/\(call.arity)` is called here", at: code.module?.place(calling: call) ?? .none)
        }
        return finding
    }

    /// Whether the call is of code that is needed: its application is still there, or that of the caller names it. What is
    /// not named is mostly for those who want it, such as `mnesia` for `inets`.
    private static func needs(_ pair: Pair, _ run: ScriptRun) -> Bool {
        guard let owner = run.source.modules[pair.called]?.application,
            let user = (run.target.modules[pair.caller] ?? run.source.modules[pair.caller])?.application,
            let specification = (run.target.release[user] ?? run.source.release[user])?.application.specification
        else { return true }
        return run.target.release[owner] != nil || owner == user || specification.applications.contains(owner)
            || specification.includedApplications.contains(owner)
    }
}
