package import Diagnostics
package import ErlangTerms

/// The first term of a file, with what systools answers where there is none (`systools_lib:read_term_from_stream/2`).
package enum FirstTerm {
    /// Reads it. The reason is `{read, File}` where the text cannot be cut into tokens, or
    /// `{parse, File, {Line, erl_parse, Message}}`, whose message is ours, not that of OTP's parser.
    ///
    /// - Parameter file: the name that the reason gives.
    package static func reading(_ source: SourceFile, named file: String) -> Reading<LocatedTerm> {
        var findings: [Diagnostic] = []
        let term = TermText.parseFirstTerm(source, &findings)
        if let term {
            findings += TermFileReader.ignoredRest(of: source, behind: term, kind: "The file")
            return Reading(value: term, problems: findings.map { FileProblem($0) })
        }
        let reason = self.reason(TermText.failure(of: source, findings), findings, file)
        var isFirst = true
        let problems = findings.map { finding in
            guard isFirst, finding.severity == .error else { return FileProblem(finding) }
            isFirst = false
            return FileProblem(finding, otpReason: reason)
        }
        return Reading(value: nil, problems: problems)
    }

    private static func reason(
        _ failure: TermText.FirstTermFailure, _ findings: [Diagnostic], _ file: String
    ) -> Term {
        switch failure {
        case .scanning: return .tuple(.atom("read"), .string(file))
        case .parsing(let line):
            let message = findings.first { $0.severity == .error }?.summary ?? ""
            return .tuple(
                .atom("parse"), .string(file), .tuple(.integer(line), .atom("erl_parse"), .string(message)))
        }
    }
}
