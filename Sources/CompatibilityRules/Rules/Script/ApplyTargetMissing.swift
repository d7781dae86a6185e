package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// `apply` of a function that is not there at that moment.
package enum ApplyTargetMissing: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/apply-target-missing"), as: .error,
        "a script calls a function that is not there at that moment",
        meaning: """
            `apply` calls whatever code is current when its turn comes: before a module's `load` that of the release before, \
            after it that of the release that the script leads to. A function that is missing then raises `undef`: before \
            `point_of_no_return` the upgrade is refused, after it the node restarts with the old release.

            What a function returns is ignored on the other hand: an `{error,Reason}` stops nothing.
            """,
        example: .shopRelup(.twoShops, .readShop, .noReturn, "{apply,{shop,migrate,[]}}", .loadShop),
        wayOut: [
            "call the function behind the `load` of its module, if the new code has it, before it, if the old code has it",
            "correct the name, or the number of arguments",
        ])

    package static let mended: [Explanation.File] = [
        .shopRelup(.readShop, .noReturn, .loadShop, "{apply,{shop,price,[]}}")
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        let knowsAll = run.knowsAllModules
        return run.calls.compactMap { call in
            let (module, arguments) = (call.call.module, call.call.arguments.listElements)
            guard let arity = arguments?.count, !self.preloaded.contains(module.name) else { return nil }
            let name = ModuleFacts.FunctionName(call.call.function, arity)
            switch run.code(of: module, before: call.step) {
            case .unknown: return nil
            case .source(let code), .target(let code):
                if code.facts.exports.contains(name) || code.facts.exports("$handle_undefined_function", 2) {
                    return nil
                }
                let other = run.module(module).flatMap { $0.facts.exports.contains(name) ? $0 : nil }
                let near = NearestName.of(
                    name.name.name, among: Set(code.facts.exports.map(\.name.name)).sorted())
                return self.finding(
                    .error, "`\(module)` of \(code.application) \(code.version) has no function `\(name)`", call, run,
                    hop,
                    help: other.map { ["the code of \($0.version) has it: call it behind the `load` of `\(module)`"] }
                        ?? near.map { ["did you mean `\($0)`?"] } ?? [])
            case .absent:
                let isYetToCome = run.target.modules[module] != nil
                if !isYetToCome, run.source.modules[module] == nil, !knowsAll { return nil }
                // A node that loads modules when they are called first finds it on its path from there on.
                let isFound = isYetToCome && call.step > run.pointOfNoReturn ?? -1
                return self.finding(
                    isFound ? .warning : .error, "there is no module `\(module)`", call, run, hop,
                    help: isYetToCome ? ["call it behind the `load` of `\(module)`"] : [])
            }
        }
    }

    private static func finding(
        _ severity: Diagnostic.Severity, _ what: String, _ call: ScriptRun.Call, _ run: ScriptRun, _ hop: Hop,
        help: [String]
    ) -> Diagnostic {
        let isHarmless = call.step < run.pointOfNoReturn ?? 0
        let why =
            severity == .warning
            ? "In embedded mode the call raises `undef`, and the node restarts."
            : isHarmless
                ? "The call raises `undef`, and the release handler refuses the \(run.name)."
                : "The call raises `undef` after the point of no return, and the node restarts."
        return hop.finding(
            self.id, severity, "the \(run.name) calls what is not there: \(what) at this moment", in: run,
            steps: [call.step], module: call.call.module, why: why,
            help: help.isEmpty ? ["correct the call, or remove the instruction"] : help)
    }

    /// Modules of the runtime system itself, which belong to no application of a release.
    static let preloaded: Set<String> = [
        "atomics", "counters", "erl_debugger", "erl_init", "erl_prim_loader", "erl_tracer", "erlang",
        "erts_code_purger", "erts_dirty_process_signal_handler", "erts_internal", "erts_literal_area_collector",
        "erts_trace_cleaner", "init", "otp_ring0", "persistent_term", "prim_buffer", "prim_eval", "prim_file",
        "prim_inet", "prim_net", "prim_socket", "prim_zip", "socket_registry", "zlib",
    ]
}
