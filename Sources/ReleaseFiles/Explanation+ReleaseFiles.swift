package import Diagnostics
import ReleaseModel

/// What the warnings about the contents of files mean.
extension Explanation {
    package static let releaseFiles = [
        appDuplicateEntry, appMisspeltKey, appRepeatedKey, appWrongValue, appupEntrySkipped, sysConfigRepeated,
        termFileRestIgnored,
    ]

    private static let script = "relift script shop.rel --lib lib"
    private static let resource = File.release("shop.rel", "1", ["{cart,\"1\"}"])

    private static let appDuplicateEntry = Explanation(
        .appDuplicateEntry, as: .error, "a list of an `.app` file names something twice",
        meaning: """
            systools of OTP 26 and later refuses such a file; earlier ones take it, and mostly report something else that is \
            wrong because of it.
            """,
        example: Example(
            [
                .release("shop.rel", "1", runtime: "14.0", ["{cart,\"1\"}"]),
                .application("cart", "1", uses: ["sasl", "sasl"]),
            ], [script]),
        wayOut: ["Remove one of the two."])

    private static let appMisspeltKey = Explanation(
        .appMisspeltKey, "a key of an `.app` file looks like a misspelt one",
        meaning: "OTP ignores keys that it does not know. What the key should say is missing then.",
        example: Example(
            [resource, .application("cart", "1", ["{included_aplications,[]}"])], [script]),
        wayOut: ["Correct the key, or remove it."])

    private static let appRepeatedKey = Explanation(
        .appRepeatedKey, "a key of an `.app` file is given twice",
        meaning: "OTP uses the first one. The second has no effect.",
        example: Example(
            [resource, .application("cart", "1", ["{env,[{a,1}]}", "{env,[{a,2}]}"])], [script]),
        wayOut: ["Remove one of the two, or merge them."])

    private static let appWrongValue = Explanation(
        .appWrongValue, "the value of a key of an `.app` file is not of its type",
        meaning: """
            systools refuses an `.app` file with such a value. Only `runtime_dependencies` it does not look at: there it is a \
            warning, and the key has no effect.
            """,
        example: Example(
            [resource, .application("cart", "1", ["{runtime_dependencies,[stdlib]}"])], [script]),
        wayOut: ["Write a value of the type that the finding names."])

    private static let appupEntrySkipped = Explanation(
        .appupEntrySkipped, "an entry of an appup is skipped",
        meaning: """
            OTP passes over entries whose key is neither a string nor a binary, or which are not a pair, without a word: their \
            instructions are never used.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1"), .application("cart", "2"),
                .appup("cart", "2", "{\"2\", [{v1,[]}, {\"1\",[]}], [{\"1\",[]}]}."),
            ], ["relift relup new.rel --from old.rel --lib lib"]),
        wayOut: ["Write `{\"VERSION\", [Instruction, …]}`, or `{<<\"PATTERN\">>, [Instruction, …]}`."])

    private static let sysConfigRepeated = Explanation(
        .sysConfigRepeated, "an application is configured twice",
        meaning: """
            In `sys.config` the two are merged, and of a parameter that both give the later one counts. In a file that \
            `sys.config` names it is an error.
            """,
        example: Example(
            [
                .release("shop.rel", "1", []), File("sys.config", "[{cart,[{a,1}]},\n {cart,[{b,2}]}]."),
            ], [script, "relift tar shop.rel --lib lib"]),
        wayOut: ["Merge the two."])

    private static let termFileRestIgnored = Explanation(
        .termFileRestIgnored, "everything behind the first term of a file is ignored",
        meaning: """
            A `.rel` or `.app` file is read up to the dot that ends its first term. What stands behind it, be it a second \
            term or the rest of the first one behind a dot too many, has no effect.
            """,
        example: Example(
            [File("shop.rel", resource.text + "\n{more, []}."), .application("cart", "1")], [script]),
        wayOut: ["Remove it, or the dot before it if it belongs to the term."])
}
