import Diagnostics
import ErlangTerms
import HostFiles
import SystemPackage
import Systools
import TestSupport
import Testing

/// The answers to calls, held against the functions of the installed OTP in one folder.
@Suite struct SystoolsCallTests {
    /// Calls as Erlang text, `{Function, Arguments}`. `nodir` is no folder, `x.rel` is broken, `r.rel` has no sasl, and
    /// `s.rel` is a good release.
    static let calls: [String] = [
        // The boot file that tarballs need: OTP makes all calls before we make the first.
        #"{make_script, ["s", [silent]]}"#,
        // Options that are refused, alone and together with good ones.
        #"{make_script, ["s", [silent, foo, {bar, 1}]]}"#,
        #"{make_script, ["s", [silent, {path, [foo]}]]}"#,
        #"{make_script, ["s", [silent, {path, foo}]]}"#,
        #"{make_script, ["s", [silent, {variables, [{1, "x"}]}]]}"#,
        #"{make_script, ["s", [silent, {exref, foo}]]}"#,
        #"{make_script, ["s", [silent, {exref, ["foo"]}]]}"#,
        #"{make_script, ["s", [silent, {outdir, foo}]]}"#,
        #"{make_script, ["s", [silent, {script_name, foo}]]}"#,
        #"{make_script, ["s", [silent, {erts, "/"}, erts_all]]}"#,
        #"{make_script, [s, [silent]]}"#,
        #"{make_script, ["s", foo]}"#,
        #"{make_tar, ["s", [silent, local, no_dot_erlang, {script_name, "a"}]]}"#,
        #"{make_tar, ["s", [silent, {dirs, ["include"]}, {var_tar, maybe}, {extra_files, foo}]]}"#,
        #"{make_tar, ["s", [silent, {erts, foo}, {variables, [foo]}]]}"#,
        #"{make_relup, ["s", ["s"], ["s"], [silent, {outdir, foo}]]}"#,
        #"{make_relup, ["s", foo, ["s"], [silent]]}"#,
        // Files that are not there, or nothing that can be written.
        #"{make_script, ["nn", [silent]]}"#,
        #"{make_script, ["/nowhere/nn", [silent]]}"#,
        #"{make_script, ["x", [silent]]}"#,
        #"{make_script, ["s", [silent, {outdir, "nodir"}]]}"#,
        #"{make_tar, ["nn", [silent]]}"#,
        #"{make_tar, ["noboot", [silent]]}"#,
        #"{make_tar, ["s", [silent, {outdir, "nodir"}]]}"#,
        #"{make_tar, ["s", [silent, {extra_files, [{"nofile", "x"}]}]]}"#,
        #"{make_relup, ["r", ["r"], ["r"], [silent]]}"#,
        #"{make_relup, ["s", ["r"], [], [silent]]}"#,
        #"{make_relup, ["s", ["s"], ["nn"], [silent]]}"#,
        #"{make_relup, ["s", ["s"], ["s"], [silent, {outdir, "nodir"}]]}"#,
        // What goes well.
        #"{make_script, ["r", [silent]]}"#,
        #"{make_script, ["r", [silent, no_warn_sasl, warnings_as_errors]]}"#,
        #"{make_script, ["r", [silent, warnings_as_errors]]}"#,
        #"{make_script, ["s", [silent, no_module_tests, otp_build, {outdir, ""}]]}"#,
        #"{make_script, ["s", [silent, src_tests]]}"#,
        #"{make_script, ["s", [silent, {exref, [sasl]}]]}"#,
        #"{make_tar, ["s", [silent, {dirs, [include, src]}]]}"#,
        #"{make_tar, ["s", [silent, {extra_files, [foo, {"s.rel", "doc/s.rel"}]}]]}"#,
        #"{make_relup, ["s", ["s", {"s", first}], ["s"], [silent, restart_emulator, {outdir, "."}]]}"#,
        #"{make_relup, ["s", ["s"], ["s"], [silent, {noexec, true}, unknown]]}"#,
        // Pure functions.
        #"{translate_scripts, [up, foo, [], []]}"#,
        #"{translate_scripts, [up, [foo], [], []]}"#,
        #"{translate_scripts, [dn, [[{apply, {m, f, []}}]], [], []]}"#,
        #"{translate_scripts, [up, [[frob]], [], []]}"#,
        #"{make_hybrid_boot, ["t", <<>>, <<131,106>>, []]}"#,
    ]

    @Test(.enabled(if: OTP.isInstalled))
    func everyCallIsAnsweredAsBySystools() async throws {
        try await TestSupport.withTemporaryFolder { folder in
            let output = try await OTP.evaluate(Self.oracle, arguments: Self.calls, workingDirectory: folder)
            let oracle = try ExternalTerm.decode(output)
            let pairs = try #require(oracle.listElements)
            #expect(pairs.count == Self.calls.count)
            let systools = Systools(files: HostFileSystem(), parallelism: 2, time: 0)
            for (text, pair) in zip(Self.calls, pairs) {
                let elements = try #require(pair.tupleElements)
                var findings: [Diagnostic] = []
                let answer = await systools.answer(elements[0], &findings)
                let (ours, theirs) = (Self.withoutStack(answer), Self.withoutStack(elements[1]))
                #expect(TermPrinter.line(ours) == TermPrinter.line(theirs), "\(text)")
                #expect(ours == theirs)
            }
        }
    }

    /// Makes the files, carries out each call, and prints `[{Request, Answer}]` in external format, the requests with
    /// absolute paths in place of the working folder, which a test cannot change.
    private static let oracle = #"""
        {ok, Cwd} = file:get_cwd(),
        V = fun(A) -> application:load(A), {ok, X} = application:get_key(A, vsn), {A, X} end,
        Erts = {erts, erlang:system_info(version)},
        Rel = fun(N, As) -> file:write_file(N ++ ".rel",
            io_lib:format("~p.", [{release, {N, "1"}, Erts, [V(A) || A <- As]}])) end,
        Rel("r", [kernel, stdlib]), Rel("s", [kernel, stdlib, sasl]), Rel("noboot", [kernel, stdlib]),
        file:write_file("x.rel", "{release, {\"a\","),
        Home = fun Home("nn") -> filename:join(Cwd, "nn");
                   Home([C | _] = N) when C =/= $/, is_integer(C) -> filename:join(Cwd, N);
                   Home({[_ | _] = N, D}) -> {Home(N), D};
                   Home(X) -> X end,
        Out = fun({outdir, [_ | _] = D}) -> {outdir, filename:join(Cwd, D)};
                 ({extra_files, [_ | _] = Fs}) -> {extra_files, [case F of {A, B} -> {Home(A), B}; _ -> F end || F <- Fs]};
                 (O) -> O end,
        Opts = fun(O) when is_list(O) -> [Out(X) || X <- O]; (O) -> O end,
        Add = fun(O) when is_list(O) -> O ++ [{code_path, code:get_path()}, {cwd, Cwd}]; (O) -> O end,
        Bases = fun(L) when is_list(L) -> [Home(B) || B <- L]; (L) -> L end,
        Call = fun(Text) ->
            {ok, Ts, _} = erl_scan:string(Text ++ "."), {ok, {F, As0}} = erl_parse:parse_term(Ts),
            {M, As, Req} = case {F, As0} of
                {make_relup, [N, U, D, O]} ->
                    As1 = [Home(N), Bases(U), Bases(D), Opts(O)],
                    {systools, As1, lists:droplast(As1) ++ [Add(Opts(O))]};
                {make_hybrid_boot, _} -> {systools_make, As0, As0};
                {translate_scripts, _} -> {systools_rc, As0, As0};
                {_, [N, O]} -> {systools, [Home(N), Opts(O)], [Home(N), Add(Opts(O))]}
            end,
            {{F, Req}, catch apply(M, F, As)}
        end,
        Results = [Call(T) || T <- init:get_plain_arguments()],
        ok = io:setopts([{encoding, latin1}]),
        file:write_file("answers", term_to_binary(Results)),
        {ok, B} = file:read_file("answers"), io:put_chars(binary_to_list(B))
        """#

    /// The answer without stacks of crashes, and without the text of a message of `erl_parse`.
    private static func withoutStack(_ answer: Term) -> Term {
        guard var elements = answer.tupleElements else { return answer }
        if elements.count == 2, elements[0] == .atom("EXIT"), let reason = elements[1].tupleElements, reason.count == 2
        {
            return .tuple(.atom("EXIT"), reason[0])
        }
        if elements.count == 3, elements[0] == .atom("error"), let reason = elements[2].tupleElements {
            if reason.count == 3, reason[0] == .atom("parse"), let details = reason[2].tupleElements {
                elements[2] = .tuple(reason[0], reason[1], details[0])
            } else if reason.count == 2, reason[0] == .atom("function_clause") {
                elements[2] = reason[0]
            }
            return .tuple(elements)
        }
        return answer
    }
}
