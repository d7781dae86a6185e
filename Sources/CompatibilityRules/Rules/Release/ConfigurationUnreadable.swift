package import Diagnostics
import ReleaseModel

/// A `sys.config` that is not one Erlang term.
package enum ConfigurationUnreadable: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/unreadable"), as: .error, "`sys.config` cannot be read",
        meaning: """
            A node does not boot with such a file. An upgrade is worse: the release handler takes a configuration that it \
            cannot read for an empty one, without a word. Every parameter of every application falls back to what its \
            `.app` file says, while the node serves, and the upgrade reports success.

            `sys.config` is read as `file:consult/1` reads: exactly one term, with a dot behind it.
            """,
        example: .tree(
            [.inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}"#)], versions: ["1"],
            command: "relift check shop@1 --lib lib"),
        wayOut: ["correct the file where the finding points", "see what OTP reads: `file:consult(\"sys.config\").`"])

    package static let mended: [Explanation.File] = [
        .inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}]."#)
    ]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        guard let folder = release.snapshot.folder, case .unreadable(let causes) = folder.configuration else {
            return []
        }
        let cause = causes.first
        return [
            Diagnostic(
                self.id, .error,
                cause.map { "`sys.config` is not read: \($0.summary)" } ?? "`sys.config` is not read",
                at: cause?.place ?? .file(folder.file("sys.config")),
                explanation: """
                    An upgrade takes it for an empty configuration: every parameter falls back to that of the `.app` file, \
                    and the upgrade reports success. No node boots with it.
                    """,
                notes: cause?.notes ?? [], help: cause?.help ?? [])
        ]
    }
}
