package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Two releases of one version that are not the same.
package enum SameVersionOtherRelease: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/same-version"), as: .error, "two different releases have the same version",
        meaning: """
            A node knows a release by its version alone. It answers `{existing_release, VSN}` when another one of that version \
            is unpacked, and keeps the files that it has. Where that answer is taken for a sign that the work is done, as \
            scripts do, the files of the other release are installed under the right version.
            """,
        example: .tree(
            [
                .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
                .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
                .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#),
                Explanation.File(
                    "next/releases/1/shop.rel",
                    #"""
                    {release, {"shop","1"}, {erts,"13.1"},
                     [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"},{shop,"2"}]}.
                    """#),
            ], versions: ["1"], command: "relift check shop@1 next@1 --lib lib"),
        wayOut: ["give the new release a version of its own, whenever anything in it changed"])

    package static let mended: [Explanation.File] = [
        Explanation.File(
            "next/releases/1/shop.rel",
            #"""
            {release, {"shop","1"}, {erts,"13.1"},
             [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"},{shop,"1"}]}.
            """#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        let version = hop.to.release.version
        guard hop.from.release.version == version, let difference = self.difference(hop) else { return [] }
        return [
            Diagnostic(
                self.id, .error, "both releases are of version \(version), but \(difference)",
                at: .file(hop.to.snapshot.resourcePath),
                explanation:
                    "A node that has one of them does not take the other: it knows releases by their versions alone.",
                notes: [Diagnostic.Note("the other one", at: .file(hop.from.snapshot.resourcePath))],
                help: ["give the new release a version of its own"])
        ]
    }

    private static func difference(_ hop: Hop) -> String? {
        let (from, to) = (hop.from.release, hop.to.release)
        if from.resource.runtime != to.resource.runtime { return "the runtime system is another one" }
        for member in to.applications {
            guard let old = from[member.name] else { return "only the second one has `\(member.name)`" }
            if old.version != member.version { return "`\(member.name)` is of another version" }
            let names = Set(old.application.modules.keys).union(member.application.modules.keys).sorted()
            for name in names
            where old.application.modules[name]?.digest != member.application.modules[name]?.digest {
                return "`\(name)` of `\(member.name)` is not the same"
            }
        }
        for member in from.applications where to[member.name] == nil {
            return "only the first one has `\(member.name)`"
        }
        return nil
    }
}
