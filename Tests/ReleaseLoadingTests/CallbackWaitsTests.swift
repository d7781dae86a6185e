import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// How long callbacks may wait, told from compiled code.
@Suite(.enabled(if: OTP.isInstalled)) struct CallbackWaitsTests {
    /// A module and the waits of its callbacks: `handle_call/3 30000 gen_server:call/3 f/1`, sorted.
    struct Fixture: Sendable {
        let name: String
        let code: String
        let waits: [String]
        var loops: [String] = []
    }

    private static func call(_ body: String) -> String { "handle_call(R, _, S) -> \(body), {reply, R, S}.\n" }

    static let fixtures = [
        Fixture(
            name: "a call", code: call("gen_server:call(S, R, 30000)"),
            waits: ["handle_call/3 30000 gen_server:call/3 handle_call/3"]),
        Fixture(name: "a call of five seconds", code: call("gen_server:call(S, R, 5000)"), waits: []),
        Fixture(name: "a call with the default", code: call("gen_server:call(S, R)"), waits: []),
        Fixture(
            name: "one millisecond more", code: call("gen_server:call(S, R, 5001)"),
            waits: ["handle_call/3 5001 gen_server:call/3 handle_call/3"]),
        Fixture(
            name: "for ever", code: call("gen_server:call(S, R, infinity)"),
            waits: ["handle_call/3 - gen_server:call/3 handle_call/3"]),
        Fixture(
            name: "a default of infinity", code: call("gen_statem:call(S, R)"),
            waits: ["handle_call/3 - gen_statem:call/2 handle_call/3"]),
        Fixture(
            name: "a clean timeout", code: call("gen_statem:call(S, R, {clean_timeout, 9000})"),
            waits: ["handle_call/3 9000 gen_statem:call/3 handle_call/3"]),
        Fixture(
            name: "an event manager", code: call("gen_event:call(S, h, R, 7000)"),
            waits: ["handle_call/3 7000 gen_event:call/4 handle_call/3"]),
        Fixture(
            name: "a supervisor", code: call("supervisor:start_child(S, [R])"),
            waits: ["handle_call/3 - supervisor:start_child/2 handle_call/3"]),
        Fixture(
            name: "other nodes", code: call("rpc:call(R, m, f, [], 20000), erpc:call(R, m, f, [], 10000)"),
            waits: ["handle_call/3 20000 rpc:call/5 handle_call/3"]),
        Fixture(
            name: "a handler of exceptions around it",
            code: call("try gen_server:call(S, R, 8000) catch exit:{timeout, _} -> late end"),
            waits: ["handle_call/3 8000 gen_server:call/3 handle_call/3"]),
        Fixture(
            name: "sleep, at the end of other callbacks",
            code: "handle_cast(_, S) -> timer:sleep(6000), {noreply, S}.\n"
                + "handle_info(_, S) -> catch timer:sleep(timer:seconds(9)), {noreply, S}.\n",
            waits: ["handle_cast/2 6000 timer:sleep/1 handle_cast/2", "handle_info/2 9000 timer:sleep/1 handle_info/2"]),
        Fixture(
            name: "a helper", code: call("ask(S, R)") + "ask(P, R) -> X = gen_server:call(P, R, 15000), {ok, X}.\n",
            waits: ["handle_call/3 15000 gen_server:call/3 ask/2"]),
        Fixture(
            name: "a helper with the timeout as argument",
            code: call("ask(S, R, 15000)") + "ask(P, R, T) when T > 0 -> element(1, gen_server:call(P, R, T)).\n",
            waits: ["handle_call/3 15000 gen_server:call/3 ask/3"]),
        Fixture(
            name: "the same helper with a short one",
            code: call("ask(S, R, 1000)") + "ask(P, R, T) when T > 0 -> element(1, gen_server:call(P, R, T)).\n"
                + "other(P) -> ask(P, x, 15000).\n", waits: []),
        Fixture(
            name: "the longest of several ways",
            code: call("T = case R of a -> 7000; b -> 17000; _ -> 100 end, gen_server:call(S, R, T)"),
            waits: ["handle_call/3 17000 gen_server:call/3 handle_call/3"]),
        Fixture(
            name: "by the module's name", code: call("?MODULE:ask(S)") + "ask(P) -> gen_server:call(P, x, 15000).\n",
            waits: ["handle_call/3 15000 gen_server:call/3 ask/1"]),
        Fixture(
            name: "a timeout of which nothing is known", code: call("gen_server:call(S, R, element(2, S))"), waits: []),
        Fixture(
            name: "a number that is no timeout", code: call("gen_server:call(S, 30000), gen_server:cast(S, infinity)"),
            waits: []),
        Fixture(
            name: "receive with a timeout", code: call("receive {S, X} -> X after 12000 -> late end"),
            waits: ["handle_call/3 12000 receive handle_call/3"]),
        Fixture(
            name: "receive without one", code: call("wait(S)") + "wait(S) -> receive {S, X} -> X end.\n",
            waits: ["handle_call/3 - receive wait/1"]),
        Fixture(
            name: "receive with a short one, and one that takes what is there",
            code: call("receive {S, X} -> X after 100 -> flush() end")
                + "flush() -> receive _ -> flush() after 0 -> ok end.\n", waits: []),
        Fixture(
            name: "in a started process",
            code: call("spawn_link(fun() -> timer:sleep(infinity), receive x -> R end end)")
                + "handle_cast(_, S) -> spawn(?MODULE, work, [S]), {noreply, S}.\nwork(S) -> gen_server:call(S, x, 30000).\n",
            waits: []),
        Fixture(
            name: "in a fun that lists runs",
            code: call("lists:foreach(fun(P) -> gen_server:call(P, R, 30000) end, S)"),
            waits: ["handle_call/3 30000 gen_server:call/3 handle_call/3"]),
        Fixture(
            name: "in a comprehension, and a fun that is handed on",
            code: call("[gen_server:call(P, R, 11000) || P <- S]")
                + "handle_cast(_, S) -> locked(fun() -> gen_server:call(S, x, 12000) end), {noreply, S}.\n"
                + "locked(F) -> X = F(), {ok, X}.\n",
            waits: [
                "handle_call/3 11000 gen_server:call/3 handle_call/3",
                "handle_cast/2 12000 gen_server:call/3 handle_cast/2",
            ]),
        Fixture(
            name: "functions for clients",
            code: "ask(P, R, S) -> gen_server:call(P, {R, S}, 30000).\nstop(P) -> gen_server:stop(P).\n", waits: []),
        Fixture(
            name: "states",
            code: """
                callback_mode() -> state_functions.
                init([]) -> begin_with(idle).
                begin_with(_) -> {ok, idle, []}.
                idle(_, R, D) -> timer:sleep(6000), {next_state, busy, [R | D], [{timeout, 1, x}]}.
                busy(_, _, D) -> gen_statem:call(D, x, 7000), keep_state_and_data.
                ask(P, R, _) -> gen_statem:call(P, {ask, R}, infinity).
                """, waits: ["busy/3 7000 gen_statem:call/3 busy/3", "idle/3 6000 timer:sleep/1 idle/3"]),
        Fixture(
            name: "one function for all states",
            code: """
                callback_mode() -> [handle_event_function, state_enter].
                init([]) -> {ok, ask, []}.
                handle_event(_, _, _, D) -> timer:sleep(6000), {keep_state, D}.
                ask(P, R, _) -> gen_statem:call(P, {ask, R}, infinity).
                """, waits: ["handle_event/4 6000 timer:sleep/1 handle_event/4"]),
        Fixture(
            name: "a special process",
            code: """
                system_continue(_, _, S) -> loop(S).
                loop(S) -> receive {system, F, R} -> sys:handle_system_msg(R, F, S, ?MODULE, [], S); M -> work(M), loop(S) end.
                work(M) -> gen_server:call(M, x, 40000), receive y -> ok end.
                """, waits: ["system_continue/3 - receive work/1"]),
        Fixture(
            name: "loops of other processes",
            code: call("drain()")
                + """
                init(_) -> F = fun() -> loop(0) end, spawn_link(F), proc_lib:spawn(?MODULE, beat, []), {ok, []}.
                loop(N) -> receive X -> X, loop(N + 1) end.
                beat() -> receive stop -> ok after 1000 -> beat() end.
                drain() -> receive x -> drain() after 10 -> ok end.
                """, waits: [], loops: ["beat/0", "loop/1"]),
    ]

    private static func text(_ callback: ModuleFacts.FunctionName, _ wait: CallbackWaits.Wait) -> String {
        let call = wait.call.map { "\($0.module):\($0.function)/\($0.arity)" } ?? "receive"
        return "\(callback) \(wait.milliseconds.map(String.init) ?? "-") \(call) \(wait.function)"
    }

    @Test(arguments: [("[debug_info]", false), ("[no_type_opt, no_ssa_opt]", true)])
    func readsTheFixtures(options: String, isStripped: Bool) async throws {
        try await withTemporaryFolder { folder in
            var arguments = [folder.string]
            for (number, fixture) in Self.fixtures.enumerated() {
                let path = folder.appending("w\(number).erl")
                let initial = fixture.code.contains("init(") ? "" : "init(S) -> {ok, S}.\n"
                try File.write(
                    Array(
                        """
                        -module(w\(number)).
                        -compile([export_all, nowarn_export_all]).
                        \(initial)\(fixture.code)
                        """.utf8), to: path)
                arguments.append(path.string)
            }
            _ = try await OTP.evaluate(
                """
                [Folder | Files] = init:get_plain_arguments(),
                [begin
                    {ok, M, Beam} = compile:file(F, [binary, report_errors | \(options)]),
                    {ok, {M, Out}} = case \(isStripped) of
                        true -> beam_lib:strip(Beam);
                        false -> {ok, {M, Beam}}
                    end,
                    ok = file:write_file(filename:join(Folder, atom_to_list(M) ++ ".beam"), Out)
                end || F <- Files]
                """, arguments: arguments)
            for (number, fixture) in Self.fixtures.enumerated() {
                let path = folder.appending("w\(number).beam")
                let facts = try ModuleFacts(beam: try File.read(path), path: path.string, withCode: true)
                #expect(
                    facts.waits.longest.map { Self.text($0, $1) }.sorted() == fixture.waits, "\(fixture.name)")
                #expect(facts.waits.spawnedLoops.map(\.description) == fixture.loops, "\(fixture.name)")
            }
        }
    }

    @Test(.enabled(if: Elixir.isInstalled)) func readsElixir() async throws {
        try await withTemporaryFolder { folder in
            let source = folder.appending("shop.ex")
            try File.write(
                Array(
                    """
                    defmodule Shop do
                      use GenServer
                      @timeout :timer.seconds(40)
                      def init(s), do: {:ok, s}
                      def ask(pid), do: GenServer.call(pid, :ask, :infinity)
                      def handle_call(:a, _, s), do: {:reply, GenServer.call(s, :x, @timeout), s}
                      def handle_cast(x, s) do
                        Enum.each(s, fn p -> GenServer.call(p, x, 8_000) end)
                        {:noreply, s}
                      end
                      def handle_info(_, s) do
                        task = Task.async(fn -> Process.sleep(:infinity) end)
                        {:noreply, [Task.await(task, 10_000) | s]}
                      end
                      def handle_continue(_, s) do
                        :timer.sleep(6_000)
                        Process.sleep(7_000)
                        {:noreply, s}
                      end
                    end
                    """.utf8), to: source)
            let run = try await Elixir.compile(source, into: folder)
            #expect(run.status == 0, "\(run.output)\(run.errors)")
            let path = folder.appending("Elixir.Shop.beam")
            let facts = try ModuleFacts(beam: try File.read(path), path: path.string, withCode: true)
            #expect(
                facts.waits.longest.map { Self.text($0, $1) }.sorted() == [
                    "handle_call/3 40000 Elixir.GenServer:call/3 handle_call/3",
                    "handle_cast/2 8000 Elixir.GenServer:call/3 handle_cast/2",
                    "handle_continue/2 7000 Elixir.Process:sleep/1 handle_continue/2",
                    "handle_info/2 10000 Elixir.Task:await/2 handle_info/2",
                ])
        }
    }

    /// Damaged code never traps and never takes long; nor does any module of OTP.
    @Test func everyModuleIsReadInTime() async throws {
        guard let root = OTP.root else { return }
        let list = try await Program.run("find", [root.appending("lib").string, "-follow", "-name", "*.beam"])
        let paths = list.output.split(separator: "\n").map(String.init).sorted()
        var waiting = 0
        for path in paths where ["/kernel-", "/sasl-", "/ssh-"].contains(where: path.contains) {
            guard let facts = try? ModuleFacts(beam: try File.read(FilePath(path)), path: path, withCode: true) else {
                continue
            }
            if !facts.waits.longest.isEmpty { waiting += 1 }
        }
        #expect(waiting > 3)
        guard let path = paths.first(where: { $0.hasSuffix("/file_server.beam") }) else { return }
        let bytes = try File.read(FilePath(path))
        for position in stride(from: 20, to: bytes.count, by: 97) {
            var damaged = bytes
            damaged[position] ^= UInt8(truncatingIfNeeded: position | 1)
            _ = try? ModuleFacts(beam: damaged, path: path, withCode: true)
        }
    }
}
