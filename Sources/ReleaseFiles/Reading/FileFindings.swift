import Diagnostics
import ErlangTerms

/// Collects what is wrong with the file that is being read.
struct FileFindings {
    let source: SourceFile
    private(set) var problems: [FileProblem] = []

    init(in source: SourceFile) { self.source = source }

    /// The place of a part of the file's term.
    func place(_ located: LocatedTerm) -> Diagnostic.Place { self.place(located.range) }

    /// The place of some bytes of the file.
    func place(_ range: ByteRange) -> Diagnostic.Place { .source(SourceRange(self.source, range)) }

    /// Adds a finding that makes the file unusable; `otp` is the term OTP answers.
    mutating func error(
        _ id: Diagnostic.ID, _ summary: String, at located: LocatedTerm, because explanation: String = "",
        notes: [Diagnostic.Note] = [], help: [String] = [], application: String? = nil, otp: Term? = nil
    ) {
        self.add(
            Diagnostic(
                id, .error, summary, at: self.place(located), explanation: explanation, notes: notes, help: help,
                application: application), otp: otp)
    }

    /// Adds a finding that OTP passes over.
    mutating func warning(
        _ id: Diagnostic.ID, _ summary: String, at located: LocatedTerm, because explanation: String = "",
        notes: [Diagnostic.Note] = [], help: [String] = [], application: String? = nil
    ) {
        self.add(
            Diagnostic(
                id, .warning, summary, at: self.place(located), explanation: explanation, notes: notes, help: help,
                application: application))
    }

    /// Adds a finding made elsewhere.
    mutating func add(_ diagnostic: Diagnostic, otp: Term? = nil) {
        self.problems.append(FileProblem(diagnostic, otpReason: otp))
    }

    var hasErrors: Bool { self.problems.contains { $0.diagnostic.severity == .error } }

    /// The value if nothing is wrong with it, and all findings.
    func reading<Value>(_ value: Value?) -> Reading<Value> {
        Reading(value: self.hasErrors ? nil : value, problems: self.problems)
    }
}

extension LocatedTerm {
    /// The term in one line, short enough for a message.
    var quoted: String {
        let text = TermPrinter.line(self.term)
        return "`" + (text.count <= 60 ? text : text.prefix(57) + "…") + "`"
    }
}
