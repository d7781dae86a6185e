package import Diagnostics
import ReleaseModel

/// A tarball that `release_handler` cannot unpack under its own name.
package enum TarballNameDiffers: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/tarball-name"), "a tarball is not called after the `.rel` file in it",
        meaning: """
            `release_handler:unpack_release("NAME")` unpacks `releases/NAME.tar.gz` and then reads `releases/NAME.rel` from \
            what it unpacked. Under any other name it fails with `{enoent, …}`, and what it unpacked stays. `relift install` \
            gives the tarball its right name on the way.
            """,
        example: Explanation.Example(
            [
                .application("shop", "1"), .release("releases/web.rel", "1", ["{shop,\"1\"}"]),
                Explanation.File("releases/1/sys.config", "[]."),
            ], ["tar -czf shop-1.tar.gz releases lib", "relift check shop-1.tar.gz"]),
        wayOut: ["call the tarball as the finding says", "or install it with `relift install`"])

    package static let mended: [Explanation.File] = [.release("releases/shop-1.rel", "1", ["{shop,\"1\"}"])]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        guard let names = release.snapshot.folder?.archiveNames, names.tarball != names.resource else { return [] }
        return [
            Diagnostic(
                self.id, .warning, "the tarball of `\(names.resource)` is called `\(names.tarball)`",
                at: .file(release.snapshot.resourcePath),
                explanation:
                    "`release_handler:unpack_release(\"\(names.tarball)\")` finds no `.rel` file of that name in it.",
                help: ["call it `\(names.resource).tar.gz`"])
        ]
    }
}
