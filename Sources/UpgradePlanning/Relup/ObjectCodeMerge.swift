import ErlangTerms
import OrderedCollections

/// Object code that the translation itself asks for: the modules of one application, each of them once.
struct GeneratedObjectCode: Sendable {
    var application: TranslatedApplication
    var modules: [Atom] = []
    /// For each module the instruction that loads it.
    var sources: [InstructionSource] = []
}

/// Stage 10: one `load_object_code` for each application, in front of everything else.
///
/// Applications stand in the order in which they first appear, modules in the order of the last instruction that names
/// them. What scripts ask for themselves comes before what was generated.
enum ObjectCodeMerge {
    private struct Entry {
        var version: Term
        var modules: [Atom]
        var sources: [InstructionSource]
    }

    static func merge(
        _ before: [Sourced<UpgradeInstruction>], _ generated: [GeneratedObjectCode], scripts: [UpgradeScript]
    ) throws(TranslationFailure) -> [EmittedStep] {
        var entries: OrderedDictionary<Atom, [Entry]> = [:]
        var others: [EmittedStep] = []
        for instruction in before {
            switch instruction.value {
            case .low(.loadObjectCode(let code)):
                let entry = Entry(version: code.version, modules: code.modules, sources: [instruction.source])
                entries[code.application, default: []].append(entry)
            case .low(let low):
                others.append(EmittedStep(instruction: low, reason: .written(instruction.source, move: nil)))
            case .high:
                // The split lets only two low-level instructions stand before the point of no return.
                continue
            }
        }
        for code in generated {
            let entry = Entry(
                version: .string(code.application.version), modules: code.modules, sources: code.sources)
            entries[code.application.name, default: []].append(entry)
        }

        var problems: [TranslationProblem] = []
        var merged: [EmittedStep] = []
        for (application, entries) in entries {
            guard let first = entries.first else { continue }
            // OTP looks from the end.
            if let other = entries.last(where: { !self.areEqual($0.version, first.version) }) {
                problems.append(
                    TranslationProblem(
                        .conflictingVersions(application, first.version, other.version), other.sources.first, scripts,
                        related: Array(first.sources.prefix(1))))
                continue
            }
            let code = LowLevelInstruction.ObjectCode(
                application: application, version: first.version, modules: self.modules(entries))
            merged.append(.shared(.loadObjectCode(code), .objectCode, entries.flatMap(\.sources)))
        }
        try TranslationFailure.throwIfAny(problems)
        return merged + others
    }

    /// As Erlang's `==`, which tells no integer from a float of the same value.
    private static func areEqual(_ one: Term, _ other: Term) -> Bool {
        one == other || TermOrder.compare(one, other) == .equal
    }

    private static func modules(_ entries: [Entry]) -> [Atom] {
        if entries.count == 1 { return entries[0].modules }
        var lastEntry: [Atom: Int] = [:]
        for (index, entry) in entries.enumerated() {
            for module in entry.modules { lastEntry[module] = index }
        }
        return entries.enumerated().flatMap { index, entry in entry.modules.filter { lastEntry[$0] == index } }
    }
}
