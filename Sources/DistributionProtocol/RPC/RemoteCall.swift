package import ErlangTerms

/// A function to be called on the node.
package struct RemoteCall: Hashable, Sendable {
    /// Who runs the function on the node.
    package enum Method: Hashable, Sendable {
        /// A process of its own, spawned for the call and monitored (`erpc:execute_call/4`, OTP 23 and later): tells values, throws, exits
        /// and errors apart and needs no server to be alive.
        case spawnedProcess
        /// The server `rex`, as `rpc:call/4` of older nodes: a throw looks like a value, a crash is `{badrpc, Reason}`.
        case rpcServer
    }

    /// What becomes of a function whose caller no longer waits: after its deadline, when the caller is cancelled, or when the connection
    /// ends.
    package enum Abandonment: Hashable, Sendable {
        /// It goes on, as OTP's own calls do; nobody hears of its result.
        case leaveRunning
        /// Its process is killed. Processes that it started or asked are not. A call through `rex` cannot be killed.
        case kill
    }

    package let module: Atom
    package let function: Atom
    package let arguments: [Term]
    package let method: Method
    package let abandonment: Abandonment

    package init(
        _ module: Atom, _ function: Atom, _ arguments: [Term], method: Method = .spawnedProcess,
        abandonment: Abandonment = .leaveRunning
    ) {
        self.module = module
        self.function = function
        self.arguments = arguments
        self.method = method
        self.abandonment = abandonment
    }
}

/// Tells the calls on one connection apart; given out in order, never twice.
package struct CallID: Hashable, Sendable, Comparable {
    package let number: UInt64

    init(number: UInt64) { self.number = number }

    package static func < (left: CallID, right: CallID) -> Bool { left.number < right.number }
}
