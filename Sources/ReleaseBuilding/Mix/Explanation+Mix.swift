package import Diagnostics

/// What it means when no target system can be made of a release of mix.
extension Explanation {
    package static let mix: [Explanation] = [
        mix(
            "mix/not-a-mix-release", "what `--from-mix` names is not a release of mix",
            "`mix release` assembles a folder with `bin`, `lib`, `releases` and, among the applications, `elixir`.",
            "Name the folder that `mix release` prints: `_build/prod/rel/NAME`.",
            "A release of relift or rebar3 needs no `--from-mix`."),
        mix(
            "mix/built-already", "what `--from-mix` names was made by relift",
            "Its protocols and its configuration were put in their places before; nothing is left to do.",
            "Name the folder that `mix release` made."),
        mix(
            "mix/output-is-input", "a release of mix would be replaced by its target system",
            "What relift makes goes to `OUTPUT/NAME`, which is the folder that it would be made of.",
            "Name another folder with `--output`."),
        mix(
            "mix/sasl-not-started", "a release of mix does not start `sasl`",
            "`release_handler`, which upgrades a running node, is a process of this application.",
            "Write `extra_applications: [:sasl]` into `application/0` of mix.exs.",
            "Take `sasl: :none` out of `applications:` of the release."),
        mix(
            "mix/no-runtime", "a release of mix has no runtime system",
            "Without ERTS, a node has its root in the Erlang installation of the host, where nobody would unpack releases.",
            "Take `include_erts: false` out of the release in mix.exs."),
        mix(
            "mix/file-missing", "a file that `mix release` makes is missing",
            "The start script, `env.sh` and the boot files `start` and `start_clean` are needed to start the release, and to "
                + "compute its configuration before an upgrade.",
            "Assemble it again: `mix release --overwrite`.", "Let `include_executables_for` have `:unix` in it."),
        mix(
            "mix/not-consolidated", as: .warning, "a release of mix has no consolidated protocols",
            "Consolidated protocols go into an application of their own, and the applications that they were written in lose "
                + "them. No script leads from a release with them to one without.",
            "Leave out `consolidate_protocols: false` in mix.exs."),
        mix(
            "mix/configuration-pruned", as: .warning, "a release of mix removes its configuration after the boot",
            "A node that restarts because an upgrade failed boots with the file that it was started with, which is gone.",
            "Take `prune_runtime_sys_config_after_boot: true` out of the release in mix.exs."),
    ]

    private static func mix(
        _ id: String, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            Diagnostic.ID(id), as: severity, title, meaning: meaning,
            example: Example([], ["relift build --from-mix _build/prod/rel/shop"], isComplete: false), wayOut: wayOut)
    }
}
