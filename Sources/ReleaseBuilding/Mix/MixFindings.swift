import Diagnostics
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// What keeps a release of mix from becoming a target system.
enum MixFindings {
    static func notMade(by loaded: LoadedRelease) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/not-a-mix-release"), .error,
            "`\(loaded.reference.path)` is not what `mix release` makes",
            at: .file(loaded.resourcePath.string),
            explanation: "It is no assembled folder, or has no application `elixir`.",
            help: ["name the folder that `mix release` prints, for example `_build/prod/rel/NAME`"])
    }

    static func builtAlready(_ root: FilePath, _ application: ApplicationName) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/built-already"), .error, "`\(root)` is a target system already", at: .file(root.string),
            explanation: "It has `\(MixLayout.configuration)` or the application `\(application)`, which relift makes.",
            help: ["name the folder that `mix release` made, and another one with `--output`"])
    }

    static func saslNotStarted(_ entry: ReleaseResource.Entry?, _ loaded: LoadedRelease) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/sasl-not-started"), .error,
            entry.map { "the release does not start `sasl` (`\($0.type.rawValue)`)" } ?? "the release has no `sasl`",
            at: entry.map { loaded.places.entry($0.name) } ?? .file(loaded.resourcePath.string),
            explanation: "Its `release_handler` is what upgrades a running node.",
            help: [
                "write `extra_applications: [:sasl]` into `application/0` of mix.exs",
                "and take `sasl` out of `applications:` of the release, if it is there with `:none` or `:load`",
            ])
    }

    static func noRuntime(_ version: RuntimeVersion, _ root: FilePath) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/no-runtime"), .error, "the release has no runtime system `erts-\(version)`",
            at: .file(root.string),
            explanation:
                "A node with the runtime system of the host has its root there, and `release_handler` looks for releases in it.",
            help: ["take `include_erts: false` out of the release in mix.exs"])
    }

    static func missing(_ path: FilePath) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/file-missing"), .error, "the release has no `\(path.lastComponent?.string ?? "")`",
            at: .file(path.string), explanation: "It is part of what `mix release` makes for Unix.",
            help: [
                "assemble the release again: `mix release --overwrite`",
                "and let `include_executables_for` in mix.exs have `:unix` in it",
            ])
    }

    static func notConsolidated(_ folder: FilePath) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/not-consolidated"), .warning, "the release has no consolidated protocols",
            at: .file(folder.string),
            explanation: """
                It can be upgraded to and from releases without them only: consolidated ones lie in an application of their \
                own.
                """,
            help: ["leave out `consolidate_protocols: false` in mix.exs"])
    }

    static func pruned(_ path: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/configuration-pruned"), .warning,
            "the configuration that a node boots with is removed after its boot", at: .file(path),
            explanation: """
                With `prune_runtime_sys_config_after_boot`, a node that `release_handler` restarts because an upgrade failed \
                does not find its configuration, and stops.
                """,
            help: ["take `prune_runtime_sys_config_after_boot: true` out of the release in mix.exs"])
    }

    static func outputIsInput(_ root: FilePath) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("mix/output-is-input"), .error, "`\(root)` would be replaced by what is made of it",
            at: .file(root.string), explanation: "mix would find it changed when it assembles the release again.",
            help: ["name another folder with `--output`"])
    }
}
