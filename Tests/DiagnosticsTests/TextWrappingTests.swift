import Diagnostics
import Testing

@Suite struct TextWrappingTests {
    private static func finding(
        _ summary: String = "odd", help: [String] = [], explanation: String = "",
        direction: Diagnostic.Direction? = nil, at place: Diagnostic.Place = .none
    ) -> Diagnostic {
        Diagnostic(
            .init("a/b"), .error, summary, at: place, explanation: explanation, help: help, module: "m",
            direction: direction)
    }

    private static func lines(help: String, width: Int) -> [String] {
        TextRenderer(width: width).render(Self.finding(help: [help])).split(separator: "\n").dropFirst(2)
            .map(String.init)
    }

    @Test func adviceIsWrappedBetweenWords() {
        #expect(
            Self.lines(help: "add the instruction that the finding shows to the appup of it", width: 40) == [
                "  help: add the instruction that the", "        finding shows to the appup of it",
            ])
    }

    /// What may be there to paste is never broken by us, only by the terminal.
    @Test(arguments: [
        "{check, [{severity, 'appup/state-shape-changed', warning}]}.",
        "`relift relup new.rel --from old.rel --lib lib --output out`",
        "\"a text with a lot of words and spaces in it\"",
    ])
    func whatCanBePastedStaysWhole(text: String) {
        let lines = Self.lines(help: "write this and see what it does: \(text) is what was meant", width: 40)
        #expect(lines.contains("        \(text)"))
        #expect(lines.count == 3 || lines.count == 4)
    }

    @Test func indentedLinesStayAsTheyAre() {
        let code = "    {update, cart,   {advanced, []}}, % a comment that is long"
        #expect(Self.lines(help: "write:\n\(code)", width: 40) == ["  help: write:", "        \(code)"])
    }

    @Test func aBracketThatIsNeverClosedIsNoTextToPaste() {
        let lines = Self.lines(help: "the file ends behind the bracket { and nothing was there to close it", width: 40)
        #expect(lines.count == 3 && lines.allSatisfy { $0.unicodeScalars.count <= 40 })
    }

    @Test(arguments: [0, 1, 39, 40, 41, 60, 1000])
    func narrowTerminalsGetNarrowText(width: Int) {
        let text = String(repeating: "words and more ", count: 20)
        let rendered = TextRenderer(width: width).render(Self.finding(help: [text], explanation: text))
        let limit = max(40, width)
        #expect(rendered.split(separator: "\n").allSatisfy { $0.unicodeScalars.count <= limit })
    }

    @Test func theSameForBothDirectionsIsSaidOnce() {
        let text = TextRenderer().render([
            Self.finding(direction: .up), Self.finding("other", direction: .up), Self.finding(direction: .down),
            Self.finding("other", direction: .up), Self.finding("third"),
        ])
        #expect(
            text == """
                error: odd [a/b]
                  in: module m, the ways up and down

                error: other [a/b]
                  in: module m, the way up

                error: third [a/b]
                  in: module m

                """)
    }

    @Test func twoReadingsOfOneFileAreOneToTheReader() {
        func place() -> Diagnostic.Place {
            .source(SourceRange(SourceFile(path: "a.app", bytes: Array("{a}.".utf8)), ByteRange(1, 2)))
        }
        let findings = [Self.finding(at: place()), Self.finding(at: place())]
        #expect(findings[0] != findings[1])
        #expect(findings.withoutRepetitions.count == 1)
    }
}
