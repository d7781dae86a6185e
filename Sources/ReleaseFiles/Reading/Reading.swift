package import Diagnostics
package import ErlangTerms

/// What reading one file gave.
package struct Reading<Value: Sendable>: Sendable {
    /// Nil when a problem of error severity was found.
    package var value: Value?
    /// In the order in which OTP would meet them.
    package var problems: [FileProblem]

    package init(value: Value?, problems: [FileProblem]) {
        self.value = value
        self.problems = problems
    }

    /// The error term OTP answers for this file; nil when it accepts it.
    package var otpReason: Term? { self.problems.lazy.compactMap(\.otpReason).first }
    package var diagnostics: [Diagnostic] { self.problems.map(\.diagnostic) }
}

extension Reading: Equatable where Value: Equatable {}
extension Reading: Hashable where Value: Hashable {}

/// One thing that is wrong with a file.
package struct FileProblem: Hashable, Sendable {
    package var diagnostic: Diagnostic
    /// OTP's error term, where OTP finds this too and reports it. What OTP passes over in silence has none.
    package var otpReason: Term?

    package init(_ diagnostic: Diagnostic, otpReason: Term? = nil) {
        self.diagnostic = diagnostic
        self.otpReason = otpReason
    }
}

/// How many terms a file may hold.
package enum ReadingRule: Hashable, Sendable {
    /// As systools reads at build time: the first term counts, what stands behind its dot is ignored (with a warning
    /// from us).
    case firstTerm
    /// As `release_handler` and `init` read at run time: exactly one term.
    case onlyTerm
}
