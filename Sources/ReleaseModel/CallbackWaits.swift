package import ErlangTerms

/// How long the callbacks of a module can keep its processes from answering, as far as its code tells, and which other
/// processes run it.
package struct CallbackWaits: Hashable, Sendable {
    /// One wait.
    package struct Wait: Hashable, Sendable {
        /// Nil when it may last for ever.
        package var milliseconds: Int?
        /// The function of another module that waits; nil for a `receive`.
        package var call: ModuleFacts.ImportedFunction?
        /// The function of the source that makes the call, or has the `receive`.
        package var function: ModuleFacts.FunctionName

        package init(
            milliseconds: Int?, call: ModuleFacts.ImportedFunction?, function: ModuleFacts.FunctionName
        ) {
            self.milliseconds = milliseconds
            self.call = call
            self.function = function
        }
    }

    /// For each function that may be a callback the longest wait in it and in what it calls in its module; only those of
    /// more than five seconds.
    package var longest: [ModuleFacts.FunctionName: Wait]
    /// The states that have a function each, of a state machine.
    package var stateNames: Set<Atom>
    /// The functions of the source in whose receive loops processes stay that the module itself started with `spawn` or
    /// its like; sorted.
    package var spawnedLoops: [ModuleFacts.FunctionName]

    package init(
        longest: [ModuleFacts.FunctionName: Wait] = [:], stateNames: Set<Atom> = [],
        spawnedLoops: [ModuleFacts.FunctionName] = []
    ) {
        self.longest = longest
        self.stateNames = stateNames
        self.spawnedLoops = spawnedLoops
    }

    /// The functions that a process of a kind runs when it gets a message.
    package func callbacks(of kind: ProcessKind) -> [ModuleFacts.FunctionName] {
        func states(_ arity: Int) -> [ModuleFacts.FunctionName] {
            self.stateNames.map { ModuleFacts.FunctionName($0, arity) }
        }
        return switch kind {
        case .server: Self.server
        case .stateMachine: [.init("handle_event", 4)] + states(3)
        case .eventHandler: [.init("handle_event", 2), .init("handle_call", 2), .init("handle_info", 2)]
        case .finiteStateMachine:
            [.init("handle_event", 3), .init("handle_sync_event", 4), .init("handle_info", 3)] + states(2) + states(3)
        // The loop of a special process goes on in it.
        case .special: [Self.specialLoop]
        // Their callbacks run only when they start and when their code changes.
        case .supervisor, .dynamicSupervisor, .supervisorBridge: []
        }
    }

    package static let specialLoop = ModuleFacts.FunctionName("system_continue", 3)

    private static let server: [ModuleFacts.FunctionName] = [
        .init("handle_call", 3), .init("handle_cast", 2), .init("handle_info", 2), .init("handle_continue", 2),
    ]
}
