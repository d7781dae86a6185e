package import Diagnostics
package import DistributionProtocol
import ErlangTerms

/// Why the code in the node has no answer.
package struct AgentError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The call failed; the connection may be gone.
        case call(CallError)
        /// The node does not load the module, and says why.
        case notLoaded(String)
        /// The module of this name is there, but is not removed: processes are in it.
        case notRemoved
        /// The function said that it cannot answer: it took too long or too much memory, or something else is in the way.
        case refused(String)
        /// The answer is not what the function gives.
        case unreadable(place: String, wanted: String)
    }

    package let code: Code
    /// `Module:Function/Arity`, as it was called.
    package let function: String

    package init(_ code: Code, in function: String) {
        self.code = code
        self.function = function
    }

    /// Whether the connection ended, so that nothing can be asked any more.
    package var isConnectionLost: Bool {
        guard case .call(let error) = self.code else { return false }
        switch error.code {
        case .noConnection, .noAnswer, .cancelled: return true
        case .thrown, .exited, .raised, .ended, .badRPC, .serverDown, .notSpawned, .unreadableAnswer, .requestTooLarge:
            return false
        }
    }

    package var diagnostic: Diagnostic {
        switch self.code {
        case .call(let error): error.diagnostic
        case .notLoaded(let reason):
            Diagnostic(
                .agentNotLoaded, .error, "the node does not load `\(self.function)`: \(reason)",
                explanation:
                    "relift looks at a node from inside of it, by a small module that it loads and removes again.",
                help: ["the node's log may say more; OTP 25 and later load it"])
        case .notRemoved:
            Diagnostic(
                .agentNotRemoved, .warning, "`\(self.function)` stays loaded in the node: processes are in it",
                explanation: "It does nothing by itself; the next relift replaces it.",
                help: ["remove it with `code:delete(\(self.function))` and `code:soft_purge(\(self.function))`"])
        case .refused(let reason):
            Diagnostic(
                .agentFailed, .error, "the node cannot answer `\(self.function)`: \(reason)",
                help: ["look at the node's load and memory before trying again"])
        case .unreadable(let place, let wanted):
            Diagnostic(
                .agentAnswer, .error,
                "the node answered `\(self.function)` with something else: `\(place)` is not \(wanted)",
                help: ["please report this"])
        }
    }
}

extension Diagnostic.ID {
    static let agentNotLoaded = Self("node/agent-not-loaded")
    static let agentNotRemoved = Self("node/agent-not-removed")
    static let agentFailed = Self("node/agent-failed")
    static let agentAnswer = Self("node/agent-answer")
}
