import Diagnostics
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// Terms as OTP 25, 27 and 29 encoded them (Fixtures/etf, made by Fixtures/generate/beams.sh).
@Suite struct ExternalTermVectorTests {
    @Test(arguments: ExternalTermVector.versions)
    func vectorsReadAsTheTermsThatWerePrinted(version: Int) throws {
        for vector in try ExternalTermVector.all(version) {
            let term = try ExternalTerm.decode(vector.bytes)
            guard !vector.text.isEmpty else { continue }
            #expect(try TermText.parseTerm(vector.text) == term, "\(vector.name)")
        }
    }

    /// Maps of more than 32 keys, and from OTP 26 on all maps, are written in an order of the virtual machine's.
    @Test(arguments: ExternalTermVector.versions)
    func vectorsAreWrittenToTheSameBytes(version: Int) throws {
        var compared = 0
        for vector in try ExternalTermVector.all(version) where vector.isCanonical(version) {
            let term = try ExternalTerm.decode(vector.bytes)
            #expect(ExternalTerm.encode(term, atoms: version < 26 ? .latin1 : .utf8) == vector.bytes, "\(vector.name)")
            compared += 1
        }
        #expect(compared > 20)
    }

    @Test(arguments: ExternalTermVector.versions)
    func writtenVectorsReadAsTheSameTerms(version: Int) throws {
        for vector in try ExternalTermVector.all(version) {
            let term = try ExternalTerm.decode(vector.bytes)
            for style in ExternalTerm.AtomStyle.allCases {
                #expect(try ExternalTerm.decode(ExternalTerm.encode(term, atoms: style)) == term, "\(vector.name)")
            }
        }
    }

    @Test func nativeRecordsHaveFieldsAndAPlaceInTheOrder() throws {
        let vector = try #require(try ExternalTermVector.all(29).first { $0.name == "native_record" })
        let term = try ExternalTerm.decode(vector.bytes)
        let record = NativeRecord(
            module: "m", name: "point", isExported: true,
            fields: [
                NativeRecord.Field(name: "y", value: .integer(1)), NativeRecord.Field(name: "x", value: .tuple()),
            ])
        #expect(term == .nativeRecord(record))
        #expect(TermOrder.compare(.tuple(.atom("z")), term) == .less)
        #expect(TermOrder.compare(term, .map(TermMap([]))) == .less)
    }
}

/// One of the vectors.
struct ExternalTermVector: Sendable {
    static let versions = [25, 27, 29]

    let name: String
    /// How the term prints, or empty where no text reads back as the same term.
    let text: String
    let bytes: [UInt8]

    static func all(_ version: Int) throws -> [ExternalTermVector] {
        let file = try File.read(Repository.fixtures.appending("etf").appending("otp\(version).etf"))
        let rows = try #require(try ExternalTerm.decode(file).listElements)
        return try rows.map { row in
            let columns = try #require(row.tupleElements)
            return ExternalTermVector(
                name: try #require(columns[0].atomValue).name,
                text: String(decoding: try #require(columns[1].binaryBytes), as: UTF8.self),
                bytes: try #require(columns[2].binaryBytes))
        }
    }

    func isCanonical(_ version: Int) -> Bool {
        if self.name.hasPrefix("compressed") || self.name.hasPrefix("minor_version") || self.name == "map_33" {
            return false
        }
        return version < 26 || !self.name.contains("map")
    }
}
