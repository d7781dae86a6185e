package import Diagnostics

extension TermText {
    /// Why the first term of a file cannot be read, as systools tells two kinds apart.
    package enum FirstTermFailure: Hashable, Sendable {
        /// The text cannot be cut into tokens up to the first dot, or holds none.
        case scanning
        /// The tokens are not a term; the line, from 1, of the first finding.
        case parsing(line: Int)
    }

    /// Tells how OTP would fail on a file that ``parseFirstTerm(_:_:limits:)`` refused with these findings: the scanner
    /// runs up to the first dot before the parser sees a token (`systools_lib:read_term_from_stream/2`).
    package static func failure(
        of file: SourceFile, _ findings: [Diagnostic], limits: TermTextLimits = .default
    ) -> FirstTermFailure {
        let encoding = TermTextEncoding(of: file)
        guard file.bytes.count <= limits.bytes, !encoding.isUnreadable else { return .scanning }
        var lexer = TermLexer(file: file, encoding: encoding, limits: limits)
        var isEmpty = true
        while true {
            let token = lexer.next()
            if case .dot = token { break }
            if case .end = token {
                if isEmpty { return .scanning }
                break
            }
            isEmpty = false
        }
        if lexer.errorCount > 0 { return .scanning }
        return .parsing(line: findings.first { $0.severity == .error }?.place.line ?? 1)
    }
}
