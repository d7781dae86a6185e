import DistributionClient
import DistributionProtocol
import ErlangTerms
import SystemPackage
import TestSupport

@testable import ReleaseInstalling

/// A node with a small application, `probe`, and the agent in it.
enum AgentFixture {
    /// `probe_server` is a gen_server whose code change takes the time that its state says; `probe_loop` a plain process;
    /// `probe_top` an application whose top process is no supervisor.
    static let sources: [(module: String, text: String)] = [
        (
            "probe_server",
            """
            -module(probe_server).
            -behaviour(gen_server).
            -export([start_link/2, init/1, handle_call/3, handle_cast/2, code_change/3]).
            start_link(Name, Time) -> gen_server:start_link({local, Name}, ?MODULE, Time, []).
            init(Time) -> {ok, Time}.
            handle_call(_, _, Time) -> {reply, Time, Time}.
            handle_cast(die, _) -> exit(died);
            handle_cast(sleep, Time) -> timer:sleep(600000), {noreply, Time}.
            code_change(_, Time, _) -> timer:sleep(Time), {ok, Time}.
            """
        ),
        (
            "probe_loop",
            """
            -module(probe_loop).
            -export([start_link/0, start/0, loop/0]).
            start_link() -> {ok, proc_lib:spawn_link(?MODULE, loop, [])}.
            start() -> register(probe_loop, spawn(?MODULE, loop, [])).
            loop() -> receive stop -> ok end.
            """
        ),
        (
            "probe_sup",
            """
            -module(probe_sup).
            -behaviour(supervisor).
            -export([start_link/0, init/1]).
            start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, top).
            init(top) ->
                {ok, {#{intensity => 100}, [
                    #{id => fast, start => {probe_server, start_link, [probe_fast, 0]}},
                    #{id => slow, start => {probe_server, start_link, [probe_slow, 300]}},
                    #{id => hidden, type => worker, modules => [probe_sup],
                      start => {supervisor, start_link, [?MODULE, hidden]}},
                    #{id => dynamic, modules => dynamic, start => {probe_server, start_link, [probe_dynamic, 0]}},
                    #{id => events, modules => dynamic, start => {gen_event, start_link, [{local, probe_events}]}}]}};
            init(hidden) -> {ok, {#{}, []}}.
            """
        ),
        (
            "probe_app",
            """
            -module(probe_app).
            -behaviour(application).
            -export([start/2, stop/1]).
            start(_, sup) -> probe_sup:start_link();
            start(_, plain) -> probe_loop:start_link().
            stop(_) -> ok.
            """
        ),
    ]

    static let specifications: [(application: String, text: String)] = [
        (
            "probe",
            """
            {application, probe, [{vsn, "1"}, {modules, [probe_server, probe_loop, probe_sup, probe_app]},
              {mod, {probe_app, sup}}, {env, [{size, 1}, {secret, "hush"}]}]}.
            """
        ),
        ("probe_top", "{application, probe_top, [{vsn, \"1\"}, {modules, []}, {mod, {probe_app, plain}}]}."),
    ]

    struct NotCompiled: Error {
        let output: String
    }

    /// Starts a node with `sasl` and `probe`, loads the agent, and gives both to `body`.
    static func withAgent(
        applications: [String] = ["sasl", "probe"],
        _ body: (NodeConnection, NodeAgent) async throws -> Void
    ) async throws {
        try await self.withNode(applications: applications) { connection in
            let agent = try await NodeAgent.load(on: connection)
            try await body(connection, agent)
        }
    }

    static func withNode(
        applications: [String] = ["sasl", "probe"], _ body: (NodeConnection) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            for (module, text) in self.sources {
                try File.write(Array(text.utf8), to: folder.appending("\(module).erl"))
            }
            for (application, text) in self.specifications {
                try File.write(Array(text.utf8), to: folder.appending("\(application).app"))
            }
            let compiled = try await Program.run("erlc", self.sources.map { "\($0.module).erl" }, in: folder)
            guard compiled.status == 0 else { throw NotCompiled(output: compiled.output + compiled.errors) }
            var configuration = ErlangNode.Configuration()
            configuration.arguments = ["-pa", folder.string]
            configuration.workingDirectory = folder
            try await withErlangNode(configuration) { node in
                try await withNodeConnection(
                    to: NodeTarget(name: try NodeName(validating: node.name)),
                    cookie: try Cookie(validating: node.cookie), options: ConnectionOptions()
                ) { connection in
                    for application in applications {
                        _ = try await connection.call("application", "ensure_all_started", [.atom(application)])
                    }
                    try await body(connection)
                }
            }
        }
    }
}

extension NodeConnection {
    /// Evaluates Erlang expressions, final dot included.
    @discardableResult
    func evaluate(_ text: String, within time: Duration = .seconds(30)) async throws -> Term {
        let scanned = try await self.call("erl_scan", "string", [.string(text)])
        let parsed = try await self.call("erl_parse", "parse_exprs", [scanned.tupleElements?[1] ?? .emptyList])
        let answer = try await self.call(
            "erl_eval", "exprs", [parsed.tupleElements?[1] ?? .emptyList, .emptyList], within: time)
        return answer.tupleElements?[1] ?? .emptyList
    }

    /// Runs a script in the process of `release_handler`, as an installation does.
    func runScript(_ script: String) async throws {
        try await self.evaluate(
            """
            sys:replace_state(release_handler, fun(State) ->
                release_handler_1:eval_script(\(script), [], [], [], []), State end, 60000).
            """, within: .seconds(70))
    }
}
