import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// What a supervisor's `init/1` does that cannot be done twice, told from its code.
@Suite(.enabled(if: OTP.isInstalled)) struct SupervisorEffectsTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let code: String
        var calls: [String] = []
    }

    static let cases = [
        Case(
            testDescription: "a table in a helper",
            code: "init([]) -> table(), {ok, {#{}, []}}. table() -> ets:new(t, [named_table]).", calls: ["ets:new/2"]),
        Case(
            testDescription: "a socket in a fun, and a name",
            code: """
                init(Ports) -> register(other_name, self()),
                    {ok, {#{}, [#{id => P, start => {m, f, [element(2, gen_tcp:listen(P, []))]}} || P <- Ports]}}.
                """, calls: ["erlang:register/2", "gen_tcp:listen/2"]),
        Case(
            testDescription: "a table before the start",
            code:
                "start_link() -> ets:new(t, [named_table]), supervisor:start_link(?MODULE, []). init([]) -> {ok, {#{}, []}}."
        ),
        Case(
            testDescription: "reading only",
            code: "init([]) -> {ok, V} = application:get_env(a, b), ets:insert(t, {k, V}), {ok, {#{}, []}}."),
    ]

    /// Stripped too: the code alone tells it.
    @Test(arguments: cases) func whatInitMakesIsRead(_ example: Case) async throws {
        let bytes = try await OTP.evaluate(
            """
            [Code] = init:get_plain_arguments(),
            Text = "-module(the_sup). -behaviour(supervisor). -compile([export_all, nowarn_export_all]). " ++ Code,
            Split = fun Split([]) -> []; Split(Ts) ->
                {Form, [Dot | Rest]} = lists:splitwith(fun({dot, _}) -> false; (_) -> true end, Ts),
                [Form ++ [Dot] | Split(Rest)] end,
            {ok, Tokens, _} = erl_scan:string(re:replace(Text, "\\\\?MODULE", "the_sup", [global, {return, list}])),
            Forms = [begin {ok, F} = erl_parse:parse_form(Ts), F end || Ts <- Split(Tokens)],
            {ok, the_sup, Beam} = compile:forms(Forms, []),
            ok = io:setopts([{encoding, latin1}]), file:write(standard_io, Beam)
            """, arguments: [example.code])
        let supervisor = try #require(try ModuleFacts(beam: bytes, path: "the_sup.beam", withCode: true).supervisor)
        #expect(
            Set(supervisor.unrepeatableCalls.map { "\($0.module):\($0.function)/\($0.arity)" }) == Set(example.calls))
    }
}
