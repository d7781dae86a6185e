package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A relup without a way up or down for this pair of releases.
package enum RelupPathMissing: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/missing-path"), as: .error, "the relup has no way up from, or down to, the other release",
        meaning: """
            The `relup` of the newer release has scripts for other versions, or for one direction only. Without the way up \
            `install_release` answers `{enoent, …}` and names a `relup` of the older release, which it looks for next. \
            Without the way down the upgrade succeeds, and cannot be taken back while the node runs.
            """,
        example: .tree(
            .twoShops + [
                .inVersion(
                    "2", "relup",
                    #"""
                    {"2", [{"1",[],[{load_object_code,{shop,"2",[shop]}}, point_of_no_return,
                                    {load,{shop,brutal_purge,brutal_purge}}]}], []}.
                    """#)
            ]),
        wayOut: ["make it for both ways: `relift relup OLD NEW`"])

    package static let mended: [Explanation.File] = [
        .relup(up: .loadingShop("2"), down: .loadingShop("1"), in: "shop/")
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let folder = hop.to.snapshot.folder, let relup = folder.relup,
            relup.version == hop.to.release.version, hop.from.release.version != hop.to.release.version
        else { return [] }
        let version = hop.from.release.version
        return [("up from", relup.up, Diagnostic.Direction.up), ("down to", relup.down, .down)].compactMap {
            words, entries, direction in
            guard !entries.contains(where: { $0.version == version }) else { return nil }
            let others = entries.map { "`\($0.version)`" }.joined(separator: ", ")
            return Diagnostic(
                self.id, .error, "the relup has no script \(words) version \(version)", at: .file(folder.file("relup")),
                notes: others.isEmpty ? [] : [Diagnostic.Note("it has some for \(others)")],
                help: ["make it for both ways: `relift relup OLD NEW`"], direction: direction)
        }
    }
}
