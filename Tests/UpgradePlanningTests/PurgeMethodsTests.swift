import ErlangTerms
import ReleaseModel
import Testing

@testable import UpgradePlanning

/// Processes that stay in older code of a module.
@Suite struct PurgeMethodsTests {
    private static func facts(
        _ version: UInt64, loops: Bool, behaviours: [Atom] = [], exports: Set<ModuleFacts.FunctionName> = []
    ) throws -> ModuleFacts {
        var facts = try RoleChangeTests.facts("m", "\(version)", behaviours: behaviours, exports: exports)
        let loop = ModuleFacts.Function(
            .init("loop", 1), digest: .init(high: version, low: 1), hasLocalReceiveLoop: loops)
        facts.code = .functions([loop], records: nil)
        return facts
    }

    private static func generate(_ old: ModuleFacts?, _ new: ModuleFacts?) throws -> GeneratedAppup {
        AppupGenerator.generate(
            old: try RoleChangeTests.application("1", old.map { [$0] } ?? []),
            new: try RoleChangeTests.application("2", new.map { [$0] } ?? []))
    }

    @Test(
        arguments: [
            (true, true, "soft_purge,soft_purge", "soft_purge,soft_purge"),
            (true, false, "soft_purge,soft_purge", "soft_purge,brutal_purge"),
            (false, true, "soft_purge,brutal_purge", "soft_purge,soft_purge"),
        ])
    func loopsOfEitherVersionCount(old: Bool, new: Bool, up: String, down: String) throws {
        let generated = try Self.generate(try Self.facts(1, loops: old), try Self.facts(2, loops: new))
        #expect(RoleChangeTests.lines(generated.up) == ["{load_module,m,\(up),[]}"])
        #expect(RoleChangeTests.lines(generated.down) == ["{load_module,m,\(down),[]}"])
        for (instruction, leavesLoop) in [(generated.up[0], old), (generated.down[0], new)] {
            let texts = instruction.cause.because.map(\.text)
            #expect(texts.count == 1 && texts[0].hasPrefix("processes in `loop/1` "))
            #expect(texts[0].contains("of the other version") == !leavesLoop)
        }
        #expect(generated.findings.isEmpty)
    }

    @Test func withoutLoopsTheShortFormStands() throws {
        let generated = try Self.generate(try Self.facts(1, loops: false), try Self.facts(2, loops: false))
        #expect(RoleChangeTests.lines(generated.up + generated.down) == ["{load_module,m}", "{load_module,m}"])
        #expect(generated.up[0].cause.because.isEmpty)
    }

    /// Their processes answer `sys`, and so come into newer code.
    @Test(arguments: RoleChangeTests.Role.allCases) func callbackModulesKeepTheShortForm(
        role: RoleChangeTests.Role
    ) throws {
        let generated = try Self.generate(
            try Self.facts(1, loops: true, behaviours: role.behaviours, exports: role.exports),
            try Self.facts(2, loops: true, behaviours: role.behaviours, exports: role.exports))
        let expected = role == .plain ? "{load_module,m,soft_purge,soft_purge,[]}" : role.instruction
        #expect(RoleChangeTests.lines(generated.up + generated.down) == [expected, expected])
    }

    /// Of a behaviour that nobody knows a loop tells more.
    @Test func anUnknownBehaviourAnswersNobody() throws {
        let generated = try Self.generate(
            try Self.facts(1, loops: true, behaviours: ["lamp"]), try Self.facts(2, loops: true, behaviours: ["lamp"]))
        #expect(RoleChangeTests.lines(generated.up) == ["{load_module,m,soft_purge,soft_purge,[]}"])
    }

    @Test func aModuleThatGoesSaysWhomItTakesAlong() throws {
        for loops in [true, false] {
            let facts = try Self.facts(1, loops: loops)
            let cause = "kills the processes in `loop/1`: a module that goes is purged at once"
            let (deleted, added) = (try Self.generate(facts, nil), try Self.generate(nil, facts))
            #expect(RoleChangeTests.lines(deleted.up + added.down) == ["{delete_module,m}", "{delete_module,m}"])
            #expect(RoleChangeTests.lines(deleted.down + added.up) == ["{add_module,m}", "{add_module,m}"])
            for instruction in deleted.up + added.down {
                #expect(instruction.cause.because.map(\.text) == (loops ? [cause] : []))
            }
            #expect((deleted.down + added.up).allSatisfy { $0.cause.because.isEmpty })
        }
    }

    /// The whole forms of `appup(4)`, as OTP's translation takes them.
    @Test func everyFormIsOneThatIsRead() throws {
        let (old, new) = (try Self.facts(1, loops: true), try Self.facts(2, loops: true))
        let change = try #require(ModuleChange(old.name, old: old, new: new))
        let purge = try #require(PurgeMethods(change, .up))
        func line(_ handling: ModuleChange.Handling) throws -> String {
            let term = try #require(
                ExchangeForm.term(handling, .atom("m"), [.atom("n")], purge: purge, timeout: nil))
            #expect(WrittenScript.parse(term).first?.dependencies == ["n"])
            return TermPrinter.line(term)
        }
        #expect(try line(.code) == "{load_module,m,soft_purge,soft_purge,[n]}")
        #expect(
            try line(.codeChange(behaviour: "", function: "")) == "{update,m,{advanced,[]},soft_purge,soft_purge,[n]}")
        #expect(try line(.supervisor) == "{update,m,static,default,{advanced,[]},soft_purge,soft_purge,[n]}")
    }
}
