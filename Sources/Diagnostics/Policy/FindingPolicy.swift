/// What a project wants to hear of: the severity of a kind of finding, and what it knows and lives with.
///
/// A policy is applied to findings that are complete (``judge(_:against:)``); it never makes one disappear: what is not
/// shown is in ``JudgedFindings`` with the reason.
package struct FindingPolicy: Hashable, Sendable {
    /// What becomes of a kind of finding.
    package enum Level: String, Hashable, Sendable, CaseIterable {
        case error, warning, note
        /// Not shown.
        case off
    }

    /// Why and which findings are not to be shown.
    package struct Suppression: Hashable, Sendable {
        package let id: Diagnostic.ID
        /// The application or module it is for; nil for all.
        package let subject: String?
        /// In the project's words; never empty.
        package let reason: String
        /// Where it is written.
        package let place: Diagnostic.Place

        package init(
            _ id: Diagnostic.ID, of subject: String? = nil, because reason: String, at place: Diagnostic.Place = .none
        ) {
            self.id = id
            self.subject = subject
            self.reason = reason
            self.place = place
        }

        func covers(_ finding: Diagnostic) -> Bool {
            guard finding.id == self.id else { return false }
            guard let subject = self.subject else { return true }
            return finding.application == subject || finding.subjectModule == subject
        }
    }

    /// Severities in place of those that the findings come with.
    package var levels: [Diagnostic.ID: Level]
    package var suppressions: [Suppression]
    /// With `--strict`, every warning that is left is an error.
    package var isStrict: Bool
    /// Kinds of errors that stay errors whatever is asked for, besides those of ``firmAreas``.
    package var firm: Set<Diagnostic.ID>

    package init(
        levels: [Diagnostic.ID: Level] = [:], suppressions: [Suppression] = [], isStrict: Bool = false,
        firm: Set<Diagnostic.ID> = []
    ) {
        self.levels = levels
        self.suppressions = suppressions
        self.isStrict = isStrict
        self.firm = firm
    }

    /// Areas whose errors say that something could not be read or understood. What was not read was not checked, so such
    /// an error is neither lowered nor suppressed nor accepted by a baseline: a check that passes would prove nothing.
    package static let firmAreas: Set<String> = [
        "host", "archive", "term", "term-file", "beam", "rel", "app", "boot", "releases", "manifest", "policy",
    ]

    /// Whether a finding stays an error whatever the policy says.
    package func isFirm(_ finding: Diagnostic) -> Bool {
        finding.severity == .error && (self.firm.contains(finding.id) || Self.firmAreas.contains(finding.id.area))
    }
}

extension Diagnostic.ID {
    /// The part before the slash.
    package var area: String { String(self.rawValue.prefix { $0 != "/" }) }
}

extension Diagnostic {
    /// The module the finding is about, whether it says so itself or by its place.
    package var subjectModule: String? {
        if let module = self.module { return module }
        guard case .binary(let place) = self.place else { return nil }
        return place.module
    }
}
