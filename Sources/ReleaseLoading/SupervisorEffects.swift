import BeamFiles
import ErlangTerms
import ReleaseModel

extension SupervisorChildren {
    /// The calls of `init/1`, and of what it calls in its module, that do something which cannot be done twice: they make
    /// what exists once, under a name or on a port. In the order of the import table.
    static func effects(of code: ModuleCode) -> [ModuleFacts.ImportedFunction] {
        (code.calls(reachedFrom: "init", 1) ?? []).filter { call in
            self.unrepeatable[call.module]?[call.function]?.contains(call.arity) ?? false
        }
    }

    /// The functions of the module that `init/1` comes to, when it comes to none of other modules but OTP's and Elixir's.
    static func initReach(of beam: BeamFile) -> Set<ModuleFacts.FunctionName>? {
        guard let reach = beam.initialReach, reach.calls.allSatisfy({ self.settled.contains($0.module) }) else {
            return nil
        }
        return Set(reach.functions.map { ModuleFacts.FunctionName($0.name, $0.arity) })
    }

    /// Modules of OTP and Elixir that call no function of the application.
    private static let settled: Set<Atom> = [
        "application", "atomics", "binary", "calendar", "code", "counters", "crypto", "erlang", "error_logger", "ets",
        "file",
        "filename", "gen_tcp", "gen_udp", "global", "inet", "io", "io_lib", "lists", "logger", "maps", "math", "os",
        "persistent_term", "proplists", "rand", "ssl", "string", "supervisor", "timer", "unicode", "Elixir.Application",
        "Elixir.DynamicSupervisor", "Elixir.Enum", "Elixir.Keyword", "Elixir.List", "Elixir.Map", "Elixir.Supervisor",
        "Elixir.System",
    ]

    private static let unrepeatable: [Atom: [Atom: Set<Int>]] = [
        "erlang": ["register": [2], "open_port": [2]],
        "ets": ["new": [2]],
        "gen_sctp": ["open": [0, 1, 2]],
        "gen_tcp": ["listen": [2]],
        "gen_udp": ["open": [1, 2]],
        "global": ["register_name": [2, 3]],
        "ssl": ["listen": [2]],
    ]
}
