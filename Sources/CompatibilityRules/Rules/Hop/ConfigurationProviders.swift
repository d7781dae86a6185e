package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Configuration that Elixir computes when a node boots.
package enum ConfigurationProviders: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/providers-not-run"),
        "configuration that is computed at boot is not computed in an upgrade",
        meaning: """
            `sys.config` names configuration providers of Elixir, as `mix release` writes it for a `config/runtime.exs`. They \
            run when the node boots, and write what they compute to another file. An upgrade without a restart reads \
            `releases/VSN/sys.config` alone: every value that only a provider gives is missing afterwards, and those that it \
            replaces are those of build time.
            """,
        example: .tree(
            .twoShops + [
                .inVersion("2", "sys.config", "[{elixir, [{config_provider_init, {config_provider, []}}]}].")
            ]),
        wayOut: [
            "make both releases with `relift build --from-mix`: `relift install` then runs the providers before the upgrade",
            "or run those of the new version yourself, and write what they give to its `sys.config`",
            "or end the script with `restart_emulator`",
        ])

    package static let mended: [Explanation.File] = [
        .inVersion("2", "sys.config", #"[{shop, [{port, 8080}]}]."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let folder = hop.up?.liveTarget, let file = folder.configuration.file,
            // `relift install` runs them, where it has what they begin with.
            !folder.files.contains(MixLayout.configuration),
            let setting = file.parameters(of: "elixir")["config_provider_init"]
        else { return [] }
        return [
            Diagnostic(
                self.id, .warning,
                "the upgrade does not run the configuration providers of version \(hop.to.release.version)",
                at: setting.place,
                explanation: """
                    They run when a node boots. What only they say, for example all of `runtime.exs`, is missing from the \
                    environment until then.
                    """,
                help: [
                    "build with `relift build --from-mix`, whose releases `relift install` computes the configuration of",
                    "or write what they give to `\(file.source.path)` before the upgrade",
                ], direction: .up)
        ]
    }
}
