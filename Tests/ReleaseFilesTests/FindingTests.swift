import Diagnostics
import SystemPackage
import TestSupport
import Testing

@Suite struct FindingTests {
    @Test(arguments: FindingCase.all) func aMalformedFileHasItsFindings(_ test: FindingCase) throws {
        let bytes = try Files.read(Repository.fixtures.appending("releases/files").appending(test.file))
        let (isRead, diagnostics) = AnyFile.read(bytes, path: test.file)
        #expect(diagnostics.map { Self.expected($0) } == test.findings)
        #expect(isRead == test.isRead)
        #expect(isRead != diagnostics.hasErrors)
        for diagnostic in diagnostics {
            // Each finding says what, and either why or what to do.
            #expect(!diagnostic.summary.isEmpty && !diagnostic.summary.hasSuffix("."))
            #expect(!diagnostic.explanation.isEmpty || !diagnostic.help.isEmpty, "\(diagnostic.id)")
        }
    }

    @Test func everyFindingHasAFixture() throws {
        let path = Repository.root.appending("Sources/ReleaseFiles/DiagnosticIDs.swift")
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        let declared = text.split(separator: "Self(\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        #expect(declared.count > 20)
        #expect(Set(declared).count == declared.count)
        #expect(Set(declared).subtracting(FindingCase.all.flatMap(\.findings).map(\.id)).isEmpty)
    }

    private static func expected(_ diagnostic: Diagnostic) -> FindingCase.Expected {
        var text: String?
        if case .source(let range) = diagnostic.place {
            let bytes = range.file.bytes[Int(range.bytes.lowerBound)..<Int(range.bytes.upperBound)]
            text = String(decoding: bytes, as: UTF8.self)
        }
        return .init(id: diagnostic.id.rawValue, text: text)
    }
}
