import SystemPackage
import TestSupport
import Testing

/// What becomes of a process in a receive loop of its own, on a node with OTP's own `release_handler`.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct PurgeUpgradeTests {
    private static func project() -> RoleUpgradeTests.Project {
        func files(_ version: Int) -> [(name: String, source: String)] {
            [
                (
                    "lamp_app.erl",
                    """
                    -module(lamp_app).
                    -behaviour(application).
                    -behaviour(supervisor).
                    -export([start/2, stop/1, init/1]).
                    start(_, _) -> supervisor:start_link(?MODULE, []).
                    stop(_) -> ok.
                    init([]) -> {ok, {#{}, []}}.
                    """
                ),
                (
                    "lamp.erl",
                    """
                    -module(lamp).
                    -export([start/0, version/0]).
                    start() -> spawn(fun() -> loop(0) end).
                    loop(Count) -> receive From -> From ! {\(version), Count}, loop(Count + 1) end.
                    version() -> \(version).
                    """
                ),
                // Takes what is there and waits for nothing.
                (
                    "lamp_flush.erl",
                    """
                    -module(lamp_flush).
                    -export([flush/0]).
                    flush() -> receive _ -> flush() after 0 -> \(version) end.
                    """
                ),
                (
                    "lamp_count.erl",
                    """
                    -module(lamp_count).
                    -export([count/1]).
                    count(0) -> \(version);
                    count(More) -> count(More - 1).
                    """
                ),
            ]
        }
        return RoleUpgradeTests.Project(
            application: "lamp", callback: "lamp_app", versions: [("1", files(1)), ("2", files(2))])
    }

    /// As generated, and with the methods of the short form, which show what would happen otherwise.
    @Test(arguments: [true, false]) func aProcessInALoopOutlivesTheSecondExchange(asGenerated: Bool) async throws {
        try await withTemporaryFolder { folder in
            try await Self.project().write(in: folder)
            let generated = try await Program.run(["appup", "lamp-1.rel", "lamp-2.rel", "--lib", "lib"], in: folder)
            #expect(generated.status == 0, "\(generated.errors)")
            for line in [
                "{load_module,lamp,soft_purge,soft_purge,[]}", "{load_module,lamp_flush}", "{load_module,lamp_count}",
            ] {
                #expect(generated.output.split(separator: line).count == 3, "\(line)\n\(generated.output)")
            }
            let output = try await OTP.evaluate(
                """
                {ok, _, _, _} = systools:make_relup("lamp-2", ["lamp-1"], ["lamp-1"],
                    [silent, noexec, {path, filelib:wildcard("lib/*/ebin")}]),
                Folder = fun(V) -> filename:absname("lib/lamp-" ++ V) end,
                Appup = filename:join(Folder("2"), "ebin/lamp.appup"),
                {ok, Text} = file:read_file(Appup),
                \(asGenerated)
                    orelse (ok = file:write_file(Appup, binary:replace(Text, <<"soft_">>, <<"brutal_">>, [global]))),
                true = code:add_patha(filename:join(Folder("1"), "ebin")),
                logger:set_primary_config(level, none),
                {ok, _} = application:ensure_all_started(sasl),
                ok = application:start(lamp),
                Lamp = lamp:start(),
                Result = fun({ok, _}) -> ok; (Other) -> Other end,
                Report = fun(What) ->
                    Answer = case is_process_alive(Lamp) of
                        true -> Lamp ! self(), receive {_, _} = It -> It after 5000 -> silent end;
                        false -> dead
                    end,
                    io:format("~0p~n", [{What, lamp:version(), Answer}])
                end,
                Down = fun() -> Result(release_handler:downgrade_app(lamp, "1", Folder("1"))) end,
                Report(start),
                Report(Result(release_handler:upgrade_app(lamp, Folder("2")))),
                Report(Down()),
                exit(Lamp, kill), timer:sleep(100),
                \(asGenerated) andalso Report(Down())
                """, workingDirectory: folder)
            let states = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
            #expect(
                states
                    == (asGenerated
                        ? [
                            "{start,1,{1,0}}", "{ok,2,{1,1}}", "{{error,{old_processes,lamp}},2,{1,2}}", "{ok,1,dead}",
                        ]
                        : ["{start,1,{1,0}}", "{ok,2,{1,1}}", "{ok,1,dead}"]))
        }
    }
}
