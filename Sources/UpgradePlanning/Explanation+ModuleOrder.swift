import Diagnostics
import ReleaseModel

/// What the warnings about the order of modules mean.
extension Explanation {
    static let moduleOrder = [appupModulesNeedEachOther]

    private static let appupModulesNeedEachOther = Explanation(
        .appupModulesNeedEachOther, "two changed modules each need the new code of the other first",
        meaning: """
            The new code of one module calls a function that only the new version of the other has, and the other way round; \
            or old code calls what the new version of the module it calls has no more. Modules are loaded one after the \
            other, so between the two one calls what is not there. The appup names each in the DepMods of the other: they \
            are loaded right after each other while the processes of those with an `update` are suspended. But a module \
            that is merely loaded has no processes that OTP knows, and whoever runs its code runs on.
            """,
        example: Example(
            [
                .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                .application("cart", "1", modules: ["cart_price", "cart_tax"]),
                .application("cart", "2", modules: ["cart_price", "cart_tax"]),
            ], ["relift plan old.rel new.rel --lib lib"], isComplete: false),
        wayOut: [
            "Go in two steps: a version that offers both the old and the new functions, and one that has the new ones only.",
            "Or let the first use of the new function wait for the next version.",
            "Or restart the application: `{restart_application,NAME}` in its appup.",
            "If the calls are rare and may fail once, there is nothing to do.",
        ])
}
