import ErlangTerms
import ReleaseModel

/// Puts generated instructions between those that a person wrote.
///
/// What the person wrote stays in its order. An instruction goes behind the one that was generated before it, and behind
/// the modules that it waits for (before them on the way down). Above that it goes before those that wait for it (behind
/// them on the way down): they may lack DepMods, which the instruction itself has. Where a script has nothing to hold on
/// to but calls, new code comes before them on the way up and after them on the way down.
struct HandMerge {
    /// One instruction of the result.
    struct Element: Hashable, Sendable {
        let term: Term
        /// Its number among the person's instructions; nil where it was generated.
        let written: Int?
        /// Its number among the generated instructions, or that of the one that it stands for.
        let generated: Int?
    }

    private(set) var elements: [Element]

    /// - Parameters:
    ///   - counterparts: for each generated instruction the number of the person's that stands for it.
    ///   - missing: the numbers of the generated instructions to put in, ascending.
    init(
        _ written: [Term], _ generated: [GeneratedAppup.Instruction], counterparts: [Int?], missing: [Int],
        _ mode: UpgradeMode
    ) {
        var standsFor: [Int: Int] = [:]
        for (number, counterpart) in counterparts.enumerated() {
            if let counterpart, standsFor[counterpart] == nil { standsFor[counterpart] = number }
        }
        self.elements = written.enumerated().map {
            Element(term: $1, written: $0, generated: standsFor[$0])
        }
        let parsed = generated.map { WrittenScript.parse($0.term).first }
        for number in missing {
            let place = self.place(of: number, parsed, counterparts, mode)
            self.elements.insert(
                Element(term: generated[number].term, written: nil, generated: number), at: place)
        }
    }

    private func place(
        of number: Int, _ generated: [UpgradeInstruction?], _ counterparts: [Int?], _ mode: UpgradeMode
    ) -> Int {
        /// Where a generated instruction, or what stands for it, is now.
        func position(_ other: Int) -> Int? {
            self.elements.firstIndex { element in
                element.written.map { $0 == counterparts[other] } ?? (element.generated == other)
            }
        }
        let waiters = generated.indices.filter { other in
            guard other != number, let module = generated[number]?.module else { return false }
            return generated[other]?.dependencies.contains(module) ?? false
        }
        let preferred =
            (0..<number).reversed().lazy.compactMap { position($0).map { $0 + 1 } }.first
            ?? generated.indices.dropFirst(number + 1).lazy.compactMap { position($0) }.first
            ?? (mode == .up ? 0 : self.elements.count)
        let own = (generated[number]?.dependencies ?? []).compactMap { dependency in
            generated.firstIndex { $0?.module == dependency }.flatMap { position($0) }
        }
        switch mode {
        case .up:
            let behind = max(preferred, (own.max() ?? -1) + 1)
            return min(behind, waiters.compactMap { position($0) }.min() ?? behind)
        case .down:
            let before = min(preferred, own.min() ?? preferred)
            return max(before, waiters.compactMap { position($0).map { $0 + 1 } }.max() ?? before)
        }
    }
}
