import ErlangTerms
import TestSupport
import Testing

/// Damaged and malicious input: it may be refused or read as something else, but must not trap, hang or take memory.
@Suite(.timeLimit(.minutes(5))) struct ExternalTermHostileTests {
    @Test(arguments: ExternalTermVector.versions)
    func everyPrefixIsCutOff(version: Int) throws {
        for vector in try ExternalTermVector.all(version) where vector.bytes.count < 1500 {
            for count in 0..<vector.bytes.count {
                #expect(throws: ExternalTermError.self, "\(vector.name), \(count) bytes") {
                    try ExternalTerm.decode(Array(vector.bytes.prefix(count)))
                }
            }
        }
    }

    @Test(arguments: ExternalTermVector.versions)
    func everyChangedByteIsSurvived(version: Int) throws {
        for vector in try ExternalTermVector.all(version) where vector.bytes.count < 800 {
            for index in vector.bytes.indices {
                for change: UInt8 in [0x01, 0x10, 0x80, 0xff] {
                    var bytes = vector.bytes
                    bytes[index] ^= change
                    guard let term = try? ExternalTerm.decode(bytes) else { continue }
                    #expect(try ExternalTerm.decode(ExternalTerm.encode(term)) == term, "\(vector.name), byte \(index)")
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func randomBytesAreSurvived(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let tags: [UInt8] = [
            67, 70, 77, 80, 88, 89, 90, 97, 98, 99, 100, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 116, 119,
        ]
        for _ in 0..<5000 {
            // Small numbers and tags, so that much of it makes sense.
            let bytes = (0..<40).map { _ in
                Bool.random(using: &generator)
                    ? UInt8.random(in: 0...3, using: &generator) : tags.randomElement(using: &generator) ?? 0
            }
            if let term = try? ExternalTerm.decode([131] + bytes) {
                #expect(try ExternalTerm.decode(ExternalTerm.encode(term)) == term)
            }
        }
    }

    /// What a level of each compound looks like.
    static let levels: [[UInt8]] = [
        [104, 1], [105, 0, 0, 0, 1], [108, 0, 0, 0, 1], [116, 0, 0, 0, 1], [116, 0, 0, 0, 1, 106],
        [67, 0, 0, 0, 1, 0, 119, 1, 109, 119, 1, 114, 119, 1, 120],
    ]

    @Test(arguments: Self.levels)
    func nestingBeyondTheLimitIsRefused(level: [UInt8]) throws {
        // Enough bytes behind it that no count is the reason.
        let bytes = [131] + (0..<100_000).flatMap { _ in level } + [UInt8](repeating: 106, count: 300_000)
        #expect(throws: ExternalTermError(.tooDeep(limit: 512), offset: 1 + 512 * level.count)) {
            try ExternalTerm.decode(bytes)
        }
    }

    @Test func nestingUpToTheLimitIsRead() throws {
        let levels = (0..<512).flatMap { _ in [104, 1] as [UInt8] }
        let bytes = [131] + levels + [106]
        #expect(ExternalTerm.encode(try ExternalTerm.decode(bytes)) == bytes)
        var limits = ExternalTermLimits.default
        limits.depth = 511
        #expect(throws: ExternalTermError(.tooDeep(limit: 511), offset: 1 + 511 * 2)) {
            try ExternalTerm.decode(bytes, limits: limits)
        }
    }

    /// A list may be written as one cell whose tail is the next list, over and over.
    @Test func aListOfManyListsInItsTailIsOneList() throws {
        let cells = (0..<100_000).flatMap { _ in [108, 0, 0, 0, 1, 97, 7] as [UInt8] }
        let term = try ExternalTerm.decode([131] + cells + [106])
        #expect(term.listElements?.count == 100_000)
        let improper = try ExternalTerm.decode([131] + cells + [97, 1])
        #expect(improper == .list([Term](repeating: .integer(7), count: 100_000), tail: .integer(1)))
        let string = try ExternalTerm.decode([131, 108, 0, 0, 0, 1, 97, 7, 107, 0, 2, 8, 9])
        #expect(string == .list([.integer(7), .integer(8), .integer(9)]))
    }

    @Test func theNumberOfTermsIsLimited() throws {
        var limits = ExternalTermLimits.default
        limits.nodes = 1000
        let list: [UInt8] = [131, 108, 0, 0, 4, 0] + [UInt8](repeating: 106, count: 1025)
        #expect(throws: ExternalTermError(.tooManyTerms(limit: 1000), offset: 1)) {
            try ExternalTerm.decode(list, limits: limits)
        }
        let string: [UInt8] = [131, 107, 4, 0] + [UInt8](repeating: 1, count: 1024)
        #expect(throws: ExternalTermError(.tooManyTerms(limit: 1000), offset: 2)) {
            try ExternalTerm.decode(string, limits: limits)
        }
        limits.nodes = 2000
        #expect(throws: Never.self) { try ExternalTerm.decode(list, limits: limits) }
    }

    @Test func theInputIsLimited() throws {
        var limits = ExternalTermLimits.default
        limits.inputBytes = 3
        #expect(throws: ExternalTermError(.inputTooLarge(limit: 3), offset: 0)) {
            try ExternalTerm.decode([131, 97, 1, 0], limits: limits)
        }
    }

    /// 16 MB of zeros become 16 KB, which must not be inflated beyond the limit.
    @Test(.enabled(if: OTP.isInstalled)) func bombsAreRefused() async throws {
        let bomb = try await OTP.evaluate(
            "io:setopts([{encoding, latin1}]), file:write(standard_io, term_to_binary(<<0:(16 * 1048576 * 8)>>, [compressed]))"
        )
        #expect(bomb.count < 20_000)
        #expect(throws: Never.self) { try ExternalTerm.decode(bomb) }
        var limits = ExternalTermLimits.default
        limits.inflatedBytes = 1 << 20
        #expect(throws: ExternalTermError.self) { try ExternalTerm.decode(bomb, limits: limits) }
    }
}
