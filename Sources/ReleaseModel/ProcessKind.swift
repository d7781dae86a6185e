package import ErlangTerms

/// What kind of process a module is the callback module of: which loop the process runs, and so what it can take.
///
/// The raw value is the name in `{behaviours, [{Behaviour, Kind}]}` of `relift.config`.
package enum ProcessKind: String, Hashable, Sendable, CaseIterable {
    case server = "gen_server"
    case stateMachine = "gen_statem"
    /// A handler in the process of an event manager.
    case eventHandler = "gen_event"
    case finiteStateMachine = "gen_fsm"
    case supervisor
    /// Elixir's, a `gen_server` that answers as a supervisor does.
    case dynamicSupervisor = "dynamic_supervisor"
    /// A `gen_server` whose code change keeps the state that it has and asks no callback (stdlib's
    /// `supervisor_bridge:code_change/3`).
    case supervisorBridge = "supervisor_bridge"
    /// A process that handles system messages by itself (`sys`, "Special Processes").
    case special = "special_process"

    /// How people call it.
    package var text: String {
        switch self {
        case .server, .stateMachine, .eventHandler, .finiteStateMachine, .supervisor, .supervisorBridge: self.rawValue
        case .dynamicSupervisor: "DynamicSupervisor"
        case .special: "special process"
        }
    }

    /// Whether a code change runs the callback module's `init/1` again, for new flags and specifications.
    package var runsInitAgain: Bool {
        switch self {
        case .supervisor, .dynamicSupervisor: true
        case .server, .stateMachine, .eventHandler, .finiteStateMachine, .supervisorBridge, .special: false
        }
    }

    /// The function that converts the state of such a process; nil where none is called.
    package var codeChange: ModuleFacts.FunctionName? {
        switch self {
        case .server, .eventHandler: ModuleFacts.FunctionName("code_change", 3)
        case .stateMachine, .finiteStateMachine: ModuleFacts.FunctionName("code_change", 4)
        case .special: ModuleFacts.FunctionName("system_code_change", 4)
        case .supervisor, .dynamicSupervisor, .supervisorBridge: nil
        }
    }

    /// The behaviours of OTP and of Elixir, and widely used ones that wrap them.
    package static let ofBehaviour: [Atom: ProcessKind] = [
        "gen_server": .server, "gen_statem": .stateMachine, "gen_event": .eventHandler, "gen_fsm": .finiteStateMachine,
        "supervisor": .supervisor, "supervisor_bridge": .supervisorBridge, "Elixir.GenServer": .server,
        "Elixir.GenStage": .server, "Elixir.GenStateMachine": .stateMachine, "Elixir.GenEvent": .eventHandler,
        "Elixir.Supervisor": .supervisor, "Elixir.DynamicSupervisor": .dynamicSupervisor,
    ]
}
