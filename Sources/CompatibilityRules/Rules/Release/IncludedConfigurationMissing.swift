package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A file that `sys.config` names and the release does not hold.
package enum IncludedConfigurationMissing: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/included-file-missing"), "`sys.config` names a file that is not beside it",
        meaning: """
            Names of further configuration files may stand in the list of `sys.config`. A relative one is looked for beside \
            `sys.config`, then in the working directory of the node, with `.config` behind it where that is missing. When \
            there is no such file the node does not boot; an upgrade goes on without what it would have said.

            Absolute names are not looked at: they mean the host that the release runs on.
            """,
        example: .tree(
            [.inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}, "local.config"]."#)], versions: ["1"],
            command: "relift check shop@1 --lib lib"),
        wayOut: [
            "put the file into `releases/VSN`",
            "or, if the host provides it, see that it is there before the node starts",
        ])

    package static let mended: [Explanation.File] = [.inVersion("1", "local.config", "[{shop, [{host, \"a\"}]}].")]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        guard let folder = release.snapshot.folder, let file = folder.configuration.file else { return [] }
        return file.configuration.entries.compactMap { entry in
            guard case .file(let name, let range) = entry, !name.hasPrefix("/"), file.included[name] == nil else {
                return nil
            }
            return Diagnostic(
                self.id, .warning, "`sys.config` names `\(name)`, which is not in the release", at: file.place(range),
                explanation: "A node does not boot when it finds no such file; an upgrade goes on without it.",
                help: ["put it into `\(folder.path)`"])
        }
    }
}
