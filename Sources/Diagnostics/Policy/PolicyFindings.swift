/// The kinds of findings about a policy and about baselines.
extension Diagnostic.ID {
    package static let policyKeptAsError = Self("policy/kept-as-error")
    package static let policyUnusedSuppression = Self("policy/unused-suppression")
    package static let policyStaleBaseline = Self("policy/stale-baseline")
    package static let policyNotABaseline = Self("policy/not-a-baseline")
}

extension Diagnostic {
    @inline(never)
    static func keptAsError(_ id: ID) -> Self {
        Self(
            .policyKeptAsError, .note, "`\(id)` stays an error, whatever the policy says",
            explanation: "What could not be read was not checked, so passing over it would prove nothing.",
            help: ["put right what the finding says, and take its ID out of the policy"])
    }

    @inline(never)
    static func unusedSuppression(_ suppression: FindingPolicy.Suppression) -> Self {
        let subject = suppression.subject.map { " of `\($0)`" } ?? ""
        return Self(
            .policyUnusedSuppression, .note, "nothing is suppressed by `\(suppression.id)`\(subject)",
            at: suppression.place,
            explanation: "It would hide a finding that comes back for another reason than the one given.",
            notes: [Note("the reason given: \(suppression.reason)")], help: ["remove it"])
    }

    /// The most entries that are named one by one.
    private static let namedEntries = 10

    @inline(never)
    static func staleBaseline(_ entries: [Baseline.Entry], of baseline: Baseline) -> Self {
        let count = entries.count
        var notes = entries.prefix(self.namedEntries).map { Note($0.line) }
        if count > notes.count { notes.append(Note("and \(count - notes.count) more")) }
        return Self(
            .policyStaleBaseline, .note,
            "\(count) \(count == 1 ? "entry" : "entries") of the baseline \(count == 1 ? "does" : "do") not occur any more",
            at: baseline.path.isEmpty ? .none : .file(baseline.path), notes: notes,
            help: [
                baseline.path.isEmpty
                    ? "write the baseline anew" : "write the baseline anew: --write-baseline \(baseline.path)"
            ])
    }

    @inline(never)
    static func notABaseline(_ what: String, at place: Place) -> Self {
        Self(
            .policyNotABaseline, .error, "this is not a baseline of `relift check`: \(what)", at: place,
            help: ["write one with `--write-baseline FILE`"])
    }
}
