package import Diagnostics

/// What it means when a release cannot be installed on a node.
extension Explanation {
    package static let installing: [Explanation] = [
        installing(
            "install/not-a-target-system", "a folder is not the root of an installed release",
            "An installed release has a folder `releases/`, whose files the release handler keeps.",
            "Give the folder that holds `releases/` with `--root`."),
        installing(
            "install/other-root", "the node runs from another folder",
            "What is installed in the folder that was given would never reach the node.",
            "Give the folder the node runs from with `--root`, or the node that runs from this one with `--node`."),
        installing(
            "install/no-node-name", "a release does not say what its node is called",
            "It is looked for in `vm.args`, in what the start script noted in its run folder, and in the arguments of the "
                + "process that runs from this root.", "Give the name with `--node NAME@HOST`."),
        installing(
            "install/dynamic-node-name", "a node gets its name from others",
            "With `-name undefined` or `-sname undefined` a node is named by the first one that it connects to. Nobody can "
                + "connect to it before.", "Give the name that it has now with `--node NAME@HOST`.",
            "Or give the release a name of its own in `vm.args`."),
        installing(
            "tls-config/no-authority", "nobody is named who may sign the certificate of a node",
            "`{verify, verify_peer}` holds the certificate against those of `cacertfile`.",
            "Name the file as `cacertfile` of `client`."),
        installing(
            "tls-config/unusable-file", "a file cannot be used for TLS",
            "Certificates and private keys are taken from files in PEM. A key that is encrypted needs its `password`.",
            "Look at what is in the file with `openssl x509` or `openssl pkey`."),
        installing(
            "install/bad-node-name", "the name of a node is not one", "A node is called `NAME@HOST`.",
            "Correct `--node`, or `-name` in `vm.args`."),
        installing(
            "install/no-cookie", "no cookie was found to talk to the node with",
            "It is looked for in `RELIFT_COOKIE`, `vm.args`, `releases/COOKIE` and `~/.erlang.cookie`, in this order.",
            "Give the file that holds it with `--cookie-file`.", "Or set the environment variable `RELIFT_COOKIE`."),
        installing(
            "install/bad-cookie", "what should be a cookie is not one", "A cookie is one line of text.",
            "Correct the place that the finding names."),
        installing(
            "install/no-relup", "a tarball has no relup",
            "The relup holds the script that takes a running node from one release to the next.",
            "Make it with `relift relup NEW --from OLD` and pack it with `relift tar`."),
        installing(
            "install/applications-put-back", as: .warning,
            "applications got the parameters of the running release back after an upgrade that failed",
            "`install_release` gives all applications the specifications and parameters of the other release before it begins "
                + "with the script, and leaves them so when the script fails before its point of no return. They are kept in "
                + "the node meanwhile, and put back.",
            "Nothing is to be done about it; see why the script failed."),
        installing(
            "install/applications-not-put-back",
            "applications may have the parameters of another release than the one that runs",
            "`install_release` gives all applications the specifications and parameters of the other release before it begins "
                + "with the script, and leaves them so when the script fails before its point of no return. Putting back what "
                + "they had failed.",
            "Restart the node: it boots with the parameters of its permanent release."),
        installing(
            "install/unusable-configuration", "no configuration can be made of a template",
            "`sys.config.src` is rendered with the environment of the node before the upgrade, since `install_release` takes "
                + "a missing `sys.config` for an empty one. Nothing was changed.",
            "Set what is missing where the node is started, or write defaults: `${NAME:-DEFAULT}`."),
        installing(
            "install/configuration-not-written", "the node cannot write its configuration",
            "It is rendered from `sys.config.src` before the upgrade and lies beside it. Nothing was changed.",
            "Let the user of the node write into `releases/VSN`."),
        installing(
            "install/configuration-lost", "the configuration of a release to go back to is lost",
            "`releases/VSN/sys.config` is missing or cannot be read. `install_release` would take it for an empty one and "
                + "report success: every parameter would fall back to that of the `.app` files. Nothing was changed.",
            "Put it back from the tarball of that release: `tar -xzf NAME-VSN.tar.gz releases/VSN/sys.config`."),
        installing(
            "install/node-restarted", as: .warning, "a node was restarted in the course of an operation",
            "`release_handler` restarts a node when a script fails after its point of no return, and relift does as the last "
                + "way back. It boots its permanent release; processes begin anew.",
            "See the other findings for what went wrong, and the node's log."),
        installing(
            "trial/went-back", as: .warning, "a node went back from a release that nobody confirmed",
            "A release that is installed with `--no-commit`, or by a relift that was killed, is on trial: a process in the node "
                + "goes back to the former one, hot, when the time is up.",
            "Install it again and commit it in time; `--confirm-timeout` says how long the node waits."),
        installing(
            "install/providers-failed", "the configuration of a release of mix cannot be computed",
            "`relift install` and `rollback` run the configuration providers of the target version, such as `config/runtime.exs`, "
                + "in a short-lived node with the environment of the running one. Nothing was changed.",
            "Correct config/runtime.exs, or set what it reads where the node is started.",
            "If the providers want more than the code and the environment, upgrade by a restart."),
        installing(
            "install/providers-change-kernel", "configuration providers change what has started before they run",
            "`kernel` and `stdlib` cannot be configured by them unless the node restarts afterwards: a fresh boot of that "
                + "version would stop. Nothing was changed.",
            "Configure them in config/config.exs.",
            "Or write `reboot_system_after_config: true` into the release in mix.exs."),
        installing(
            "install/mix-new-emulator", "a release of mix cannot be upgraded with `restart_new_emulator`",
            "OTP boots a new runtime system with a version in between, whose folder has a boot file and a configuration only. "
                + "mix's start script needs more, and the node would not come back. Nothing was changed.",
            "Upgrade by a stop and a start."),
        installing(
            "install/node-file", "the node cannot use a file of its own release",
            "The configuration of the target version is computed in `releases/VSN` by the node. Nothing was changed.",
            "Let the user of the node write into `releases/VSN`."),
        installing(
            "config/not-a-variable", "braces behind a dollar sign do not hold the name of a variable",
            "`${NAME}` and `${NAME:-DEFAULT}` stand for environment variables.",
            "Correct the name: letters, digits and underscores."),
        installing(
            "config/variable-not-set", "a template needs an environment variable that is not set",
            "It counts what the environment of the node has, not that of the operator. relx would put in nothing.",
            "Set it where the node is started.", "Or write a default, which may be empty: `${NAME:-}`."),
        installing(
            "config/value-not-a-term", "the value of a variable would break the configuration",
            "Outside of quotes a value must be one Erlang term, so that it cannot end the term it stands in.",
            "Put a text into quotes: `\"${NAME}\"`."),
        installing(
            "config/value-does-not-fit", "the value of a variable would break the arguments",
            "A value is one argument of the virtual machine, whatever is in it; a line break cannot be, nor a quote in quotes.",
            "Correct the value, or write the variable without quotes."),
        installing(
            "install/runs-already", as: .note, "the node runs this release already", "There is nothing to do.",
            "Give the new release another version if its content differs."),
        installing(
            "plan/unreadable", "a file is not a plan that can be applied",
            "A saved plan is applied exactly as it was shown. Its id is the hash of its contents: a file that was changed, "
                + "or that another version of relift made, is not applied.",
            "Make it anew with `relift plan OLD NEW --out FILE`."),
        installing(
            "plan/stale", "what is to be installed is not what a plan was made for",
            "The tarball, the files of the release that the node runs, or the running release itself are other ones than "
                + "those of the plan, or the relup in the tarball is not its script. Nothing was done; the status is 6.",
            "Look at a new plan: `relift plan OLD NEW --out FILE`."),
        installing(
            "install/no-rollback-target", "there is no release to go back to",
            "The node has no other release from which it was upgraded to the one it runs.",
            "`relift status` lists the releases the node has."),
        installing(
            "install/unexpected-answer", "a node answered out of turn",
            "What it said does not fit what was asked; nothing more was asked.",
            "Look at the state of the node with `relift status`."),
        installing(
            "install/internal", "the installer failed in a way it does not know", "This is a mistake of relift.",
            "`relift status` says what the node runs; please report it."),
        installing(
            "node/no-release-handler", "no release handler runs on a node",
            "Installing is the work of the application `sasl`, which the running release does not start.",
            "Add `sasl` to the applications of the release; this once, upgrade by a restart."),
        installing(
            "node/no-running-release", "a node knows no release that it runs",
            "Its `releases/RELEASES` is missing, empty or damaged, so it cannot be said what to upgrade from.",
            "Restore `releases/RELEASES`, or start the node from an installed release."),
    ]

    private static func installing(
        _ id: String, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            Diagnostic.ID(id), as: severity, title, meaning: meaning,
            example: Example([], ["relift install shop-2.tar.gz --root /opt/shop"], isComplete: false), wayOut: wayOut)
    }
}
