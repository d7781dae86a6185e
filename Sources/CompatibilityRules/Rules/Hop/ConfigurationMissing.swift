package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A version without configuration, when the one before has one.
package enum ConfigurationMissing: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/missing"), as: .error, "the new version has no `sys.config`, and the old one has",
        meaning: """
            The release handler takes a missing `sys.config` for an empty one. Everything that the old version was configured \
            with falls back to what the `.app` files say, and the upgrade reports success. A node that is started with \
            `-config` does not boot without the file.
            """,
        example: Explanation.Example.tree(
            [
                .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
                .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
                .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#),
                .inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}]."#),
            ], bare: ["2"]),
        wayOut: ["put a `sys.config` into `releases/VSN`; where nothing is to be configured, `[].`"])

    package static let mended: [Explanation.File] = [
        .inVersion("2", "sys.config", #"[{shop, [{port, 8080}]}]."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.runs.compactMap { run in
            guard let folder = run.liveTarget, case .absent = folder.configuration,
                let before = run.source.snapshot.folder?.configuration.file,
                before.configuration.sections.contains(where: { !$0.parameters.isEmpty })
            else { return nil }
            return Diagnostic(
                self.id, .error, "version \(folder.name) has no `sys.config`", at: .file(folder.path),
                explanation: """
                    All that the version before was configured with falls back to the `.app` files, and the upgrade reports \
                    success.
                    """,
                notes: [Diagnostic.Note("what was configured before", at: .file(before.source.path))],
                help: ["add it; where nothing is to be configured, it holds `[].`"], direction: run.mode.direction)
        }
    }
}
