/// The outcome of a check, in every form there is: ``text(_:showsHidden:)``, ``json``, ``sarif``, ``junit`` and ``github``.
package struct CheckReport: Sendable {
    /// `hot`, `restart-application`, `restart-emulator` or `not-upgradeable`; nil for a release alone.
    package let verdict: String?
    /// The release the hop starts at, `NAME VERSION`; nil for a release alone.
    package let from: String?
    /// The release the hop leads to, or the one that was checked alone; nil where it could not be read.
    package let to: String?
    package let judged: JudgedFindings
    /// What the kinds of findings mean, for forms that carry that along.
    package let catalogue: Explanation.Catalogue
    /// The version of this program, `1.2.3`.
    package let version: String

    package init(
        verdict: String?, from: String?, to: String?, judged: JudgedFindings, catalogue: Explanation.Catalogue,
        version: String
    ) {
        self.verdict = verdict
        self.from = from
        self.to = to
        self.judged = judged
        self.catalogue = catalogue
        self.version = version
    }

    /// What is shown, and what there is to say of the policy.
    package var findings: [Diagnostic] { self.judged.shown + self.judged.remarks }

    /// What was checked in words.
    var subject: String { [self.from, self.to].compactMap { $0 }.joined(separator: " -> ") }
}
