import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Which modules are exchanged before which others, and which of them are suspended together.
@Suite struct ModuleOrderTests {
    typealias Module = AppupGeneratorTests.Module

    private static func generate(_ old: [String: Module], _ new: [String: Module]) throws -> GeneratedAppup {
        AppupGenerator.generate(
            old: try AppupGeneratorTests.application("1", old), new: try AppupGeneratorTests.application("2", new))
    }

    private static func lines(_ instructions: [GeneratedAppup.Instruction]) -> [String] {
        AppupGeneratorTests.lines(instructions)
    }

    // MARK: - What is a need

    /// Two versions of an application, what the way up says, and what makes an instruction wait.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let old: [String: Module]
        let new: [String: Module]
        let up: [String]
        var reason: String?
    }

    private static let behaviour = Module(code: "1", exports: ["behaviour_info/1"])

    private static let cases: [Case] = [
        Case(
            testDescription: "a function that is new",
            old: ["a": Module(code: "1"), "z": Module(code: "1", exports: ["g/0"])],
            new: ["a": Module(code: "2", calls: ["z"]), "z": Module(code: "2", exports: ["f/0", "g/0"])],
            up: ["{load_module,z}", "{load_module,a,[z]}"],
            reason: "after `z`, whose `f/0` is new in 2 and which it calls"),
        Case(
            testDescription: "a function that stays",
            old: ["a": Module(code: "1", calls: ["z"]), "z": Module(code: "1", exports: ["f/0"])],
            new: ["a": Module(code: "2", calls: ["z"]), "z": Module(code: "2", exports: ["f/0", "g/0"])],
            up: ["{load_module,z}", "{load_module,a}"], reason: "after `z`, which it calls"),
        Case(
            testDescription: "a new call of a function that was there",
            old: ["a": Module(code: "1"), "z": Module(code: "1", exports: ["f/0"])],
            new: ["a": Module(code: "2", calls: ["z"]), "z": Module(code: "2", exports: ["f/0"])],
            up: ["{load_module,z}", "{load_module,a}"], reason: "after `z`, which it calls"),
        Case(
            testDescription: "a supervisor whose init/1 asks a process for what is new",
            old: [
                "a_sup": Module(code: "1", behaviours: ["supervisor"]),
                "z": Module(code: "1", behaviours: ["gen_server"], exports: ["code_change/3"]),
            ],
            new: [
                "a_sup": Module(code: "2", calls: ["z"], behaviours: ["supervisor"]),
                "z": Module(code: "2", behaviours: ["gen_server"], exports: ["code_change/3", "f/0"]),
            ],
            up: ["{update,z,{advanced,[]}}", "{update,a_sup,supervisor}"], reason: "after `z`, which it calls"),
        Case(
            testDescription: "a call that nobody answers in either version",
            old: ["a": Module(code: "1"), "z": Module(code: "1")],
            new: ["a": Module(code: "2", calls: ["z"]), "z": Module(code: "2")],
            up: ["{load_module,z}", "{load_module,a}"]),
        Case(
            testDescription: "a function that goes",
            old: ["a": Module(code: "1", exports: ["f/0"]), "z": Module(code: "1", calls: ["a"])],
            new: ["a": Module(code: "2"), "z": Module(code: "2")],
            up: ["{load_module,z}", "{load_module,a,[z]}"], reason: "after `z`, which in 1 calls its `f/0`, gone in 2"),
        Case(
            testDescription: "a module that comes",
            old: ["a": Module(code: "1")],
            new: ["a": Module(code: "2", calls: ["z"]), "z": Module(code: "1", exports: ["f/0"])],
            up: ["{add_module,z}", "{load_module,a,[z]}"], reason: "after `z`, which is new in 2 and which it calls"),
        Case(
            testDescription: "a module that comes and is called by nobody",
            old: ["a": Module(code: "1")], new: ["a": Module(code: "2"), "z": Module(code: "1", exports: ["f/0"])],
            up: ["{load_module,a}", "{add_module,z}"]),
        Case(
            testDescription: "a module that goes",
            old: ["a": Module(code: "1", exports: ["f/0"]), "z": Module(code: "1", calls: ["a"])],
            new: ["z": Module(code: "2")], up: ["{load_module,z}", "{delete_module,a,[z]}"],
            reason: "after `z`, which calls it in 1"),
        Case(
            testDescription: "a callback that comes",
            old: ["a": behaviour, "z": Module(code: "1", behaviours: ["a"])],
            new: [
                "a": Module(code: "2", exports: ["behaviour_info/1"]),
                "z": Module(code: "2", behaviours: ["a"], exports: ["cb/1"]),
            ],
            up: ["{load_module,z}", "{load_module,a,[z]}"],
            reason: "after `z`, which implements it and whose `cb/1` is new in 2"),
        Case(
            testDescription: "a callback that goes",
            old: ["a": Module(code: "1", behaviours: ["z"], exports: ["cb/1"]), "z": behaviour],
            new: ["a": Module(code: "2", behaviours: ["z"]), "z": Module(code: "2", exports: ["behaviour_info/1"])],
            up: ["{load_module,z}", "{load_module,a,[z]}"],
            reason: "after `z`, its behaviour, which in 1 may call its `cb/1`, gone in 2"),
        Case(
            testDescription: "a behaviour whose implementation keeps its functions",
            old: ["a": Module(code: "1", behaviours: ["z"], exports: ["cb/1"]), "z": behaviour],
            new: [
                "a": Module(code: "2", behaviours: ["z"], exports: ["cb/1"]),
                "z": Module(code: "2", exports: ["behaviour_info/1"]),
            ],
            up: ["{load_module,z}", "{load_module,a}"]),
        Case(
            testDescription: "an implementation of a protocol that comes",
            old: ["a": Module(code: "1", exports: ["__protocol__/1"])],
            new: [
                "a": Module(code: "2", exports: ["__protocol__/1"]),
                "z": Module(code: "1", behaviours: ["a"], exports: ["__impl__/1"]),
            ],
            up: ["{add_module,z}", "{load_module,a,[z]}"], reason: "after `z`, a new implementation of this protocol"),
        Case(
            testDescription: "an implementation of a protocol that goes",
            old: [
                "a": Module(code: "1", behaviours: ["z"], exports: ["__impl__/1"]),
                "z": Module(code: "1", exports: ["__protocol__/1"]),
            ],
            new: ["z": Module(code: "2", exports: ["__protocol__/1"])],
            up: ["{load_module,z}", "{delete_module,a,[z]}"], reason: "after `z`, the protocol that it implements in 1"),
        Case(
            testDescription: "a struct of another shape",
            old: ["a": Module(code: "1", calls: ["z"]), "z": Module(code: "1", exports: ["f/0", "__struct__/0"])],
            new: ["a": Module(code: "2", calls: ["z"]), "z": Module(code: "2", exports: ["f/0", "__struct__/0"])],
            up: ["{load_module,z}", "{load_module,a,[z]}"], reason: "after `z`, which it calls and whose struct changed"
        ),
    ]

    @Test(arguments: cases) func onlyNeedsAreDependencies(_ example: Case) throws {
        let generated = try Self.generate(example.old, example.new)
        #expect(Self.lines(generated.up) == example.up)
        if let reason = example.reason {
            #expect(generated.up.last?.cause.because.map(\.text).contains(reason) == true, "\(generated.up)")
        }
        // Each instruction has its opposite, and the other order.
        let opposite = example.up.reversed().map { line in
            if line.hasPrefix("{add") { return "{delete" + line.dropFirst(4) }
            return line.hasPrefix("{delete") ? "{add" + line.dropFirst(7) : line
        }
        #expect(Self.lines(generated.down) == opposite)
        #expect(generated.findings.isEmpty)
    }

    // MARK: - Circles

    /// Each of `a` and `b` calls a function of the other that is new.
    private static func pair(_ kind: Module) -> (old: [String: Module], new: [String: Module]) {
        var (old, new) = (kind, kind)
        old.code = "1"
        new.code = "2"
        new.exports.append("f/0")
        var (first, second) = (new, new)
        first.calls = ["b"]
        second.calls = ["a"]
        return (["a": old, "b": old], ["a": first, "b": second])
    }

    @Test func modulesThatNeedEachOtherAreLoadedTogetherAndNobodyIsSuspended() throws {
        let (old, new) = Self.pair(Module(code: ""))
        let generated = try Self.generate(old, new)
        #expect(Set(Self.lines(generated.up)) == ["{load_module,a,[b]}", "{load_module,b,[a]}"])
        #expect(Set(Self.lines(generated.down)) == ["{load_module,a,[b]}", "{load_module,b,[a]}"])
        let finding = try #require(generated.findings.first)
        #expect(generated.findings.map(\.id) == [.appupModulesNeedEachOther])
        #expect(
            finding.summary
                == "`a` and `b` need each other's new code, and no process that uses `a` and `b` is suspended")
        #expect(
            finding.notes.map(\.text) == [
                "`a` after `b`, whose `f/0` is new in 2 and which it calls",
                "`b` after `a`, whose `f/0` is new in 2 and which it calls",
            ])
    }

    @Test func modulesThatNeedEachOtherAreLoadedUnderOneSuspension() throws {
        let (old, new) = Self.pair(
            Module(code: "", behaviours: ["gen_server"], exports: ["code_change/3"]))
        let generated = try Self.generate(old, new)
        #expect(Set(Self.lines(generated.up)) == ["{update,a,{advanced,[]},[b]}", "{update,b,{advanced,[]},[a]}"])
        #expect(generated.findings.isEmpty)
        let before = try AppupGeneratorTests.application("1", old)
        let after = try AppupGeneratorTests.application("2", new)
        for mode in UpgradeMode.allCases {
            let steps = try ModuleSimulation.translate(generated, mode, before, after).map { TermPrinter.line($0) }
            #expect(steps.filter { $0.hasPrefix("{suspend,") }.count == 1)
        }
    }

    @Test func addedModulesMayNeedEachOther() throws {
        let generated = try Self.generate(
            ["m": Module(code: "1")],
            [
                "m": Module(code: "2", calls: ["x"], exports: ["f/0"]),
                "x": Module(code: "1", calls: ["y", "m"], exports: ["f/0"]),
                "y": Module(code: "1", calls: ["x"], exports: ["f/0"]),
            ])
        #expect(generated.findings.isEmpty)
        let old = try AppupGeneratorTests.application("1", ["m": Module(code: "1")])
        let new = try AppupGeneratorTests.application(
            "2", ["m": Module(code: "2"), "x": Module(code: "1"), "y": Module(code: "1")])
        let up = try ModuleSimulation.translate(generated, .up, old, new).compactMap { ModuleSimulation.exchange($0) }
        #expect(up.last == "m")
        let down = try ModuleSimulation.translate(generated, .down, old, new).compactMap {
            ModuleSimulation.exchange($0)
        }
        #expect(down.first == "m")
    }

    // MARK: - Laws

    /// Whatever is exchanged in whatever order: no loaded module calls a function that is not there, on the way up and on
    /// the way down, with our translation and with that of systools; only modules that need each other may, and they are
    /// exchanged right after each other. No module waits for another one without a need.
    @Test(.enabled(if: OTP.isInstalled)) func nothingCallsWhatIsNotThere() async throws {
        var generator = SeededGenerator(seed: 41)
        var cases: [TranslationCase] = []
        var simulations: [ModuleSimulation] = []
        for _ in 0..<250 {
            let (old, new) = try ModuleSimulation.randomPair(&generator)
            let generated = AppupGenerator.generate(old: old, new: new)
            for mode in UpgradeMode.allCases {
                let simulation = ModuleSimulation(old, new, mode)
                #expect(simulation.needlessDependencies(generated) == [])
                let translation = ModuleSimulation.translation(generated, mode, old, new)
                #expect(simulation.violations(of: try translation.translated().get().map(\.instruction)) == [])
                cases.append(translation)
                simulations.append(simulation)
            }
        }
        for (simulation, answer) in zip(simulations, try await SystoolsOracle.translate(cases)) {
            guard case .script(let script) = answer else {
                Issue.record("\(answer)")
                continue
            }
            #expect(simulation.violations(of: script) == [])
        }
    }

    /// Where nothing is needed and nothing runs in a circle, every called module is exchanged before its callers on the way
    /// up and after them on the way down, and nobody waits for anybody.
    @Test func calledModulesComeFirst() throws {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<300 {
            let (old, new) = try ModuleSimulation.randomPair(&generator, circles: false)
            let generated = AppupGenerator.generate(old: old, new: new)
            #expect(generated.up.allSatisfy { $0.term.tupleElements?.last?.listElements?.first?.atomValue == nil })
            for mode in UpgradeMode.allCases {
                let order = try ModuleSimulation.translate(generated, mode, old, new).compactMap {
                    ModuleSimulation.exchange($0)
                }
                let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
                for (caller, facts) in new.modules {
                    for call in facts.imports {
                        guard let one = place[caller.atom], let two = place[call.module] else { continue }
                        #expect(mode == .up ? two < one : one < two, "\(generated.up.map(\.term))")
                    }
                }
            }
        }
    }
}
