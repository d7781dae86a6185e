import TestSupport
import Testing

/// Times to suspend in appups: generated ones, and those that a person chose.
@Suite(.enabled(if: OTP.isInstalled)) struct TimeoutCheckTests {
    private static func server(_ version: Int, wait: String) -> String {
        """
        -behaviour(gen_server).
        init(S) -> {ok, S}.
        handle_call(R, _, S) -> {reply, ask(R, \(wait)), S}.
        handle_cast(_, S) -> {noreply, S}.
        code_change(_, S, _) -> {ok, S}.
        ask(R, Time) -> {\(version), gen_server:call(other, R, Time)}.
        """
    }

    /// A short time is warned of and never an error; an own one that is long enough is nobody's business.
    @Test(
        arguments: [
            ("{update,m,{advanced,[]}}", true), ("{update,m,29000,{advanced,[]},brutal_purge,brutal_purge,[]}", true),
            ("{update,m,30500,{advanced,[]},brutal_purge,brutal_purge,[]}", false),
            ("{update,m,infinity,{advanced,[]},brutal_purge,brutal_purge,[]}", false),
        ]) func aCheckDemandsNoTime(up: String, isFound: Bool) async throws
    {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            try await world.application("1", ["m": Self.server(1, wait: "30000")])
            try await world.application("2", ["m": Self.server(2, wait: "3000")])
            let text = "{\"2\",[{\"1\",[\(up)]}],[{\"1\",[{update,m,{advanced,[]}}]}]}.\n"
            try await world.write(AppupCommandTests.file, text)
            let check = try await world.relift("appup", "old.rel", "new.rel", "--check")
            #expect(check.status == 0, "\(check.errors)")
            #expect(check.errors.contains("appup/timeout-below-wait") == isFound, "\(check.errors)")
            #expect(check.errors.contains("`handle_call/3` may wait 30000 ms") == isFound)
            let merge = try await world.relift("appup", "old.rel", "new.rel", "--merge")
            #expect(merge.status == 0, "\(merge.errors)")
            #expect(try world.read(AppupCommandTests.file) == text)
        }
    }

    /// What is written is what is needed, says why, and stock systools suspends with it.
    @Test func systoolsTakesTheTime() async throws {
        try await withTemporaryFolder { folder in
            let world = try await AppupCommandTests.World(folder)
            try await world.application("1", ["m": Self.server(1, wait: "30000")])
            try await world.application("2", ["m": Self.server(2, wait: "infinity")])
            let run = try await world.relift("appup", "old.rel", "new.rel", "--comments")
            #expect(run.status == 0, "\(run.errors)")
            let text = try world.read(AppupCommandTests.file)
            #expect(
                text.contains("`handle_call/3` may wait 30000 ms in `gen_server:call/3`, called in `ask/2`"), "\(text)")
            #expect(
                text.contains("`handle_call/3` may wait for ever in `gen_server:call/3`, called in `ask/2`"), "\(text)")
            let check = try await world.relift("appup", "old.rel", "new.rel", "--check")
            #expect(check.status == 0 && !check.errors.contains("timeout-below-wait"), "\(check.errors)")
            let output = try await OTP.evaluate(
                """
                {ok, [{_, [{_, Up}], [{_, Down}]}]} = file:consult("\(AppupCommandTests.file)"),
                App = fun(V) -> element(2, systools_make:read_application("cart", V, ["lib/cart-" ++ V ++ "/ebin"], [])) end,
                [begin
                    {ok, Steps} = systools_rc:translate_scripts(Mode, [Script], [App(To)], [App(From)]),
                    io:format("~0p~n", [[S || {suspend, _} = S <- Steps]])
                end || {Mode, Script, From, To} <- [{up, Up, "1", "2"}, {dn, Down, "2", "1"}]]
                """, workingDirectory: folder)
            #expect(String(decoding: output, as: UTF8.self) == "[{suspend,[{m,35000}]}]\n[{suspend,[{m,60000}]}]\n")
        }
    }
}
