package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A node that says of itself that its runtime system must not be exchanged.
package enum StaticEmulator: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/static-emulator"), as: .error,
        "the runtime system is to be exchanged, and the node forbids it",
        meaning: """
            `{sasl, [{static_emulator, true}]}` says that the runtime system of a node is installed by other means and never \
            exchanged. `install_release` answers a script that begins with `restart_new_emulator` with `static_emulator` \
            then, and does nothing.
            """,
        example: .tree([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
            .appup("shop", "2", #"{"2", [{"1",[restart_new_emulator]}], [{"1",[restart_emulator]}]}."#),
            .inVersion("1", "sys.config", #"[{sasl, [{static_emulator, true}]}]."#),
        ]),
        wayOut: [
            "leave `static_emulator` out, if the node starts the runtime system of its release",
            "or install the runtime system by the means that the host has, and start the new release",
        ])

    package static let mended: [Explanation.File] = [.inVersion("1", "sys.config", "[].")]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.runs.compactMap { run in
            let setting = run.source.snapshot.folder?.configuration.file?.parameters(of: "sasl")["static_emulator"]
            guard run.steps.contains(where: { $0.instruction == .known(.restartNewEmulator) }), let setting,
                setting.value == .atom("true")
            else { return nil }
            return Diagnostic(
                self.id, .error, "the node does not let its runtime system be exchanged, which the upgrade needs",
                at: setting.place, explanation: "`install_release` answers `static_emulator`, and does nothing.",
                direction: run.mode.direction)
        }
    }
}
