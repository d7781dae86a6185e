package import Diagnostics
import ReleaseModel
import UpgradePlanning

/// Another version of `kernel`, `stdlib` or `sasl`.
package enum BaseApplicationChanged: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/base-application-changed"), as: .note, "`kernel`, `stdlib` or `sasl` changes",
        meaning: """
            All others stand on these three, and so does the release handler itself. Their appups ask for \
            `restart_new_emulator`: the node starts twice, first with a mixture of the new `kernel`, `stdlib` and `sasl` and of \
            all old applications, then the rest of the script runs on it. The note says which of them force it.
            """,
        example: .hop([
            .source("stdlib", "4.2", "shelf", "-export([price/0]).", "price() -> 1."),
            .source("stdlib", "4.3", "shelf", "-export([price/0]).", "price() -> 2."),
            .application("stdlib", "4.2", modules: ["shelf"]), .application("stdlib", "4.3", modules: ["shelf"]),
            .release("shop-1.rel", "1", []),
            Explanation.File(
                "shop-2.rel", #"{release, {"shop","2"}, {erts,"13.1"}, [{kernel,"8.5"},{stdlib,"4.3"},{sasl,"4.2"}]}."#),
            .appup("stdlib", "4.3", #"{"4.3", [{"4.2",[restart_new_emulator]}], [{"4.2",[restart_new_emulator]}]}."#),
        ]),
        wayOut: [
            "if the node must not restart: release with the OTP it runs on",
            "else nothing is to be done, but to see that heart runs",
        ])

    package static let mended: [Explanation.File] = [.release("shop-2.rel", "2", [])]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        let changes = [ApplicationName.kernel, .stdlib, .sasl].compactMap { name -> String? in
            guard let old = hop.from.release[name]?.version, let new = hop.to.release[name]?.version, old != new else {
                return nil
            }
            return "`\(name)` from \(old) to \(new)"
        }
        guard !changes.isEmpty, hop.runs.contains(where: \.restartsEmulator) else { return [] }
        return [
            Diagnostic(
                self.id, .note, "the node restarts, since the release changes \(changes.joined(separator: ", "))",
                at: .file(hop.to.snapshot.resourcePath),
                explanation: "These three are exchanged only with the runtime system.")
        ]
    }
}
