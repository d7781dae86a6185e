package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A module that loads a port driver, exchanged while the node runs.
package enum PortDriverReloaded: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("driver/port-driver"), "a module that loads a port driver is exchanged, and the driver is not",
        meaning: """
            A linked-in driver stays loaded as long as a process or a port uses it. Exchanging the module that loads it does \
            not touch it: the new Erlang code talks to the old driver until all its ports are closed, and loading another file \
            under the same name answers `already_loaded` or waits for them.
            """,
        example: .hop([
            .source(
                "shop", "1", "shop", "-export([open/0]).", #"open() -> erl_ddll:load("priv", "shop_drv"), 1."#),
            .source(
                "shop", "2", "shop", "-export([open/0]).", #"open() -> erl_ddll:load("priv", "shop_drv"), 2."#),
            .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#),
        ]),
        wayOut: [
            "if the driver did not change, nothing is to be done",
            "else close its ports first, for example by restarting the application, or give the new driver a new name",
        ])

    package static let mended: [Explanation.File] = [
        .source("shop", "2", "shop", "-export([open/0]).", "open() -> 2.")
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let run = hop.up, !run.restartsEmulator else { return [] }
        return run.exchanges.keys.sorted().compactMap { name in
            guard let module = run.target.modules[name], run.source.modules[name] != nil,
                let call = module.facts.imports.filter({ call in
                    call.module == "erl_ddll" && self.loading.contains(call.function)
                }).min(by: { ($0.function, $0.arity) < ($1.function, $1.arity) })
            else { return nil }
            return Diagnostic(
                self.id, .warning, "`\(name)` is exchanged, and the port driver that it loads is not",
                at: module.place(calling: call),
                explanation: "The driver stays as it is as long as a port uses it; the new code talks to the old one.",
                help: ["see that the new code works with the old driver, or close its ports first"],
                application: module.application.name, module: name.name, direction: .up)
        }
    }

    private static let loading: Set<Atom> = ["load", "load_driver", "try_load", "reload", "reload_driver"]
}
