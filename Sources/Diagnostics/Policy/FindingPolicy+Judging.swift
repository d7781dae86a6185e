extension FindingPolicy {
    /// Applies the policy: suppressions first, then severities, `--strict`, and the baseline last.
    ///
    /// Findings keep their order; what is the same to a reader is kept once.
    package func judge(_ findings: [Diagnostic], against baseline: Baseline? = nil) -> JudgedFindings {
        var shown: [Diagnostic] = []
        var suppressed: [JudgedFindings.Suppressed] = []
        var accepted: [Diagnostic] = []
        var held: [Diagnostic.ID] = []
        var used: Set<Int> = []
        var left = baseline.map { $0.counts } ?? [:]

        for finding in findings.withoutRepetitions {
            let matching = self.suppressions.indices.first { self.suppressions[$0].covers(finding) }
            if let matching { used.insert(matching) }
            guard !self.isFirm(finding) else {
                let isLowered = self.levels[finding.id].map { $0 != .error } ?? false
                if matching != nil || isLowered, !held.contains(finding.id) { held.append(finding.id) }
                shown.append(finding)
                continue
            }
            if let matching {
                suppressed.append(.init(finding: finding, reason: self.suppressions[matching].reason))
                continue
            }
            var judged = finding
            switch self.levels[finding.id] {
            case .error: judged.severity = .error
            case .warning: judged.severity = .warning
            case .note: judged.severity = .note
            case .off:
                suppressed.append(.init(finding: finding, reason: "findings of this kind are turned off"))
                continue
            case nil: break
            }
            if self.isStrict, judged.severity == .warning { judged.severity = .error }
            let fingerprint = judged.fingerprint
            if let count = left[fingerprint], count > 0 {
                left[fingerprint] = count - 1
                accepted.append(judged)
            } else {
                shown.append(judged)
            }
        }
        let stale = baseline.map { $0.entries.filter { left[$0.fingerprint] == $0.count } } ?? []
        var remarks = held.map(Diagnostic.keptAsError)
        for index in self.suppressions.indices where !used.contains(index) {
            remarks.append(.unusedSuppression(self.suppressions[index]))
        }
        if let baseline, !stale.isEmpty { remarks.append(.staleBaseline(stale, of: baseline)) }
        return JudgedFindings(
            shown: shown, suppressed: suppressed, accepted: accepted, staleEntries: stale, remarks: remarks,
            hasBaseline: baseline != nil)
    }

    /// What a baseline may hold of judged findings: all that is shown or accepted already and is not firm.
    package func baseline(of judged: JudgedFindings) -> Baseline {
        Baseline(of: (judged.shown + judged.accepted).filter { !self.isFirm($0) })
    }
}

/// Findings after a policy was applied to them.
package struct JudgedFindings: Hashable, Sendable {
    /// A finding that is not shown, and why.
    package struct Suppressed: Hashable, Sendable {
        package let finding: Diagnostic
        package let reason: String
    }

    /// What is to be acted upon, with the severities in force, in the order found.
    package let shown: [Diagnostic]
    package let suppressed: [Suppressed]
    /// Known by the baseline.
    package let accepted: [Diagnostic]
    /// Entries of the baseline that nothing of this run is like.
    package let staleEntries: [Baseline.Entry]
    /// Notes about the policy itself: what it asks for in vain.
    package let remarks: [Diagnostic]
    /// Whether there was a baseline, so that what is shown is known to be new.
    package let hasBaseline: Bool

    /// What decides the exit status.
    package var hasErrors: Bool { self.shown.hasErrors }

    /// What is not shown in one line, `2 suppressed, 3 accepted by the baseline`; nil when there is nothing.
    package var hiddenSummary: String? {
        var parts: [String] = []
        if !self.suppressed.isEmpty { parts.append("\(self.suppressed.count) suppressed") }
        if !self.accepted.isEmpty { parts.append("\(self.accepted.count) accepted by the baseline") }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
