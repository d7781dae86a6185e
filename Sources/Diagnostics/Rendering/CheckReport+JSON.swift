extension CheckReport {
    /// The form for programs (contract, section 5; `Templates/schemas/check.schema.json`).
    ///
    /// `findings` is what counts; `suppressed` and `accepted` are whole findings too, so that nothing is lost.
    package var json: JSONValue {
        .object(present: [
            "schemaVersion": .integer(1),
            "verdict": self.verdict.map { .string($0) },
            "from": self.from.map { .string($0) },
            "to": self.to.map { .string($0) },
            "counts": .object(
                Diagnostic.Severity.allCases.map { severity in
                    (severity.rawValue, .integer(self.findings.count { $0.severity == severity }))
                } + [
                    ("suppressed", .integer(self.judged.suppressed.count)),
                    ("accepted", .integer(self.judged.accepted.count)),
                ]),
            "findings": .array(self.findings.map(\.json)),
            "suppressed": .array(
                self.judged.suppressed.map { $0.finding.json.adding("reason", .string($0.reason)) }),
            "accepted": .array(self.judged.accepted.map(\.json)),
        ])
    }
}

extension JSONValue {
    /// An object with one more member; any other value as it is.
    fileprivate func adding(_ key: String, _ value: JSONValue) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members + [(key, value)])
    }
}
