package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Protocols of Elixir in a release without consolidated ones.
package enum ProtocolsNotConsolidated: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("elixir/protocols-not-consolidated"), as: .note, "protocols of Elixir are not consolidated",
        meaning: """
            `mix release` puts protocols that know all their implementations into `releases/VSN/consolidated`. Without them \
            everything works, but each call of a protocol first asks the code server for a module, which in embedded mode does \
            not load it: an implementation that no one has loaded yet is not found.
            """,
        example: .tree(
            [
                .source("elixir", "1", "elixir", "-export([version/0]).", "version() -> 1."),
                .source(
                    "elixir", "1", "Elixir.Size", "-export(['__protocol__'/1, impl_for/1]).",
                    "'__protocol__'(module) -> ?MODULE.", "impl_for(_) -> nil."),
                Explanation.File(
                    "lib/elixir-1/ebin/elixir.app",
                    """
                    {application, elixir, [{description,""}, {vsn,"1"}, {modules,[elixir,'Elixir.Size']}, {registered,[]},
                      {applications,[kernel,stdlib]}]}.
                    """),
            ], versions: ["1"], command: "relift check shop@1 --lib lib"),
        wayOut: ["build the release with `mix release` and `consolidate_protocols: true`, which is the default"])

    package static let mended: [Explanation.File] = [
        Explanation.File("shop/releases/1/consolidated/Elixir.Size.beam", "made by mix release")
    ]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        guard let folder = release.snapshot.folder, !folder.hasConsolidated,
            release.release.applications.contains(where: { $0.name.atom == "elixir" }),
            // `relift build --from-mix` makes an application of the consolidated ones.
            MixLayout.protocols(of: release.release.name.text).map({ release.release[$0] == nil }) ?? true
        else { return [] }
        let protocols = release.modules.values.filter { $0.facts.exports("__protocol__", 1) }.map(\.name).sorted()
        guard let first = protocols.first else { return [] }
        return [
            Diagnostic(
                self.id, .note,
                "`\(first)`" + (protocols.count == 1 ? "" : " and \(protocols.count - 1) more protocols")
                    + (protocols.count == 1 ? " is" : " are") + " not consolidated", at: .file(folder.path),
                explanation:
                    "Calls of a protocol are slower, and in embedded mode find only implementations that are loaded.")
        ]
    }
}
