package import Diagnostics
import ReleaseModel

/// A configuration that is made when the node boots, in an upgrade that does not boot it.
package enum ConfigurationTemplate: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/unresolved-source"), as: .warning, "the new version has only `sys.config.src`",
        meaning: """
            `sys.config.src` is a template: the start script makes `sys.config` from it, and from the environment of the \
            process, when the node boots. An upgrade without a restart reads `releases/VSN/sys.config`, which is not there \
            yet. The release handler takes that for an empty configuration: every parameter falls back to what its `.app` \
            file says, the upgrade reports success, and the values are back after the next restart. `relift install` makes the \
            file before the upgrade, with the environment of the running node; other tools do not.

            The way back is not looked at: the older version has been booted, and has its `sys.config`.
            """,
        example: .tree(
            .twoShops + [
                .inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}]."#),
                .inVersion("2", "sys.config.src", #"[{shop, [{port, ${PORT}}]}]."#),
            ]),
        wayOut: [
            "upgrade with `relift install`, or with `bin/NAME upgrade` of a release that relift has built",
            "or make `sys.config` on the host before the upgrade, with the environment of the node",
            "or end the script with `restart_emulator`",
        ])

    package static let mended: [Explanation.File] = [
        .inVersion("2", "sys.config", #"[{shop, [{port, 8080}]}]."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let folder = hop.up?.liveTarget, case .template = folder.configuration else { return [] }
        return [
            Diagnostic(
                self.id, .warning, "version \(folder.name) has no `sys.config` when the upgrade reads it",
                at: .file(folder.file("sys.config.src")),
                explanation: """
                    Its start script makes it from `sys.config.src` when the node boots. The upgrade takes the missing file for \
                    an empty one: every parameter falls back to that of the `.app` file, and the upgrade reports success. \
                    `relift install` makes it before the upgrade; other tools do not.
                    """,
                help: [
                    "upgrade with `relift install`",
                    "or make `\(folder.file("sys.config"))` before the upgrade, with the environment of the node",
                ],
                direction: .up)
        ]
    }
}
