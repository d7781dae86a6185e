package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Two versions that are releases of different names.
package enum ReleaseNameChanged: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/name-changed"), "the two releases have different names",
        meaning: """
            The release handler knows releases by their versions alone and takes them for one line. What is called after the \
            name does not follow: start scripts in `bin`, the name of the node, the folder of the tree, and the tarball, which \
            `unpack_release` wants under the name of the `.rel` file.
            """,
        example: .hop([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            Explanation.File(
                "shop-2.rel",
                """
                {release, {"store","2"}, {erts,"13.1"},
                 [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"},{shop,"1"}]}.
                """),
        ]),
        wayOut: ["give both the same name", "or see that all scripts around the release know both"])

    package static let mended: [Explanation.File] = [.release("shop-2.rel", "2", ["{shop,\"1\"}"])]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        let (from, to) = (hop.from.release.name, hop.to.release.name)
        guard from != to else { return [] }
        return [
            Diagnostic(
                self.id, .warning, "the release is called `\(from)` before the upgrade, and `\(to)` after it",
                at: .file(hop.to.snapshot.resourcePath),
                explanation: "Start scripts and whatever else is called after the release keep the old name.",
                notes: [Diagnostic.Note("the other one", at: .file(hop.from.snapshot.resourcePath))])
        ]
    }
}
