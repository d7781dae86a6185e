import ErlangTerms

/// Stage 2: each script is split at its point of no return, and the halves of all scripts are joined.
///
/// A script without the point stands wholly after it. Object code is always read before it, wherever that was written.
enum ScriptMerge {
    struct Halves<Instruction: Sendable>: Sendable {
        var before: [Sourced<Instruction>] = []
        var after: [Sourced<Instruction>] = []
    }

    static func merge(
        _ expanded: [[Sourced<Term>]], of scripts: [UpgradeScript]
    ) throws(TranslationFailure) -> Halves<Term> {
        var problems: [TranslationProblem] = []
        var halves = Halves<Term>()
        for script in expanded {
            let points = script.indices.filter { script[$0].value.isAtom("point_of_no_return") }
            if points.count > 1 {
                problems.append(
                    TranslationProblem(
                        .tooManyPointsOfNoReturn, script[points[1]].source, scripts,
                        related: [script[points[0]].source]))
                continue
            }
            let point = points.first ?? script.startIndex
            for instruction in script[..<point] {
                if self.isTagged(instruction.value, "load_object_code") || self.isTagged(instruction.value, "apply") {
                    halves.before.append(instruction)
                } else {
                    problems.append(
                        TranslationProblem(
                            .operationBeforePointOfNoReturn(instruction.value), instruction.source, scripts))
                }
            }
            for instruction in script[point...].dropFirst(points.count) {
                if self.isTagged(instruction.value, "load_object_code") {
                    halves.before.append(instruction)
                } else {
                    halves.after.append(instruction)
                }
            }
        }
        try TranslationFailure.throwIfAny(problems)
        return halves
    }

    /// Whether a term is a pair with this atom first.
    private static func isTagged(_ term: Term, _ tag: Atom) -> Bool {
        guard case .tuple(let elements) = term, elements.count == 2 else { return false }
        return elements[0].isAtom(tag)
    }
}
