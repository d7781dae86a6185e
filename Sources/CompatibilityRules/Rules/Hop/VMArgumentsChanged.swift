package import Diagnostics
import ReleaseModel
import UpgradePlanning

/// Flags of the emulator that count only when a node boots.
package enum VMArgumentsChanged: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/vm-args-changed"), as: .note,
        "`vm.args` changed, which an upgrade without a restart does not see",
        meaning: """
            The flags of the emulator are read when it starts. After the upgrade the node runs the new code with the old limits, \
            schedulers and parameters; with the next restart, which may be one after a crash, it gets the new ones.
            """,
        example: .tree(
            .twoShops + [
                .inVersion("1", "vm.args", "+P 500000"), .inVersion("2", "vm.args", "+P 1000000"),
            ]),
        wayOut: [
            "if the new code does not need the new flags, nothing is to be done",
            "else end the script with `restart_emulator`",
        ])

    package static let mended: [Explanation.File] = [.inVersion("2", "vm.args", "+P 500000\n# as before")]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let old = hop.from.snapshot.folder?.arguments, let new = hop.to.snapshot.folder?.arguments,
            hop.up.map({ !$0.restartsEmulator }) ?? false, !old.says(theSameAs: new)
        else { return [] }
        return [
            Diagnostic(
                self.id, .note, "`vm.args` changed, and the upgrade does not restart the node", at: .file(new.path),
                explanation: "The new flags count from the next restart on.",
                notes: [Diagnostic.Note("the flags it runs with", at: .file(old.path))], direction: .up)
        ]
    }
}
