import Diagnostics
import ReleaseModel

/// What the warnings about the roles of modules mean.
extension Explanation {
    static let roles = [
        moduleInTwoApplications, appupBehaviourChanged, appupNIFModule, appupSeveralBehaviours, appupUnknownBehaviour,
        protocolImplementation,
    ]

    private static func example(_ modules: [String]) -> Example {
        Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1", modules: modules), .application("cart", "2", modules: modules),
            ], ["relift plan old.rel new.rel --lib lib"], isComplete: false)
    }

    private static let moduleInTwoApplications = Explanation(
        .appupModuleInTwoApplications, "two applications of a release have a module of the same name",
        meaning: """
            The object file of a module lies in the folders of two applications, and at most one of them lists it in its \
            `.app` file: systools, which looks at `.app` files only, sees nothing. In interactive mode the order of the code \
            path decides which of the two files is loaded; an upgrade loads the one of the application that lists it.
            """,
        example: example(["cart_server"]),
        wayOut: [
            "Delete the file that is not meant; most often it is left over from an earlier build.", "Or rename one.",
        ])

    private static let appupBehaviourChanged = Explanation(
        .appupBehaviourChanged, "a module's processes are of another kind than before",
        meaning: """
            A module that was, say, a `gen_server` is a `gen_statem` now, or has no process any more. Processes keep the loop \
            they were started with: the new module has not the callbacks that the old loop calls, and the first message after \
            the upgrade is a crash.

            Where the process is a permanent child of a registered `one_for_one` supervisor, and nobody else starts processes \
            of the module, relift ends it before the exchange and starts it afterwards. Where that cannot be told from the \
            code, the appup restarts the application, with nothing else in the script; `kernel`, `stdlib` and `sasl` restart \
            with the runtime system only.
            """,
        example: example(["cart_server"]),
        wayOut: [
            "If the application may not be restarted: give the new module another name, and let its supervisor end the old "
                + "child and start the new one, for which relift writes the instructions.",
            "If it may: nothing more is to be done.",
        ])

    private static let appupNIFModule = Explanation(
        .appupNIFModule, "a module with native functions is loaded anew",
        meaning: """
            Loading the module runs its `-on_load` function, and with it `erlang:load_nif/2`, while the old code with the old \
            library is still there. The emulator then calls `upgrade` of the new library, the fifth argument of `ERL_NIF_INIT`. \
            Without one, or when it answers anything but 0, the library is not loaded, `-on_load` fails, and the module is not \
            loaded: the upgrade ends after the point of no return, and the node restarts.

            The compiled library is not looked at, so the warning is given for every changed module with native functions.
            """,
        example: example(["cart_nif"]),
        wayOut: [
            "Write `upgrade`: it takes over the private data, and opens resource types with `ERL_NIF_RT_TAKEOVER`. Try both "
                + "ways on a node.",
            "Or restart the application: `{restart_application,NAME}` removes the old code before it loads the new.",
        ])

    private static let appupSeveralBehaviours = Explanation(
        .appupSeveralBehaviours, "a module has several behaviours that one instruction cannot serve",
        meaning: """
            A module can be the callback module of processes of different kinds. The release handler knows one instruction a \
            module: all processes that name it in their child specifications are suspended and asked to change their code. A \
            supervisor runs `init/1` again, which has to be the new one, also on the way down; a server converts its state \
            with the code that knows the newer form, which on the way down is the code that goes. A process without its \
            `code_change` answers with an error, which fails the upgrade.
            """,
        example: example(["cart_sup"]),
        wayOut: [
            "Give each behaviour a module of its own.", "Or restart the application: `{restart_application,NAME}`.",
        ])

    private static let protocolImplementation = Explanation(
        .appupProtocolImplementation, as: .note,
        "an implementation of a protocol comes or goes, and the protocol stays",
        meaning: """
            Elixir's protocols can be consolidated: their code then holds the list of all implementations. `mix release` does \
            so, and puts the consolidated modules into `releases/VSN/consolidated`, before the applications in the code path. \
            A hot upgrade loads modules of applications only: the running protocol goes on with its old list, and a value of \
            the new implementation raises `Protocol.UndefinedError`, until the node boots.
            """,
        example: example(["'Elixir.Cart.Size'"]),
        wayOut: [
            "Build both releases with `relift build --from-mix`: it makes an application of consolidated protocols, and "
                + "`relift appup` loads them with their implementations.",
            "Or load the protocol of the application: `{load_module,'Elixir.Cart.Size'}`. It is not consolidated, which is slower, "
                + "and finds every implementation.",
            "Where the protocol is one of Elixir's own, restart the node, or do without the implementation until then.",
            "Nothing is to be done where protocols are not consolidated.",
        ])

    private static let appupUnknownBehaviour = Explanation(
        .appupUnknownBehaviour, "a module with a `code_change` has a behaviour of which nothing is known",
        meaning: """
            relift knows the behaviours of OTP and Elixir, and finds out about others by their own modules when one of the \
            releases has them. It has found none here. The module is loaded, its processes keep their states.
            """,
        example: example(["cart_server"]),
        wayOut: [
            "Say what the behaviour is: `--behaviour my_server=gen_server`; in `relift.config`, for every run, "
                + "`{appup, [{behaviours, [{my_server, gen_server}]}]}.`",
            "Say `code` where its callbacks are only called and keep no state.",
            "Or add the application that has the behaviour to the release: at run time it is needed, too.",
        ])
}
