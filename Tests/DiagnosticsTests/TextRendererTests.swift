import Diagnostics
import Testing

@Suite struct TextRendererTests {
    private static func place(_ text: String, _ marked: String, path: String = "a.config") -> Diagnostic.Place {
        let bytes = Array(text.utf8)
        let target = Array(marked.utf8)
        let start = bytes.indices.first { bytes[$0...].starts(with: target) } ?? bytes.count
        return .source(SourceRange(SourceFile(path: path, bytes: bytes), ByteRange(start, start + target.count)))
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var finding: Diagnostic
        var text: String
        var width = 60
    }

    static let cases: [Case] = [
        Case(
            testDescription: "everything a finding can say",
            finding: Diagnostic(
                "a/b", .error, "a comma is missing", at: place("[\n {a b}].\n", "b"),
                explanation: "Why it matters, in a sentence that is too long for one line of sixty.",
                notes: [
                    .init("opened here", at: place("[\n {a b}].\n", "{")), .init("no place"),
                    .init("whole file", at: .file("b.app")),
                ],
                help: ["write `,`", "or:\n  {a,\n   b}"], application: "shop", module: "cart", direction: .down),
            text: """
                a.config:2:5: error: a comma is missing [a/b]
                     {a b}].
                        ^
                  in: application shop, module cart, the way down
                  Why it matters, in a sentence that is too long for one
                  line of sixty.
                  note: a.config:2:2: opened here
                         {a b}].
                         ^
                  note: no place
                  note: b.app: whole file
                  help: write `,`
                  help: or:
                          {a,
                           b}

                """),
        Case(
            testDescription: "no place", finding: Diagnostic("a/b", .warning, "odd"), text: "warning: odd [a/b]\n"),
        Case(
            testDescription: "a BEAM file",
            finding: Diagnostic(
                "a/b", .note, "odd",
                at: .binary(
                    .init(path: "x.beam", module: "x", function: "f/1", chunk: "Code", offset: 418, line: 7)),
                module: "x"),
            text: "x.beam, x:f/1, line 7, chunk Code, byte 418 (16#1a2): note: odd [a/b]\n"),
        Case(
            testDescription: "code with its source",
            finding: Diagnostic(
                "a/b", .note, "odd",
                at: .binary(.init(path: "x.beam", module: "x", function: "f/1", source: "src/x.erl", line: 7)),
                module: "x"),
            text: "x.beam, x:f/1, src/x.erl:7: note: odd [a/b]\n"),
        Case(
            testDescription: "tabs become spaces up to the next stop",
            finding: Diagnostic("a/b", .error, "s", at: place("\ta\tbc\n", "bc")),
            text: "a.config:1:4: error: s [a/b]\n        a   bc\n            ^^\n"),
        Case(
            testDescription: "wide characters take two columns, combining ones none",
            finding: Diagnostic("a/b", .error, "s", at: place("日本 e\u{301} x🎉y", "x🎉")),
            text: "a.config:1:7: error: s [a/b]\n    日本 e\u{301} x🎉y\n           ^^^\n"),
        Case(
            testDescription: "a mark of a combining character is one column",
            finding: Diagnostic("a/b", .error, "s", at: place("ae\u{301}b", "\u{301}")),
            text: "a.config:1:3: error: s [a/b]\n    ae\u{301}b\n     ^\n"),
        Case(
            testDescription: "control characters and turned text become pictures",
            finding: Diagnostic("a/b", .error, "s\u{1b}[31m\n", at: place("\u{1b}[2J\u{202e}x\u{7f}", "x")),
            text: "a.config:1:6: error: s␛[31m␊ [a/b]\n    ␛[2J\u{fffd}x␡\n         ^\n"),
        Case(
            testDescription: "the end of a line",
            finding: Diagnostic("a/b", .error, "s", at: place("ab\r\ncd", "\r")),
            text: "a.config:1:3: error: s [a/b]\n    ab\n      ^\n"),
        Case(
            testDescription: "the end of the file",
            finding: Diagnostic("a/b", .error, "s", at: place("ab", "nowhere")),
            text: "a.config:1:3: error: s [a/b]\n    ab\n      ^\n"),
        Case(
            testDescription: "an empty line has no excerpt",
            finding: Diagnostic("a/b", .error, "s", at: place("ab\n", "nowhere")),
            text: "a.config:2:1: error: s [a/b]\n"),
        Case(
            testDescription: "an empty range marks what it stands before",
            finding: Diagnostic("a/b", .error, "s", at: place("日本", "")),
            text: "a.config:1:1: error: s [a/b]\n    日本\n    ^^\n"),
        Case(
            testDescription: "a range of several lines is marked on its first",
            finding: Diagnostic("a/b", .error, "s", at: place("a {b\nc} d", "{b\nc}")),
            text: "a.config:1:3: error: s [a/b]\n    a {b\n      ^^\n"),
        Case(
            testDescription: "long lines are cut around the mark",
            finding: Diagnostic(
                "a/b", .error, "s",
                at: place(String(repeating: "-", count: 500) + "here" + String(repeating: "+", count: 500), "here")),
            text: """
                a.config:1:501: error: s [a/b]
                    …---------here++++++++++++++++++++++++…
                              ^^^^

                """, width: 43),
        Case(
            testDescription: "long marks are cut too",
            finding: Diagnostic(
                "a/b", .error, "s", at: place(String(repeating: "-", count: 90), String(repeating: "-", count: 80))),
            text: """
                a.config:1:1: error: s [a/b]
                    ---------------------------------------…
                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

                """, width: 44),
    ]

    @Test(arguments: Self.cases) func findingsAreRendered(_ test: Case) {
        #expect(TextRenderer(width: test.width).render(test.finding) == test.text)
    }

    @Test func bytesThatAreNoTextAreShown() {
        let file = SourceFile(path: "a", bytes: [0x61, 0xe5, 0x62, 0xef, 0xbf, 0xbd, 0x63])
        let finding = Diagnostic("a/b", .error, "s", at: .source(SourceRange(file, ByteRange(6, 7))))
        #expect(TextRenderer().render(finding) == "a:1:5: error: s [a/b]\n    a\u{fffd}b\u{fffd}c\n        ^\n")
    }

    @Test func colourChangesNoWord() {
        var colored = TextRenderer(usesColor: true, width: 60)
        let finding = Self.cases[0].finding
        let text = colored.render(finding)
        #expect(text.contains("\u{1b}[1;31merror\u{1b}[0m: "))
        let plain = text.replacing(/\u{1b}\[[0-9;]*m/, with: "")
        colored.usesColor = false
        #expect(plain == colored.render(finding))
    }

    @Test func findingsAreCounted() {
        let findings = [
            Diagnostic("a/b", .warning, "s"), Diagnostic("a/b", .error, "s"), Diagnostic("a/b", .error, "s"),
        ]
        #expect(TextRenderer.summary(of: findings) == "2 errors, 1 warning")
        #expect(TextRenderer.summary(of: []) == nil)
        #expect(TextRenderer().render(findings).split(separator: "\n", omittingEmptySubsequences: false).count == 4)
    }
}

extension Diagnostic {
    fileprivate init(
        _ id: String, _ severity: Severity, _ summary: String, at place: Place = .none, explanation: String = "",
        notes: [Note] = [], help: [String] = [], application: String? = nil, module: String? = nil,
        direction: Direction? = nil
    ) {
        self.init(
            ID(id), severity, summary, at: place, explanation: explanation, notes: notes, help: help,
            application: application, module: module, direction: direction)
    }
}
