import Diagnostics
import ReleaseModel

/// What the findings about the states of processes mean.
extension Explanation {
    static let states = [appupStateShapeChanged, appupStateKeysChanged, appupStateNameRemoved]

    private static let example = Example(
        [
            .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
            .application("cart", "1", modules: ["cart_server"]), .application("cart", "2", modules: ["cart_server"]),
        ], ["relift appup old.rel new.rel --lib lib"], isComplete: false)

    private static let appupStateShapeChanged = Explanation(
        .appupStateShapeChanged, as: .error, "processes keep a state that the other version's code cannot take apart",
        meaning: """
            The state's outer form is read from the code of both versions: the record, tuple or kind of term that `init/1` \
            and the other callbacks return, by field names where there is debug information. New code with an old record \
            of another size fails at the next message, in every process of the module.

            `code_change` of the newer version runs on both ways: with the old state and the old version on the way up, \
            with the new state and `{down,Version}` on the way down. A clause that returns the state as it came in \
            converts nothing.

            It is an error on the way up. It is a warning on the way down, which may be one that nobody goes, where no \
            function of the module takes such a state apart, and where the script that a person wrote restarts the \
            application or calls functions, which may end the processes. A field with another name in the same place, \
            another default or another type is no change. Nothing is said where the code does not tell what the state \
            is, or what `code_change` makes of it.
            """,
        example: example,
        wayOut: [
            "Write the clauses that `relift appup OLD NEW --code-change-skeleton` prints.",
            "Or restart the application: `{restart_application,NAME}` in its appup.",
        ])

    private static let appupStateKeysChanged = Explanation(
        .appupStateKeysChanged, "code asks a state that is a map for a key that older states do not have",
        meaning: """
            A map in a running process has the keys that the other version gave it. Code that matches a key, updates it \
            with `:=` or reads it with `maps:get/2` fails where it is not there. It is a warning, since the key may be \
            asked for only where it has been set before.
            """,
        example: example,
        wayOut: [
            "Add the key in `code_change`: `relift appup OLD NEW --code-change-skeleton` prints the clauses.",
            "Or read it with a default: `maps:get/3`.",
        ])

    private static let appupStateNameRemoved = Explanation(
        .appupStateNameRemoved, "a state machine may be in a state that the other version's code does not know",
        meaning: """
            A `gen_statem` keeps the name of its state across a code change. With `state_functions` the next event calls a \
            function of that name, which must be there; with `handle_event_function` no clause of the other version \
            mentions the name.

            The names are those that `init/1` and the callbacks give as the next state. Nothing is said where \
            `code_change/4` of the newer version gives another name for this one, or may do so.
            """,
        example: example,
        wayOut: [
            "Give the state another name in `code_change/4`: `code_change(_, old_name, Data, _) -> {ok, new_name, Data}`.",
            "Or keep the function for one version, and let it go over to another state.",
        ])
}
