package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A relative file name in `sys.config`, which means another file in an upgrade than at boot.
package enum IncludedConfigurationMoves: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/included-file-relative"),
        "an upgrade looks for an included file in the working directory",
        meaning: """
            A node that boots looks for a file that `sys.config` names beside `sys.config`. An upgrade hands the list to the \
            application controller without saying where it came from: a relative name then means the working directory of \
            the node. The file is not found there, which is logged and nothing else; all that it would have said is missing \
            from the environment until the next restart.
            """,
        example: .tree(
            .twoShops + [
                .inVersion("2", "sys.config", #"[{shop, [{port, 8080}]}, "local.config"]."#),
                .inVersion("2", "local.config", #"[{shop, [{host, "a"}]}]."#),
            ]),
        wayOut: [
            "move what the file says into `sys.config`", "or name it with its absolute path on the host",
        ])

    package static let mended: [Explanation.File] = [
        .inVersion("2", "sys.config", #"[{shop, [{port, 8080}, {host, "a"}]}]."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.runs.flatMap { run -> [Diagnostic] in
            guard let file = run.liveTarget?.configuration.file else { return [] }
            return file.configuration.entries.compactMap { entry in
                // That it is missing everywhere is said elsewhere.
                guard case .file(let name, let range) = entry, file.included[name] != nil else { return nil }
                return Diagnostic(
                    self.id, .warning, "the upgrade looks for `\(name)` in the working directory of the node",
                    at: file.place(range),
                    explanation: """
                        Only a node that boots looks beside `sys.config`. What the file says is missing from the environment \
                        until the next restart.
                        """,
                    help: ["move its contents into `sys.config`"], direction: run.mode.direction)
            }
        }
    }
}
