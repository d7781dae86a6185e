import ByteParsing
import Compression
import ErlangTerms
import Testing

/// What is refused, with which error and where.
@Suite struct ExternalTermErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: ExternalTermError.Code
        let offset: Int
        var testDescription: String { self.name }
    }

    private static let node: [UInt8] = [119, 3] + Array("a@b".utf8)

    static let cases: [Case] = [
        Case(name: "nothing", bytes: [], code: .truncated(missing: 1), offset: 0),
        Case(name: "another version", bytes: [130, 106], code: .unknownVersion(130), offset: 0),
        Case(name: "no term", bytes: [131], code: .truncated(missing: 1), offset: 1),
        Case(name: "an unknown tag", bytes: [131, 104, 1, 5], code: .unknownTag(5), offset: 3),
        Case(name: "the version twice", bytes: [131, 131, 106], code: .unknownTag(131), offset: 1),
        Case(name: "bytes after the term", bytes: [131, 106, 106, 0], code: .trailingBytes(count: 2), offset: 2),
        Case(name: "a short integer", bytes: [131, 98, 0, 0], code: .truncated(missing: 2), offset: 2),
        Case(
            name: "a huge tuple", bytes: [131, 105, 255, 255, 255, 255, 106], code: .truncated(missing: 4_294_967_294),
            offset: 1),
        Case(
            name: "a huge list", bytes: [131, 108, 255, 255, 255, 255, 106], code: .truncated(missing: 4_294_967_295),
            offset: 1),
        Case(
            name: "a huge map", bytes: [131, 116, 255, 255, 255, 255, 106], code: .truncated(missing: 8_589_934_589),
            offset: 1),
        Case(
            name: "a huge binary", bytes: [131, 109, 255, 255, 255, 255, 0], code: .truncated(missing: 4_294_967_294),
            offset: 6),
        Case(
            name: "a huge integer", bytes: [131, 111, 255, 255, 255, 255, 0], code: .truncated(missing: 4_294_967_295),
            offset: 7),
        Case(
            name: "tuples that together need more than there is",
            bytes: [131, 104, 4, 104, 4, 106, 106, 106, 106], code: .truncated(missing: 3), offset: 3),
        Case(
            name: "a list whose tail promises too much",
            bytes: [131, 108, 0, 0, 0, 1, 106, 108, 0, 0, 1, 0, 106], code: .truncated(missing: 256), offset: 7),
        Case(name: "the local format", bytes: [131, 121, 0, 0, 0, 0], code: .localTerm, offset: 1),
        Case(name: "an old function", bytes: [131, 117, 0, 0, 0, 0], code: .legacyFunction, offset: 1),
        Case(name: "a cached atom", bytes: [131, 82, 0], code: .cachedAtom, offset: 1),
        Case(
            name: "a cached node", bytes: [131, 88, 82, 0] + [UInt8](repeating: 0, count: 12), code: .cachedAtom,
            offset: 2),
        Case(name: "compression inside", bytes: [131, 104, 1, 80, 0, 0, 0, 1], code: .nestedCompression, offset: 3),
        Case(
            name: "a number as node", bytes: [131, 88, 97, 0] + [UInt8](repeating: 0, count: 12),
            code: .atomExpected(tag: 97), offset: 2),
        Case(
            name: "a long atom", bytes: [131, 118, 1, 0] + [UInt8](repeating: 97, count: 256), code: .atomTooLong,
            offset: 1),
        Case(
            name: "a long Latin-1 atom", bytes: [131, 100, 1, 0] + [UInt8](repeating: 97, count: 256),
            code: .atomTooLong, offset: 1),
        Case(name: "broken UTF-8", bytes: [131, 119, 2, 0xc3, 0x28], code: .invalidUTF8, offset: 1),
        Case(name: "a surrogate", bytes: [131, 119, 3, 0xed, 0xa0, 0x80], code: .invalidUTF8, offset: 1),
        Case(name: "infinity", bytes: [131, 70, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], code: .invalidFloat, offset: 1),
        Case(
            name: "infinity as text", bytes: [131, 99] + Array("inf".utf8) + [UInt8](repeating: 0, count: 28),
            code: .invalidFloat, offset: 2),
        Case(
            name: "a float that is too large",
            bytes: [131, 99] + Array("1.0e999".utf8) + [UInt8](repeating: 0, count: 24),
            code: .invalidFloat, offset: 2),
        Case(name: "nine bits in a byte", bytes: [131, 77, 0, 0, 0, 1, 9, 255], code: .invalidBitCount(9), offset: 6),
        Case(name: "no bits in a byte", bytes: [131, 77, 0, 0, 0, 1, 0, 255], code: .invalidBitCount(0), offset: 6),
        Case(name: "bits in no byte", bytes: [131, 77, 0, 0, 0, 0, 8], code: .invalidBitCount(8), offset: 6),
        Case(
            name: "a reference of six words", bytes: [131, 90, 0, 6] + Self.node, code: .invalidReferenceSize(words: 6),
            offset: 2),
        Case(
            name: "an arity above 255", bytes: [131, 113, 119, 1, 97, 119, 1, 98, 98, 0, 0, 1, 0],
            code: .invalidArity(256), offset: 8),
        Case(
            name: "an arity that is an atom", bytes: [131, 113, 119, 1, 97, 119, 1, 98, 106],
            code: .integerExpected(tag: 106), offset: 8),
        Case(
            name: "a key twice", bytes: [131, 116, 0, 0, 0, 2, 97, 1, 97, 2, 97, 1, 97, 3], code: .duplicateKey,
            offset: 1),
        Case(
            name: "a field twice",
            bytes: [131, 67, 0, 0, 0, 2, 0] + [119, 1, 109, 119, 1, 114, 119, 1, 120, 119, 1, 120]
                + [106, 106], code: .duplicateField, offset: 1),
        Case(
            name: "unknown flags", bytes: [131, 67, 0, 0, 0, 0, 2, 119, 1, 109, 119, 1, 114],
            code: .invalidRecordFlags(2), offset: 1),
        Case(
            name: "a compressed term that is none", bytes: [131, 80, 0, 0, 0, 9, 1, 2, 3, 4],
            code: .compression(InflateError(.corrupt)), offset: 1),
        Case(
            name: "a compressed term that cannot be so large", bytes: [131, 80, 15, 255, 255, 255, 1, 2, 3, 4],
            code: .compression(InflateError(.impossibleSize(declared: 0x0fff_ffff, compressed: 4))), offset: 1),
        Case(
            name: "a compressed term over the limit", bytes: [131, 80, 255, 255, 255, 255, 1, 2, 3, 4],
            code: .compression(InflateError(.overLimit(declared: 0xffff_ffff, limit: 256 << 20))), offset: 1),
    ]

    @Test(arguments: Self.cases)
    func isRefused(_ item: Case) {
        #expect(throws: ExternalTermError(item.code, offset: item.offset)) { try ExternalTerm.decode(item.bytes) }
    }

    @Test func aFunctionMustBeAsLongAsItSays() {
        let function: [UInt8] =
            [1] + [UInt8](repeating: 7, count: 16) + [0, 0, 0, 0, 0, 0, 0, 1]
            + [119, 1, 109, 97, 0, 97, 0, 88] + Self.node + [UInt8](repeating: 0, count: 12) + [97, 5]
        let size = UInt8(function.count + 4)
        #expect(throws: Never.self) { try ExternalTerm.decode([131, 112, 0, 0, 0, size] + function) }
        #expect(throws: ExternalTermError(.invalidFunctionSize(declared: Int(size) + 1), offset: 1)) {
            try ExternalTerm.decode([131, 112, 0, 0, 0, size + 1] + function)
        }
    }

    @Test func oldFormsThatReadersStillAcceptAreRead() throws {
        let cases: [([UInt8], Term)] = [
            ([108, 0, 0, 0, 0, 97, 5], .integer(5)), ([107, 0, 0], .emptyList), ([110, 0, 0], .integer(0)),
            ([110, 1, 1, 0], .integer(0)), ([110, 3, 0, 5, 0, 0], .integer(5)), ([77, 0, 0, 0, 0, 0], .binary([])),
            ([115, 2, 0xe4, 0x62], .atom("äb")), ([105, 0, 0, 0, 0], .tuple()),
            ([99] + Array("-1.50000000000000000000e+00".utf8) + [0, 0, 0, 0], try #require(Term.float(-1.5))),
            (
                [103] + Self.node + [0, 0, 0, 1, 0, 0, 0, 2, 3],
                .pid(ProcessIdentifier(node: "a@b", id: 1, serial: 2, creation: 3))
            ),
            ([102] + Self.node + [0, 0, 0, 1, 3], .port(PortIdentifier(node: "a@b", id: 1, creation: 3))),
            ([101] + Self.node + [0, 0, 0, 1, 3], .reference(Reference(node: "a@b", creation: 3, words: [1]))),
            ([114, 0, 1] + Self.node + [3, 0, 0, 0, 7], .reference(Reference(node: "a@b", creation: 3, words: [7]))),
            (
                [113, 119, 1, 97, 119, 1, 98, 98, 0, 0, 0, 3],
                .externalFunction(ExternalFunction(module: "a", function: "b", arity: 3))
            ),
        ]
        for (bytes, term) in cases { #expect(try ExternalTerm.decode([131] + bytes) == term) }
    }

    @Test func theCursorIsLeftBehindTheTerm() throws {
        let bytes: [UInt8] = [
            9, 131, 104, 1, 97, 7, 131, 80, 0, 0, 0, 2, 0x78, 0x9c, 0x4b, 0x64, 0x05, 0x00, 0, 0xc9, 0, 0x67, 131, 106,
        ]
        var cursor = ByteCursor(bytes.span, base: 100)
        try cursor.skip(count: 1)
        #expect(try ExternalTerm.decodeNext(&cursor) == .tuple(.integer(7)))
        let offset = cursor.offset
        #expect(offset == 106)
        #expect(try ExternalTerm.decodeNext(&cursor) == .integer(5))
        let remaining = cursor.remaining
        #expect(remaining == 2)
        #expect(try ExternalTerm.decodeNext(&cursor) == .emptyList)
        let isAtEnd = cursor.isAtEnd
        #expect(isAtEnd)
        #expect(throws: ExternalTermError(.truncated(missing: 1), offset: 100 + bytes.count)) {
            var end = ByteCursor(bytes.span.extracting(droppingFirst: bytes.count), base: 100 + bytes.count)
            _ = try ExternalTerm.decodeNext(&end)
        }
    }

    @Test func errorsSayWhatIsWrongAndWhere() {
        let error = ExternalTermError(.unknownTag(5), offset: 12)
        #expect(error.description == "5 is not a tag of the external term format at byte 12")
        let inner = ExternalTermError(.duplicateKey, offset: 1, inflatedOffset: 40)
        #expect(inner.description == "a map with the same key twice at byte 40 of the compressed term at byte 1")
    }
}
