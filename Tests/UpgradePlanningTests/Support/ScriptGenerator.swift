import ErlangTerms
import ReleaseModel
import TestSupport

@testable import UpgradePlanning

/// Makes translations at random: scripts of every form of instruction, dependencies within and across applications,
/// cycles, added, removed and restarted applications, restarts; a part of them damaged in one or two places.
struct ScriptGenerator {
    private var junk: RandomTerm

    init(seed: UInt64) { self.junk = RandomTerm(seed: seed, hasIdentifiers: false) }

    /// One translation; `damage` says how many random changes are made to its scripts.
    mutating func next(damage: Int) -> TranslationCase {
        var draft = Draft()
        self.makeApplications(&draft)
        self.makeModuleInstructions(&draft)
        self.makeOtherInstructions(&draft)
        self.shuffle(&draft.instructions)
        var scripts = self.split(draft.instructions)
        for _ in 0..<damage { self.damage(&scripts) }
        if self.chance(10) { scripts.insert([], at: self.below(scripts.count + 1)) }
        return TranslationCase(
            mode: self.chance(2) ? .up : .down, scripts: scripts, applications: draft.applications,
            previousApplications: draft.previous)
    }

    private struct Draft {
        var applications: [TranslatedApplication] = []
        var previous: [TranslatedApplication] = []
        /// Modules that may get an instruction of their own.
        var free: [Atom] = []
        /// Modules that have one, and so can be depended upon.
        var chosen: [Atom] = []
        var instructions: [Term] = []
    }

    // MARK: - Applications

    private mutating func makeApplications(_ draft: inout Draft) {
        for number in 1...(1 + self.below(4)) {
            let name = Atom("app\(number)")
            let modules = (0..<self.below(7)).map { Atom("m\(number)\($0)") }
            let old = modules.filter { _ in !self.chance(4) } + (self.chance(3) ? [Atom("old\(number)")] : [])
            let type = StartType.allCases[self.below(StartType.allCases.count)]
            let now = TranslatedApplication(name: name, version: "2.\(number)", modules: modules, type: type)
            let before = TranslatedApplication(name: name, version: "1.\(number)", modules: old, type: .permanent)
            switch self.below(8) {
            case 0:
                draft.applications.append(now)
                draft.instructions.append(
                    self.chance(2)
                        ? .tuple(.atom("add_application"), .atom(name))
                        : .tuple(.atom("add_application"), .atom(name), .atom(type.atom)))
                draft.chosen += modules
            case 1:
                draft.previous.append(before)
                draft.instructions.append(.tuple(.atom("remove_application"), .atom(name)))
            case 2:
                draft.applications.append(now)
                draft.previous.append(before)
                draft.instructions.append(.tuple(.atom("restart_application"), .atom(name)))
                draft.chosen += modules
            default:
                draft.applications.append(now)
                draft.previous.append(before)
                draft.free += modules
            }
        }
        draft.applications.append(TranslatedApplication(name: "low", version: "9", modules: ["x1", "x2", "x3"]))
    }

    // MARK: - Instructions

    private mutating func makeModuleInstructions(_ draft: inout Draft) {
        let changed = draft.free.filter { _ in !self.chance(3) }
        let deleted = (0..<self.below(3)).map { Atom("gone\($0)") }
        draft.chosen += changed + deleted
        for module in changed { draft.instructions.append(self.change(module, draft.chosen)) }
        for module in deleted {
            let dependencies = self.dependencies(draft.chosen)
            draft.instructions.append(
                self.chance(2)
                    ? .tuple(.atom("delete_module"), .atom(module), dependencies)
                    : .tuple(.atom("delete_module"), .atom(module)))
        }
    }

    private mutating func change(_ module: Atom, _ chosen: [Atom]) -> Term {
        let (name, mod, deps) = (Term.atom("update"), Term.atom(module), self.dependencies(chosen))
        switch self.below(14) {
        case 0: return .tuple(name, mod)
        case 1: return .tuple(name, mod, .atom("supervisor"))
        case 2: return .tuple(name, mod, self.changeOperand())
        case 3: return .tuple(name, mod, deps)
        case 4: return .tuple(name, mod, self.changeOperand(), deps)
        case 5: return .tuple(name, mod, self.changeOperand(), self.purge(), self.purge(), deps)
        case 6: return .tuple(name, mod, self.timeout(), self.changeOperand(), self.purge(), self.purge(), deps)
        case 7, 8:
            return .tuple(
                name, mod, .atom(self.chance(2) ? "static" : "dynamic"), self.timeout(), self.changeOperand(),
                self.purge(), self.purge(), deps)
        case 9: return .tuple(.atom("load_module"), mod)
        case 10: return .tuple(.atom("load_module"), mod, deps)
        case 11: return .tuple(.atom("load_module"), mod, self.purge(), self.purge(), deps)
        case 12: return .tuple(.atom("add_module"), mod)
        default: return .tuple(.atom("add_module"), mod, deps)
        }
    }

    private mutating func makeOtherInstructions(_ draft: inout Draft) {
        for number in 0..<self.below(5) {
            let call = Term.tuple(.atom("io"), .atom("nl"), .list([.integer(number)]))
            switch self.below(9) {
            case 0: draft.instructions.append(.tuple(.atom("apply"), call))
            case 1: draft.instructions.append(.tuple(.atom("sync_nodes"), .integer(number), call))
            case 2:
                draft.instructions.append(.tuple(.atom("sync_nodes"), .integer(number), .list([.atom("a@b")])))
            case 3:
                draft.instructions += [
                    .tuple(
                        .atom("suspend"), .list([.atom("x1"), .tuple(.atom("x2"), self.timeout())])),
                    .tuple(.atom("resume"), .list([.atom("x2"), .atom("x1")])),
                ]
            case 4:
                draft.instructions += [
                    .tuple(.atom("stop"), .list([.atom("x3")])), .tuple(.atom("start"), .list([.atom("x3")])),
                ]
            case 5:
                let module = Term.atom(["x1", "x2", "x3"][self.below(3)])
                draft.instructions += [
                    .tuple(.atom("load"), .tuple(module, self.purge(), self.purge())),
                    .tuple(.atom("load_object_code"), .tuple(.atom("low"), .string("9"), .list([module]))),
                ]
            case 6:
                let conversions = Term.list([.tuple(.atom("x1"), .atom("extra"))])
                draft.instructions.append(
                    self.chance(2)
                        ? .tuple(.atom("code_change"), conversions)
                        : .tuple(.atom("code_change"), .atom(self.chance(2) ? "up" : "down"), conversions))
            case 7:
                draft.instructions.append(.tuple(.atom("purge"), .list([.atom("x1")])))
            default:
                draft.instructions.append(
                    .atom(["restart_new_emulator", "restart_emulator", "reboot", "restart"][self.below(4)]))
            }
        }
    }

    private mutating func dependencies(_ chosen: [Atom]) -> Term {
        if chosen.isEmpty || self.chance(2) { return .emptyList }
        return .list((0...self.below(2)).map { _ in .atom(chosen[self.below(chosen.count)]) })
    }

    private mutating func changeOperand() -> Term {
        self.chance(3) ? .atom("soft") : .tuple(.atom("advanced"), .integer(self.below(9)))
    }

    private mutating func purge() -> Term { .atom(self.chance(2) ? "soft_purge" : "brutal_purge") }

    private mutating func timeout() -> Term {
        [.atom("default"), .atom("infinity"), .integer(1 + self.below(9999))][self.below(3)]
    }

    // MARK: - Scripts

    private mutating func split(_ instructions: [Term]) -> [[Term]] {
        var scripts: [[Term]] = [[]]
        for instruction in instructions {
            if self.chance(4) { scripts.append([]) }
            scripts[scripts.count - 1].append(instruction)
        }
        for index in scripts.indices where self.chance(3) {
            let early = (0..<self.below(3)).map {
                Term.tuple(.atom("apply"), .tuple(.atom("io"), .atom("nl"), .list([.integer(100 + $0)])))
            }
            scripts[index] = early + [.atom("point_of_no_return")] + scripts[index]
        }
        return scripts
    }

    private mutating func damage(_ scripts: inout [[Term]]) {
        let filled = scripts.indices.filter { !scripts[$0].isEmpty }
        if filled.isEmpty { return }
        let script = filled[self.below(filled.count)]
        let index = self.below(scripts[script].count)
        switch self.below(10) {
        case 0: scripts[script].insert(scripts[script][index], at: self.below(scripts[script].count))
        case 1: scripts[script].remove(at: index)
        case 2: scripts[script].insert(.atom("point_of_no_return"), at: index)
        case 3: scripts[script][index] = .list([scripts[script][index], .atom("restart")])
        case 4: scripts[script].insert(self.junkTerm(), at: index)
        default: scripts[script][index] = self.damaged(scripts[script][index])
        }
    }

    /// The term with one node exchanged, added or removed.
    private mutating func damaged(_ term: Term) -> Term {
        switch term {
        case .tuple(let elements) where !elements.isEmpty && !self.chance(6): .tuple(self.damaged(elements))
        case .list(let elements) where !elements.isEmpty && !self.chance(4):
            self.chance(8) ? .list(elements, tail: .atom("tail")) : .list(self.damaged(elements))
        default: self.junkTerm()
        }
    }

    private mutating func damaged(_ elements: [Term]) -> [Term] {
        var elements = elements
        let index = self.below(elements.count)
        switch self.below(6) {
        case 0: elements.remove(at: index)
        case 1: elements.insert(self.junkTerm(), at: index)
        default: elements[index] = self.damaged(elements[index])
        }
        return elements
    }

    private mutating func junkTerm() -> Term {
        let likely: [Term] = [
            .atom("app1"), .atom("app9"), .atom("m10"), .atom("nowhere"), .integer(0), .emptyList,
            .list([.atom("m11")]),
            .atom("soft"), .atom("update"), .tuple(.atom("advanced"), .integer(1)), .string("2.1"),
            .atom("mnesia_backup"),
            .list([.integer(1)]),
        ]
        return self.chance(4) ? self.junk.next(depth: 2) : likely[self.below(likely.count)]
    }

    // MARK: - Chance

    private mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self.junk.generator) }

    /// True once in `count` times.
    private mutating func chance(_ count: Int) -> Bool { self.below(count) == 0 }

    private mutating func shuffle(_ instructions: inout [Term]) { instructions.shuffle(using: &self.junk.generator) }
}
