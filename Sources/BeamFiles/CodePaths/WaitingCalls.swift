import ErlangTerms

/// Functions of OTP and of Elixir that do not return before something happens elsewhere.
enum WaitingCalls {
    /// Where such a function has its timeout.
    enum Timeout: Hashable, Sendable {
        /// It has none, or one of `infinity` where none is given.
        case never
        /// The number of the argument, from 0 on.
        case argument(Int)
    }

    private struct Key: Hashable {
        let name: Atom
        let arity: Int

        init(_ name: Atom, _ arity: Int) {
            self.name = name
            self.arity = arity
        }
    }

    /// How long a call may take; nil for a function that does not wait, or for five seconds at most by default.
    static func timeout(of function: BeamFile.Import) -> Timeout? {
        self.table[function.module]?[Key(function.function, function.arity)]
    }

    /// Whether a call waits without a timeout for somebody outside of the node: for a connection, or its data.
    static func isEndless(_ function: BeamFile.Import) -> Bool {
        self.endless[function.module]?[function.function] == function.arity
    }

    private static let endless: [Atom: [Atom: Int]] = [
        "gen_tcp": ["accept": 1, "recv": 2], "gen_udp": ["recv": 2], "ssl": ["transport_accept": 1, "recv": 2],
        "socket": ["accept": 1],
    ]

    /// As each module documents it, of OTP 25 to 29 and Elixir 1.14 to 1.18.
    private static let table: [Atom: [Key: Timeout]] = [
        "gen_server": [
            Key("call", 3): .argument(2), Key("multi_call", 2): .never, Key("multi_call", 3): .never,
            Key("multi_call", 4): .argument(3), Key("receive_response", 1): .never,
            Key("receive_response", 2): .argument(1), Key("wait_response", 2): .argument(1), Key("stop", 1): .never,
            Key("stop", 3): .argument(2),
        ],
        "gen_statem": [
            Key("call", 2): .never, Key("call", 3): .argument(2), Key("receive_response", 1): .never,
            Key("receive_response", 2): .argument(1), Key("wait_response", 2): .argument(1), Key("stop", 1): .never,
            Key("stop", 3): .argument(2),
        ],
        "gen_event": [
            Key("call", 4): .argument(3), Key("sync_notify", 2): .never, Key("add_handler", 3): .never,
            Key("add_sup_handler", 3): .never, Key("delete_handler", 3): .never, Key("stop", 1): .never,
            Key("stop", 3): .argument(2),
        ],
        "gen_fsm": [
            Key("sync_send_event", 3): .argument(2), Key("sync_send_all_state_event", 3): .argument(2),
        ],
        "gen": [Key("call", 4): .argument(3)],
        "supervisor": Self.supervisor, "Elixir.Supervisor": Self.supervisor,
        "Elixir.DynamicSupervisor": Self.supervisor,
        "rpc": [
            Key("call", 4): .never, Key("call", 5): .argument(4), Key("block_call", 4): .never,
            Key("block_call", 5): .argument(4), Key("multicall", 3): .never, Key("multicall", 4): .argument(3),
            Key("multicall", 5): .argument(4), Key("yield", 1): .never, Key("nb_yield", 2): .argument(1),
        ],
        "erpc": [
            Key("call", 2): .never, Key("call", 3): .argument(2), Key("call", 4): .never, Key("call", 5): .argument(4),
            Key("multicall", 2): .never, Key("multicall", 3): .argument(2), Key("multicall", 4): .never,
            Key("multicall", 5): .argument(4), Key("receive_response", 1): .never,
            Key("receive_response", 2): .argument(1), Key("wait_response", 2): .argument(1),
        ],
        "timer": [Key("sleep", 1): .argument(0)],
        "os": [Key("cmd", 1): .never, Key("cmd", 2): .never],
        "gen_tcp": [
            Key("accept", 1): .never, Key("accept", 2): .argument(1), Key("recv", 2): .never,
            Key("recv", 3): .argument(2), Key("connect", 3): .never, Key("connect", 4): .argument(3),
        ],
        "gen_udp": [Key("recv", 2): .never, Key("recv", 3): .argument(2)],
        "ssl": [
            Key("transport_accept", 1): .never, Key("transport_accept", 2): .argument(1), Key("handshake", 1): .never,
            Key("recv", 2): .never, Key("recv", 3): .argument(2), Key("connect", 3): .never,
            Key("connect", 4): .argument(3),
        ],
        "Elixir.GenServer": [
            Key("call", 3): .argument(2), Key("multi_call", 2): .never, Key("multi_call", 3): .never,
            Key("multi_call", 4): .argument(3), Key("stop", 1): .never, Key("stop", 2): .never,
            Key("stop", 3): .argument(2),
        ],
        "Elixir.GenStage": [Key("call", 3): .argument(2)],
        "Elixir.GenStateMachine": [Key("call", 2): .never, Key("call", 3): .argument(2)],
        "Elixir.Process": [Key("sleep", 1): .argument(0)],
        "Elixir.Task": [
            Key("await", 2): .argument(1), Key("await_many", 2): .argument(1), Key("yield", 2): .argument(1),
            Key("yield_many", 2): .argument(1), Key("shutdown", 2): .argument(1),
        ],
        "Elixir.Agent": [
            Key("get", 3): .argument(2), Key("update", 3): .argument(2), Key("get_and_update", 3): .argument(2),
            Key("get", 5): .argument(4), Key("update", 5): .argument(4), Key("get_and_update", 5): .argument(4),
            Key("stop", 1): .never, Key("stop", 2): .never, Key("stop", 3): .argument(2),
        ],
        "Elixir.System": [Key("cmd", 2): .never, Key("cmd", 3): .never],
    ]

    /// Who talks to a supervisor waits for it, and it for the child.
    private static let supervisor: [Key: Timeout] = [
        Key("start_child", 2): .never, Key("restart_child", 2): .never, Key("terminate_child", 2): .never,
        Key("delete_child", 2): .never, Key("get_childspec", 2): .never, Key("which_children", 1): .never,
        Key("count_children", 1): .never,
    ]

    // MARK: - Functions that take others

    /// The milliseconds in what `timer:seconds/1` and its like take.
    static func unit(of function: BeamFile.Import) -> Int? {
        guard function.module == "timer", function.arity == 1 else { return nil }
        return switch function.function.name {
        case "seconds": 1000
        case "minutes": 60_000
        case "hours": 3_600_000
        default: nil
        }
    }

    /// Whether a function calls the funs that it is given before it returns, in the same process.
    static func runsFuns(_ function: BeamFile.Import) -> Bool {
        switch function.module.name {
        case "lists", "maps", "Elixir.Enum", "Elixir.Map", "Elixir.List", "Elixir.Keyword": true
        case "timer": function.function == "tc"
        default: false
        }
    }

    /// Whether a function starts a process that runs a fun, or a function that is named.
    static func startsProcess(_ function: BeamFile.Import) -> Bool {
        switch function.module.name {
        case "erlang", "proc_lib": function.function.name.hasPrefix("spawn")
        case "Elixir.Task", "Elixir.Task.Supervisor":
            ["async", "async_nolink", "start", "start_link", "start_child"].contains(function.function.name)
        case "Elixir.Process": function.function == "spawn"
        default: false
        }
    }
}
