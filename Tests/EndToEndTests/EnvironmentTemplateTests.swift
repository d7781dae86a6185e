import Diagnostics
import ErlangTerms
import ReleaseFiles
import SystemPackage
import Templates
import TestSupport
import Testing

/// `sys.config.src` and `vm.args.src`: what relift makes of them is what the start script makes of them, and no value gets
/// out of its place.
@Suite(.timeLimit(.minutes(3))) struct EnvironmentTemplateTests {
    /// What rendering came to.
    private enum Result: Equatable {
        case text(String)
        case refused
    }

    private static func rendered(
        _ text: String, _ kind: EnvironmentTemplate.Kind, _ environment: [String: String]
    ) -> Result {
        var findings: [Diagnostic] = []
        let source = SourceFile(path: "sys.config.src", bytes: Array(text.utf8))
        let bytes = EnvironmentTemplate.render(source, kind, environment: environment, &findings)
        return bytes.map { .text(String(decoding: $0, as: UTF8.self)) } ?? .refused
    }

    @Test(
        arguments: [
            (#"{port, ${PORT}}."#, "{port, 8080}."), (#"{port, ${NONE:-80}}."#, "{port, 80}."),
            (#"{port, ${EMPTY:-80}}."#, "{port, 80}."), (#""${EMPTY}""#, "\"\""), (#"${NONE}"#, nil),
            (#"% ${NONE}"#, "% ${NONE}"), (#""% ${PORT}""#, #""% 8080""#), (#"$" ${PORT}"#, #"$" 8080"#),
            (#"$\" ${PORT}"#, #"$\" 8080"#), (#""\"${PORT}""#, #""\"8080""#), (#"${1PORT}"#, nil),
            (#"${PORT-1}"#, nil), (#"${a b}"#, nil), (#"$${PORT}"#, #"$${PORT}"#), ("${PORT\n}", "${PORT\n}"),
            (#""${QUOTES}""#, #""a\"b'c\\d""#), (#"'${QUOTES}'"#, #"'a"b\'c\\d'"#), (#"${QUOTES}"#, nil),
            (#"${LIST}"#, #"[{a, "]"}, $]]"#), (#"${ESCAPE}"#, nil), (#"x_${WORD}"#, "x_prod"),
            (#"${NUMBER}"#, "-1.5e3"), (#"${NONE:-"a}"#, #""a"#),
        ])
    func aTermIsRendered(text: String, expected: String?) {
        let environment = [
            "PORT": "8080", "EMPTY": "", "QUOTES": #"a"b'c\d"#, "LIST": #" [{a, "]"}, $]] "#, "ESCAPE": "1}, {b, 2",
            "WORD": "prod", "NUMBER": "-1.5e3",
        ]
        #expect(Self.rendered(text, .terms, environment) == (expected.map { .text($0) } ?? .refused))
    }

    @Test(
        arguments: [
            ("-name ${NODE}", "-name shop@h"), ("-x ${BLANKS}", ##"-x a\ b\ \#c\'"##),
            (#"-x "${BLANKS}""#, #"-x "a b #c'""#),
            ("-x '${BLANKS}'", nil), ("# ${NONE}", "# ${NONE}"), ("-x ${LINES}", nil),
            (##"\# ${NODE}"##, ##"\# shop@h"##),
            ("-x ${NONE:-a b}", "-x a b"),
        ])
    func anArgumentIsRendered(text: String, expected: String?) {
        let environment = ["NODE": "shop@h", "BLANKS": "a b #c'", "LINES": "a\nb"]
        #expect(Self.rendered(text, .arguments, environment) == (expected.map { .text($0) } ?? .refused))
    }

    @Test func findingsSayWhereAndNotWhat() throws {
        var findings: [Diagnostic] = []
        let source = SourceFile(path: "sys.config.src", bytes: Array("[{shop,\n [{a, ${KEY}}, {b, ${NOT}}]}].\n".utf8))
        #expect(EnvironmentTemplate.render(source, .terms, environment: ["KEY": "s3cret, x"], &findings) == nil)
        #expect(findings.map(\.id.rawValue) == ["config/value-not-a-term", "config/variable-not-set"])
        #expect(!"\(findings)".contains("s3cret"))
    }

    /// Random values in every place: what relift and the script make is the same, and Erlang reads the very value back.
    @Test(.enabled(if: OTP.isInstalled)) func theScriptMakesTheSameAndErlangReadsItBack() async throws {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "\"", "'", "\\", "{", "}", "[", "]", "<<", ">>", "#{", "$", "${A}", ",", ".", ". ", "%", " ", "a", "Z", "1",
            "é", "-",
            "=>", "|", "~", "`x`", "$(x)", "&", "\t",
        ]
        let values = (0..<300).map { _ in
            (0..<Int.random(in: 0...6, using: &random)).map { _ in
                pieces[Int.random(in: pieces.indices, using: &random)]
            }
            .joined()
        }
        let template = #"[{a, "${V}"}, {b, '${V}'}, {c, <<"${V}"/utf8>>}]."#
        try await withTemporaryFolder { folder in
            try File.write(Array(template.utf8), to: folder.appending("quoted"))
            try File.write(Array("{x, ${V}}.".utf8), to: folder.appending("plain"))
            try File.write(Array("-x ${V} y \"${V}\"".utf8), to: folder.appending("arguments"))
            for (number, value) in values.enumerated() {
                try File.write(Array(value.utf8), to: folder.appending("\(number).value"))
            }
            let script = folder.appending("render.sh")
            try File.write(Array(try Self.script().utf8), to: script)
            let run = try await InstalledTally.run("sh", [script.string, String(values.count)], in: folder)
            try #require(run.status == 0, "\(run.errors)")
            func theirs(_ name: String, _ number: Int) -> Result {
                (try? File.read(folder.appending("\(number).\(name)"))).map {
                    .text(String(decoding: $0.last == UInt8(ascii: "\n") ? $0.dropLast() : $0[...], as: UTF8.self))
                } ?? .refused
            }
            for (number, value) in values.enumerated() {
                let environment = ["V": value]
                let quoted = Self.rendered(template, .terms, environment)
                #expect(quoted == theirs("quoted", number), "\(value)")
                #expect(Self.rendered("{x, ${V}}.", .terms, environment) == theirs("plain", number), "\(value)")
                #expect(
                    Self.rendered("-x ${V} y \"${V}\"", .arguments, environment) == theirs("arguments", number),
                    "\(value)")
            }
            _ = try await OTP.evaluate(
                """
                [Folder, Count] = init:get_plain_arguments(),
                [begin
                    {ok, Bytes} = file:read_file(filename:join(Folder, N ++ ".value")),
                    Value = unicode:characters_to_list(Bytes),
                    {ok, [[{a, Value}, {b, Atom}, {c, Bytes}]]} = file:consult(filename:join(Folder, N ++ ".quoted")),
                    Value = atom_to_list(Atom),
                    % A value that stands for a term gives a file with that one term, or none that can be read.
                    case file:consult(filename:join(Folder, N ++ ".plain")) of
                        {ok, Terms} -> [{x, _}] = Terms;
                        {error, _} -> ok
                    end
                end || I <- lists:seq(0, list_to_integer(Count) - 1), N <- [integer_to_list(I)]]
                """, arguments: [folder.string, String(values.count)])
        }
    }

    /// The function `render` of the start script, for every value and template of a folder.
    private static func script() throws -> String {
        let text = try EndToEndTests.rendered(Templates.releaseScript, name: "x")
        let start = try #require(text.firstRange(of: "\nrender() {\n"))
        let rest = text[start.lowerBound...]
        let end = try #require(rest.firstRange(of: "\n}\n"))
        return """
            \(rest[..<end.upperBound])
            number=0
            while [ "$number" -lt "$1" ]; do
                V=$(cat "$number.value" && echo .)
                export V="${V%.}"
                for name in quoted plain arguments; do
                    kind=terms
                    [ "$name" != arguments ] || kind=arguments
                    RELIFT_RESULT=$number.$name render "$kind" "$name" >/dev/null || rm -f "$number.$name"
                done
                number=$((number + 1))
            done
            """
    }
}
