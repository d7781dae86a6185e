import BeamFiles
import SystemPackage
import TestSupport
import Testing

@Suite struct StrippingTests {
    /// The same chunks as `beam_lib:strip/2` keeps for relx, for modules of OTP.
    @Test(.enabled(if: OTP.isInstalled)) func whatIsKeptIsWhatOTPKeeps() async throws {
        try await withTemporaryFolder { folder in
            let modules = ["lists", "gen_server", "kernel", "sets", "erl_eval"]
            for module in modules {
                let path = try await OTP.evaluate("io:format(\"~s\", [code:which(\(module))])")
                let bytes = try File.read(FilePath(String(decoding: path, as: UTF8.self)))
                let stripped = try #require(try BeamFile(parsing: bytes).stripped())
                try File.write(stripped, to: folder.appending("\(module).beam"))
                #expect(try BeamFile(parsing: stripped).stripped() == nil)
            }
            let names = modules.joined(separator: ",")
            let compared = try await OTP.evaluate(
                """
                io:format("~p", [[M || M <- [\(names)], begin
                    {ok, B} = file:read_file(code:which(M)),
                    {ok, {M, S}} = beam_lib:strip(B, ["Attr"]),
                    {ok, M, Theirs} = beam_lib:all_chunks(try zlib:gunzip(S) catch error:_ -> S end),
                    {ok, Mine} = file:read_file("\(folder)/" ++ atom_to_list(M) ++ ".beam"),
                    {ok, M, Ours} = beam_lib:all_chunks(Mine),
                    lists:sort(Theirs) =/= lists:sort(Ours) orelse beam_lib:md5(B) =/= beam_lib:md5(Mine) end]])
                """)
            #expect(String(decoding: compared, as: UTF8.self) == "[]")
        }
    }
}
