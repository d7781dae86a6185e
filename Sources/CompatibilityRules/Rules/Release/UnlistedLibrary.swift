package import Diagnostics
import ReleaseModel

/// An application folder that no release uses.
package enum UnlistedLibrary: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/unlisted-library"), "a folder in `lib` belongs to no release",
        meaning: """
            The tree or the tarball holds an application in a version that none of its `.rel` files names. It is copied, \
            unpacked and never loaded. Sometimes it is the version that was meant: unpacking never replaces a folder that is \
            there.
            """,
        example: .tree(
            [
                .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
                Explanation.File(
                    "shop/lib/cart-2/ebin/cart.app",
                    "{application, cart, [{vsn,\"2\"}, {modules,[]}, {registered,[]}, {applications,[kernel]}]}."),
            ], versions: ["1"], command: "relift check shop@1 --lib lib"),
        wayOut: ["delete the folder", "or name the application in the `.rel` file, if it was meant to be there"])

    package static let mended: [Explanation.File] = [
        .inVersion(
            "1", "shop.rel",
            """
            {release, {"shop","1"}, {erts,"13.1"},
             [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"},{shop,"1"},{cart,"2"}]}.
            """),
        Explanation.File(
            "shop/lib/cart-2/ebin/cart.app",
            """
            {application, cart, [{description,""}, {vsn,"2"}, {modules,[]}, {registered,[]}, {applications,[kernel]}]}.
            """),
    ]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        (release.snapshot.folder?.unlisted ?? []).map { path in
            Diagnostic(
                self.id, .warning, "no release uses `\(path.split(separator: "/").last ?? "")`", at: .file(path),
                explanation: "Nobody loads what is in it.", help: ["delete the folder"])
        }
    }
}
