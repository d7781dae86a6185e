import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Whatever stands in an appup, the translation ends with a script or with findings.
@Suite struct HostileScriptTests {
    @Test func randomTermsNeverTrap() {
        var random = RandomTerm(seed: 20)
        let names: [Term] = ["update", "load_module", "suspend", "code_change", "load_object_code", "apply"].map {
            .atom($0)
        }
        for _ in 0..<400 {
            var instructions: [Term] = []
            for _ in 0..<3 {
                let term = random.next(depth: 4)
                if case .tuple(let elements) = term {
                    instructions.append(.tuple([names[Int.random(in: 0..<6, using: &random.generator)]] + elements))
                }
                instructions.append(term)
            }
            for mode in UpgradeMode.allCases {
                let translation = TranslationCase(
                    mode: mode, scripts: [instructions], applications: WorkedExamplesTests.newer,
                    previousApplications: WorkedExamplesTests.older)
                if case .failure(let failure) = translation.translated() {
                    #expect(!failure.diagnostics(mode).isEmpty)
                }
            }
        }
    }

    /// Dependencies as deep and as many as there are modules.
    @Test(arguments: [1, -1]) func longChainsNeedNoRecursion(direction: Int) throws {
        let count = 6_000
        let modules = (0..<count).map { Atom("m\($0)") }
        let instructions = modules.indices.map { index in
            let next = (index + direction + count) % count
            let dependencies: [Term] = next == 0 && direction == 1 ? [] : [.atom(modules[next])]
            return Term.tuple(.atom("load_module"), .atom(modules[index]), .list(dependencies))
        }
        let application = TranslatedApplication(name: "long", version: "1", modules: modules)
        let translation = TranslationCase(
            mode: .up, scripts: [instructions], applications: [application], previousApplications: [])
        #expect(try translation.translated().get().count == count + 2)
    }

    @Test func manyInstructionsTakeNoQuadraticTime() throws {
        let count = 10_000
        let call = Term.tuple(.atom("apply"), .tuple(.atom("m"), .atom("f"), .emptyList))
        let code = (0..<count).map { number in
            Term.tuple(
                .atom("load_object_code"), .tuple(.atom("t"), .string("2"), .list([.atom("m\(number)"), .atom("a")])))
        }
        let translation = TranslationCase(
            mode: .down, scripts: [Array(repeating: call, count: count), code, [.atom("restart_new_emulator")]],
            applications: WorkedExamplesTests.older, previousApplications: WorkedExamplesTests.newer)
        #expect(try translation.translated().get().count == count + 3)
    }
}
