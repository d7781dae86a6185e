import SystemPackage
import TestSupport
import Testing

/// Processes that become something else, and Elixir's, with generated appups, on a node with OTP's own `release_handler`.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct RoleUpgradeTests {
    /// Two versions of an application as sources by file name.
    struct Project: Sendable {
        let application: String
        let callback: String
        let versions: [(version: String, files: [(name: String, source: String)])]

        /// Compiles both versions and writes their releases.
        func write(in folder: FilePath) async throws {
            let found = try await OTP.evaluate(
                """
                application:load(sasl),
                [begin {ok, V} = application:get_key(A, vsn), io:format("{~p,~p},", [A, V]) end
                    || A <- [kernel, stdlib, sasl]],
                io:format("|~s", [erlang:system_info(version)])
                """)
            let parts = String(decoding: found, as: UTF8.self).split(separator: "|")
            for (version, files) in self.versions {
                let ebin = folder.appending("lib/\(self.application)-\(version)/ebin")
                let sources = folder.appending("lib/\(self.application)-\(version)/src")
                for path in [ebin, sources] { _ = try await Program.run("mkdir", ["-p", path.string]) }
                for (name, source) in files {
                    let path = sources.appending(name)
                    try File.write(Array((source + "\n").utf8), to: path)
                    let run =
                        name.hasSuffix(".ex")
                        ? try await Elixir.compile(path, into: ebin)
                        : try await Program.run("erlc", ["+debug_info", "-o", ebin.string, path.string])
                    #expect(run.status == 0, "\(run.output)\(run.errors)")
                }
                let list = try await Program.run("ls", [ebin.string])
                let modules = list.output.split(separator: "\n").map { "'\($0.dropLast(5))'" }.joined(separator: ",")
                try File.write(
                    Array(
                        """
                        {application,\(self.application),[{description,""},{vsn,"\(version)"},{modules,[\(modules)]},
                         {registered,[]},{applications,[kernel,stdlib]},{mod,{\(self.callback),[]}}]}.
                        """.utf8), to: ebin.appending("\(self.application).app"))
                try File.write(
                    Array(
                        """
                        {release,{"\(self.application)","\(version)"},{erts,"\(parts[1])"},
                         [\(parts[0]){\(self.application),"\(version)"}]}.
                        """.utf8), to: folder.appending("\(self.application)-\(version).rel"))
            }
        }

        /// Generates the appup, sees that stock systools makes a relup of it, and runs `report` before, after the
        /// upgrade, and after the way back.
        ///
        /// - Parameter report: an Erlang expression whose value is written; `Start` runs once before.
        func upgrade(
            in folder: FilePath, start: String, report: String, flags: [String] = []
        ) async throws -> (generated: Program.Run, states: [String]) {
            let generated = try await Program.run(
                ["appup", "\(self.application)-1.rel", "\(self.application)-2.rel", "--lib", "lib"], in: folder)
            #expect(generated.status == 0, "\(generated.errors)")
            let output = try await OTP.evaluate(
                """
                Path = filelib:wildcard("lib/*/ebin"),
                {ok, _, _, _} = systools:make_relup("\(self.application)-2", ["\(self.application)-1"],
                    ["\(self.application)-1"], [silent, noexec, {path, Path}]),
                Folder = fun(V) -> filename:absname("lib/\(self.application)-" ++ V) end,
                true = code:add_patha(filename:join(Folder("1"), "ebin")),
                logger:set_primary_config(level, none),
                {ok, _} = application:ensure_all_started(sasl),
                \(start),
                ok = application:start(\(self.application)),
                Report = fun() -> io:format("~0p~n", [begin \(report) end]) end,
                Report(),
                {ok, _} = release_handler:upgrade_app(\(self.application), Folder("2")), Report(),
                {ok, _} = release_handler:downgrade_app(\(self.application), "1", Folder("1")), Report()
                """, flags: flags, workingDirectory: folder)
            return (generated, String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
        }
    }

    // MARK: - Another kind of process

    private static func supervisor(_ strategy: String) -> String {
        """
        -module(desk_sup).
        -behaviour(supervisor).
        -export([start_link/0, init/1]).
        start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).
        init([]) -> {ok, {#{strategy => \(strategy)}, [#{id => M, start => {M, start_link, []}}
            || M <- [desk_keeper, desk_clerk]]}}.
        """
    }

    private static let application = """
        -module(desk_app).
        -behaviour(application).
        -export([start/2, stop/1]).
        start(_, _) -> desk_sup:start_link().
        stop(_) -> ok.
        """

    private static func server(_ name: String) -> String {
        """
        -module(\(name)).
        -behaviour(gen_server).
        -export([start_link/0, init/1, handle_call/3, handle_cast/2]).
        start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
        init([]) -> {ok, 0}.
        handle_call(_, _, Count) -> {reply, {server, Count + 1}, Count + 1}.
        handle_cast(_, Count) -> {noreply, Count}.
        """
    }

    private static let machine = """
        -module(desk_clerk).
        -behaviour(gen_statem).
        -export([start_link/0, init/1, callback_mode/0, open/3]).
        start_link() -> gen_statem:start_link({local, ?MODULE}, ?MODULE, [], []).
        callback_mode() -> state_functions.
        init([]) -> {ok, open, 0}.
        open({call, From}, _, Count) -> {keep_state, Count + 1, [{reply, From, {machine, Count + 1}}]}.
        """

    private static func desk(_ strategy: String) -> Project {
        func files(_ clerk: String) -> [(name: String, source: String)] {
            [
                ("desk_app.erl", self.application), ("desk_sup.erl", self.supervisor(strategy)),
                ("desk_keeper.erl", self.server("desk_keeper")), ("desk_clerk.erl", clerk),
            ]
        }
        return Project(
            application: "desk", callback: "desk_app",
            versions: [("1", files(self.server("desk_clerk"))), ("2", files(self.machine))])
    }

    private static let ask = "[gen_server:call(desk_keeper, ask), gen_server:call(desk_clerk, ask)]"

    /// Only the process that becomes something else loses its state.
    @Test func aServerBecomesAStateMachineAndBack() async throws {
        try await withTemporaryFolder { folder in
            let project = Self.desk("one_for_one")
            try await project.write(in: folder)
            let (generated, states) = try await project.upgrade(in: folder, start: "ok", report: Self.ask)
            #expect(generated.errors.contains("[appup/behaviour-changed]"))
            #expect(!generated.output.contains("restart_application"))
            #expect(
                states == [
                    "[{server,1},{server,1}]", "[{server,2},{machine,1}]", "[{server,3},{server,1}]",
                ], "\(generated.output)")
        }
    }

    /// Where siblings depend on each other the whole application starts anew.
    @Test func anApplicationRestartsWhereItsSiblingsHangTogether() async throws {
        try await withTemporaryFolder { folder in
            let project = Self.desk("rest_for_one")
            try await project.write(in: folder)
            let (generated, states) = try await project.upgrade(in: folder, start: "ok", report: Self.ask)
            #expect(generated.errors.contains("is not `one_for_one`"), "\(generated.errors)")
            #expect(generated.output.contains("{restart_application,desk}"))
            #expect(
                states == ["[{server,1},{server,1}]", "[{server,1},{machine,1}]", "[{server,1},{server,1}]"],
                "\(generated.output)")
            let plan = try await Program.run(["plan", "desk-1.rel", "desk-2.rel", "--lib", "lib"], in: folder)
            #expect(plan.status == 0 && plan.output.contains("restart-application"), "\(plan.errors)")
            #expect(plan.output.contains("desk_clerk") && !plan.output.contains("~ desk_keeper"))
        }
    }

    // MARK: - Elixir

    private static func elixir(_ step: Int, _ limit: Int, _ size: Int) -> String {
        """
        defmodule Booth.Application do
          use Application
          def start(_, _), do: Booth.Supervisor.start_link([])
        end
        defmodule Booth.Supervisor do
          use Supervisor
          def start_link(arg), do: Supervisor.start_link(__MODULE__, arg, name: __MODULE__)
          def init(_), do: Supervisor.init([Booth.Counter, Booth.Guests], strategy: :one_for_one, max_restarts: \(limit))
        end
        defmodule Booth.Guests do
          use DynamicSupervisor
          def start_link(arg), do: DynamicSupervisor.start_link(__MODULE__, arg, name: __MODULE__)
          def init(_), do: DynamicSupervisor.init(strategy: :one_for_one, max_children: \(limit))
        end
        defmodule Booth.Counter do
          use GenServer
          def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: __MODULE__)
          def init(count), do: {:ok, count}
          def handle_call(value, _, count), do: {:reply, {count + \(step), Booth.Size.size(value)}, count + \(step)}
        end
        defprotocol Booth.Size do
          def size(value)
        end
        defimpl Booth.Size, for: Atom do
          def size(_), do: \(size)
        end
        """
    }

    @Test(.enabled(if: Elixir.isInstalled)) func elixirsProcessesTakeTheirNewCode() async throws {
        try await withTemporaryFolder { folder in
            let project = Project(
                application: "booth", callback: "'Elixir.Booth.Application'",
                versions: [("1", [("booth.ex", Self.elixir(1, 3, 7))]), ("2", [("booth.ex", Self.elixir(10, 5, 8))])])
            try await project.write(in: folder)
            let (generated, states) = try await project.upgrade(
                in: folder, start: "{ok, _} = application:ensure_all_started(elixir)",
                report: """

                    #{max_children := Most} = sys:get_state('Elixir.Booth.Guests'),
                    {gen_server:call('Elixir.Booth.Counter', it), Most,
                     element(6, sys:get_state('Elixir.Booth.Supervisor'))}
                    """, flags: ["-pa", "/usr/lib/elixir/lib/elixir/ebin"])
            let lines = generated.output.split(separator: "\n").map { $0.trimmingPrefix(while: \.isWhitespace) }
            for line in [
                "{update,'Elixir.Booth.Guests',supervisor}", "{update,'Elixir.Booth.Supervisor',supervisor}",
                "{load_module,'Elixir.Booth.Size.Atom'}",
            ] {
                #expect(lines.filter { $0 == line }.count == 2, "\(line)\n\(generated.output)")
            }
            #expect(generated.output.contains("gen_server with `code_change/3`"))
            #expect(!generated.errors.contains("[appup/"), "\(generated.errors)")
            #expect(states == ["{{1,7},3,3}", "{{11,8},5,5}", "{{12,7},3,3}"], "\(generated.output)")
        }
    }
}
