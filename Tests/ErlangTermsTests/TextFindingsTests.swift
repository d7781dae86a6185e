import Diagnostics
import ErlangTerms
import TestSupport
import Testing

/// What is no term is reported, at its place and once.
@Suite struct TextFindingsTests {
    /// A text with `«` and `»` around the place of each finding, and the IDs in the order of their places, without
    /// `term/`.
    typealias Case = (ids: String, text: String)

    /// Texts that every OTP refuses.
    static let refused: [Case] = [
        ("unexpected", "a«.»b."),
        ("missing-dot", "a«»"),
        ("missing-dot", "a. b«»"),
        ("unterminated", "«$»"),
        ("missing-dot", "$\\.«»"),
        ("bad-escape", "$«\\x{}»."),
        ("bad-escape", "$«\\x{110000}»."),
        ("bad-escape", "$«\\x{D800}»."),
        ("bad-escape", "$«\\x4»."),
        ("missing-dot", "$\\1«»8."),
        ("bad-number", "2#10«2»."),
        ("bad-number", "«37#1»."),
        ("bad-number", "«1#1»."),
        ("bad-number", "«16#»."),
        ("bad-number", "«16#g»."),
        ("bad-number", "1«__000»."),
        ("bad-number", "1«_»."),
        ("bad-number", "«1.e3»."),
        ("bad-number", "«1e3»."),
        ("float-out-of-range", "«1.0e400»."),
        ("sign", "«- -»1."),
        ("sign", "«-»a."),
        ("sign", "«-»(-1)."),
        ("missing-dot", "1«» 2."),
        ("missing-dot", "a«» b."),
        ("missing-comma", "{a «b»}."),
        ("extra-comma", "{a«,»}."),
        ("extra-comma", "[a«,»]."),
        ("unexpected", "[a|b«,»c]."),
        ("unexpected", "[«|»a]."),
        ("missing-value", "[a|«]»."),
        ("map-syntax", "#{a«:=»1}."),
        ("extra-comma", "#{a=>1«,»}."),
        ("record", "«#r»{a=1}."),
        ("record", "«#r».a."),
        ("fun", "«fun» a:b/-1."),
        ("fun", "fun a:b/«256»."),
        ("fun", "fun a:b/«1000»."),
        ("fun", "«fun» b/1."),
        ("fun", "«fun»(X) -> X end."),
        ("fun", "«fun» A:b/1."),
        ("variable", "«A»."),
        ("variable", "«_»."),
        ("expression", "«f(»x)."),
        ("expression", "«m:»f(x)."),
        ("expression", "1«+»2."),
        ("expression", "a«=»1."),
        ("reserved-word", "«begin» a end."),
        ("unexpected", "a«,»b."),
        ("unexpected", "a«;»b."),
        ("unexpected", "a «when» b."),
        ("expression", "a «->» b."),
        ("expression", "\"abc\"«++»\"d\"."),
        ("reserved-word", "«not» true."),
        ("bad-segment", "<<1:«-»1>>."),
        ("bad-segment", "<<«1:a»>>."),
        ("bad-segment", "<<«1:1.0»>>."),
        ("bad-segment", "<<1/signed-«unsigned»>>."),
        ("bad-segment", "<<1/little-«big»>>."),
        ("bad-segment", "<<«1/integer-unit:8»>>."),
        ("bad-segment", "<<«1/unit:8»>>."),
        ("bad-segment", "<<1:2/«unit:0»>>."),
        ("bad-segment", "<<1:2/«unit:257»>>."),
        ("bad-segment", "<<1:2/«foo»>>."),
        ("bad-segment", "<<«1.0»>>."),
        ("bad-segment", "<<«1.5:8/float»>>."),
        ("bad-segment", "<<«1.5:80/float»>>."),
        ("bad-segment", "<<«\"abc\"/binary»>>."),
        ("bad-segment", "<<«\"abc\"/utf8-unit:8»>>."),
        ("bad-segment", "<<«\"abc\":8/utf8»>>."),
        ("bad-segment", "<<«16#110000/utf8»>>."),
        ("bad-segment", "<<«16#D800/utf8»>>."),
        ("bad-segment", "<<«16#D800/utf16»>>."),
        ("bad-segment", "<<«-1/utf8»>>."),
        ("bad-segment", "<< «<<1,2,3>>:4/binary» >>."),
        ("bad-segment", "<< «<<1:4>>/binary» >>."),
        ("bad-segment", "<< «<<1,2,3>>/binary-unit:16» >>."),
        ("bad-segment", "<<«1:all»>>."),
        ("bad-segment", "<< «<<1>>» >>."),
        ("bad-segment", "<<«a»>>."),
        ("bad-segment", "<<«[1]»>>."),
        ("extra-comma", "<<1,2«,»>>."),
        ("missing-value", "<<«,»1>>."),
        ("missing-comma", "<<1 «2»>>."),
        ("bad-segment", "<<«1:99999999999999999999»>>."),
        ("bad-segment", "<<1:8«:»8>>."),
        ("bad-segment", "<<1/«8»>>."),
        ("bad-segment", "<<1/«>>»."),
        ("bad-segment", "<<1:«>>»."),
        ("bad-segment", "<<1:8/«>>»."),
        ("expression", "<<1:8/little«->»>."),
        ("bad-segment", "<<1:8/integer-«float»>>."),
        ("bad-segment", "<<«1/little-signed-integer-unit:8»>>."),
        ("bad-segment", "<<«1:\"a\"»>>."),
        ("bad-segment", "<<1:«(1+»1)>>."),
        ("bad-segment", "<<«1:(-1)»>>."),
        ("bad-segment", "<<«{1}»>>."),
        ("bad-segment", "<<«1.0:64/little»>>."),
        ("bad-segment", "<<«\"abc\":16/utf16»>>."),
        ("bad-segment", "<<«1:undefined»>>."),
        ("bad-segment", "<<1:8/«undefined»>>."),
        ("bad-segment", "<<«\"a\":undefined»>>."),
        ("bad-segment", "<<1/integer«:»8>>."),
        ("bad-segment", "<<«1/float-unit:8»>>."),
        ("bad-segment", "<<«1.0:0/float»>>."),
        ("bad-segment", "<<«\"abc\":all»>>."),
        ("bad-segment", "<<«\"a\"/unit:8»>>."),
        ("bad-segment", "<<«\"a\"/bits»>>."),
        ("bad-segment", "<<1:1/«Unit»:8>>."),
        ("sign", "<<«- -»1>>."),
        ("bad-segment", "<<«fun a:b/1»>>."),
        ("byte-order-mark", "«\u{feff}»a."),
        ("unquoted-text", "«жук»."),
        ("unquoted-text missing-comma", "{a,«жук» «b»}."),
        ("unquoted-text", "«×»."),
        ("typographic-quote", "«“a”»."),
        ("illegal-character", "{«\u{200b}b»}."),
        ("unquoted-text", "a«÷b»."),
        ("unexpected", "a«.»\u{7f}"),
        ("unexpected", "a«.»."),
        ("missing-term", "a. «.»"),
        ("missing-term", "«.»"),
        ("unclosed-bracket", "«{»a. b}."),
        ("unexpected", "a«.»b"),
        ("unclosed-bracket", "«{»a,\n"),
        ("unterminated", "«\"»abc"),
        ("unterminated", "«'»abc"),
        ("unterminated", "«\"»abc\n\n{b}.\n"),
        ("unterminated", "«\"»\\x4"),
        ("bad-escape", "\"«\\x{ffff}»\"."),
        ("wrong-bracket", "{a,b«]». c."),
        ("wrong-bracket", "[a,b«}». c."),
        ("unclosed-bracket", "«{»a,{b,c}. {d}."),
        ("missing-value", "(«)»."),
        ("unexpected", "(a«,»b)."),
        ("unclosed-bracket", "«{»(a)."),
        ("sign", "«- -» 1."),
        ("sign", "«+»(-1)."),
        ("expression", "{1«-»1}."),
        ("unexpected", "#{a => b «|» c}."),
        ("fun", "«fun» (a):b/1."),
        ("fun", "«fun» a:b."),
        ("expression", "fun a:b/1«:»c."),
        ("fun", "«fun» a:b/$a."),
        ("fun", "«fun» a:b/1.0."),
        ("macro", "«?»a."),
        ("expression", "a«!»b."),
        ("expression", "«a:»b."),
        ("expression", "[a«||»b<-c]."),
        ("unexpected", "{a«|»b}."),
        ("map-syntax", "#{«a»,b}."),
        ("map-syntax", "#{«a»}."),
        ("expression", "#{a«=»b}."),
        ("missing-value", "{a,«,»b}."),
        ("missing-value", "[«,»]."),
        ("unquoted-version", "{«1.2.3»}."),
        ("bad-number", "«1a»."),
        ("missing-dot", "\"a\"«»b."),
        ("missing-dot", "$a«»b."),
        ("missing-dot unterminated", "$\"«»a«\"»."),
        ("bad-number", "«1.0e»."),
        ("printed-identifier", "«<»0.1.2>."),
        ("printed-identifier", "«#Ref»<0.1.2.3>."),
        ("printed-identifier", "«#Fun»<a.b.c>."),
        ("printed-identifier", "{a,«#Port»<0.1>,b}."),
        ("unterminated", "{application, foo,\n [{vsn, «\"»1.0},\n  {modules, [a,b]},\n  {registered, []}]}.\n"),
        (
            "unquoted-version missing-comma wrong-bracket",
            "{application, foo,\n [{vsn, «1.2.3»},\n  {modules, [a «b»]},\n  {registered, []«]»}.\n"
        ),
        ("missing-dot missing-dot", "{a,1}«»\n{b,2}.\n{c,3}«»\n"),
        (
            "variable reserved-word expression expression macro record fun",
            "[{kernel, [{x, «Foo»}, {y, «end»}, {z, «f(»x)}, {w, 1«+»2}, «?»M, «#r»{a=1, b=2}, «fun»() -> ok end]}]."
        ),
        ("unclosed-bracket", "«[»a,b,c"),
        ("wrong-bracket", "{a,[b,{c,\"d\"},e«}», f.\n{g}.\n"),
        ("extra-comma", "[{a,1},\n{b,2}«,»\n].\n"),
        ("bad-sigil", "~b(a(b)«c»)."),
        ("bad-sigil", "«~x»\"a\"."),
        ("bad-sigil", "~\"a\"«x»."),
        ("bad-sigil", "«~»."),
        ("bad-number", "«0x1F»."),
        ("unexpected", "[1|2«,»3]."),
        ("wrong-bracket", "{a}«}»."),
        ("wrong-bracket", "«]»a."),
        ("missing-dot", "a«» b c d e."),
        ("missing-comma", "{a «b» c d e}."),
        ("variable variable variable", "[«Foo», «Bar», «Baz»]."),
        ("unterminated", "{a, «$»"),
        ("bad-segment", "<<1:8/«foo»>>."),
        ("extra-comma", "<<1«,»>>."),
        ("unclosed-bracket", "«<<»1:8"),
        ("missing-value", "#{a=>«}»."),
        ("map-syntax", "#{a «b»}."),
        ("map-syntax", "#{a «:=» 1}."),
        ("unexpected", "[a|b«|»c]."),
        ("unexpected", "{a«;»b}."),
        ("expression", "a «=» b."),
        ("expression", "a «=:=» b."),
        ("unterminated", "{«'»a b}.\n"),
        ("unterminated", "[{a,\"b\"},{c,«\"»d}].\n"),
        ("unterminated", "{foo, «'»bar\", baz}.\n"),
        ("unterminated", "{foo, bar«\"», baz}.\n"),
        ("wrong-bracket", "{a, b}.\n«}».\n{c}."),
        ("unexpected", "{foo«.»bar}."),
        ("unexpected", "{a,1«.»}."),
    ]

    /// Texts that OTP 25 reads but later releases refuse.
    static let refusedSince27: [Case] = [
        ("unterminated", "«\"\"\"»a\"\"\"."),
        ("bad-triple-quote", "\"\"\"\n«»a\n  \"\"\"."),
        ("bad-triple-quote", "\"\"\"\n«\t»a\n  b\n  \"\"\"."),
        ("bad-escape", "\"«\\^1»\"."), ("bad-escape", "$«\\^{»."), ("bad-escape", "'«\\^å»'."),
        ("bad-escape", "\"«\\^»\"."),
        ("bad-triple-quote", "«\"\"\"» x\na\n\"\"\"."), ("bad-triple-quote", "«\"\"\"» % c\na\n\"\"\"."),
        ("bad-triple-quote", "\"\"\"\n  a\n« »\n  \"\"\"."), ("bad-triple-quote", "\"\"\"\n« »a\u{a0}\n\u{a0}\"\"\"."),
    ]

    /// Texts that are read, with a warning.
    static let warned: [Case] = [
        ("duplicate-key", "#{a => 1, «a» => 2}."), ("duplicate-key", "#{1.0 => 1, 1 => 2, «1.0» => 3}."),
        ("adjacent-strings", "\"a\"«\"»b\"."), ("new-reserved-word", "«maybe»."),
        ("new-reserved-word new-reserved-word", "[«maybe»|«else»]."),
        ("unknown-coding", "%% coding: «latin1»\n\"å\"."), ("unknown-coding", "%% -*- coding: «utf8» -*-\n\"å\"."),
    ]

    @Test(arguments: Self.refused + Self.refusedSince27) func findingsStandWhereTheDamageIs(_ test: Case) {
        let (file, expected) = Self.expectation(test)
        var diagnostics: [Diagnostic] = []
        #expect(TermText.parseFile(file, &diagnostics) == nil)
        #expect(Self.places(diagnostics) == expected)
        #expect(diagnostics.allSatisfy { $0.severity == .error })
    }

    @Test(arguments: Self.warned) func doubtfulTextsAreReadWithAWarning(_ test: Case) {
        let (file, expected) = Self.expectation(test)
        var diagnostics: [Diagnostic] = []
        #expect(TermText.parseFile(file, &diagnostics) != nil)
        #expect(Self.places(diagnostics) == expected)
        #expect(diagnostics.allSatisfy { $0.severity == .warning })
    }

    @Test(.enabled(if: OTP.isInstalled)) func whatWeRefuseOTPRefuses() async throws {
        let texts = Self.refused.map { Self.expectation($0).file.bytes }
        for (text, answer) in zip(texts, try await TextOracle.consult(texts)) {
            if case .terms(let terms) = answer {
                Issue.record("\(String(decoding: text, as: UTF8.self)): OTP reads \(terms)")
            }
        }
    }

    /// Bytes that cannot stand in a Swift literal.
    static let damaged: [(bytes: [UInt8], places: [String])] = [
        (Array("\"".utf8) + [0xe5] + Array("\".".utf8), ["term/not-utf8 1..<2"]),
        (Array("% ".utf8) + [0xe5, 0xe4] + Array("\na. % ".utf8) + [0xe5], ["term/not-utf8 2..<3"]),
        (Array("'".utf8) + [0xef, 0xbf, 0xbf] + Array("'.".utf8), ["term/illegal-character 1..<4"]),
        (Array("% ".utf8) + [0xef, 0xbf, 0xbe] + Array("\na.".utf8), ["term/illegal-character 2..<5"]),
        (Array("{".utf8) + [0xe5, 0xe4, 0x62] + Array(",c}.".utf8), ["term/not-utf8 1..<2"]),
        (Array("{a, ".utf8) + [0x80, 0x80] + Array("c}.".utf8), ["term/not-utf8 4..<5"]),
        ([0xfe, 0xff, 0, 0x61, 0, 0x2e], ["term/utf-16 0..<2"]),
        ([0xff, 0xfe, 0x61, 0, 0x2e, 0], ["term/utf-16 0..<2"]),
        (Array("\"".utf8) + [0xed, 0xa0, 0x80] + Array("\".".utf8), ["term/not-utf8 1..<2"]),
        (Array("\"".utf8) + [0xc0, 0x80] + Array("\".".utf8), ["term/not-utf8 1..<2"]),
        (Array("\"".utf8) + [0xf4, 0x90, 0x80, 0x80] + Array("\".".utf8), ["term/not-utf8 1..<2"]),
    ]

    @Test(arguments: Self.damaged) func brokenBytesAreReportedOnce(_ bytes: [UInt8], _ places: [String]) {
        var diagnostics: [Diagnostic] = []
        #expect(TermText.parseFile(SourceFile(path: "t", bytes: bytes), &diagnostics) == nil)
        #expect(Self.places(diagnostics) == places)
    }

    // MARK: - Limits

    @Test func limitsAreKept() throws {
        func ids(_ text: String, _ limits: TermTextLimits) -> [String] {
            var diagnostics: [Diagnostic] = []
            _ = TermText.parseFile(SourceFile(path: "t", bytes: Array(text.utf8)), &diagnostics, limits: limits)
            return diagnostics.map(\.id.rawValue)
        }
        #expect(ids("aaaa.", TermTextLimits(bytes: 4)) == ["term/file-too-large"])
        #expect(ids("aaa.", TermTextLimits(bytes: 4)) == [])
        #expect(ids("[[[]]].", TermTextLimits(depth: 3)) == [])
        #expect(ids("[[[[]]]].", TermTextLimits(depth: 3)) == ["term/too-deep"])
        #expect(ids("((((1)))).", TermTextLimits(depth: 3)) == ["term/too-deep"])
        #expect(ids("1234.", TermTextLimits(digits: 4)) == [])
        #expect(ids("12345678901234567890123.", TermTextLimits(digits: 22)) == ["term/number-too-long"])
        #expect(ids("1.234567890123.", TermTextLimits(digits: 12)) == ["term/number-too-long"])
        #expect(ids("16#fffff.", TermTextLimits(digits: 4)) == ["term/number-too-long"])
        #expect(ids("16#fff.ff.", TermTextLimits(digits: 4)) == ["term/number-too-long"])
        #expect(ids("<<0:64,0:65>>.", TermTextLimits(segmentBits: 128)) == ["term/bad-segment"])
        #expect(ids("<<0:64,0:64>>.", TermTextLimits(segmentBits: 128)) == [])
        #expect(
            ids("[A,A,A,A].", TermTextLimits(findings: 3)) == Array(repeating: "term/variable", count: 3) + [
                "term/too-many-findings"
            ])
        let long = String(repeating: "a", count: 255)
        #expect(ids("\(long). '\(long)'.", .default) == [])
        #expect(ids("\(long)a. '\(long)a'.", .default) == ["term/atom-too-long", "term/atom-too-long"])
    }

    // MARK: - Other entries

    @Test func nothingIsReadBehindTheFirstTerm() {
        var diagnostics: [Diagnostic] = []
        let file = SourceFile(path: "t", bytes: Array("%% c\n{a,1}. \"".utf8) + [0xff])
        let first = TermText.parseFirstTerm(file, &diagnostics)
        #expect(first?.term == .tuple([.atom("a"), .integer(1)]))
        #expect(diagnostics.isEmpty)
    }

    @Test(arguments: ["", "% c\n", " "]) func aFileWithoutATermHasNoFirst(_ text: String) {
        var diagnostics: [Diagnostic] = []
        #expect(TermText.parseFirstTerm(SourceFile(path: "t", bytes: Array(text.utf8)), &diagnostics) == nil)
        #expect(diagnostics.map(\.id) == [.termMissingTerm])
    }

    @Test(arguments: ["{a,1}", "{a,1}.", "{a,1} . % c", " {a,1}\n"]) func aTermOfItsOwnNeedsNoDot(_ text: String) throws
    {
        #expect(try TermText.parseTerm(text) == .tuple([.atom("a"), .integer(1)]))
    }

    @Test(arguments: [
        ("", "term/missing-term"), ("a b", "term/missing-dot"), ("a. b.", "term/second-term"),
        ("a. b", "term/second-term"),
        ("{a", "term/unclosed-bracket"), ("A", "term/variable"), ("a. {", "term/unclosed-bracket"),
    ])
    func whatIsNotOneTermIsAnError(_ text: String, _ id: String) {
        let error = #expect(throws: TermTextError.self) { try TermText.parseTerm(text) }
        #expect(error?.diagnostics.first?.id.rawValue == id)
        #expect(error?.description.isEmpty == false)
    }

    // MARK: - Helpers

    private static func expectation(_ test: Case) -> (file: SourceFile, places: [String]) {
        var bytes: [UInt8] = []
        var places: [String] = []
        var start = 0
        var ids = test.ids.split(separator: " ")[...]
        for scalar in test.text.unicodeScalars {
            switch scalar {
            case "«": start = bytes.count
            case "»": places.append("term/\(ids.removeFirst()) \(start)..<\(bytes.count)")
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        return (SourceFile(path: "t", bytes: bytes), places)
    }

    /// IDs and places, in the order of their places.
    private static func places(_ diagnostics: [Diagnostic]) -> [String] {
        diagnostics.compactMap { diagnostic -> (ByteRange, String)? in
            guard case .source(let range) = diagnostic.place else { return nil }
            return (range.bytes, "\(diagnostic.id) \(range.bytes.lowerBound)..<\(range.bytes.upperBound)")
        }.sorted { $0.0.lowerBound < $1.0.lowerBound }.map(\.1)
    }
}
