import BeamFiles
import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport

@testable import ReleaseLoading

/// A module with processes, and what must be told of their states.
struct StateFixture: Sendable {
    let name: String
    var behaviour = "gen_server"
    /// What follows the head of the module.
    let code: String
    /// The shapes with debug information, as texts.
    let shapes: [String]
    /// The same without it, where it is not the same.
    var bareShapes: [String]?
    var isComplete = true
    /// Each way through `code_change`.
    var conversions: [String]?

    static let all = [
        StateFixture(
            name: "record",
            code: """
                -record(state, {items = [] :: list(), total = 0}).
                init([]) -> {ok, #state{}};
                init(N) when is_integer(N) -> {ok, #state{total = N}, 1000}.
                handle_call(get, _From, S) -> {reply, S#state.items, S};
                handle_call({add, X}, _, S = #state{items = I}) -> {reply, ok, S#state{items = [X | I]}}.
                handle_cast(_, S) -> {noreply, S, hibernate}.
                """, shapes: ["#state{items, total}"], bareShapes: ["{state, _, _}"]),
        StateFixture(
            name: "helpers",
            code: """
                -record(st, {a, b, c = {x, 1}}).
                init(Args) ->
                    process_flag(trap_exit, true),
                    case proplists:get_value(mode, Args, none) of
                        none -> {stop, no_mode};
                        Mode -> {ok, new(Mode)}
                    end.
                new(Mode) -> fill(#st{a = Mode}, application:get_env(stdlib, b)).
                fill(S, undefined) -> S;
                fill(S, {ok, B}) -> S#st{b = B, c = other}.
                handle_call(X, _, S) -> do(X, S).
                do(a, S) -> {reply, ok, S#st{a = 1}};
                do(_, #st{} = S) -> {reply, error, S}.
                handle_cast(_, S) -> try fill(S, {ok, 1}) of S1 -> {noreply, S1} catch _:_ -> {noreply, S} end.
                """, shapes: ["#st{a, b, c}"], bareShapes: ["{st, _, _, _}"]),
        StateFixture(
            name: "maps",
            code: """
                init(A) -> {ok, #{items => [], total => A}}.
                handle_call({set, T}, _, S) -> {reply, ok, S#{total := T}}.
                handle_cast(_, #{items := I} = S) -> {noreply, S#{items => [x | I]}}.
                """, shapes: ["#{items, total}"]),
        StateFixture(
            name: "maps that grow",
            code: """
                init([]) -> S = #{a => 1}, {ok, maps:put(b, 2, S)};
                init(_) -> {ok, maps:merge(#{a => 1}, #{c => 2})}.
                handle_call(_, _, S) -> {reply, ok, S}.
                """, shapes: ["#{a, b}", "#{a, c}"]),
        StateFixture(
            name: "a table is not a state with known keys",
            code: """
                init(Names) -> {ok, lists:foldl(fun(N, M) -> M#{N => 1} end, #{}, Names)}.
                handle_call(_, _, S) -> {reply, ok, S}.
                """, shapes: [], isComplete: false),
        StateFixture(
            name: "tuples and values",
            code: """
                init(a) -> {ok, {self(), 1}};
                init(b) -> {ok, []};
                init(c) -> {ok, 1};
                init(_) -> ignore.
                handle_call(x, _, {P, N}) -> {reply, ok, {P, N + 1}};
                handle_call(_, _, S) -> {stop, normal, S}.
                """, shapes: ["{_, _}", "a list", "a number"]),
        StateFixture(
            name: "unknown",
            code: """
                init(A) -> {ok, other:state(A)}.
                handle_call(_, _, S) -> {reply, ok, S}.
                """, shapes: [], isComplete: false),
        StateFixture(
            name: "matched only",
            code: """
                -record(state, {a, b}).
                init(A) -> other:state(A).
                handle_call(_, _, #state{a = A} = S) -> {reply, A, S}.
                """, shapes: ["#state{a, b}"], bareShapes: ["{state, _, _}"], isComplete: false),
        StateFixture(
            name: "machine", behaviour: "gen_statem",
            code: """
                -record(data, {a, b}).
                callback_mode() -> state_functions.
                init([]) -> {ok, idle, #data{}}.
                idle(cast, go, D) -> {next_state, busy, D#data{a = 1}, [{timeout, 1, x}]};
                idle(_, _, _) -> keep_state_and_data.
                busy(cast, stop, D) -> {keep_state, D#data{b = 2}}.
                code_change(_, Name, D, _) -> {ok, Name, D}.
                """, shapes: ["#data{a, b}"], bareShapes: ["{data, _, _}"], conversions: ["any any same"]),
        StateFixture(
            name: "handler", behaviour: "gen_event",
            code: """
                init({_, X}) -> {ok, {h, X}};
                init(X) -> {ok, {h, X}}.
                handle_event(E, {h, _}) -> {ok, {h, E}}.
                handle_call(_, S) -> {ok, reply, S}.
                """, shapes: ["{h, _}"]),
        StateFixture(
            name: "enter_loop",
            code: """
                -record(state, {socket}).
                init({S}) -> proc_lib:init_ack({ok, self()}), gen_server:enter_loop(?MODULE, [], #state{socket = S}, 1000).
                handle_call(_, _, S) -> {reply, ok, S}.
                """, shapes: ["#state{socket}"], bareShapes: ["{state, _}"]),
        StateFixture(
            name: "conversions",
            code: """
                -record(state, {a, b, c = 0}).
                init(_) -> {ok, #state{}}.
                handle_call(_, _, S) -> {reply, ok, S}.
                code_change({down, _}, #state{a = A, b = B}, _) -> {ok, {state, A, B}};
                code_change(_, {state, A, B}, _) -> {ok, #state{a = A, b = B}};
                code_change("1", S, _) -> {error, S};
                code_change(_, S, _) -> {ok, S}.
                """, shapes: ["#state{a, b, c}"], bareShapes: ["{state, _, _, _}"],
            conversions: [
                "down {state/4} shape 3", "down {state/3} shape 4", "down any same", "notDown {state/3} shape 4",
                "notDown any refused", "notDown any same",
            ]),
        StateFixture(
            name: "updates what it gets",
            code: """
                -record(state, {a, b, c = 0}).
                init(_) -> {ok, #state{}}.
                handle_call(_, _, S) -> {reply, ok, S}.
                code_change(_, S, _) -> {ok, S#state{c = 1}}.
                """, shapes: ["#state{a, b, c}"], bareShapes: ["{state, _, _, _}"],
            conversions: ["any {state/4} shape 4"]),
    ]

    /// What is read of all fixtures, compiled with these options and stripped or not.
    static func read(options: String, isStripped: Bool) async throws -> [StateShapes?] {
        try await withTemporaryFolder { folder in
            var arguments = [folder.string]
            for (number, fixture) in Self.all.enumerated() {
                let path = folder.appending("s\(number).erl")
                try File.write(
                    Array(
                        """
                        -module(s\(number)).
                        -behaviour(\(fixture.behaviour)).
                        -compile([export_all, nowarn_export_all]).
                        \(fixture.code)
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
            return try Self.all.indices.map { number in
                let beam = try BeamFile(parsing: try File.read(folder.appending("s\(number).beam")))
                return StateShapes(beam, behaviours: [Atom(Self.all[number].behaviour)])
            }
        }
    }
}

extension StateConversion {
    /// For comparison with what a fixture says.
    var text: String {
        let takes = self.takes.tag.map { "{\($0)/\(self.takes.arity ?? 0)}" } ?? "any"
        let gives =
            switch self.gives {
            case .same: "same"
            case .shape(let shape): "shape \(shape.arity ?? 0)"
            case .unknown: "unknown"
            case .refused: "refused"
            }
        return "\(self.version) \(takes) \(gives)"
    }
}
