import BigInt
import Diagnostics
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// Writing terms as text: it reads back, by us and by OTP, and looks as OTP writes it.
@Suite struct TextPrintingTests {
    private static func terms(seed: UInt64, count: Int, depth: Int = 4) -> [Term] {
        var random = RandomTerm(seed: seed, hasIdentifiers: false)
        return (0..<count).map { _ in random.next(depth: depth) }
    }

    @Test(arguments: [11, 12, 13] as [UInt64])
    func whatWeWriteWeReadBack(seed: UInt64) throws {
        for (index, term) in Self.terms(seed: seed, count: 2000, depth: 5).enumerated() {
            let line = TermPrinter.line(term)
            let back = try TermText.parseTerm(line)
            if back != term { Issue.record("seed \(seed), term \(index): \(line)") }
            let pretty = TermPrinter.pretty(term, width: [10, 40, 80, 200][index % 4])
            if try TermText.parseTerm(pretty) != term { Issue.record("seed \(seed), pretty term \(index): \(pretty)") }
            if line.contains("\n") { Issue.record("seed \(seed), term \(index) has several lines: \(line)") }
        }
    }

    @Test(.enabled(if: OTP.isInstalled), arguments: [21, 22] as [UInt64])
    func whatWeWriteOTPReadsBack(seed: UInt64) async throws {
        let terms = Self.terms(seed: seed, count: 3000)
        // One file of many terms, and each term on a line of its own.
        let lines = terms.flatMap { TermPrinter.lineBytes($0) + Array(".\n".utf8) }
        let answers = try await TextOracle.consult([TermPrinter.file(terms), lines])
        for answer in answers {
            guard case .terms(let read) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(read.count == terms.count)
            for (index, pair) in zip(terms, read).enumerated() where pair.0 != pair.1 {
                Issue.record("seed \(seed), term \(index): \(TermPrinter.line(pair.0)) \(TermPrinter.line(pair.1))")
            }
        }
    }

    @Test(.enabled(if: OTP.isInstalled), arguments: [31, 32, 33] as [UInt64])
    func textLooksAsOTPWritesIt(seed: UInt64) async throws {
        let terms = Self.terms(seed: seed, count: 1500, depth: 5).filter { term in
            // OTP counts an emoji and its modifier as one character; we count what it calls characters elsewhere.
            Self.isWrittenAlike(term)
                && !TermPrinter.line(term).unicodeScalars.contains { (0x1f3fb...0x1f3ff).contains($0.value) }
        }
        let theirs = try await TextOracle.transform(
            terms.map { ExternalTerm.encode($0) },
            """
            T = binary_to_term(B),
            [unicode:characters_to_binary(io_lib:format("~0tp", [T])), 0, unicode:characters_to_binary(io_lib:format("~tp", [T])),
             0, unicode:characters_to_binary(io_lib:format("~40tp", [T]))]
            """, flags: ["+pc", "unicode"])
        var differences = 0
        for (term, text) in zip(terms, theirs) where differences < 5 {
            let ours = [TermPrinter.line(term), TermPrinter.pretty(term), TermPrinter.pretty(term, width: 40)]
            let others = text.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            for (our, other) in zip(ours, others) where our != other {
                differences += 1
                Issue.record("seed \(seed)\n\(other)\n\(our)")
            }
        }
    }

    /// OTP 25 mangles the letters of functions' names that are not ASCII, and quotes names with `@`.
    private static func isWrittenAlike(_ term: Term) -> Bool {
        switch term {
        case .externalFunction(let function):
            (function.module.name + function.function.name).utf8.allSatisfy { (0x20..<0x7f).contains($0) && $0 != 0x40 }
        case .tuple(let elements), .list(let elements): elements.allSatisfy(self.isWrittenAlike)
        case .improperList(let list): (list.elements + [list.tail]).allSatisfy(self.isWrittenAlike)
        case .map(let map): map.pairs.allSatisfy { self.isWrittenAlike($0.key) && self.isWrittenAlike($0.value) }
        case .atom, .integer, .bigInteger, .float, .binary, .bitString, .pid, .port, .reference, .closure,
            .nativeRecord:
            true
        }
    }

    @Test(.enabled(if: OTP.isInstalled)) func floatsLookAsOTPWritesThem() async throws {
        var random = RandomTerm(seed: 41)
        var values: [Double] = [
            0, -0.0, 1, 0.1, 1e5, 1e4, 1e3, 100, 123000, 0.001, 0.0001, 0.00012, 1e-5, 1e15, 1e16, 1e17, 1e21, 1e22,
            1e23,
            9_007_199_254_740_991, 9_007_199_254_740_992, 9_007_199_254_740_994, 4_503_599_627_370_496, 12345.678,
            .leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .pi,
        ]
        for exponent in -330...308 { values.append(Double("1.5e\(exponent)") ?? 1) }
        for exponent in -330...308 { values.append(Double("1e\(exponent)") ?? 1) }
        for _ in 0..<3000 {
            if case .float(let value) = random.float() { values.append(value.value) }
        }
        let terms = values.compactMap { Term.float($0) }
        let theirs = try await TextOracle.transform(
            terms.map { ExternalTerm.encode($0) }, "io_lib:write(binary_to_term(B))")
        for (term, text) in zip(terms, theirs) where TermPrinter.lineBytes(term) != text {
            Issue.record("\(String(decoding: text, as: UTF8.self)) \(TermPrinter.line(term))")
        }
    }
}
