package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A changed supervisor is loaded and not told.
package enum SupervisorNotUpdated: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/supervisor-not-updated"),
        "the code of a supervisor is exchanged, and the supervisor does not ask it again",
        meaning: """
            A supervisor asks `init/1` when it starts and at a code change. A script that only loads the new code of its \
            module changes nothing: the running supervisor keeps the flags and child specifications that it has until the \
            application starts anew.
            """,
        example: .assembled(Self.files + [Self.relup([])]),
        wayOut: [
            "write `{update,MODULE,supervisor}` in the appup, and make the relup from it",
            "or add `suspend`, `code_change` and `resume` of the supervisor's module",
        ])

    package static let mended: [Explanation.File] = [
        Self.relup(["{suspend,[shop_sup]}", "{code_change,up,[{shop_sup,[]}]}", "{resume,[shop_sup]}"])
    ]

    private static let files: [Explanation.File] = [
        [Explanation.File].tree("1"), [Explanation.File].tree("2", flags: "intensity => 9"),
        [
            .server("shop", "1"), .server("shop", "2", answer: "1"),
            .appup("shop", "2", both: ["{update,shop_sup,supervisor}"]),
        ],
    ].flatMap(\.self)

    private static func relup(_ more: [String]) -> Explanation.File {
        let load = "{load,{shop_sup,brutal_purge,brutal_purge}}"
        func script(_ version: String) -> [String] {
            let read = "{load_object_code,{shop,\"\(version)\",[shop_sup]}}"
            var script = [read, .noReturn]
            script += more.prefix(1)
            script.append(load)
            script += more.dropFirst()
            return script
        }
        return .relup(up: script("2"), down: script("1"))
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        // Of appups another finding says it, with its place.
        guard hop.origin == .relup, !run.restartsEmulator else { return [] }
        return run.exchanges.sorted { $0.key < $1.key }.compactMap { name, exchanges in
            guard let old = run.source.modules[name], let new = run.target.modules[name],
                let before = old.facts.supervisor, let after = new.facts.supervisor, before != after,
                let exchange = exchanges.last, !run.conversions.contains(where: { $0.module == name }),
                !run.stopSpans(of: old.application).contains(where: { $0.contains(exchange.step) })
            else { return nil }
            return hop.finding(
                self.id, .warning,
                "the \(run.name) loads the supervisor `\(name)` and does not let it read its children",
                in: run, steps: [exchange.step], module: name,
                why: "It keeps the flags and child specifications that it has until it starts anew.",
                help: [
                    "add `{suspend,[\(name)]}` before, `{code_change,\(run.mode == .up ? "up" : "down"),[{\(name),[]}]}` "
                        + "and `{resume,[\(name)]}` behind the load"
                ])
        }
    }
}
