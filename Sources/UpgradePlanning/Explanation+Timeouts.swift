import Diagnostics
import ReleaseModel

/// What the warning about times to suspend means.
extension Explanation {
    static let timeoutBelowWait = Explanation(
        .appupTimeoutBelowWait, "an update waits for a process less long than a callback may take",
        meaning: """
            An update suspends the processes of its module before their code is exchanged. A process that is in a callback \
            stops when the callback returns. The code of the version that runs then shows a wait that is longer than the \
            update gives: a timeout that is written in a call, or a call without one. When the time is over OTP goes on \
            without the process: its state is not converted, and it works with the old state in the new code. \
            Without a time in the instruction it is 5000 ms.

            Only waits that the module itself shows are known, each for itself: not those in other modules that a callback \
            calls, nor timeouts that are computed, nor what several add up to. A time of 60000 ms is enough for any wait \
            here: all processes that are suspended together stand still as long as one of them is waited for. A process \
            that waits for one which is suspended with it is not helped by any time.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1", modules: ["cart_server"]),
                .application("cart", "2", modules: ["cart_server"]),
                .appup(
                    "cart", "2",
                    "{\"2\",\n [{\"1\", [{update,cart_server,{advanced,[]}}]}],\n"
                        + " [{\"1\", [{update,cart_server,{advanced,[]}}]}]}."),
            ], ["relift appup old.rel new.rel --lib lib --check"], isComplete: false),
        wayOut: [
            "Give the update the time: `{update,MODULE,TIMEOUT,{advanced,[]},brutal_purge,brutal_purge,[]}`.",
            "Or let the callback answer later (`gen_server:reply/2`) instead of waiting.",
            "Or take a shorter timeout for the call.",
        ])
}
