import SystemPackage
import TestSupport
import Testing

/// Children that come and go, with generated appups, on a node with OTP's own `release_handler`.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct SupervisorUpgradeTests {
    private static func supervisor(_ children: String) -> String {
        """
        -module(shelf_sup).
        -behaviour(supervisor).
        -export([start_link/0, init/1]).
        start_link() -> supervisor:start_link({local, ?MODULE}, ?MODULE, []).
        init([]) -> {ok, {#{strategy => one_for_one, intensity => 0}, [child(M) || M <- [\(children)]]}}.
        child(Module) -> #{id => Module, start => {Module, start_link, []}}.
        """
    }

    /// A server that counts its calls.
    private static func server(_ name: String, _ step: Int = 1) -> String {
        """
        -module(\(name)).
        -behaviour(gen_server).
        -export([start_link/0, init/1, handle_call/3, handle_cast/2, code_change/3]).
        start_link() -> gen_server:start_link({local, ?MODULE}, ?MODULE, [], []).
        init([]) -> {ok, 0}.
        handle_call(_, _, Count) -> {reply, Count + \(step), Count + \(step)}.
        handle_cast(_, Count) -> {noreply, Count}.
        code_change(_, Count, _) -> {ok, Count}.
        """
    }

    private static let application = """
        -module(shelf_app).
        -behaviour(application).
        -export([start/2, stop/1]).
        start(_, _) -> shelf_sup:start_link().
        stop(_) -> ok.
        """

    private static let versions: [(version: String, modules: [(name: String, source: String)])] = [
        (
            "1",
            [
                ("shelf_app", application), ("shelf_keeper", server("shelf_keeper")),
                ("shelf_old", server("shelf_old")), ("shelf_sup", supervisor("shelf_old, shelf_keeper")),
            ]
        ),
        (
            "2",
            [
                ("shelf_app", application), ("shelf_keeper", server("shelf_keeper", 10)),
                ("shelf_new", server("shelf_new")), ("shelf_sup", supervisor("shelf_keeper, shelf_new")),
            ]
        ),
    ]

    /// Two versions of the application `shelf`, compiled, with their releases.
    private func write(in folder: FilePath) async throws {
        let found = try await OTP.evaluate(
            """
            [application:load(A) || A <- [sasl]],
            [begin {ok, V} = application:get_key(A, vsn), io:format("{~p,~p},", [A, V]) end || A <- [kernel,stdlib,sasl]],
            io:format("|~s", [erlang:system_info(version)])
            """)
        let parts = String(decoding: found, as: UTF8.self).split(separator: "|")
        for (version, modules) in Self.versions {
            let library = folder.appending("lib/shelf-\(version)")
            for name in ["ebin", "src"] { _ = try await Program.run("mkdir", ["-p", library.appending(name).string]) }
            let names = modules.map(\.name).joined(separator: ",")
            try File.write(
                Array(
                    """
                    {application,shelf,[{description,""},{vsn,"\(version)"},{modules,[\(names)]},
                     {registered,[shelf_sup]},{applications,[kernel,stdlib]},{mod,{shelf_app,[]}}]}.
                    """.utf8), to: library.appending("ebin/shelf.app"))
            for (name, source) in modules {
                let path = library.appending("src/\(name).erl")
                try File.write(Array((source + "\n").utf8), to: path)
                let compiled = try await Program.run(
                    "erlc", ["+debug_info", "-o", library.appending("ebin").string, path.string])
                #expect(compiled.status == 0, "\(compiled.output)")
            }
            try File.write(
                Array(
                    """
                    {release,{"shelf","\(version)"},{erts,"\(parts[1])"},[\(parts[0]){shelf,"\(version)"}]}.
                    """.utf8), to: folder.appending("shelf-\(version).rel"))
        }
    }

    /// Goes up and down twice and reports, after each way, which children run, and what the server that stays counts.
    private static let upgrade = """
        [Lib] = init:get_plain_arguments(),
        Folder = fun(V) -> filename:join(Lib, "shelf-" ++ V) end,
        true = code:add_patha(filename:join(Folder("1"), "ebin")),
        logger:set_primary_config(level, none),
        {ok, _} = application:ensure_all_started(sasl),
        ok = application:start(shelf),
        Keeper = whereis(shelf_keeper),
        Top = whereis(shelf_sup),
        State = fun() ->
            Children = lists:sort([{Id, is_pid(Pid)} || {Id, Pid, _, _} <- supervisor:which_children(shelf_sup)]),
            Same = {Keeper, Top} =:= {whereis(shelf_keeper), whereis(shelf_sup)},
            io:format("~w ~w ~w ~w~n", [Children, Same, gen_server:call(shelf_keeper, count),
                lists:sort([M || M <- [shelf_old, shelf_new], code:is_loaded(M) =/= false])]) end,
        State(),
        [begin
            {ok, _} = release_handler:upgrade_app(shelf, Folder("2")), State(),
            {ok, _} = release_handler:downgrade_app(shelf, "1", Folder("1")), State()
        end || _ <- [1, 2]]
        """

    @Test func childrenComeAndGoAndTheOthersKeepTheirState() async throws {
        try await withTemporaryFolder { folder in
            try await self.write(in: folder)
            let generated = try await Program.run(
                ["appup", "shelf-1.rel", "shelf-2.rel", "--lib", "lib"], in: folder)
            #expect(generated.status == 0, "\(generated.errors)")
            #expect(!generated.errors.contains("warning"), "\(generated.errors)")
            let output = try await OTP.evaluate(
                Self.upgrade, arguments: [folder.appending("lib").string], workingDirectory: folder)
            let one = "[{shelf_keeper,true},{shelf_old,true}] true"
            let two = "[{shelf_keeper,true},{shelf_new,true}] true"
            #expect(
                String(decoding: output, as: UTF8.self).split(separator: "\n") == [
                    "\(one) 1 [shelf_old]", "\(two) 11 [shelf_new]", "\(one) 12 [shelf_old]", "\(two) 22 [shelf_new]",
                    "\(one) 23 [shelf_old]",
                ], "\(generated.output)")
        }
    }
}
