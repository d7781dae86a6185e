package import Diagnostics
import ReleaseModel

/// What findings about object files mean that are in themselves right.
extension Explanation {
    package static let moduleFiles = [
        Explanation(
            Diagnostic.ID("beam/wrong-file-name"), as: .error, "a `.beam` file holds a module of another name",
            meaning: """
                The code server looks for a module in the file of its name, and refuses to load a file that holds another \
                one; the release handler fails with it, after the point of no return. Most often a file was renamed or \
                copied.
                """,
            example: Explanation.Example(
                [
                    .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
                    .application("cart", "1", modules: ["cart"]), .application("cart", "2", modules: ["cart"]),
                ],
                ["cp lib/cart-1/ebin/cart.beam lib/cart-2/ebin/basket.beam", "relift plan old.rel new.rel --lib lib"],
                isComplete: false),
            wayOut: ["Compile the module again.", "Or give the file the name of its module."])
    ]
}
