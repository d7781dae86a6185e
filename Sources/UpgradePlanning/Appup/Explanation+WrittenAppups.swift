package import Diagnostics
import ReleaseModel

/// What the findings about appups that people wrote mean.
extension Explanation {
    package static let writtenAppups = [
        noEntry, unknownModule, foreignModule, moduleNotThere, deletedModuleStays, addedModuleWasThere,
        moduleNotChanged,
        stateNotConverted, noCodeChange, purgeKills, wrongOrder, versionWentDown, kept,
        missing, notMerged, commentsLost, insideTarball, twoBuilds, inOneRelease, timeoutBelowWait,
    ]

    private static let releases: [File] = [
        .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
    ]

    private static let check = "relift appup old.rel new.rel --lib lib --check"

    /// An example with one script up. The modules named are plain ones that changed, unless their sources are given.
    private static func example(
        _ up: String, modules: [String] = ["cart_server"], before: [String] = ["cart_server"],
        old: [File] = [.source("cart_server", of: "cart", "1", price: "1")],
        new: [File] = [.source("cart_server", of: "cart", "2", price: "2")],
        down: String = "{load_module,cart_server}", isComplete: Bool = true
    ) -> Example {
        Example(
            releases + [
                .application("cart", "1", modules: before), .application("cart", "2", modules: modules),
                .appup("cart", "2", "{\"2\",\n [{\"1\", [\(up)]}],\n [{\"1\", [\(down)]}]}."),
            ] + (isComplete ? old + new : []), (isComplete ? File.compilation(of: "cart") : []) + [check],
            isComplete: isComplete)
    }

    /// A module that did not change from version 1 to 2.
    private static let unchanged: [File] = ["1", "2"].map { .source("cart_text", of: "cart", $0, price: "1") }

    /// The server with another export in version 2, and nothing else.
    private static func servers(_ exports: String = "", _ functions: String = "") -> [File] {
        ["1", "2"].map { version in
            .source(
                "cart_server", of: "cart", version,
                """
                -behaviour(gen_server).
                -export([init/1, handle_call/3, handle_cast/2\(exports)\(version == "2" ? ", version/0" : "")]).

                init(_) -> {ok, []}.
                handle_call(_, _, State) -> {reply, ok, State}.
                handle_cast(_, State) -> {noreply, State}.\(functions)\(version == "2" ? "\nversion() -> 2." : "")
                """)
        }
    }

    // MARK: - What is missing

    private static let noEntry = Explanation(
        .appupNoEntry, as: .error, "the appup has no entry for a version, or for the way back to it",
        meaning: """
            `systools:make_relup` refuses a pair of releases when the appup of a changed application has no entry whose key \
            fits the version to come from; the way back needs one in the second list.
            """,
        example: Example(
            releases + [
                .application("cart", "1"), .application("cart", "2"),
                .appup("cart", "2", "{\"2\", [{\"0.9\",[]}], [{\"0.9\",[]}]}."),
            ], [check], isComplete: false),
        wayOut: ["Let `relift appup OLD NEW --merge` add the entry; the others stay as they are."])

    private static let missing = Explanation(
        Diagnostic.ID("appup/missing"), as: .error, "an application changed and has no appup",
        meaning: "`relift appup --check` found neither `APP.appup.src` nor `APP.appup` where it looked.",
        example: Example(
            releases + [
                .application("cart", "1", modules: ["cart_server"]),
                .application("cart", "2", modules: ["cart_server"]),
                .source("cart_server", of: "cart", "1", price: "1"),
                .source("cart_server", of: "cart", "2", price: "2"),
            ], File.compilation(of: "cart") + [check]),
        wayOut: [
            "Write it: `relift appup OLD NEW`, with `--output DIR` where it is kept elsewhere.",
            "For an application that you do not develop keep it in the project: `--appups DIR`.",
        ])

    // MARK: - What does not fit

    private static let unknownModule = Explanation(
        .appupUnknownModule, as: .error, "an instruction names a module that no version has",
        meaning: "Most often the name is misspelt, or the module is missing in `modules` of the `.app` file.",
        example: example("{load_module,cart_server},{load_module,cart_sever}"),
        wayOut: ["Correct the name, or the `.app` file."])

    private static let foreignModule = Explanation(
        .appupForeignModule, as: .note, "an instruction names a module of another application",
        meaning: """
            It works as long as the appup of that application does not mention the module: OTP takes one instruction a \
            module in a whole relup.
            """,
        example: example("{load_module,lists}", isComplete: false),
        wayOut: ["Move the instruction to the appup of the application that has the module."])

    private static let moduleNotThere = Explanation(
        .appupModuleNotThere, as: .error, "an instruction loads or deletes a module that is not there",
        meaning: """
            On the way up modules come from the new version and go from the old one; on the way back it is the other way \
            round. `load_module` of a module that the version does not have finds no object code.
            """,
        example: example("{load_module,cart_old}", before: ["cart_old", "cart_server"], isComplete: false),
        wayOut: ["Write `delete_module` for what goes, `add_module` for what comes, and the reverse on the way back."])

    private static let deletedModuleStays = Explanation(
        .appupDeletedModuleStays, as: .error, "an instruction deletes a module that is still needed",
        meaning: "The version that the script leads to has the module. In embedded mode nobody loads it again.",
        example: example(
            "{load_module,cart_server},{delete_module,cart_text}", modules: ["cart_server", "cart_text"],
            before: ["cart_server", "cart_text"],
            old: [.source("cart_server", of: "cart", "1", price: "1")] + unchanged),
        wayOut: ["Write `load_module`, or nothing if it did not change."])

    private static let addedModuleWasThere = Explanation(
        .appupAddedModuleWasThere, "an instruction adds a module that was there before",
        meaning: "OTP loads it as `load_module` would. The script tells its reader something that is not so.",
        example: example("{add_module,cart_server}"), wayOut: ["Write `load_module` or `update`."])

    private static let moduleNotChanged = Explanation(
        .appupModuleNotChanged, "an instruction names a module that did not change",
        meaning: """
            Loading the same code again makes the running code old: processes that still run code from before the last \
            upgrade are killed. An `update` of an unchanged module makes its processes convert their states or a supervisor \
            read its children again, which can be what is meant: it is a note only. So it is where the key of the script is a \
            pattern, since the module may have changed since another version that the script is for.
            """,
        example: example(
            "{load_module,cart_server},{load_module,cart_text}", modules: ["cart_server", "cart_text"],
            before: ["cart_server", "cart_text"],
            old: [.source("cart_server", of: "cart", "1", price: "1")] + unchanged),
        wayOut: ["Remove the instruction, unless the module has to do something for others that changed."])

    private static let stateNotConverted = Explanation(
        .appupStateNotConverted, as: .note, "a module with a `code_change` is loaded without calling it",
        meaning: """
            `load_module` exchanges code under running processes; their states stay as they are. That is right where the \
            state did not change its shape, and quicker than an update.
            """,
        example: example(
            "{load_module,cart_server}", old: servers(", code_change/3", "\ncode_change(_, State, _) -> {ok, State}."),
            new: []),
        wayOut: ["Write `{update,MODULE,{advanced,[]}}` if the state changed."])

    private static let noCodeChange = Explanation(
        .appupNoCodeChange, "an update converts states of a module that cannot",
        meaning: """
            `{update,MODULE,{advanced,Extra}}` calls the module's `code_change`. Without it the conversion fails in every \
            process of the module. After the point of no return the node restarts with the old release.
            """,
        example: example("{update,cart_server,{advanced,[]}}", old: servers(), new: []),
        wayOut: ["Write `{load_module,MODULE}` if the state did not change.", "Or write the function."])

    private static func looping(step: Int) -> File {
        .source(
            "cart_server", of: "cart", "\(step)",
            """
            -export([start/0]).

            start() -> spawn(fun() -> loop(0) end).

            loop(N) -> receive stop -> ok; _ -> loop(N + \(step)) end.
            """)
    }

    private static let purgeKills = Explanation(
        .appupPurgeKills, "an instruction kills processes that the code shows there may be",
        meaning: """
            A process in a receive loop that goes on by local calls stays in the version of the code that it was started \
            with. The runtime system keeps two versions of a module: with `brutal_purge`, which `{load_module,NAME}` and the \
            other short forms mean, processes in the older one are killed when it has to go. `soft_purge` spares them, or \
            refuses the upgrade before anything has happened.

            It is a warning, also with `--check`: whether the processes may be killed is for the person to say who wrote it.
            """,
        example: example(
            "{load_module,cart_server}", old: [looping(step: 1)], new: [looping(step: 2)],
            down: "{load_module,cart_server}"),
        wayOut: [
            "Write the purge methods: `{load_module,NAME,soft_purge,soft_purge,[]}`.",
            "Or leave it, where supervisors start the processes again and nothing is lost.",
            "Or let the loop call itself by its module's name, `?MODULE:loop(State)`: then it takes the new code.",
        ])

    private static let wrongOrder = Explanation(
        .appupWrongOrder, as: .error, "a module is exchanged before one that it calls",
        meaning: """
            The new code of the one calls what only the new code of the other has. Until both are exchanged those calls \
            fail. Dependencies between modules that need each other both ways are left out of this. To `relift appup` it \
            is an error, since an order without it is known; `check` and `plan` warn: between the two lie milliseconds.
            """,
        example: example(
            "{load_module,cart_server},{add_module,cart_price}", modules: ["cart_server", "cart_price"],
            new: [
                .source("cart_server", of: "cart", "2", price: "cart_price:price()"),
                .source("cart_price", of: "cart", "2", price: "2"),
            ], down: "{load_module,cart_server},{delete_module,cart_price}"),
        wayOut: ["Name the called module in the DepMods of the caller: `{load_module,CALLER,[CALLED]}`."])

    private static let versionWentDown = Explanation(
        .appupVersionWentDown, "an application has a lower version in the new release",
        meaning: """
            OTP does not order versions, and such an upgrade works. Mostly the releases were given in the wrong order. Only \
            numbers between dots are compared, up to the first `-` or `+`.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1.10\"}"]), .release("new.rel", "2", ["{cart,\"1.9\"}"]),
                .application("cart", "1.10"), .application("cart", "1.9"),
                .appup("cart", "1.9", "{\"1.9\", [{\"1.10\",[]}], [{\"1.10\",[]}]}."),
            ], ["relift plan old.rel new.rel --lib lib"]),
        wayOut: ["Give OLD first and NEW last.", "Or give the application a higher version."])

    private static let twoBuilds = Explanation(
        Diagnostic.ID("appup/two-builds-of-one-version"), as: .error,
        "two releases have one version with different code",
        meaning: "An appup chooses its script by version. No script is right for two different codes of one version.",
        example: Example(releases, ["relift appup one/old.rel other/old.rel new.rel"], isComplete: false),
        wayOut: ["Name only the release that really runs.", "Give every build that is installed a version of its own."])

    // MARK: - What happens to files

    private static let kept = Explanation(
        Diagnostic.ID("appup/kept"), as: .note, "an appup that is there is not overwritten",
        meaning: "Somebody may have written it. relift compares it with the code and leaves it alone.",
        example: Example(releases, ["relift appup old.rel new.rel --lib lib"], isComplete: false),
        wayOut: ["`--merge` adds what is missing.", "`--force` replaces it by what the code asks for."])

    private static let notMerged = Explanation(
        Diagnostic.ID("appup/not-merged"), as: .error, "an appup cannot be written anew without loss",
        meaning: """
            The file says something that would not come back: `%VSN%` outside of a string, entries that OTP skips, terms \
            behind the first one; or it lies in a tarball.
            """,
        example: Example(releases, ["relift appup old.rel new.rel --output src --merge"], isComplete: false),
        wayOut: ["Correct the file, or add by hand what the other findings show."])

    private static let commentsLost = Explanation(
        Diagnostic.ID("appup/comments-lost"), "an appup was written anew, without the comments it had",
        meaning: "relift keeps instructions and entries. Comments have no place among terms, and get lost.",
        example: Example(releases, ["relift appup old.rel new.rel --lib lib --merge"], isComplete: false),
        wayOut: [
            "Look at the difference in your version control and bring back what matters.",
            "Or add what is missing by hand.",
        ])

    private static let insideTarball = Explanation(
        Diagnostic.ID("appup/inside-tarball"), as: .error, "an appup cannot be written into a tarball",
        meaning: "The new release is a tarball, so there is no folder beside the `.app` file.",
        example: Example([], ["relift appup shop-1.tar.gz shop-2.tar.gz"], isComplete: false),
        wayOut: ["Name a folder: `--output src`."])

    private static let inOneRelease = Explanation(
        Diagnostic.ID("appup/application-in-one-release"), as: .note, "an application is in one of the releases only",
        meaning: "It needs no appup: the relup starts or stops it as a whole. The note is shown with `--verbose` only.",
        example: Example([], ["relift appup old.rel new.rel --verbose"], isComplete: false),
        wayOut: ["There is nothing to do."])
}
