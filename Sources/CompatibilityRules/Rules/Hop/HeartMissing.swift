package import Diagnostics
import ReleaseModel
import UpgradePlanning

/// A script that restarts the runtime system, on a node that nobody starts again.
package enum HeartMissing: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/heart-missing"), as: .error,
        "a restart of the node needs heart, and it does not run with it",
        meaning: """
            `restart_emulator` and `restart_new_emulator` end the runtime system and leave it to heart to start the new one. \
            The release handler tells heart which by `heart:set_cmd/1`. On a node that was started without `-heart` this \
            fails when all the rest is done: the node restarts with its old release, and files of the attempt stay.

            The flag is looked for in `vm.args` of the version that runs before. Where that file is not in the release, or names \
            others, nothing is said.
            """,
        example: .tree([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
            .appup("shop", "2", #"{"2", [{"1",[restart_emulator]}], [{"1",[restart_emulator]}]}."#),
            .inVersion("1", "vm.args", "-name shop@127.0.0.1"), .inVersion("2", "vm.args", "-heart"),
        ]),
        wayOut: [
            "add `-heart` to `vm.args`, and start the node anew once, before the upgrade",
            "or stop the node, and start the new release",
        ])

    package static let mended: [Explanation.File] = [.inVersion("1", "vm.args", "-name shop@127.0.0.1\n-heart")]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.runs.compactMap { run in
            guard run.restartsEmulator, let arguments = run.source.snapshot.folder?.arguments,
                !arguments.flags.contains("-heart")
            else { return nil }
            return Diagnostic(
                self.id, .error,
                "the \(run.name) restarts the node, and `vm.args` of version \(run.source.release.version) has no `-heart`",
                at: .file(arguments.path),
                explanation: "Without heart the restart fails, and the node comes back with the release it had.",
                help: ["add `-heart`, and start the node anew before the upgrade"], direction: run.mode.direction)
        }
    }
}
