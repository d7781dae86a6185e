import BigInt
import Diagnostics
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// Damaged and malicious text: never a trap, never a long wait, never a flood of findings.
@Suite struct TextHostileTests {
    /// A bit of everything the syntax has.
    static let nasty = Array(
        """
        %% -*- coding: utf-8 -*-
        {application, 'my app', [{vsn, "1.2\\x{416}\\n\\^a\\101"}, {"å" "ж", $\\n, $ж}, #{a => <<1:4,"x"/utf8,(-2):12/little-signed>>,
          -1.5e-3 => fun m:'F'/3, 16#f_f => [1|2]}, ~b(x\\)y), ~s"a", \"""
          text "quoted"
            more
          \""" % comment жå
        , <<<<1,2:3>>/bitstring, 1.5:32/float-little>>, 123456789012345678901234567890, 16#1.8#e1, ((a)), + 1, -(2), maybe]}.
        "second". 'third'.
        """.utf8)

    private func check(_ bytes: [UInt8], _ what: @autoclosure () -> String) {
        var diagnostics: [Diagnostic] = []
        let file = SourceFile(path: "t", bytes: bytes)
        let terms = TermText.parseFile(file, &diagnostics)
        if (terms == nil) != diagnostics.hasErrors { Issue.record("\(what()): \(diagnostics)") }
        if diagnostics.count > 41 { Issue.record("\(what()): \(diagnostics.count) findings") }
        for diagnostic in diagnostics {
            guard case .source(let range) = diagnostic.place else { continue }
            if range.bytes.lowerBound > range.bytes.upperBound || range.bytes.upperBound > bytes.count {
                Issue.record("\(what()): \(diagnostic)")
            }
        }
    }

    @Test func theNastyFileIsGood() {
        var diagnostics: [Diagnostic] = []
        let file = TermText.parseFile(SourceFile(path: "t", bytes: Self.nasty), &diagnostics)
        #expect(file?.terms.count == 3)
        #expect(diagnostics.map(\.id) == [.termNewReservedWord])
    }

    @Test func everyPrefixIsReadOrReported() {
        for count in 0...Self.nasty.count { self.check(Array(Self.nasty.prefix(count)), "prefix \(count)") }
        for count in 0...Self.nasty.count { self.check(Array(Self.nasty.dropFirst(count)), "suffix \(count)") }
    }

    @Test func everyChangeOfAByteIsReadOrReported() {
        var random = SeededGenerator(seed: 5)
        let values: [UInt8] =
            Array("\"'{}[]()<>#|,.:/-+$\\~%a A1_=?@^`e\n".utf8) + [0, 0x7f, 0x80, 0xa0, 0xc3, 0xef, 0xff]
        for index in Self.nasty.indices {
            for value in values.shuffled(using: &random).prefix(8) {
                var bytes = Self.nasty
                bytes[index] = value
                self.check(bytes, "byte \(index) is \(value)")
            }
            var shorter = Self.nasty
            shorter.remove(at: index)
            self.check(shorter, "byte \(index) is missing")
        }
    }

    @Test(.enabled(if: OTP.isInstalled)) func damagedApplicationFilesAreReadOrReported() async throws {
        let root = try #require(OTP.root)
        let path = try await OTP.evaluate("io:put_chars(code:where_is_file(\"kernel.app\"))")
        #expect(!root.string.isEmpty)
        let app = try File.read(FilePath(String(decoding: path, as: UTF8.self)))
        var random = SeededGenerator(seed: 7)
        for count in stride(from: 0, to: app.count, by: 13) { self.check(Array(app.prefix(count)), "prefix \(count)") }
        for round in 0..<300 {
            var bytes = app
            let index = Int.random(in: 0..<bytes.count, using: &random)
            bytes[index] = UInt8.random(in: 0...255, using: &random)
            self.check(bytes, "round \(round): byte \(index) is \(bytes[index])")
        }
    }

    @Test func randomTokensAreReadOrReported() {
        let tokens = [
            "{", "}", "[", "]", "(", ")", "<<", ">>", "#{", "=>", ",", "|", ".", ". ", "-", "+", ":", "/", "a", "'b'",
            "1", "2.5",
            "\"s\"", "$c", "fun", "X", "end", "?", "#", "~", "~s", "\"\"\"", "\n", " ", "%", "1.2.3", "16#", ":=", "=",
            "utf8", "unit:8",
            "\\", "é", "ж", "\u{201c}",
        ]
        var random = SeededGenerator(seed: 9)
        for round in 0..<2000 {
            let text = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                tokens.randomElement(using: &random) ?? ""
            }
            self.check(Array(text.joined().utf8), "round \(round): \(text.joined().debugDescription)")
        }
    }

    @Test(arguments: [
        "[", "{", "#{a=>", "<<", "(", "-", "[a|", "{a,", "fun ", "#", "~", "\"\"\"", "$", "\\", "'", "\"a\" ", "1_",
        "16#1.", "%", ",", ".", ". ", "]", ">>", "\u{80}", "«", "ж", "1.", "<<1:(", "<<1/a-",
    ])
    func repetitionsOfOneThingEndSoon(_ piece: String) {
        let clock = ContinuousClock()
        let bytes = Array(String(repeating: piece, count: 40_000).utf8)
        let time = clock.measure { self.check(bytes, piece) }
        #expect(time < .seconds(20), "\(piece)")
    }

    @Test func deepTermsAreWithinTheStack() throws {
        let depth = TermTextLimits.default.depth
        for (open, close) in [("[", "]"), ("{", "}"), ("{a,", "}"), ("#{a=>", "}"), ("[a|{", "}]"), ("(", ")")] {
            let count = open == "[a|{" ? depth / 2 : depth
            let text = String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
            let term = try TermText.parseTerm(text)
            #expect(try TermText.parseTerm(TermPrinter.line(term)) == term)
            #expect(try TermText.parseTerm(TermPrinter.pretty(term)) == term)
            #expect(Set([term]).contains(term))
            #expect(TermOrder.compare(term, term) == .equal)
            #expect(throws: TermTextError.self) {
                try TermText.parseTerm(
                    String(repeating: open, count: depth + 1) + "1" + String(repeating: close, count: depth + 1))
            }
        }
    }

    @Test func longNumbersAreExact() throws {
        let limit = TermTextLimits.default.digits
        let digits = String((0..<limit).map { _ in "1234567890".randomElement() ?? "1" })
        #expect(
            try TermText.parseTerm("-1\(digits.dropFirst())")
                == .integer(normalizing: try #require(BigInt("-1\(digits.dropFirst())"))))
        for base in 2...36 {
            let value = BigInt(base).power(100) + 12345
            #expect(try TermText.parseTerm("\(base)#\(String(value, radix: base))") == .integer(normalizing: value))
        }
    }
}
