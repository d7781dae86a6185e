import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Where OTP leaves the order to the hashes of its virtual machine, ours is one of those it may choose, always the same: of
/// the groups of modules that nothing waiting depends on, the one that was written first. Here that order is found in the
/// plainest way there is, for random scripts.
@Suite struct CanonicalOrderTests {
    @Test(arguments: UpgradeMode.allCases) func randomScriptsComeInTheCanonicalOrder(mode: UpgradeMode) throws {
        var generator = SeededGenerator(seed: mode == .up ? 371 : 372)
        var blocks = 0
        for _ in 0..<400 {
            let count = Int.random(in: 1...9, using: &generator)
            let dependencies = (0..<count).map { _ in
                (0..<count).filter { _ in Int.random(in: 0..<(count + 2), using: &generator) < 2 }
            }
            var instructions: [Term] = []
            for module in 0..<count {
                if Bool.random(using: &generator) { instructions.append(Self.call(module)) }
                let names = dependencies[module].shuffled(using: &generator).map { Term.atom(Self.name($0)) }
                instructions.append(.tuple(.atom("load_module"), .atom(Self.name(module)), .list(names)))
            }
            let application = TranslatedApplication(
                name: "t", version: "1", modules: (0..<count).map(Self.name).shuffled(using: &generator))
            let steps = try ScriptTranslation.translate(
                mode: mode, scripts: [UpgradeScript(instructions, origin: .caller(0))], applications: [application],
                previousApplications: [application]
            ).get()
            let (expected, blockCount) = Self.expected(instructions, dependencies, mode)
            blocks += blockCount
            let after = steps.map(\.instruction).drop { $0 != .atom("point_of_no_return") }.dropFirst()
            #expect(Array(after) == expected, "\(instructions)")
        }
        #expect(blocks > 300)
    }

    private static func name(_ module: Int) -> Atom { Atom("m\(module)") }

    private static func call(_ number: Int) -> Term {
        .tuple(.atom("apply"), .tuple(.atom("io"), .atom("nl"), .list([.integer(number)])))
    }

    private static func load(_ module: Int) -> Term {
        let purge = Term.atom("brutal_purge")
        return .tuple(.atom("load"), .tuple(.atom(self.name(module)), purge, purge))
    }

    /// The script behind the point of no return, and how many blocks of several modules it has.
    private static func expected(
        _ instructions: [Term], _ dependencies: [[Int]], _ mode: UpgradeMode
    ) -> (script: [Term], blocks: Int) {
        let count = dependencies.count
        let reaches = self.closure(count) { dependencies[$0].contains($1) }
        let touches = self.closure(count) { dependencies[$0].contains($1) || dependencies[$1].contains($0) }
        var emitted: Set<Int> = []
        var script: [Term] = []
        var blocks = 0
        for instruction in instructions {
            guard instruction.tupleElements?.first == .atom("load_module"),
                let module = (0..<count).first(where: { instruction.tupleElements?[1] == .atom(self.name($0)) })
            else {
                script.append(instruction)
                continue
            }
            guard !emitted.contains(module) else { continue }
            var waiting = (0..<count).filter { $0 == module || touches[module][$0] }
            if waiting.count > 1 { blocks += 1 }
            emitted.formUnion(waiting)
            var order: [Int] = []
            while !waiting.isEmpty {
                // A group is what reaches each other; it is free when no waiting module outside it depends on it.
                let free = waiting.first { candidate in
                    waiting.allSatisfy { !reaches[$0][candidate] || reaches[candidate][$0] || $0 == candidate }
                }
                guard let free else { break }
                let group = waiting.filter { $0 == free || reaches[$0][free] && reaches[free][$0] }
                order += group
                waiting.removeAll { group.contains($0) }
            }
            script += (mode == .up ? order.reversed() : order).map(self.load)
        }
        return (script, blocks)
    }

    /// Which vertices lead to which, by way of others too.
    private static func closure(_ count: Int, _ isEdge: (Int, Int) -> Bool) -> [[Bool]] {
        var reaches = (0..<count).map { from in (0..<count).map { isEdge(from, $0) } }
        for middle in 0..<count {
            for from in 0..<count where reaches[from][middle] {
                for to in 0..<count where reaches[middle][to] { reaches[from][to] = true }
            }
        }
        return reaches
    }
}
