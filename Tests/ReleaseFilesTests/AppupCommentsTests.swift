import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import ReleaseFiles

/// Appups that are written with comments.
@Suite struct AppupCommentsTests {
    private static func appup() throws -> Appup {
        Appup(
            version: .exact("2"),
            up: [
                .init(
                    key: .exact("1"),
                    script: [
                        try TermText.parseTerm("{load_module,'a b'}"),
                        try TermText.parseTerm("{apply,{io,format,[\"% no comment\\n\"]}}"),
                    ]), .init(key: .pattern("0.*"), script: [.atom("restart_emulator")]),
            ], down: [])
    }

    @Test func everyCommentStandsAboveItsInstruction() throws {
        let bytes = AppupFile.write(try Self.appup(), up: [.exact("1"): ["`a b` changed", "two\nlines"]], down: [:])
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                %% coding: utf-8
                {"2",
                 [{"1",
                    [%% `a b` changed
                     {load_module,'a b'},
                     %% two lines
                     {apply,{io,format,["% no comment\\n"]}}]},
                  {<<"0.*">>,
                    [restart_emulator]}],
                 []}.

                """)
        var findings: [Diagnostic] = []
        #expect(
            AppupFile.read(SourceFile(path: "a.appup", bytes: bytes), &findings, rule: .onlyTerm) == (try Self.appup()))
        #expect(findings.isEmpty)
    }
}
