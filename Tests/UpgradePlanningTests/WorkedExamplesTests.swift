import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Translations whose results are known by hand; the real systools gives the same ones.
@Suite struct WorkedExamplesTests {
    struct Example: Sendable, CustomTestStringConvertible {
        var name: String
        var scripts: String
        var up: String?
        var down: String?

        var testDescription: String { self.name }
    }

    static let newer = [TranslatedApplication(name: "t", version: "2", modules: ["a", "b", "c", "d", "n"])]
    static let older = [TranslatedApplication(name: "t", version: "1", modules: ["a", "b", "c", "d", "o"])]

    static let examples = [
        Example(
            name: "forms of instructions",
            scripts: "[[{load_module,a},{update,b},{update,c,{advanced,x}},{update,d,supervisor}]]",
            up: """
                loc t-2 [a,b,c,d]; PONR; load a; suspend [b]; load b; resume [b]; suspend [c]; load c;
                code_change up [{c,x}]; resume [c]; suspend [d]; load d; code_change up [{d,[]}]; resume [d]
                """,
            down: """
                loc t-1 [a,b,c,d]; PONR; load a; suspend [b]; load b; resume [b]; suspend [c];
                code_change down [{c,x}]; load c; resume [c]; suspend [d]; load d; code_change down [{d,[]}]; resume [d]
                """),
        Example(
            name: "timeouts and a dependency",
            scripts: """
                [[{update,a,7000,{advanced,x},soft_purge,brutal_purge,[]},
                  {update,b,static,infinity,{advanced,y},brutal_purge,soft_purge,[a]}]]
                """,
            up: """
                loc t-2 [b,a]; PONR; suspend [{b,infinity},{a,7000}]; load a soft brutal; load b brutal soft;
                code_change up [{b,y},{a,x}]; resume [a,b]
                """,
            down: """
                loc t-1 [b,a]; PONR; suspend [{b,infinity},{a,7000}]; code_change down [{a,x}]; load b brutal soft;
                load a soft brutal; code_change down [{b,y}]; resume [a,b]
                """),
        Example(
            name: "a dependency is pulled forward",
            scripts: """
                [[{update,a,soft,[b]},{apply,{m,f,[1]}},{load_module,c},{apply,{m,f,[2]}},{update,b,{advanced,[]}}]]
                """,
            up: """
                loc t-2 [a,b,c]; PONR; suspend [a,b]; load b; load a; code_change up [{b,[]}]; resume [b,a]; apply 1;
                load c; apply 2
                """, down: nil),
        Example(
            name: "added and deleted modules",
            scripts: "[[{add_module,n,[a]},{load_module,a},{delete_module,o},{apply,{m,f,[1]}}]]",
            up: "loc t-2 [n,a]; PONR; load a; load n; remove o; purge [o]; apply 1", down: nil),
        Example(
            name: "low-level instructions in two scripts",
            scripts: """
                [[{apply,{m,f,[1]}},{load_object_code,{t,"2",[a]}},point_of_no_return,{load,{a,soft_purge,soft_purge}},
                  {apply,{m,f,[2]}}],[{load_module,b}]]
                """,
            up: "loc t-2 [a,b]; apply 1; PONR; load a soft soft; apply 2; load b", down: nil),
        Example(
            name: "restarts, up",
            scripts: "[[restart_new_emulator],[{load_module,a},restart_emulator],[restart_emulator]]",
            up: "restart_new_emulator; loc t-2 [a]; PONR; load a; restart_emulator", down: nil),
        Example(
            name: "restarts, down", scripts: "[[restart_new_emulator],[{load_module,a}]]", up: nil,
            down: "loc t-1 [a]; PONR; load a; restart_emulator"),
        Example(
            name: "a restarted application", scripts: "[[{restart_application,t}]]",
            up: """
                loc t-2 [a,b,c,d,n]; PONR; stop t; remove a; remove b; remove c; remove d; remove o; purge [a,b,c,d,o];
                load a; load b; load c; load d; load n; start t permanent
                """, down: nil),
        Example(name: "nothing to do", scripts: "[[],[]]", up: "PONR", down: "PONR"),
        Example(name: "no scripts", scripts: "[]", up: "PONR", down: "PONR"),
        Example(
            name: "a cycle keeps the order written",
            scripts: "[[{load_module,a,[b]},{load_module,b,[a]},{load_module,c,[a]}]]",
            up: "loc t-2 [c,a,b]; PONR; load b; load a; load c",
            down: "loc t-1 [c,a,b]; PONR; load c; load a; load b"),
        Example(
            name: "the smallest number first where it is open",
            scripts: "[[{load_module,d},{load_module,c,[d]},{load_module,b,[d]},{load_module,a,[b]}]]",
            up: "loc t-2 [c,a,b,d]; PONR; load d; load b; load a; load c",
            down: "loc t-1 [c,a,b,d]; PONR; load c; load a; load b; load d"),
    ]

    @Test(arguments: Self.examples) func translatesAsKnown(example: Example) throws {
        for (mode, expected) in [(UpgradeMode.up, example.up), (.down, example.down)] {
            guard let expected else { continue }
            let steps = try Self.translation(example, mode).translated().get()
            #expect(steps.map(\.instruction) == (try script(expected)))
        }
    }

    /// The examples themselves are right: real systools says so, where it has no choice.
    @Test(.enabled(if: OTP.isInstalled)) func systoolsTranslatesThemSo() async throws {
        let settled = Self.examples.filter { !$0.name.hasPrefix("the smallest number") }
        let cases = try UpgradeMode.allCases.flatMap { mode in
            try settled.filter { (mode == .up ? $0.up : $0.down) != nil }.map { ($0, try Self.translation($0, mode)) }
        }
        let answers = try await SystoolsOracle.translate(cases.map(\.1))
        for ((example, translation), answer) in zip(cases, answers) {
            let expected = (translation.mode == .up ? example.up : example.down) ?? ""
            #expect(answer == .script(try script(expected)), "\(example.name), \(translation.mode)")
        }
    }

    private static func translation(_ example: Example, _ mode: UpgradeMode) throws -> TranslationCase {
        TranslationCase(
            mode: mode, scripts: try scripts(example.scripts), applications: mode == .up ? self.newer : self.older,
            previousApplications: mode == .up ? self.older : self.newer)
    }

    @Test func aRestartedApplicationHasNoOtherInstructions() throws {
        let example = Example(name: "", scripts: "[[{restart_application,t},{load_module,a}]]")
        let failure = try #require(throws: TranslationFailure.self) {
            try Self.translation(example, .up).translated().get()
        }
        #expect(failure.otpReason == (try TermText.parseTerm("{muldef_module,a}")))
    }
}
