/// What the findings about policies and baselines mean.
extension Explanation {
    package static let policy: [Explanation] = [
        policy(
            .policyKeptAsError, as: .note, "an error cannot be lowered",
            """
            A severity, a suppression or a baseline would pass over an error that says that something could not be read. What \
            was not read was not checked, so a check that passes over it would prove nothing: the error stays.
            """, ["relift check old.rel new.rel --lib lib --severity host/missing=note"],
            "Put right what the error says.", "Take its ID out of the policy."),
        policy(
            .policyUnusedSuppression, as: .note, "a suppression suppresses nothing",
            """
            What it was written for is gone. It would hide a finding of the same kind that comes for another reason than the \
            one it gives.
            """, ["relift check old.rel new.rel --lib lib"], "Remove it from `relift.config`."),
        policy(
            .policyStaleBaseline, as: .note, "findings of a baseline do not occur any more",
            "They were put right, or what they are about is gone. The baseline would accept them if they came back.",
            ["relift check old.rel new.rel --lib lib --baseline known.json"],
            "Write the baseline anew with `--write-baseline FILE`."),
        policy(
            .policyNotABaseline, as: .error, "a file is no baseline",
            """
            A baseline is the JSON that `--write-baseline` writes: `schemaVersion` 1 and a list `findings`, each with an `id`, \
            a `summary` and a `count`.
            """, ["relift check old.rel new.rel --lib lib --baseline shop.rel"],
            "Write one with `--write-baseline FILE`; after a merge conflict, write it anew."),
    ]

    private static func policy(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity, _ title: String, _ meaning: String, _ commands: [String],
        _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning, example: Example([], commands, isComplete: false), wayOut: wayOut
        )
    }
}
