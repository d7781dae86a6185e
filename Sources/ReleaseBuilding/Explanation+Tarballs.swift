package import Diagnostics
import ReleaseModel

/// What the warnings about tarballs mean.
extension Explanation {
    package static let tarballs = [staleBootFile, staleRelup]

    private static let staleBootFile = Explanation(
        .tarStaleBootFile, "the boot file that is packed is not that of the release",
        meaning: """
            The boot file of a tarball is called `start.boot`. `systools:make_tar` looks for a file of that name first, beside \
            the `.rel` file and then along the whole search path, and takes `NAME.boot` only if there is none: a \
            `start.boot` left over anywhere wins, and its contents are not looked at. A node that boots with it starts \
            another release than the tarball says, or none.

            relift packs what systools packs, reads it, and warns when its name and version, or the applications it loads, \
            are not those of the release, or when it is another file than the `NAME.boot` beside the `.rel` file.
            """,
        example: Example(
            [
                .release("old.rel", "1", []), .release("shop.rel", "2", []),
            ],
            [
                "relift script old.rel --lib lib", "mv old.boot start.boot", "relift script shop.rel --lib lib",
                "relift tar shop.rel --lib lib",
            ]),
        wayOut: ["Remove the `start.boot` that the finding names.", "Make the boot file again with `relift script`."])

    private static let staleRelup = Explanation(
        .tarStaleRelup, "the relup that is packed is not that of the release",
        meaning: """
            `systools:make_tar` packs any file `relup` that it finds beside the `.rel` file or along the search path, and does \
            not look at its version. `release_handler` refuses a relup of another version when the release is installed, \
            which is when the upgrade is wanted. A relup of the right version that was made before an application's version \
            changed fails while it runs.

            relift packs what systools packs, and warns.
            """,
        example: Example(
            [
                .release("shop.rel", "2", []), File("relup", "{\"1\", [], []}."),
            ], ["relift script shop.rel --lib lib", "relift tar shop.rel --lib lib"]),
        wayOut: ["Remove the file.", "Or make it again with `relift relup`."])
}
