package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A `relup` that was made for another version than the one it lies with.
package enum RelupOfOtherVersion: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/other-version"), as: .error, "a relup says that it is of another release",
        meaning: """
            The first element of a `relup` is the version of the release it belongs to. When it is another one, \
            `release_handler:install_release/1` answers `{bad_relup_file, …}`, and nothing happens. `systools:make_tar` \
            packs any `relup` that lies in its way, also one of the version before.
            """,
        example: .tree(
            [.inVersion("2", "relup", #"{"1", [{"1",[],[point_of_no_return]}], [{"1",[],[point_of_no_return]}]}."#)],
            versions: ["2"], command: "relift check shop@2 --lib lib"),
        wayOut: ["make it again: `relift relup OLD NEW`"])

    package static let mended: [Explanation.File] = [
        .inVersion("2", "relup", #"{"2", [{"1",[],[point_of_no_return]}], [{"1",[],[point_of_no_return]}]}."#)
    ]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        guard let folder = release.snapshot.folder, let relup = folder.relup,
            relup.version != release.release.version
        else { return [] }
        return [
            Diagnostic(
                self.id, .error, "the relup is of version \(relup.version), the release of \(release.release.version)",
                at: .file(folder.file("relup")),
                explanation: "The release handler answers `bad_relup_file` to it.",
                help: ["make it again: `relift relup OLD NEW`"])
        ]
    }
}
