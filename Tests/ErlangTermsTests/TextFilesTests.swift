import Diagnostics
import ErlangTerms
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The term files of the installed OTP.
@Suite(.enabled(if: OTP.isInstalled)) struct TextFilesTests {
    private func files() async throws -> [(path: String, bytes: [UInt8])] {
        let root = try #require(OTP.root)
        let found = try await run(
            .name("find"),
            arguments: [
                "-L", root.string, "-type", "f", "(", "-name", "*.app", "-o", "-name", "*.appup", "-o", "-name",
                "*.rel", "-o",
                "-name", "*.script", "-o", "-name", "*.config", ")",
            ], output: .string(limit: 1 << 20))
        return try found.standardOutput.split(separator: "\n").sorted().map {
            (String($0), try File.read(FilePath(String($0))))
        }
    }

    @Test func everyFileIsReadAsOTPReadsItAndPrintsBack() async throws {
        let files = try await self.files()
        try #require(files.count > 60)
        let answers = try await TextOracle.consult(files.map(\.bytes))
        for (file, answer) in zip(files, answers) {
            var diagnostics: [Diagnostic] = []
            guard let terms = TermText.parseFile(SourceFile(path: file.path, bytes: file.bytes), &diagnostics),
                case .terms(let expected) = answer
            else {
                Issue.record("\(file.path): OTP \(answer), we \(diagnostics)")
                continue
            }
            let ours = terms.terms.map(\.term)
            if ours != expected || !diagnostics.isEmpty { Issue.record("\(file.path): \(diagnostics)") }
            var again: [Diagnostic] = []
            let printed = SourceFile(path: file.path, bytes: TermPrinter.file(ours))
            let back = TermText.parseFile(printed, &again)?.terms.map(\.term)
            if back != ours || !again.isEmpty { Issue.record("\(file.path) does not print back") }
            if let first = TermText.parseFirstTerm(SourceFile(path: "", bytes: file.bytes), &again)?.term,
                first != ours.first
            {
                Issue.record("\(file.path) has another first term")
            }
            for term in terms.terms { Self.checkRanges(term, in: file.bytes) }
        }
    }

    /// Every node's bytes are the text of that node, and lie inside its parent's.
    private static func checkRanges(_ located: LocatedTerm, in bytes: [UInt8]) {
        let range = Int(located.range.lowerBound)..<Int(located.range.upperBound)
        do {
            let again = try TermText.parseTerm(Array(bytes[range]))
            if again != located.term { Issue.record("\(range): \(TermPrinter.line(located.term))") }
        } catch {
            Issue.record("\(range): \(error)")
        }
        for child in located.children {
            #expect(child.range.lowerBound >= located.range.lowerBound)
            #expect(child.range.upperBound <= located.range.upperBound)
            // Once a level is enough below the top: reading every node again takes time with the square of the depth.
            if child.children.count > 0, child.range.upperBound - child.range.lowerBound < 2_000 {
                self.checkRanges(child, in: bytes)
            }
        }
    }
}
