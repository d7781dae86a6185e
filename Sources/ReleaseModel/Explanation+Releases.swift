package import Diagnostics

/// What the warnings about releases mean.
extension Explanation {
    package static let releases = [
        applicationListedTwice, dependencyNotStarted, missingSasl, objectFileMissing, objectOutOfDate, sourceNotFound,
        undefinedFunction,
    ]

    private static let script = "relift script shop.rel --lib lib"

    private static let applicationListedTwice = Explanation(
        .releaseApplicationListedTwice, "an application stands twice in the `.rel` file",
        meaning: """
            systools takes both entries without a word, and the boot script loads and starts the application twice. The \
            second start does nothing; where the entries have different start types, the first one counts.
            """,
        example: Example(
            [
                .release("shop.rel", "1", ["{cart,\"1\"}", "{cart,\"1\"}"]), .application("cart", "1"),
            ], [script]),
        wayOut: ["Remove one of the two entries."])

    private static let dependencyNotStarted = Explanation(
        .releaseDependencyNotStarted, "an application is started, and one that it uses is not",
        meaning: """
            The start types `load` and `none` leave an application out when the node boots. What uses it cannot start \
            then: `application:start` answers `{error,{not_started,NAME}}`, and a node whose permanent application does \
            not start ends. systools says nothing of it.
            """,
        example: Example(
            [
                .release("shop.rel", "1", ["{cart,\"1\"}", "{stock,\"1\",load}"]),
                .application("cart", "1", uses: ["stock"]), .application("stock", "1"),
            ], [script]),
        wayOut: [
            "Let the dependency be started: remove its start type from the `.rel` file.",
            "Or give both the start type `load`, and start them by hand in order.",
        ])

    private static let missingSasl = Explanation(
        .releaseMissingSasl, "the release has no `sasl`",
        meaning: """
            `sasl` holds `release_handler`, which installs upgrades. A node without it can run and can be replaced, but \
            never upgraded while it runs, and no relup can be made from or to the release.
            """,
        example: Example([.release("shop.rel", "1", sasl: nil, [])], [script]),
        wayOut: ["Add `{sasl,\"VERSION\"}` to the applications of the release."])

    private static let objectFileMissing = Explanation(
        .releaseObjectFileMissing, "a module that an `.app` file lists has no `.beam` file beside it",
        meaning: """
            The boot script loads every module that the `.app` files list. systools writes the script without looking for \
            the files; a node that boots with it stops at the first one it does not find (in embedded mode), or goes on \
            and misses the module when it is called (in interactive mode).

            It is an error where the files themselves are asked for, and a warning elsewhere.
            """,
        example: Example(
            [.release("shop.rel", "1", ["{cart,\"1\"}"]), .application("cart", "1", modules: ["cart_server"])],
            [script]),
        wayOut: [
            "Compile the application.", "Or remove the module from `modules` in the `.app` file.",
        ])

    private static let objectOutOfDate = Explanation(
        .releaseObjectOutOfDate, "a module's source is newer than its `.beam` file",
        meaning: """
            Asked to look at the sources, relift found one that was changed after its module was compiled. The release \
            would hold code that is not what its source says.
            """,
        example: Example(
            [.release("shop.rel", "1", ["{cart,\"1\"}"]), .application("cart", "1", modules: ["cart_server"])],
            [
                "erlc -o lib/cart-1/ebin lib/cart-1/src/cart_server.erl", "touch lib/cart-1/src/cart_server.erl",
                "\(script) --src-tests",
            ], isComplete: false),
        wayOut: ["Compile the application again."])

    private static let sourceNotFound = Explanation(
        .releaseSourceNotFound, "a module's source was not found",
        meaning: """
            Asked to look at the sources, relift looked for `MODULE.erl` in the `src` folder beside `ebin` and did not find \
            it; whether the module is up to date cannot be said.
            """,
        example: Example(
            [.release("shop.rel", "1", ["{cart,\"1\"}"]), .application("cart", "1", modules: ["cart_server"])],
            ["rm lib/cart-1/src/cart_server.erl", "\(script) --src-tests"], isComplete: false),
        wayOut: ["Keep the sources beside `ebin`.", "Or leave the look at the sources out."])

    private static let undefinedFunction = Explanation(
        .releaseUndefinedFunction, "a function is called that no module of the release has",
        meaning: """
            The import tables of the modules name a function that no module of the release exports. The call fails with \
            `undef` when it is reached. Calls of functions whose names are only known at run time are not seen.
            """,
        example: Example(
            [.release("shop.rel", "1", ["{cart,\"1\"}"]), .application("cart", "1", modules: ["cart_server"])],
            ["\(script) --exref"], isComplete: false),
        wayOut: [
            "Correct the call.", "Or add the application that has the module to the release.",
        ])
}
