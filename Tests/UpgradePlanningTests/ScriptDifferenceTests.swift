import ErlangTerms
import Testing
import UpgradePlanning

/// What makes one script of another.
@Suite struct ScriptDifferenceTests {
    private static func terms(_ text: String) -> [Term] { text.map { .atom(Atom(String($0))) } }

    private static func show(_ lines: [ScriptDifference.Line]) -> String {
        lines.map { line in
            switch line {
            case .same(let term): TermPrinter.line(term)
            case .removed(let term): "-" + TermPrinter.line(term)
            case .added(let term): "+" + TermPrinter.line(term)
            }
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ("", "", ""), ("abc", "abc", "a b c"), ("abc", "ac", "a -b c"), ("ac", "abc", "a +b c"),
        ("abc", "axc", "a -b +x c"), ("ab", "ba", "-a b +a"), ("", "a", "+a"), ("a", "", "-a"),
    ])
    func theShortestDifferenceIsShown(old: String, new: String, shown: String) {
        let lines = ScriptDifference.lines(Self.terms(old), Self.terms(new))
        #expect(Self.show(lines) == shown)
    }

    /// Whatever the scripts are: without the additions it is the first, without the removals the second.
    @Test func theLinesHoldBothScripts() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            func script() -> [Term] {
                (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                    .integer(Int.random(in: 0...4, using: &generator))
                }
            }
            let (old, new) = (script(), script())
            for limit in [4000, 2] {
                let lines = ScriptDifference.lines(old, new, limit: limit)
                let before = lines.compactMap { line -> Term? in
                    switch line {
                    case .same(let term), .removed(let term): term
                    case .added: nil
                    }
                }
                let after = lines.compactMap { line -> Term? in
                    switch line {
                    case .same(let term), .added(let term): term
                    case .removed: nil
                    }
                }
                #expect(before == old && after == new)
            }
        }
    }
}
