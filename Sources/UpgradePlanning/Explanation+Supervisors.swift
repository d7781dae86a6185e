import Diagnostics
import ReleaseModel

/// What the warnings about the children of supervisors mean.
extension Explanation {
    static let supervisors = [
        appupChildChanged, appupChildrenOfStartChanged, appupInitNotRepeatable, appupSupervisorKindChanged,
        appupSupervisorNotAddressable,
    ]

    private static let child = "#{id => items, start => {cart_items, start_link, []}}"

    /// A supervisor in two versions: what `init/1` does first, its strategy, and its child.
    private static func example(
        first: String = "", strategy: String = "one_for_one", child changed: String = Self.child,
        isComplete: Bool = true
    ) -> Example {
        let versions = [("1", "", "one_for_one", Self.child), ("2", first, strategy, changed)]
        return Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1", modules: ["cart_sup"]), .application("cart", "2", modules: ["cart_sup"]),
            ]
                + (isComplete
                    ? versions.map { version, first, strategy, child in
                        .source(
                            "cart_sup", of: "cart", version,
                            """
                            -behaviour(supervisor).
                            -export([init/1]).

                            init(_) ->\(first)
                                {ok, {#{strategy => \(strategy)},
                                      [\(child)]}}.
                            """)
                    } : []),
            (isComplete ? File.compilation(of: "cart") : []) + ["relift plan old.rel new.rel --lib lib"],
            isComplete: isComplete)
    }

    private static let appupChildChanged = Explanation(
        .appupChildChanged, "a running child of a supervisor is started in another way now",
        meaning: """
            An updated supervisor runs `init/1` again and takes the new specification of a child that it has. The child's \
            process runs on as it was started: with the old arguments, even from the old module. The new `start` counts \
            from the next restart on.
            """,
        example: example(child: "#{id => items, start => {cart_items, start_link, [all]}}"),
        wayOut: [
            "If it must run in the new way at once: put `apply`s of `supervisor:terminate_child/2` and then of "
                + "`supervisor:restart_child/2` behind the update of the supervisor.",
            "Otherwise there is nothing to do; the child loses no state.",
        ])

    private static let appupChildrenOfStartChanged = Explanation(
        .appupChildrenOfStartChanged,
        "an Elixir application starts other children, without a module for their supervisor",
        meaning: """
            `Supervisor.start_link(children, options)` in the `start/2` of an application starts a supervisor that was handed \
            its children once. There is no `init/1` that an update could run again, and `start/2` is not called by an \
            upgrade: the supervisor goes on with the children of the version that was started.

            Each child is a process of its own module nevertheless, and takes new code like all others.
            """,
        example: example(isComplete: false),
        wayOut: [
            "Put the instructions that the finding shows into the appup: `supervisor:start_child/2` with the whole "
                + "specification for what comes, `terminate_child/2` and `delete_child/2` for what goes.",
            "Or move the children into a module with `use Supervisor`: its updates are generated.",
        ])

    private static let appupInitNotRepeatable = Explanation(
        .appupInitNotRepeatable, "the update of a supervisor makes something a second time",
        meaning: """
            An updated supervisor runs `init/1` of the version it goes to, in the process that has been running since it was \
            started. When `init/1` makes a named table, registers a name or listens on a port, that exists already: the call \
            fails, the code change with it, and the node restarts. A table without a name is made anew and empty, while the \
            children go on with the old one.

            Calls of `init/1` itself and of what it calls in its own module count. Whether it catches the failure is not \
            looked at.
            """,
        example: example(first: "\n    ets:new(cart, [named_table]),"),
        wayOut: [
            "If the children are the same in both versions, only load the module: `{load_module,NAME}` in the appup.",
            "Make tables and sockets in the `start/2` of the application, or in a child of their own.",
            "Or let `init/1` ask whether it is there already: `ets:whereis/1`, `erlang:whereis/1`.",
        ])

    private static let appupSupervisorKindChanged = Explanation(
        .appupSupervisorKindChanged, "a supervisor became `simple_one_for_one`, or is so no longer",
        meaning: """
            A `simple_one_for_one` supervisor keeps its children by process, the others by identifier. A running one cannot \
            go over from one to the other: its code change fails, or it loses its children.
            """,
        example: example(strategy: "simple_one_for_one"),
        wayOut: [
            "Restart the application: `{restart_application,NAME}` in its appup.",
            "Or give the new supervisor another name, and end and start the two from their parent.",
        ])

    private static let appupSupervisorNotAddressable = Explanation(
        .appupSupervisorNotAddressable, "children come or go, and no instruction can reach their supervisor",
        meaning: """
            The update of a supervisor starts no added children and ends no removed ones: calls of \
            `supervisor:restart_child/2`, or `terminate_child/2` and `delete_child/2`, must do that. They need the name \
            under which the supervisor is registered, and a supervisor that certainly runs: a call of one that does not \
            fails the upgrade after the point of no return, which restarts the node.

            The name is read from the call of `supervisor:start_link/3` in the supervisor's module.
            """,
        example: example(isComplete: false),
        wayOut: [
            "Put the instructions that the finding shows into the appup, with the supervisor's name.",
            "Or start the supervisor with a fixed name: `supervisor:start_link({local, ?MODULE}, ?MODULE, [])`.",
        ])
}
