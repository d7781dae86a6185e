import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Appups made of two versions' modules.
@Suite struct AppupGeneratorTests {
    /// A module in a few words: its code (any text), what it calls (a module's `f/0`, or `module:g/1`), its behaviours and
    /// exports.
    struct Module: Sendable {
        var code: String
        var calls: [String] = []
        var behaviours: [String] = []
        var exports: [String] = []
    }

    static func application(_ version: String, _ modules: [String: Module], unlisted: [String] = []) throws
        -> Application
    {
        var facts: [ModuleName: ModuleFacts] = [:]
        for (text, module) in modules {
            let name = try #require(ModuleName(validating: Atom(text)))
            facts[name] = ModuleFacts(
                name: name, digest: Array(module.code.utf8), behaviours: module.behaviours.map { Atom($0) },
                exports: Set(module.exports.map(self.function)),
                imports: Set(
                    module.calls.map { call in
                        let parts = call.split(separator: ":")
                        let called = parts.count > 1 ? self.function(String(parts[1])) : self.function("f/0")
                        return ModuleFacts.ImportedFunction(
                            module: Atom(String(parts[0])), function: called.name, arity: called.arity)
                    }))
        }
        let listed = modules.keys.filter { !unlisted.contains($0) }
        return Application(
            specification: ApplicationSpecification(
                name: try #require(ApplicationName(validating: "tally")),
                version: try #require(ApplicationVersion(validating: version)),
                modules: try listed.map { try #require(ModuleName(validating: Atom($0))) }),
            directory: "lib/tally-\(version)/ebin", modules: facts)
    }

    private static func function(_ text: String) -> ModuleFacts.FunctionName {
        let parts = text.split(separator: "/")
        return ModuleFacts.FunctionName(Atom(String(parts[0])), Int(parts[1]) ?? 0)
    }

    static func lines(_ instructions: [GeneratedAppup.Instruction]) -> [String] {
        instructions.map { TermPrinter.line($0.term) }
    }

    // MARK: - Forms

    @Test(arguments: [
        (["gen_server"], ["code_change/3"], "{update,m,{advanced,[]}}", "gen_server with `code_change/3`"),
        (["gen_statem"], ["code_change/4"], "{update,m,{advanced,[]}}", "gen_statem with `code_change/4`"),
        (["gen_event"], ["code_change/3"], "{update,m,{advanced,[]}}", "gen_event with `code_change/3`"),
        (["gen_fsm"], ["code_change/4"], "{update,m,{advanced,[]}}", "gen_fsm with `code_change/4`"),
        ([], ["system_code_change/4"], "{update,m,{advanced,[]}}", "special process with `system_code_change/4`"),
        (["supervisor"], ["init/1"], "{update,m,supervisor}", "supervisor, whose `init/1` runs again"),
        (
            ["gen_server"], [], "{load_module,m}",
            "gen_server without `code_change/3`, whose processes keep their states"
        ),
        (
            ["gen_statem"], ["code_change/3"], "{load_module,m}",
            "gen_statem without `code_change/4`, whose processes keep their states"
        ),
        (["application"], ["start/2"], "{load_module,m}", "application callback module, which no process runs"),
        ([], [], "{load_module,m}", "`m` changed"),
    ])
    func changedModules(behaviours: [String], exports: [String], instruction: String, reason: String) throws {
        let generated = AppupGenerator.generate(
            old: try Self.application("1", ["m": Module(code: "1", behaviours: behaviours, exports: exports)]),
            new: try Self.application("2", ["m": Module(code: "2", behaviours: behaviours, exports: exports)]))
        #expect(Self.lines(generated.up) == [instruction])
        #expect(Self.lines(generated.down) == [instruction])
        #expect(generated.up[0].cause.text.hasSuffix(reason))
        #expect(generated.findings.isEmpty)
    }

    @Test func addedAndDeletedModulesMirrorEachOther() throws {
        let generated = AppupGenerator.generate(
            old: try Self.application(
                "1",
                [
                    "same": Module(code: "0"), "user": Module(code: "1", calls: ["gone"]),
                    "gone": Module(code: "1", exports: ["f/0"]),
                ]),
            new: try Self.application(
                "2",
                [
                    "same": Module(code: "0"), "user": Module(code: "2", calls: ["fresh"]),
                    "fresh": Module(code: "1", exports: ["f/0"]),
                ]))
        #expect(
            Self.lines(generated.up) == [
                "{add_module,fresh}", "{load_module,user,[fresh]}", "{delete_module,gone,[user]}",
            ])
        #expect(
            Self.lines(generated.down)
                == ["{add_module,gone,[user]}", "{load_module,user,[fresh]}", "{delete_module,fresh}"])
        #expect(
            generated.up.map(\.cause.chain) == [
                "`fresh` is new in 2", "`user` changed; after `fresh`, which is new in 2 and which it calls",
                "`gone` is in 1 only; after `user`, which calls it in 1",
            ])
        #expect(
            generated.down.map(\.cause.chain) == [
                "`gone` is in 1 only; before `user`, which calls it in 1",
                "`user` changed; before `fresh`, which is new in 2 and which it calls", "`fresh` is new in 2",
            ])
    }

    @Test func supervisorsComeAfterTheModulesTheyMayStart() throws {
        let server = Module(code: "1", behaviours: ["gen_server"], exports: ["code_change/3"])
        let generated = AppupGenerator.generate(
            old: try Self.application(
                "1",
                [
                    "a_sup": Module(code: "1", behaviours: ["supervisor"]), "b_server": server,
                    "c_sup": Module(code: "1", calls: ["d_children"], behaviours: ["supervisor"]),
                    "d_children": Module(code: "1"),
                ]),
            new: try Self.application(
                "2",
                [
                    "a_sup": Module(code: "2", behaviours: ["supervisor"]),
                    "b_server": Module(code: "2", behaviours: ["gen_server"], exports: ["code_change/3"]),
                    "c_sup": Module(code: "2", calls: ["d_children"], behaviours: ["supervisor"]),
                    "d_children": Module(code: "2", exports: ["f/0"]), "z_worker": Module(code: "1"),
                ]))
        #expect(
            Self.lines(generated.up) == [
                "{update,b_server,{advanced,[]}}", "{load_module,d_children}", "{add_module,z_worker}",
                "{update,a_sup,supervisor}", "{update,c_sup,supervisor}",
            ])
        #expect(
            Self.lines(generated.down) == [
                "{update,c_sup,supervisor}", "{update,a_sup,supervisor}", "{delete_module,z_worker}",
                "{load_module,d_children}", "{update,b_server,{advanced,[]}}",
            ])
    }

    // MARK: - Laws

    /// Two versions with random modules that call each other at random, cycles and all.
    static func randomPair(_ generator: inout SeededGenerator) throws -> (old: Application, new: Application) {
        let names = (0..<Int.random(in: 1...9, using: &generator)).map { "m\($0)" }
        func modules(_ generator: inout SeededGenerator) -> [String: Module] {
            var modules: [String: Module] = [:]
            for name in names where Int.random(in: 0..<6, using: &generator) > 0 {
                let calls = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    names[Int.random(in: names.indices, using: &generator)]
                }
                let isSupervisor = name == "m0"
                modules[name] = Module(
                    code: "\(Int.random(in: 0..<3, using: &generator))", calls: calls + ["lists"],
                    behaviours: isSupervisor ? ["supervisor"] : ["gen_server"],
                    exports: Bool.random(using: &generator) ? ["code_change/3"] : [])
            }
            return modules
        }
        let old = modules(&generator)
        let new = modules(&generator)
        return (try self.application("1", old), try self.application("2", new))
    }

    /// Whatever is generated is a valid script, also for systools, and puts every module in its state of the other version.
    @Test(.enabled(if: OTP.isInstalled)) func generatedScriptsAreValid() async throws {
        var generator = SeededGenerator(seed: 11)
        var cases: [TranslationCase] = []
        for _ in 0..<150 {
            let (old, new) = try Self.randomPair(&generator)
            let generated = AppupGenerator.generate(old: old, new: new)
            for mode in UpgradeMode.allCases {
                let translation = ModuleSimulation.translation(generated, mode, old, new)
                let steps = try translation.translated().get().map(\.instruction)
                #expect(Self.exchanged(steps) == Self.expectedExchanges(old, new, mode))
                cases.append(translation)
            }
        }
        for (translation, answer) in zip(cases, try await SystoolsOracle.translate(cases)) {
            guard case .script(let script) = answer else {
                Issue.record("\(translation.scripts): \(answer)")
                continue
            }
            let ours = try translation.translated().get().map(\.instruction)
            #expect(Self.exchanged(script) == Self.exchanged(ours))
        }
    }

    /// Modules that are loaded, and those that are removed.
    static func exchanged(_ steps: [Term]) -> [Atom: Set<Atom>] {
        var result: [Atom: Set<Atom>] = [:]
        for step in steps {
            guard let parts = step.tupleElements, parts.count == 2, let name = parts[0].atomValue,
                name == "load" || name == "remove", let module = parts[1].tupleElements?.first?.atomValue
            else { continue }
            result[name, default: []].insert(module)
        }
        return result
    }

    static func expectedExchanges(
        _ old: Application, _ new: Application, _ mode: UpgradeMode
    ) -> [Atom: Set<Atom>] {
        let (source, target) = mode == .up ? (old, new) : (new, old)
        var result: [Atom: Set<Atom>] = [:]
        for (name, facts) in target.modules where source.modules[name]?.digest != facts.digest {
            result["load", default: []].insert(name.atom)
        }
        for name in source.modules.keys where target.modules[name] == nil {
            result["remove", default: []].insert(name.atom)
        }
        return result
    }

    @Test func doesNotDependOnTheOrderOfTheInput() throws {
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<100 {
            var (old, new) = try Self.randomPair(&generator)
            let expected = AppupGenerator.generate(old: old, new: new)
            old.specification.modules.shuffle(using: &generator)
            new.specification.modules.shuffle(using: &generator)
            old.modules = Dictionary(uniqueKeysWithValues: old.modules.map { ($0, $1) }.shuffled(using: &generator))
            #expect(AppupGenerator.generate(old: old, new: new) == expected)
        }
    }

    // MARK: - Findings

    @Test func changedCodeNeedsANewVersion() throws {
        let generated = AppupGenerator.generate(
            old: try Self.application("1", ["m": Module(code: "1")]),
            new: try Self.application("1", ["m": Module(code: "2")]))
        #expect(generated.findings.map(\.id) == [.appupVersionNotBumped])
        #expect(generated.findings.hasErrors)
    }

    @Test func equalVersionsWithEqualCodeAreFine() throws {
        let same = try Self.application("1", ["m": Module(code: "1")])
        let generated = AppupGenerator.generate(old: same, new: same)
        #expect(generated.up.isEmpty && generated.down.isEmpty && generated.findings.isEmpty)
    }

    @Test func modulesOutsideOfTheSpecificationAreFindings() throws {
        var new = try Self.application("2", ["m": Module(code: "2"), "extra": Module(code: "1")], unlisted: ["extra"])
        new.specification.modules.append(try #require(ModuleName(validating: "missing")))
        let generated = AppupGenerator.generate(old: try Self.application("1", ["m": Module(code: "1")]), new: new)
        #expect(generated.findings.map(\.id) == [.appupNoObjectFile, .appupModuleNotListed])
        #expect(Self.lines(generated.up) == ["{load_module,m}"])
    }

    @Test func manyUnlistedModulesAreOneFinding() throws {
        let names = (1...25).map { "extra\($0 + 10)" }
        let modules = Dictionary(uniqueKeysWithValues: (names + ["m"]).map { ($0, Module(code: "1")) })
        let new = try Self.application("2", modules, unlisted: names)
        let findings = AppupGenerator.generate(old: try Self.application("1", ["m": Module(code: "1")]), new: new)
            .findings
        #expect(findings.map(\.id) == [.appupModuleNotListed])
        #expect(findings.first?.summary == "25 modules lie beside `tally.app` (2), which does not list them")
        let note = try #require(findings.first?.notes.first?.text)
        #expect(note.contains("`extra11`, `extra12`") && note.hasSuffix("`extra30` and 5 more"), "\(note)")
        #expect(findings.first?.module == nil)
    }

    @Test func anotherBehaviourIsAFinding() throws {
        let generated = AppupGenerator.generate(
            old: try Self.application("1", ["m": Module(code: "1", behaviours: ["gen_server"])]),
            new: try Self.application("2", ["m": Module(code: "2", behaviours: ["supervisor"], exports: ["init/1"])]))
        #expect(generated.findings.map(\.id) == [.appupBehaviourChanged])
        #expect(Self.lines(generated.up) == ["{restart_application,tally}"])
    }
}
