package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A script that loads modules of OTP's base into the running system.
package enum BaseModuleReloaded: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/reloads-base-module"),
        "a script exchanges modules of `kernel` or `stdlib` while the node runs",
        meaning: """
            In interactive mode the code server refuses it: the folders of `kernel`, `stdlib` and `compiler` are sticky. The \
            release handler does not expect that, and crashes after the point of no return: the node restarts. In embedded mode, \
            or with `-nostick`, the modules are loaded, under all processes that stand on them, among them the release \
            handler. OTP's own appups of these applications ask for `restart_new_emulator`.
            """,
        example: .hop([
            .source("stdlib", "4.2", "shelf", "-export([price/0]).", "price() -> 1."),
            .source("stdlib", "4.3", "shelf", "-export([price/0]).", "price() -> 2."),
            .application("stdlib", "4.2", modules: ["shelf"]), .application("stdlib", "4.3", modules: ["shelf"]),
            .release("shop-1.rel", "1", []),
            Explanation.File(
                "shop-2.rel", #"{release, {"shop","2"}, {erts,"13.1"}, [{kernel,"8.5"},{stdlib,"4.3"},{sasl,"4.2"}]}."#),
            .appup("stdlib", "4.3", #"{"4.3", [{"4.2",[{load_module,shelf}]}], [{"4.2",[{load_module,shelf}]}]}."#),
        ]),
        wayOut: [
            "write `restart_new_emulator` into the appup of the application", "or start the node with `-mode embedded`",
        ])

    package static let mended: [Explanation.File] = [
        .appup("stdlib", "4.3", #"{"4.3", [{"4.2",[restart_new_emulator]}], [{"4.2",[restart_new_emulator]}]}."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.runs.filter { !$0.restartsEmulator }.flatMap { run -> [Diagnostic] in
            let flags = run.source.snapshot.folder?.arguments?.flags ?? []
            guard !flags.contains("-nostick") else { return [] }
            return [Atom("kernel"), "stdlib", "compiler"].compactMap { application in
                let modules = run.exchanges.keys.filter {
                    (run.source.modules[$0] ?? run.target.modules[$0])?.application.atom == application
                }.sorted()
                guard let first = modules.first else { return nil }
                let others = modules.count > 1 ? " and \(modules.count - 1) more" : ""
                return Diagnostic(
                    self.id, .warning,
                    "the script exchanges `\(first)`\(others) of `\(application)` while the node runs",
                    explanation: """
                        In interactive mode the code server refuses it, which restarts the node after the point of no return; \
                        in embedded mode all processes stand on these modules.
                        """,
                    help: ["write `restart_new_emulator` into `\(application).appup`"], application: application.name,
                    direction: run.mode.direction)
            }
        }
    }
}
