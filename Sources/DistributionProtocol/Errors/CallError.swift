package import ErlangTerms

/// Why a call has no value.
package struct CallError: Error, Hashable, Sendable {
    package enum Code: Error, Hashable, Sendable {
        /// The function threw.
        case thrown(Term)
        /// The function called `exit/1`.
        case exited(Term)
        /// The function raised an error; `stack` is Erlang's stack trace, `[]` when `erpc` refused the call.
        case raised(Term, stack: Term)
        /// The process that ran the function ended without an answer: it was killed, or something it was linked to died.
        case ended(reason: Term)
        /// `rpc`'s `{badrpc, Reason}`: the function crashed or exited.
        case badRPC(Term)
        /// There is no `rex` on the node.
        case serverDown(reason: Term)
        /// The node did not make a process for the call, for instance `system_limit`.
        case notSpawned(Atom)
        /// Nothing came in the time the caller gave.
        case noAnswer(within: Duration)
        /// The caller's task was cancelled.
        case cancelled
        /// The answer is over our limits, or no term.
        case unreadableAnswer(ExternalTermError)
        case requestTooLarge(bytes: Int, limit: Int)
        /// The connection ended before the answer came. Whether the function ran, nobody knows.
        case noConnection(NodeError)
    }

    package var code: Code
    package var node: NodeName
    package var module: Atom
    package var function: Atom
    package var arity: Int

    package init(_ code: Code, node: NodeName, module: Atom, function: Atom, arity: Int) {
        self.code = code
        self.node = node
        self.module = module
        self.function = function
        self.arity = arity
    }
}
