package import Diagnostics
import ReleaseModel

/// What the warnings about appups and relups mean.
extension Explanation {
    package static let upgrades =
        [
            appupOtherVersion, appupPatternNeverMatches, appupModuleNotListed,
            relupAddedBeforeDependency, relupIncludedApplicationStarted, relupOldSasl, relupRemovedBeforeDependant,
            relupRuntimeChanged, relupStartTypeChangeIgnored,
        ] + Self.supervisors + Self.roles + Self.moduleOrder + Self.states

    private static let relup = "relift relup new.rel --from old.rel --lib lib"

    private static let dependentApplications: [File] = [
        .application("cart", "1", uses: ["stock"]), .application("stock", "1"),
    ]

    // MARK: - Appups

    private static let appupOtherVersion = Explanation(
        .appupOtherVersion, "an appup says it is for another version than its application has",
        meaning: """
            The first element of an `.appup` file is the version it was written for. OTP warns when it is not that of the \
            `.app` file beside it, and uses the file nevertheless: it may be left over from an earlier version, and say \
            nothing of what changed since.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1"), .application("cart", "2"),
                .appup("cart", "2", "{\"1.9\", [{\"1\",[]}], [{\"1\",[]}]}."),
            ], [relup]),
        wayOut: [
            "Look whether its entries are right for this version, then correct its first element.",
            "Or generate it: `relift appup OLD NEW`.",
        ])

    private static let appupPatternNeverMatches = Explanation(
        .appupPatternNeverMatches, "a pattern of an appup never matches the version it is there for",
        meaning: """
            A key of an appup that is written as a binary is a regular expression. OTP searches the version with it once \
            and takes the entry when the text found is the whole version. The search ends with the first match: \
            alternatives are tried from left to right, and a repetition with `?` behind it takes as little as it can. So \
            `1|1.0` finds `1` in `1.0`, which is not all of it, and the entry is passed over without a word.

            Patterns that no text matches, such as `1.0^`, are reported too.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1.0\"}"]), .release("new.rel", "2", ["{cart,\"2.0\"}"]),
                .application("cart", "1.0"), .application("cart", "2.0"),
                .appup(
                    "cart", "2.0",
                    """
                    {"2.0",
                     [{<<"1|1.0">>, [{restart_application,cart}]}, {<<".*">>, []}],
                     [{<<".*">>, []}]}.
                    """),
            ], [relup]),
        wayOut: [
            "Hold the pattern to the end of the version: `<<\"(?:1|1.0)$\">>`.",
            "Or put longer alternatives first, and use greedy repetitions.",
            "Or write the versions one by one, as strings.",
        ])

    private static let appupModuleNotListed = Explanation(
        .appupModuleNotListed, "a `.beam` file lies beside an `.app` file that does not list it",
        meaning: """
            The release handler and the boot script know only the modules that `modules` lists. In embedded mode the \
            module is not there at all; an upgrade neither loads nor removes it.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1"), .application("cart", "2"),
            ], ["erlc -o lib/cart-2/ebin cart_server.erl", "relift plan old.rel new.rel --lib lib"],
            isComplete: false),
        wayOut: ["Add the module to `modules`.", "Or delete its file."])

    // MARK: - Relups

    private static let relupAddedBeforeDependency = Explanation(
        .relupAddedBeforeDependency, "an added application is started before one that it depends on",
        meaning: """
            systools starts the applications that only the new release has in the order of its `.rel` file, and pays no heed \
            to their dependencies, although it does so for the boot script. `application:start` then answers \
            `{error,{not_started,NAME}}`. An upgrade script discards answers: the upgrade reports success, and the \
            application does not run until the node boots.

            relift writes what systools writes, and warns. The order that is right for the way up is wrong for the way back: \
            there the same applications are stopped in the order of the same file.
            """,
        example: Example(
            [
                .release("old.rel", "1", []), .release("new.rel", "2", ["{cart,\"1\"}", "{stock,\"1\"}"]),
            ] + dependentApplications, [relup]),
        wayOut: [
            "Make the relup with `--order dependencies`: dependencies are started first, and stopped last.",
            "Or list dependencies first in the `.rel` file, if the way back does not matter.",
        ])

    private static let relupRemovedBeforeDependant = Explanation(
        .relupRemovedBeforeDependant, "a removed application is stopped before one that depends on it",
        meaning: """
            systools stops the applications that only the old release has in the order of its `.rel` file. Each one's code is \
            removed at once. What depends on it still runs then: its calls fail, its supervisors may give up, and with a \
            permanent application the node ends.

            It is most often met on the way back: a `.rel` file that lists dependencies first makes the way down stop them \
            first.
            """,
        example: Example(
            [
                .release("old.rel", "1", []), .release("new.rel", "2", ["{stock,\"1\"}", "{cart,\"1\"}"]),
            ] + dependentApplications, [relup]),
        wayOut: ["Make the relup with `--order dependencies`: dependencies are stopped last, and started first."])

    private static let relupIncludedApplicationStarted = Explanation(
        .relupIncludedApplicationStarted, "an included application is started or stopped on its own",
        meaning: """
            An included application is part of another one: the boot script only loads it, and its processes run in the tree \
            of the application that includes it. systools forgets this when it makes a relup. An added one is started with \
            `application:start`, so that its processes run outside that tree, or twice; a removed one is stopped, which does \
            nothing, while its code is removed.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]),
                .release("new.rel", "2", ["{cart,\"2\"}", "{stock,\"1\"}"]),
                .application("cart", "1"),
                .application("cart", "2", ["{included_applications,[stock]}"]),
                .application("stock", "1"),
                .appup(
                    "cart", "2",
                    """
                    {"2", [{"1",[{restart_application,cart}]}],
                     [{"1",[{restart_application,cart}]}]}.
                    """),
            ], [relup]),
        wayOut: [
            "Make the relup with `--order dependencies`: included applications are loaded and unloaded only.",
            "Let the appup of the including application start and stop the processes, for example with "
                + "`{restart_application,NAME}`.",
        ])

    private static let relupStartTypeChangeIgnored = Explanation(
        .relupStartTypeChangeIgnored, "a changed start type has no effect on the running node",
        meaning: """
            Between the releases an application's start type changes. A relup is made of versions: it contributes nothing to \
            an application whose version stays, and what an appup says seldom starts the application again. The upgraded node \
            keeps the old type (an application that was `permanent` still ends the node when it ends; one that was `load` \
            still does not run) until it boots.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1\",temporary}"]), .release("new.rel", "2", ["{cart,\"1\"}"]),
                .application("cart", "1"),
            ], [relup]),
        wayOut: [
            "Give the application a new version whose appup says `{restart_application,NAME}`.",
            "Or restart the node after the upgrade, or make the relup with `--restart-emulator`.",
        ])

    private static let relupRuntimeChanged = Explanation(
        .relupRuntimeChanged, "the releases have different runtime systems",
        meaning: """
            The `erts` version of the `.rel` files differs, so the upgrade begins with a restart of the runtime system and \
            the way back ends with one. Connections, processes and their states are lost: it is not a hot upgrade.
            """,
        example: Example(
            [
                .release("old.rel", "1", runtime: "13.1", []), .release("new.rel", "2", runtime: "13.2", []),
            ], [relup]),
        wayOut: [
            "Keep the runtime system (and `kernel`, `stdlib`, `sasl`) for a hot upgrade, and change it in a release of its own.",
            "Where the restart is meant, see that `heart` runs: it starts the node again.",
        ])

    private static let relupOldSasl = Explanation(
        .relupOldSasl, "the release to come from has a release handler from before R15",
        meaning: """
            A release handler of sasl before 2.2 can restart the runtime system only at the end of a script. The new code is \
            loaded into the old runtime system first.
            """,
        example: Example(
            [
                .release("old.rel", "1", runtime: "5.8", sasl: "2.1.9", []),
                .release("new.rel", "2", runtime: "5.9", sasl: "2.1.9", []),
                .application("sasl", "2.1.9"),
            ], [relup]),
        wayOut: ["Upgrade to a release on the same runtime system first, with a newer sasl."])
}
