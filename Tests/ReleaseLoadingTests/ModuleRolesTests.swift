import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// What modules are by their real BEAM files.
@Suite struct ModuleRolesTests {
    private static func facts(in folder: FilePath, _ module: String) throws -> ModuleFacts {
        let path = folder.appending("\(module).beam")
        return try ModuleFacts(beam: try File.read(path), path: path.string, withCode: true)
    }

    // MARK: - Erlang

    private static let erlang: [(name: String, source: String, roles: [ModuleRole])] = [
        ("plain", "", []),
        ("server", "-behaviour(gen_server).", [.process(.server, behaviour: "gen_server")]),
        ("american", "-behavior(gen_statem).", [.process(.stateMachine, behaviour: "gen_statem")]),
        ("handler", "-behaviour(gen_event).", [.process(.eventHandler, behaviour: "gen_event")]),
        ("old_machine", "-behaviour(gen_fsm).", [.process(.finiteStateMachine, behaviour: "gen_fsm")]),
        ("top", "-behaviour(supervisor).", [.process(.supervisor, behaviour: "supervisor")]),
        ("bridge", "-behaviour(supervisor_bridge).", [.process(.supervisorBridge, behaviour: "supervisor_bridge")]),
        ("special", "system_code_change(S, _, _, _) -> {ok, S}.", [.process(.special, behaviour: nil)]),
        ("app", "-behaviour(application).\nstart(_, _) -> ok.\nstop(_) -> ok.", [.application]),
        (
            "both", "-behaviour(application).\n-behaviour(supervisor).",
            [.application, .process(.supervisor, behaviour: "supervisor")]
        ),
        (
            "two", "-behaviour(supervisor).\n-behaviour(gen_server).",
            [.process(.supervisor, behaviour: "supervisor"), .process(.server, behaviour: "gen_server")]
        ),
        ("native", "-on_load(load/0).\nload() -> erlang:load_nif(\"x\", 0).", [.nativeFunctions]),
        ("loader", "-on_load(load/0).\nload() -> ok.", []),
        ("transform", "parse_transform(Forms, _) -> Forms.", [.parseTransform]),
        ("definition", "-callback handle(term()) -> term().", [.behaviour]),
        (
            "wrapper", "-behaviour(gen_server).\n-callback handle(term()) -> term().",
            [.process(.server, behaviour: "gen_server"), .behaviour]
        ),
        ("wrapped", "-behaviour(wrapper).", [.wrapped(.server, behaviour: "wrapper")]),
        ("called", "-behaviour(definition).", [.callbacks(behaviour: "definition")]),
        ("strange", "-behaviour(nowhere).", [.unknownBehaviour("nowhere")]),
        ("told", "-behaviour(told_of).", [.process(.stateMachine, behaviour: "told_of")]),
        (
            "loop", "-callback handle(term()) -> term().\nsystem_code_change(S, _, _, _) -> {ok, S}.",
            [.process(.special, behaviour: nil), .behaviour]
        ),
        ("looped", "-behaviour(loop).", [.wrapped(.special, behaviour: "loop")]),
        // Behaviours that were never written, by the callbacks.
        (
            "bare_server", "init(S) -> {ok, S}.\nhandle_call(_, _, S) -> {reply, ok, S}.\nhandle_cast(_, S) -> S.",
            [.process(.server, behaviour: nil)]
        ),
        (
            "bare_machine", "init(S) -> {ok, a, S}.\ncallback_mode() -> state_functions.",
            [.process(.stateMachine, behaviour: nil)]
        ),
        (
            "bare_handler", "init(S) -> {ok, S}.\nhandle_event(_, S) -> {ok, S}.\nhandle_call(_, S) -> {ok, S, S}.",
            [.process(.eventHandler, behaviour: nil)]
        ),
        (
            "bare_sup", "start() -> supervisor:start_link(?MODULE, []).\ninit([]) -> ignore.",
            [.process(.supervisor, behaviour: nil)]
        ),
        ("no_server", "handle_call(_, _, S) -> S.\nhandle_cast(_, S) -> S.", []),
    ]

    @Test(.enabled(if: OTP.isInstalled)) func erlangModulesAreWhatTheirFilesSay() async throws {
        try await withTemporaryFolder { folder in
            for (name, source, _) in Self.erlang {
                let text = "-module(\(name)).\n-compile([export_all, nowarn_export_all]).\n\(source)\n"
                try File.write(Array(text.utf8), to: folder.appending("\(name).erl"))
            }
            let run = try await Program.run("erlc", Self.erlang.map { "\($0.name).erl" }, in: folder)
            #expect(run.status == 0, "\(run.output)")
            let all = try Self.erlang.map { try Self.facts(in: folder, $0.name) }
            let mapping = BehaviourMapping(configured: ["told_of": .process(.stateMachine)], modules: all)
            for ((name, _, roles), facts) in zip(Self.erlang, all) {
                #expect(ModuleRoles(facts, mapping).all == roles, "\(name)")
            }
        }
    }

    /// `beam_lib:strip/1` removes the attributes; the callbacks still show the kind.
    @Test(.enabled(if: OTP.isInstalled)) func strippedModulesKeepTheirKinds() async throws {
        try await withTemporaryFolder { folder in
            let text = """
                -module(server).
                -behaviour(gen_server).
                -export([init/1, handle_call/3, handle_cast/2]).
                init(S) -> {ok, S}.
                handle_call(_, _, S) -> {reply, ok, S}.
                handle_cast(_, S) -> {noreply, S}.
                """
            try File.write(Array(text.utf8), to: folder.appending("server.erl"))
            _ = try await OTP.evaluate(
                """
                {ok, server, Beam} = compile:file("server", [binary]), {ok, {_, Stripped}} = beam_lib:strip(Beam),
                ok = file:write_file("server.beam", Stripped)
                """, workingDirectory: folder)
            let facts = try Self.facts(in: folder, "server")
            #expect(facts.attributes == nil && facts.behaviours.isEmpty)
            #expect(ModuleRoles(facts).all == [.process(.server, behaviour: nil)])
        }
    }

    // MARK: - Elixir

    private static let elixir: [(name: String, source: String, roles: [ModuleRole])] = [
        (
            "Srv", "use GenServer\n def init(x), do: {:ok, x}",
            [.process(.server, behaviour: "Elixir.GenServer")]
        ),
        (
            "Full", "use GenServer\n defstruct [:a]\n def init(x), do: {:ok, x}",
            [.process(.server, behaviour: "Elixir.GenServer"), .structure]
        ),
        (
            "Sup", "use Supervisor\n def init(_), do: Supervisor.init([Srv], strategy: :one_for_one)",
            [.process(.supervisor, behaviour: "Elixir.Supervisor")]
        ),
        (
            "Dyn", "use DynamicSupervisor\n def init(_), do: DynamicSupervisor.init(strategy: :one_for_one)",
            [.process(.dynamicSupervisor, behaviour: "Elixir.DynamicSupervisor")]
        ),
        ("App", "use Application\n def start(_, _), do: {:ok, self()}", [.application]),
        ("Hold", "use Agent\n def start_link(x), do: Agent.start_link(fn -> x end)", []),
        ("Once", "use Task\n def start_link(x), do: Task.start_link(fn -> x end)", []),
        (
            "Mach", "@behaviour :gen_statem\n def callback_mode, do: :state_functions\n def init(x), do: {:ok, :a, x}",
            [.process(.stateMachine, behaviour: "gen_statem")]
        ),
        ("Data", "defstruct [:a]", [.structure]),
        ("Oops", "defexception [:message]", [.exception]),
        ("Contract", "@callback run(integer) :: integer", [.behaviour]),
        ("Party", "@behaviour Contract\n def run(x), do: x", [.callbacks(behaviour: "Elixir.Contract")]),
        ("Library", "def f(x), do: x", []),
    ]

    @Test(.enabled(if: Elixir.isInstalled)) func elixirModulesAreWhatTheirFilesSay() async throws {
        try await withTemporaryFolder { folder in
            var text = Self.elixir.map { "defmodule \($0.name) do\n \($0.source)\nend\n" }.joined()
            text += "defprotocol Size do\n def size(x)\nend\n"
            text += "defimpl Size, for: Integer do\n def size(x), do: x\nend\n"
            try File.write(Array(text.utf8), to: folder.appending("all.ex"))
            let run = try await Elixir.compile(folder.appending("all.ex"), into: folder)
            #expect(run.status == 0, "\(run.errors)")
            let expected =
                Self.elixir.map { ($0.name, $0.roles) } + [
                    ("Size", [ModuleRole.protocolDefinition]),
                    ("Size.Integer", [.protocolImplementation(of: "Elixir.Size")]),
                ]
            let all = try expected.map { try Self.facts(in: folder, "Elixir.\($0.0)") }
            let mapping = BehaviourMapping(modules: all)
            for ((name, roles), facts) in zip(expected, all) {
                #expect(ModuleRoles(facts, mapping).all == roles, "\(name)")
            }
            // What `use GenServer` fills in looks like any other.
            #expect(all[0].exports("code_change", 3))
        }
    }
}
