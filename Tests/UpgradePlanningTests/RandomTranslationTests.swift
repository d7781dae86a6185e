import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Random translations, compared with real systools.
///
/// OTP leaves the order inside a block of dependent modules to hashing. So its order is read off its answer and given
/// to our translation as the tie-break: the two must then be equal to the last instruction, which also proves that OTP's
/// order keeps every dependency that ours keeps.
@Suite struct RandomTranslationTests {
    @Test(.enabled(if: OTP.isInstalled), arguments: [0, 1, 2])
    func equalsSystools(damage: Int) async throws {
        var generator = ScriptGenerator(seed: UInt64(1000 + damage))
        let cases = (0..<600).map { _ in generator.next(damage: damage) }
        let answers = try await SystoolsOracle.translate(cases)
        var scripts = 0
        for (number, (translation, answer)) in zip(cases, answers).enumerated() {
            if case .script = answer { scripts += 1 }
            let difference = Self.difference(translation, answer)
            #expect(difference == nil, "case \(number): \(difference ?? "") \(translation)")
        }
        #expect(damage > 0 || scripts == cases.count, "undamaged scripts are valid")
        #expect(damage == 0 || (scripts > 20 && scripts < cases.count))
    }

    /// Where the order is open ours depends on the order of the instructions alone.
    @Test func onlyTheOrderOfInstructionsCounts() throws {
        var generator = ScriptGenerator(seed: 5)
        var shuffler = SeededGenerator(seed: 6)
        for _ in 0..<200 {
            let translation = generator.next(damage: 0)
            var other = translation
            other.applications.shuffle(using: &shuffler)
            other.previousApplications.shuffle(using: &shuffler)
            other.scripts = translation.scripts.map { script in
                script.map { instruction in
                    guard case .tuple(let elements) = instruction, elements.count > 2,
                        ["update", "load_module", "add_module", "delete_module"].contains(elements[0].atomValue ?? ""),
                        case .list(let dependencies)? = elements.last
                    else { return instruction }
                    return .tuple(elements.dropLast() + [.list(dependencies.shuffled(using: &shuffler))])
                }
            }
            #expect(
                try translation.translated().get().map(\.instruction) == other.translated().get().map(\.instruction))
        }
    }

    @Test func readsTheRecordsOfSystools() throws {
        var generator = ScriptGenerator(seed: 7)
        for _ in 0..<20 {
            let translation = generator.next(damage: 0)
            let records = translation.term.tupleElements?[2].listElements ?? []
            #expect(records.map { TranslatedApplication(record: $0) } == translation.applications)
        }
        #expect(TranslatedApplication(record: .atom("application")) == nil)
    }

    /// What distinguishes our answer from OTP's; nil when nothing does.
    private static func difference(_ translation: TranslationCase, _ answer: SystoolsOracle.Answer) -> String? {
        switch answer {
        case .script(let expected):
            let ranks = self.ranks(expected, translation.mode)
            guard case .success(let steps) = translation.translated(.rank(ranks)) else {
                return "we fail, OTP says \(expected)"
            }
            let actual = steps.map(\.instruction)
            if actual != expected { return "we say \(actual), OTP says \(expected)" }
            guard case .success(let canonical) = translation.translated() else { return "order decides" }
            return Self.parts(canonical.map(\.instruction)) == Self.parts(expected) ? nil : "other parts"
        case .error(let reason):
            guard case .failure(let failure) = translation.translated() else { return "OTP says \(reason)" }
            if failure.raisesInOTP { return "we raise, OTP says \(reason)" }
            if case .noSuchModule? = failure.problems.first?.kind {
                // Which one of a block OTP meets first is left to hashing.
                return failure.problems.contains { $0.kind.otpReason == reason } ? nil : "OTP says \(reason)"
            }
            return failure.otpReason == reason ? nil : "we say \(failure.otpReason), OTP says \(reason)"
        case .raised(let reason):
            guard case .failure(let failure) = translation.translated(), failure.raisesInOTP else {
                return "OTP raises \(reason)"
            }
            return nil
        }
    }

    /// The order in which OTP arranged the modules: dependants first.
    private static func ranks(_ script: [Term], _ mode: UpgradeMode) -> [Atom: Int] {
        var loaded: Set<Atom> = []
        for instruction in script {
            guard let elements = instruction.tupleElements, elements.count == 2,
                let module = elements[1].tupleElements?.first?.atomValue
            else { continue }
            if elements[0].isAtom("load") { loaded.insert(module) }
        }
        var positions: [Atom: Int] = [:]
        var exchanges: [Atom] = []
        for instruction in script {
            guard let elements = instruction.tupleElements, elements.count == 2,
                let module = elements[1].tupleElements?.first?.atomValue
            else { continue }
            let counts =
                elements[0].isAtom("load")
                || elements[0].isAtom("remove") && !loaded.contains(module)
            if counts { exchanges.append(module) }
        }
        for (index, module) in (mode == .up ? exchanges.reversed() : exchanges).enumerated() {
            positions[module] = index
        }
        return positions
    }

    /// The instructions, without the order inside lists and among each other.
    private static func parts(_ script: [Term]) -> Set<Term> {
        var parts: Set<Term> = []
        for instruction in script {
            guard let elements = instruction.tupleElements, elements.count >= 2, let list = elements.last?.listElements
            else {
                if let code = instruction.tupleElements?.last?.tupleElements, code.count == 3,
                    let modules = code[2].listElements
                {
                    for module in modules { parts.insert(.tuple(instruction.tupleElements?[0] ?? .emptyList, module)) }
                } else {
                    parts.insert(instruction)
                }
                continue
            }
            for element in list { parts.insert(.tuple(Array(elements.dropLast()) + [element])) }
        }
        return parts
    }
}
