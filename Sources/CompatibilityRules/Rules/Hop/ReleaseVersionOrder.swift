package import Diagnostics
import ReleaseModel
import UpgradePlanning

/// An upgrade to an earlier version.
package enum ReleaseVersionOrder: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/version-order"), "the release to go to has an earlier version than the one before",
        meaning: """
            OTP has no order of versions, so nothing goes wrong by itself. But appups are looked for in the release to go to, \
            and the other way is a downgrade of it: where the two were given in the wrong order, instructions are missing, and \
            states are converted the wrong way.

            Only numbers between dots are compared, up to the first `-` or `+`.
            """,
        example: .hop([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .release("shop-1.rel", "1.10", ["{shop,\"1\"}"]), .release("shop-2.rel", "1.9", ["{shop,\"1\"}"]),
        ]),
        wayOut: ["name the older release first", "or give the newer one a later version"])

    package static let mended: [Explanation.File] = [.release("shop-2.rel", "1.11", ["{shop,\"1\"}"])]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        let (from, to) = (hop.from.release.version.text, hop.to.release.version.text)
        guard VersionDirection.isEarlier(to, than: from) else { return [] }
        return [
            Diagnostic(
                self.id, .warning, "the release goes back from version \(from) to \(to)",
                at: .file(hop.to.snapshot.resourcePath),
                explanation: "The releases may be given in the wrong order.",
                help: ["name the release that runs first, then the one to go to"])
        ]
    }
}
