import ErlangTerms
import OrderedCollections

/// Stage 10: one `load_object_code` for each application, in front of everything else.
///
/// Applications stand in the order in which they first appear, modules in the order of the last instruction that names
/// them.
enum ObjectCodeMerge {
    private struct Entry {
        var code: LowLevelInstruction.ObjectCode
        var sources: [InstructionSource]
    }

    static func merge(
        _ before: [EmittedStep], scripts: [UpgradeScript]
    ) throws(TranslationFailure) -> [EmittedStep] {
        var entries: OrderedDictionary<Atom, [Entry]> = [:]
        var others: [EmittedStep] = []
        for step in before {
            guard case .loadObjectCode(let code) = step.instruction else {
                others.append(step)
                continue
            }
            let sources: [InstructionSource] =
                switch step.reason {
                case .written(let source, _): [source]
                case .shared(_, let sources): sources
                case .pointOfNoReturn: []
                }
            entries[code.application, default: []].append(Entry(code: code, sources: sources))
        }

        var problems: [TranslationProblem] = []
        var merged: [EmittedStep] = []
        for (application, entries) in entries {
            guard let first = entries.first else { continue }
            let version = first.code.version
            // OTP looks from the end, and compares with `==`.
            if let other = entries.last(where: { TermOrder.compare($0.code.version, version) != .equal }) {
                problems.append(
                    TranslationProblem(
                        .conflictingVersions(application, version, other.code.version), other.sources.first, scripts,
                        related: Array(first.sources.prefix(1))))
                continue
            }
            let code = LowLevelInstruction.ObjectCode(
                application: application, version: version, modules: self.modules(entries))
            merged.append(.shared(.loadObjectCode(code), .objectCode, entries.flatMap(\.sources)))
        }
        try TranslationFailure.throwIfAny(problems)
        return merged + others
    }

    private static func modules(_ entries: [Entry]) -> [Atom] {
        if entries.count == 1 { return entries[0].code.modules }
        var lastEntry: [Atom: Int] = [:]
        for (index, entry) in entries.enumerated() {
            for module in entry.code.modules { lastEntry[module] = index }
        }
        return entries.enumerated().flatMap { index, entry in
            entry.code.modules.filter { lastEntry[$0] == index }
        }
    }
}
