package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A release whose `NAME-VSN` can be read in two ways.
package enum HyphenInVersion: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/hyphen-in-version"), as: .note, "`NAME-VSN` of the release can be read in two ways",
        meaning: """
            Tarballs and `.rel` files are called `NAME-VSN`, and so are the folders of applications. relift and OTP's release \
            handler never take such a name apart. Scripts around them do, at the first hyphen or at the last, and get another \
            name and version as soon as one of the two holds a hyphen itself.

            A note where it is the version, as in `1.0.0-rc.1`, which semantic versioning wants.
            """,
        example: .release([.release("shop-1.rel", "1.0-rc.1", [])]),
        wayOut: ["see that the scripts around the release know its name", "or use `.` and `_`: `1.0.rc1`"])

    package static let mended: [Explanation.File] = [.release("shop-1.rel", "1.0.rc1", [])]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        let (name, version) = (release.release.name.text, release.release.version.text)
        guard version.utf8.contains(UInt8(ascii: "-")) else { return [] }
        return [
            Diagnostic(
                self.id, .note, "version `\(version)` of release `\(name)` holds a hyphen",
                at: .file(release.snapshot.resourcePath),
                explanation: "Scripts that take `\(name)-\(version)` apart at its last hyphen find another name.")
        ]
    }
}
