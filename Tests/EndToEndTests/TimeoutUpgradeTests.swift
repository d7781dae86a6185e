import TestSupport
import Testing

/// A process that is busy when it is to stop for an upgrade, on a node with OTP's own `release_handler`.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct TimeoutUpgradeTests {
    private static func project() -> RoleUpgradeTests.Project {
        func files(_ version: Int) -> [(name: String, source: String)] {
            [
                (
                    "oven_app.erl",
                    """
                    -module(oven_app).
                    -behaviour(application).
                    -behaviour(supervisor).
                    -export([start/2, stop/1, init/1]).
                    start(_, _) -> supervisor:start_link(?MODULE, []).
                    stop(_) -> ok.
                    init([]) ->
                        {ok, {#{intensity => 9}, [
                            #{id => M, modules => [M], start => {gen_server, start_link, [{local, M}, M, [], []]}}
                            || M <- [oven, oven_clock]]}}.
                    """
                ),
                // Bakes for 7 seconds in version 1, at once in version 2.
                (
                    "oven.erl",
                    """
                    -module(oven).
                    -behaviour(gen_server).
                    -export([init/1, handle_call/3, handle_cast/2, code_change/3]).
                    init([]) -> {ok, {\(version), 0}}.
                    handle_call(bake, _, {\(version), N}) -> bake(), {reply, ok, {\(version), N + 1}};
                    handle_call(count, _, {\(version), N}) -> {reply, {\(version), N}, {\(version), N}}.
                    handle_cast(_, S) -> {noreply, S}.
                    bake() -> \(version == 1 ? "timer:sleep(7000)" : "ok").
                    code_change({down, _}, {2, N}, _) -> {ok, {1, N}};
                    code_change(_, {1, N}, _) -> {ok, {2, N}}.
                    """
                ),
                // Starts a process with a loop, and is linked to it.
                (
                    "oven_clock.erl",
                    """
                    -module(oven_clock).
                    -behaviour(gen_server).
                    -export([init/1, handle_call/3, handle_cast/2, code_change/3, version/0]).
                    init([]) -> {ok, spawn_link(fun() -> loop(0) end)}.
                    handle_call(loop, _, S) -> {reply, S, S}.
                    handle_cast(_, S) -> {noreply, S}.
                    loop(N) -> receive _ -> loop(N + \(version)) end.
                    version() -> \(version).
                    code_change(_, S, _) -> {ok, S}.
                    """
                ),
            ]
        }
        return RoleUpgradeTests.Project(
            application: "oven", callback: "oven_app", versions: [("1", files(1)), ("2", files(2))])
    }

    private static let oven = "{update,oven,12000,{advanced,[]},brutal_purge,brutal_purge,[]}"
    private static let clock = "{update,oven_clock,{advanced,[]},soft_purge,soft_purge,[]}"

    /// Generates, takes it through systools, and runs `script` on a node with version 1; `Edit` comes between.
    private static func run(edit: String, script: String) async throws -> [String] {
        try await withTemporaryFolder { folder in
            try await Self.project().write(in: folder)
            let generated = try await Program.run(
                ["appup", "oven-1.rel", "oven-2.rel", "--lib", "lib", "--comments"], in: folder)
            #expect(generated.status == 0, "\(generated.errors)")
            #expect(generated.output.split(separator: Self.oven).count == 2, "\(generated.output)")
            #expect(generated.output.contains("{update,oven,{advanced,[]}}"), "the way back\n\(generated.output)")
            #expect(generated.output.split(separator: Self.clock).count == 3, "\(generated.output)")
            #expect(
                generated.output.contains("`handle_call/3` may wait 7000 ms in `timer:sleep/1`, called in `bake/0`"),
                "\(generated.output)")
            let output = try await OTP.evaluate(
                """
                Folder = fun(V) -> filename:absname("lib/oven-" ++ V) end,
                Appup = filename:join(Folder("2"), "ebin/oven.appup"),
                {ok, Text} = file:read_file(Appup),
                ok = file:write_file(Appup, \(edit)),
                {ok, {_, [{_, _, Ups}], [{_, _, Downs}]}, _, _} = systools:make_relup("oven-2", ["oven-1"],
                    ["oven-1"], [silent, noexec, {path, filelib:wildcard("lib/*/ebin")}]),
                Suspended = fun(Steps) -> lists:sort(lists:append([L || {suspend, L} <- Steps])) end,
                io:format("~0p~n", [{Suspended(Ups), Suspended(Downs)}]),
                true = code:add_patha(filename:join(Folder("1"), "ebin")),
                logger:set_primary_config(level, none),
                {ok, _} = application:ensure_all_started(sasl),
                ok = application:start(oven),
                Result = fun({ok, _}) -> ok; (Other) -> Other end,
                Up = fun() -> Result(release_handler:upgrade_app(oven, Folder("2"))) end,
                Down = fun() -> Result(release_handler:downgrade_app(oven, "1", Folder("1"))) end,
                Report = fun(What) -> io:format("~0p~n", [What]) end,
                \(script)
                """, workingDirectory: folder)
            return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    private static let bake = """
        Before = whereis(oven),
        ok = gen_server:call(oven, bake, infinity),
        Self = self(),
        spawn(fun() -> Self ! {baked, catch gen_server:call(oven, bake, infinity)} end),
        timer:sleep(300),
        Report(Up()),
        receive {baked, Baked} -> Report(Baked) end,
        Count = fun() -> case catch gen_server:call(oven, count) of {'EXIT', _} -> crashed; C -> C end end,
        Report(Count()), timer:sleep(300),
        Report({Count(), whereis(oven) =:= Before}),
        exit(gen_server:call(oven_clock, loop), kill), timer:sleep(300),
        Report({Down(), Count()})
        """

    /// The caller of the old version gets its answer, and the state is converted, with all that was baked in it.
    @Test func aBusyProcessIsWaitedFor() async throws {
        let states = try await Self.run(edit: "Text", script: Self.bake)
        #expect(
            states == [
                "{[oven_clock,{oven,12000}],[oven,oven_clock]}", "ok", "ok", "{2,2}", "{{2,2},true}", "{ok,{1,2}}",
            ])
    }

    /// With the default OTP skips the process without a word: it crashes at the next call, and its state is gone.
    @Test func withoutTheTimeItsStateIsLost() async throws {
        let states = try await Self.run(
            edit: "binary:replace(Text, <<\"oven,12000,{advanced,[]},brutal_purge,brutal_purge,[]}\">>, "
                + "<<\"oven,{advanced,[]}}\">>)", script: Self.bake)
        #expect(
            states == [
                "{[oven,oven_clock],[oven,oven_clock]}", "ok", "ok", "crashed", "{{2,0},false}", "{ok,{1,0}}",
            ])
    }

    // MARK: - Loops beside a process

    private static let clocks = """
        Clock = whereis(oven_clock), Loop = gen_server:call(oven_clock, loop),
        Report(Up()), Report({oven_clock:version(), is_process_alive(Loop)}),
        Report(Down()), timer:sleep(300),
        Report({oven_clock:version(), is_process_alive(Loop), whereis(oven_clock) =:= Clock})
        """

    /// As generated the second exchange is refused before anything happens; the short form kills the loop, and the server
    /// with it.
    @Test func aLoopThatAServerIsLinkedToOutlivesTheSecondExchange() async throws {
        let spared = try await Self.run(edit: "Text", script: Self.clocks)
        #expect(
            spared.dropFirst() == ["ok", "{2,true}", "{error,{old_processes,oven_clock}}", "{2,true,true}"])
        let killed = try await Self.run(
            edit: "binary:replace(Text, <<\"soft_\">>, <<\"brutal_\">>, [global])", script: Self.clocks)
        #expect(killed.dropFirst() == ["ok", "{2,true}", "ok", "{1,false,false}"])
    }
}
