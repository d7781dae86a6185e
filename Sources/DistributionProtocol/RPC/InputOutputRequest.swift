import ErlangTerms

/// A request of Erlang's I/O protocol to us as a group leader (stdlib, "The Erlang I/O Protocol").
///
/// We are one only for functions on a node that has no process `user`. They must not hang on a line of output: what they print is
/// dropped, and there is nothing to read.
struct InputOutputRequest: Hashable {
    let from: ProcessIdentifier
    let replyAs: Term
    let request: Term

    /// Nil when the message is something else.
    init?(message: Term) {
        guard let elements = message.tupleElements, elements.count == 4, elements[0] == .atom("io_request"),
            let from = elements[1].processIdentifier
        else { return nil }
        self.from = from
        self.replyAs = elements[2]
        self.request = elements[3]
    }

    /// The message that answers it.
    var reply: Term { .tuple(.atom("io_reply"), self.replyAs, Self.answer(to: self.request)) }

    private static func answer(to request: Term) -> Term {
        let name = request.tupleElements?.first?.atomValue ?? request.atomValue
        switch name {
        case "put_chars", "requests": return .atom("ok")
        case "get_chars", "get_line", "get_until", "get_password": return .atom("eof")
        case "setopts", "getopts", "get_geometry": return .tuple(.atom("error"), .atom("enotsup"))
        default: return .tuple(.atom("error"), .atom("request"))
        }
    }
}
