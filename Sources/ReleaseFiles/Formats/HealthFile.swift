package import Diagnostics
import ErlangTerms
package import ReleaseModel

/// `releases/VSN/health.config`: the questions by which a release on trial is judged; one list, as `health` of a manifest
/// has it. A file of relift's own, which stock tools leave alone.
package enum HealthFile {
    package static let name = "health.config"

    /// The questions; what is none is a finding of error severity.
    package static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> [HealthQuestion] {
        guard
            let term = TermFileReader.read(
                source, rule: .onlyTerm, kind: "a file of questions about health", &diagnostics)
        else { return [] }
        return HealthQuestion.read(term, in: source, &diagnostics)
    }

    /// The bytes of the file.
    package static func write(_ questions: [HealthQuestion]) -> [UInt8] {
        TermPrinter.file([.list(questions.map(\.term))])
    }
}
