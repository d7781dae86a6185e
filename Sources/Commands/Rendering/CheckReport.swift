import CompatibilityRules
import Diagnostics

/// What a check found, as people and programs read it (contract, section 5).
struct CheckReport {
    /// `NAME VSN` of the releases; nil where one could not be read, and `from` where only one was asked for.
    let from: String?
    let to: String?
    /// Nil for one release alone.
    let verdict: Verdict?
    let findings: [Diagnostic]

    var text: String {
        let subject = [self.from, self.to].compactMap(\.self).joined(separator: " -> ")
        let counts = [
            Self.count(.error, "error", self.findings), Self.count(.warning, "warning", self.findings),
            Self.count(.note, "note", self.findings),
        ].compactMap(\.self).joined(separator: ", ")
        let result = counts.isEmpty ? "no known hazard found" : counts
        return [subject.isEmpty ? nil : "check  \(subject)", self.verdict?.rawValue, result].compactMap(\.self)
            .joined(separator: "   ") + "\n"
    }

    private static func count(_ severity: Diagnostic.Severity, _ word: String, _ findings: [Diagnostic]) -> String? {
        let count = findings.count { $0.severity == severity }
        return count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
    }

    var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)), ("verdict", .optional(self.verdict?.rawValue)),
            ("from", .optional(self.from)), ("to", .optional(self.to)),
            ("findings", .array(self.findings.map(\.json))),
        ])
    }
}
