import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import UpgradePlanning

/// Every instruction of a plan says why it is there.
@Suite struct CauseTests {
    private static func steps(_ scripts: [UpgradeScript], _ mode: UpgradeMode = .up) throws -> [PlannedStep] {
        try ScriptTranslation.translate(
            mode: mode, scripts: scripts, applications: WorkedExamplesTests.newer,
            previousApplications: WorkedExamplesTests.older
        ).get()
    }

    private static func appup(_ text: String, causes: [Cause] = []) throws -> UpgradeScript {
        let entry = UpgradeScript.AppupEntry(
            application: "t", file: "lib/t-2/ebin/t.appup", from: "1", to: "2", key: .exact("1"))
        return UpgradeScript(
            try TermText.parseTerm(text).listElements ?? [], origin: .appup(entry), causes: causes)
    }

    private static func chain(_ instruction: String, _ steps: [PlannedStep]) throws -> String {
        let term = try #require(try script(instruction).first)
        return try #require(steps.first { $0.instruction == term }).cause.chain
    }

    @Test func namesTheInstructionOfTheAppup() throws {
        let steps = try Self.steps([try Self.appup("[{update,c,{advanced,[]}}]")])
        for instruction in ["loc t-2 [c]", "suspend [c]", "load c", "code_change up [{c,[]}]", "resume [c]"] {
            #expect(try Self.chain(instruction, steps) == "`t.appup`, 1 → 2: `{update,c,{advanced,[]}}`")
        }
    }

    @Test func carriesOnTheReasonOfTheGenerator() throws {
        let script = try Self.appup("[{load_module,a}]", causes: [Cause("`a` changed")])
        #expect(try Self.chain("load a", Self.steps([script])) == "`t.appup`, 1 → 2: `{load_module,a}`; `a` changed")
    }

    @Test func saysWhatMovedAnInstruction() throws {
        let steps = try Self.steps([try Self.appup("[{load_module,a,[b]},{load_module,c},{load_module,b}]")])
        #expect(
            try Self.chain("load b", steps)
                == "`t.appup`, 1 → 2: `{load_module,b}`; moved next to `a`, which depends on it")
        #expect(try Self.chain("load a", steps) == "`t.appup`, 1 → 2: `{load_module,a,[b]}`")
        #expect(try Self.chain("load c", steps) == "`t.appup`, 1 → 2: `{load_module,c}`")
    }

    @Test func listsAllWhoShareAnInstruction() throws {
        let steps = try Self.steps([try Self.appup("[{update,a,soft,[b]},{update,b}]")])
        #expect(
            try Self.chain("suspend [a,b]", steps) == """
                the processes of modules that change together wait together; \
                `t.appup`, 1 → 2: `{update,a,soft,[b]}`; `t.appup`, 1 → 2: `{update,b}`
                """)
    }

    @Test func namesTheRuleWhereNoFileAsks() throws {
        let scripts = [
            UpgradeScript([.atom("restart_new_emulator")], origin: .runtimeChanged(from: "13.1", to: "14.2")),
            UpgradeScript([.tuple(.atom("add_application"), .atom("t"))], origin: .applicationAdded("t")),
            UpgradeScript([.atom("restart_emulator")], origin: .restartOption),
        ]
        let steps = try Self.steps(scripts)
        #expect(
            try Self.chain("restart_new_emulator", steps) == "the runtime system changes from 13.1 to 14.2")
        #expect(try Self.chain("load a", steps) == "application `t` is new in the target release")
        #expect(try Self.chain("start t permanent", steps) == "application `t` is new in the target release")
        #expect(try Self.chain("restart_emulator", steps) == "option `restart_emulator`")
    }
}
