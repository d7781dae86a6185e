import BeamFiles
import Diagnostics
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// A module that was compiled by OTP 25, 27 or 29 for these tests (Fixtures/beams, made by Fixtures/generate/beams.sh).
struct BeamFixture: Sendable, CustomTestStringConvertible {
    let version: Int
    let module: String

    static let all: [BeamFixture] =
        [25, 27, 29].flatMap { version in
            ["closures", "constants", "größe", "parcel_counter"].map { BeamFixture(version: version, module: $0) }
        } + ["long_atoms", "native_records"].map { BeamFixture(version: 29, module: $0) }

    var testDescription: String { "otp\(self.version)/\(self.module)" }

    private func path(_ ending: String) -> FilePath {
        Repository.fixtures.appending("beams").appending("otp\(self.version)").appending("\(self.module).\(ending)")
    }

    func bytes() throws -> [UInt8] { try File.read(self.path("beam")) }

    func beam() throws -> BeamFile { try BeamFile(parsing: try self.bytes()) }

    /// What that OTP's `beam_lib` says.
    func facts() throws -> [Atom: Term] {
        let path = self.path("facts")
        var diagnostics: [Diagnostic] = []
        let file = TermText.parseFile(SourceFile(path: path.string, bytes: try File.read(path)), &diagnostics)
        let terms = try #require(file, "\(diagnostics)").terms
        var facts: [Atom: Term] = [:]
        for term in terms {
            let pair = try #require(term.term.tupleElements)
            facts[try #require(pair[0].atomValue)] = pair[1]
        }
        return facts
    }
}
