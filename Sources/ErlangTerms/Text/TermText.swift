package import Diagnostics

/// Reads Erlang terms written as text: the syntax of `file:consult/1`, `io:read/2` and `erl_parse:parse_term/1`.
///
/// Everything that OTP 25 to 29 accept is accepted, OTP 27's strings and sigils included; what some of them refuse is
/// a warning. Input that is no term is reported, as completely as one run can, and never a reason to trap or to hang.
package enum TermText {
    /// Reads a file as `file:consult/1` does: any number of terms, each ended by a dot.
    ///
    /// Nil when a finding of error severity was appended.
    package static func parseFile(
        _ file: SourceFile, _ diagnostics: inout [Diagnostic], limits: TermTextLimits = .default
    ) -> TermFile? {
        guard var parser = self.parser(for: file, &diagnostics, limits: limits) else { return nil }
        var terms: [LocatedTerm] = []
        reading: while true {
            switch parser.readTerm() {
            case .term(let term): terms.append(term)
            case .damaged where parser.isGivingUp: break reading
            case .damaged: continue
            case .endOfFile: break reading
            }
        }
        guard parser.finish(&diagnostics) else { return nil }
        return TermFile(source: file, terms: terms)
    }

    /// Reads the first term of a file, as systools reads its input: what follows the first dot is not even scanned.
    ///
    /// Nil when a finding of error severity was appended; a file without a term is one.
    package static func parseFirstTerm(
        _ file: SourceFile, _ diagnostics: inout [Diagnostic], limits: TermTextLimits = .default
    ) -> LocatedTerm? {
        guard var parser = self.parser(for: file, &diagnostics, limits: limits) else { return nil }
        var result: LocatedTerm?
        switch parser.readTerm() {
        case .term(let term): result = term
        case .damaged: break
        case .endOfFile: parser.report(.noTerm(at: .file(file.path)))
        }
        guard parser.finish(&diagnostics) else { return nil }
        return result
    }

    /// Reads a text that is one term; the dot behind it may be left out.
    package static func parseTerm(_ text: String) throws(TermTextError) -> Term {
        try self.parseTerm(Array(text.utf8))
    }

    /// Reads UTF-8 bytes that are one term; the dot behind it may be left out.
    package static func parseTerm(
        _ bytes: [UInt8], limits: TermTextLimits = .default
    ) throws(TermTextError) -> Term {
        let file = SourceFile(path: "", bytes: bytes)
        var diagnostics: [Diagnostic] = []
        guard var parser = self.parser(for: file, &diagnostics, limits: limits) else {
            throw TermTextError(diagnostics: diagnostics)
        }
        parser.acceptsMissingDot = true
        let outcome = parser.readTerm()
        if case .term(let term) = outcome {
            switch parser.readTerm() {
            case .endOfFile: return term.term
            case .term(let second):
                parser.report(.secondTerm(at: parser.place(second.range)))
            case .damaged: break
            }
        } else if case .endOfFile = outcome {
            parser.report(.noTerm(at: .none))
        }
        _ = parser.finish(&diagnostics)
        throw TermTextError(diagnostics: diagnostics)
    }

    private static func parser(
        for file: SourceFile, _ diagnostics: inout [Diagnostic], limits: TermTextLimits
    ) -> TermParser? {
        guard file.bytes.count <= limits.bytes else {
            diagnostics.append(.tooLarge(file.bytes.count, limit: limits.bytes, file: file))
            return nil
        }
        let encoding = TermTextEncoding(of: file)
        guard !encoding.isUnreadable else {
            diagnostics.append(contentsOf: encoding.diagnostics)
            return nil
        }
        return TermParser(TermLexer(file: file, encoding: encoding, limits: limits))
    }
}

extension TermParser {
    /// Hands the findings over; false when one is an error.
    fileprivate mutating func finish(_ diagnostics: inout [Diagnostic]) -> Bool {
        if self.errorCount >= self.lexer.limits.findings {
            self.lexer.diagnostics.append(.tooManyFindings(limit: self.lexer.limits.findings, at: self.place))
        }
        diagnostics.append(contentsOf: self.lexer.diagnostics)
        return self.errorCount == 0
    }
}
