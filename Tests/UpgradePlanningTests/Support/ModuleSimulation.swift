import ErlangTerms
import ReleaseModel
import TestSupport

@testable import UpgradePlanning

/// What is loaded at each moment of a script, and which of its calls would fail.
struct ModuleSimulation {
    private let source: Application
    private let target: Application
    /// For each changed module those that must be exchanged before it on this way: with it in its new state and the other
    /// one in its old state a call would fail.
    private let needs: [Atom: Set<Atom>]
    /// The same, and theirs, and so on.
    private let reached: [Atom: Set<Atom>]

    init(_ old: Application, _ new: Application, _ mode: UpgradeMode) {
        let (source, target) = mode == .up ? (old, new) : (new, old)
        let needs = Self.needs(source, target)
        (self.source, self.target, self.needs) = (source, target, needs)
        self.reached = Dictionary(uniqueKeysWithValues: needs.keys.map { ($0, Self.reached(from: $0, needs)) })
    }

    // MARK: - Scripts

    static func translation(
        _ generated: GeneratedAppup, _ mode: UpgradeMode, _ old: Application, _ new: Application
    ) -> TranslationCase {
        func translated(_ application: Application) -> TranslatedApplication {
            TranslatedApplication(
                name: application.name.atom, version: application.version.text,
                modules: application.specification.modules.map(\.atom))
        }
        let (source, target) = mode == .up ? (old, new) : (new, old)
        return TranslationCase(
            mode: mode, scripts: [generated.instructions(mode).map(\.term)], applications: [translated(target)],
            previousApplications: [translated(source)])
    }

    static func translate(
        _ generated: GeneratedAppup, _ mode: UpgradeMode, _ old: Application, _ new: Application
    ) throws -> [Term] {
        try Self.translation(generated, mode, old, new).translated().get().map(\.instruction)
    }

    /// The module that a low-level instruction loads or removes.
    static func exchange(_ step: Term) -> Atom? {
        guard let parts = step.tupleElements, parts.count == 2, parts[0].isAtom("load") || parts[0].isAtom("remove")
        else { return nil }
        return parts[1].tupleElements?.first?.atomValue
    }

    // MARK: - Moments

    /// Calls of functions that are not there while their caller is, and circles that are torn apart.
    func violations(of script: [Term]) -> [String] {
        var loaded = Dictionary(uniqueKeysWithValues: self.source.modules.map { ($0.atom, $1) })
        var found: [String] = []
        let order = script.compactMap { Self.exchange($0) }
        for module in order {
            loaded[module] = self.facts(module, self.target)
            for (caller, facts) in loaded {
                for call in facts.imports.sorted(by: { "\($0)" < "\($1)" }) where self.isAnswered(call, facts) {
                    let isThere = loaded[call.module]?.exports(call.function, call.arity) ?? false
                    if !isThere, !self.areInCircle(caller, call.module) {
                        found.append("after \(module): \(caller) calls \(call.module):\(call.function)")
                    }
                }
            }
        }
        for circle in self.circles() {
            let places = order.indices.filter { circle.contains(order[$0]) }
            if let first = places.first, let last = places.last, last - first != places.count - 1 {
                found.append("\(circle) apart")
            }
        }
        return found
    }

    /// Dependencies on modules that need not come first.
    func needlessDependencies(_ generated: GeneratedAppup) -> [String] {
        generated.up.flatMap { instruction -> [String] in
            let parts = instruction.term.tupleElements ?? []
            let module = parts[1].atomValue ?? ""
            return (parts.last?.listElements ?? []).compactMap(\.atomValue).filter { dependency in
                !self.needs[module, default: []].contains(dependency)
                    && !self.needs[dependency, default: []].contains(module)
            }.map { "\(module) [\($0)]" }
        }
    }

    private func facts(_ module: Atom, _ application: Application) -> ModuleFacts? {
        ModuleName(validating: module).flatMap { application.modules[$0] }
    }

    /// Whether a call works in the versions of the application that have its caller as it is.
    private func isAnswered(_ call: ModuleFacts.ImportedFunction, _ caller: ModuleFacts) -> Bool {
        [self.source, self.target].filter { $0.modules[caller.name] == caller }.allSatisfy {
            self.facts(call.module, $0)?.exports(call.function, call.arity) ?? false
        }
    }

    // MARK: - Needs

    private static func needs(_ source: Application, _ target: Application) -> [Atom: Set<Atom>] {
        let changed = Set(source.modules.keys).union(target.modules.keys).filter {
            source.modules[$0] != target.modules[$0]
        }
        var needs: [Atom: Set<Atom>] = [:]
        for one in changed {
            for other in changed where one != other {
                if self.fails(target.modules[one], target, source.modules[other], other)
                    || self.fails(source.modules[other], source, target.modules[one], one)
                {
                    needs[one.atom, default: []].insert(other.atom)
                }
            }
        }
        return needs
    }

    /// Whether a module calls what works in its own version, and not with this state of the other one.
    private static func fails(
        _ caller: ModuleFacts?, _ version: Application, _ callee: ModuleFacts?, _ name: ModuleName
    ) -> Bool {
        caller?.imports.contains { call in
            call.module == name.atom && version.modules[name]?.exports(call.function, call.arity) ?? false
                && !(callee?.exports(call.function, call.arity) ?? false)
        } ?? false
    }

    private static func reached(from module: Atom, _ needs: [Atom: Set<Atom>]) -> Set<Atom> {
        var found: Set<Atom> = []
        var open = [module]
        while let next = open.popLast() {
            for other in needs[next] ?? [] where found.insert(other).inserted { open.append(other) }
        }
        return found
    }

    private func areInCircle(_ one: Atom, _ other: Atom) -> Bool {
        (self.reached[one] ?? []).contains(other) && (self.reached[other] ?? []).contains(one)
    }

    private func circles() -> Set<Set<Atom>> {
        Set(
            self.needs.keys.compactMap { module in
                let circle = (self.reached[module] ?? []).filter { (self.reached[$0] ?? []).contains(module) }
                return circle.count > 1 ? circle : nil
            })
    }

    // MARK: - Random applications

    /// Two versions of an application whose modules come, go, and call each other's functions, which come and go too;
    /// without circles all modules and functions stay.
    static func randomPair(
        _ generator: inout SeededGenerator, circles: Bool = true
    ) throws -> (old: Application, new: Application) {
        let count = Int.random(in: 1...10, using: &generator)
        let names = (0..<count).map { "m\($0)" }.shuffled(using: &generator)
        let busy = Int.random(in: 1...3, using: &generator)
        var kinds: [String: Int] = [:]
        for name in names { kinds[name] = Int.random(in: 0...3, using: &generator) }
        func version(_ generator: inout SeededGenerator) -> [String: AppupGeneratorTests.Module] {
            var exports: [String: [String]] = [:]
            for name in names where !circles || Int.random(in: 0..<8, using: &generator) > 0 {
                exports[name] = ["f/0", "f/1", "f/2"].filter { _ in
                    !circles || Int.random(in: 0..<5, using: &generator) > 0
                }
            }
            var modules: [String: AppupGeneratorTests.Module] = [:]
            for (number, name) in names.enumerated() {
                guard let functions = exports[name] else { continue }
                var calls: [String] = []
                for _ in 0..<Int.random(in: 0...busy, using: &generator) {
                    let callee = Int.random(in: circles ? 0..<count : number..<count, using: &generator)
                    guard circles || callee > number else { continue }
                    // Most calls are of functions that are there.
                    let offered = Int.random(in: 0..<6, using: &generator) > 0 ? exports[names[callee]] ?? [] : ["f/9"]
                    if let function = offered.randomElement(using: &generator) {
                        calls.append("\(names[callee]):\(function)")
                    }
                }
                let (behaviours, callbacks) =
                    [(["gen_server"], ["code_change/3"]), (["supervisor"], ["init/1"]), ([], []), ([], [])][
                        kinds[name] ?? 0]
                modules[name] = AppupGeneratorTests.Module(
                    code: "\(Int.random(in: 0..<2, using: &generator))\(functions)\(calls)", calls: calls,
                    behaviours: behaviours, exports: functions + callbacks)
            }
            return modules
        }
        let old = version(&generator)
        let new = version(&generator)
        return (try AppupGeneratorTests.application("1", old), try AppupGeneratorTests.application("2", new))
    }
}
