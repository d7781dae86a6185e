package import Diagnostics

/// What it means when a node cannot be looked at from inside of it.
extension Explanation {
    package static let nodeAgent: [Explanation] = [
        live(
            "node/agent-not-loaded", "a node does not load the module that looks at it",
            "relift looks at a node from inside of it, by a small module that is loaded for the time of an upgrade. Nothing "
                + "was changed.", "See the log of the node: OTP 25 and later load it."),
        live(
            "node/agent-not-removed", as: .warning, "a module of relift stays loaded in a node",
            "Processes were in its code, and none is killed for it. It does nothing by itself; the next relift replaces it.",
            "Remove it with `code:delete/1` and `code:soft_purge/1`."),
        live(
            "node/agent-failed", "a node cannot answer a question about itself",
            "The question took too long or too much memory, so it was given up; or something else is in the way, as the "
                + "summary says.", "Look at the load and the memory of the node before trying again."),
        live(
            "node/agent-answer", "a node answered a question about itself with something else",
            "What does not have the shape that it should have is not used.", "Please report it."),
    ]

    static func live(
        _ id: String, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            Diagnostic.ID(id), as: severity, title, meaning: meaning,
            example: Example([], ["relift install shop-2.tar.gz --root /opt/shop"], isComplete: false), wayOut: wayOut)
    }
}
