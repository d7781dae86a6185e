package import Diagnostics
package import ErlangTerms

/// Why what was named is no valid release: what systools answers, and the same for people.
package struct LoadingFailure: Error, Hashable, Sendable {
    /// `Reason` of `{error, systools_make, Reason}`. Where systools would have accepted it, an atom of ours.
    package var otpReason: Term
    /// At least one of error severity.
    package var diagnostics: [Diagnostic]

    package init(otpReason: Term, diagnostics: [Diagnostic]) {
        self.otpReason = otpReason
        self.diagnostics = diagnostics
    }

    /// Files that systools takes and this program refuses, because they would lead it out of its folders.
    static let refusedByUs = Term.atom("relift_refuses_unsafe_names")
}
