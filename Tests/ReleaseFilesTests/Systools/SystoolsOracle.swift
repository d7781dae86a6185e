import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// Runs the real `systools:make_script` over many cases in one virtual machine.
enum SystoolsOracle {
    /// The answers, and which OTP gave them.
    static func answers(
        to cases: [SystoolsCase], in folder: FilePath
    ) async throws -> (answers: [SystoolsAnswer], otp: OTPRelease) {
        try Files.write(ExternalTerm.encode(.list(cases.map(\.term))), to: folder.appending("cases"))
        _ = try await OTP.evaluate(
            """
            {ok, Input} = file:read_file("cases"),
            Text = fun(T) -> unicode:characters_to_binary(io_lib:format("~tp.~n", [T])) end,
            Answers = [begin
                Path = [begin
                    ok = filelib:ensure_path(Dir),
                    ok = file:write_file(filename:join(Dir, App ++ ".app"), Text(Term)),
                    Dir
                end || {Dir, App, Term} <- Files],
                Base = filename:join(Name, "t"),
                ok = filelib:ensure_dir(Base),
                ok = file:write_file(Base ++ ".rel", Text(Release)),
                Answer = systools:make_script(Base, [silent, {path, Path} | Options]),
                Boot = case file:read_file(Base ++ ".boot") of {ok, B} -> B; _ -> none end,
                {Answer, Boot}
            end || {Name, Release, Files, Options} <- binary_to_term(Input)],
            ok = file:write_file("answers", term_to_binary({list_to_integer(erlang:system_info(otp_release)), Answers}))
            """, workingDirectory: folder)
        let output = try ExternalTerm.decode(try Files.read(folder.appending("answers"))).tupleElements ?? []
        let otp = try #require(output.first?.integerValue)
        let answers = (output.last?.listElements ?? []).map { answer in
            let elements = answer.tupleElements ?? []
            return SystoolsAnswer(result: elements[0], boot: elements[1].binaryBytes)
        }
        return (answers, OTPRelease(otp))
    }
}
