import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Relups of whole releases: known results, and the real `systools:make_relup` on the same files.
@Suite struct RelupPlannerTests {
    typealias App = ReleaseWorld.App
    typealias Rel = ReleaseWorld.Rel

    private static let aa1 = App(name: "aa", version: "1.0", modules: ["aa1", "aa2"])
    private static let aa2 = App(
        name: "aa", version: "2.0", modules: ["aa1", "aa2", "aa3"],
        appup: """
            {"2.0",[{"1.0",[{load_module,aa1,[]},{add_module,aa3},{update,aa2,{advanced,x}}]}],
                   [{"1.0",[{load_module,aa1,[]},{delete_module,aa3},{update,aa2,{advanced,x}}]}]}
            """)

    /// Release 1 and 2 of everything, so that one call of Erlang answers for all tests.
    static let world = ReleaseWorld(
        applications: [
            aa1, aa2,
            // Two applications with a dependency from one module to another.
            App(name: "ca", version: "1.0", modules: ["ca1", "ca2"]),
            App(
                name: "ca", version: "2.0", modules: ["ca1", "ca2", "ca3"],
                appup: """
                    {"2.0",[{"1.0",[{load_module,ca1,[cb1]},{add_module,ca3},{update,ca2,{advanced,x}}]}],
                           [{"1.0",[{load_module,ca1,[cb1]},{delete_module,ca3},{update,ca2,{advanced,x}}]}]}
                    """),
            App(name: "cb", version: "1.0", modules: ["cb1"], uses: ["ca"]),
            App(
                name: "cb", version: "2.0", modules: ["cb1"], uses: ["ca"],
                appup: #"{"2.0",[{"1.0",[{load_module,cb1}]}],[{"1.0",[{load_module,cb1}]}]}"#),
            App(name: "n1", version: "1", modules: ["n1a"], uses: ["n2"]),
            App(name: "n2", version: "1", modules: ["n2a"]),
            App(name: "par", version: "1.0", modules: ["para"]),
            App(
                name: "par", version: "2.0", modules: ["para"], includes: ["inc"],
                appup: #"{"2.0",[{<<"1\\..*">>,[{restart_application,par}]}],[{"1.0",[{restart_application,par}]}]}"#),
            App(name: "inc", version: "1.0", modules: ["inca"]), App(name: "bb", version: "1.0", modules: ["bb1"]),
            App(
                name: "sasl", version: "9.9", modules: ["s"],
                appup: #"{"9.9",[{<<".+">>,[restart_new_emulator]}],[{<<".+">>,[restart_new_emulator]}]}"#),
            App(name: "sasl", version: "2.1.9", modules: ["s"]),
            // Applications with something wrong.
            App(name: "w", version: "1", modules: ["w1"]), App(name: "w", version: "2", modules: ["w1"]),
            App(
                name: "w", version: "3", modules: ["w1"],
                appup: #"{"3",[{"2",[]},{<<"1|1.0">>,[foo]}],[{"1",[{load_module,w2}]}]}"#),
            App(name: "w", version: "4", modules: ["w1"], appup: #"{"4",[{"2",[]}],[{"2",[]}]}"#),
            App(name: "w", version: "5", modules: ["w1"], appup: #"{"5",[{<<"(">>,[]},{"1",[]}],[]}"#),
            App(name: "w", version: "6", modules: ["w1"], appup: #"{"5.9",[{"1",[]}],[{"1",[{load_module,w2}]}]}"#),
            App(name: "w", version: "7", modules: ["w1"], appup: #"{"6.9",[{"1",[]}],[{"1",[]}]}"#),
            App(name: "w", version: "8", modules: ["w1"], appup: #"{<<"8|.*">>,[{"1",[]}],[{"1",[]}]}"#),
            App(name: "w", version: "1.0", modules: ["w1"]),
        ],
        releases: [
            Rel(file: "deps1", version: "1", entries: ["cb-1.0", "ca-1.0"]),
            Rel(file: "deps2", version: "2", entries: ["cb-2.0", "ca-2.0"]),
            Rel(file: "add1", version: "1", entries: []),
            Rel(file: "add2", version: "2", entries: ["n1-1", "n2-1:load"]),
            Rel(file: "par1", version: "1", entries: ["par-1.0"]),
            Rel(file: "par2", version: "2", entries: ["par-2.0", "inc-1.0"]),
            Rel(file: "type2", version: "2", entries: ["aa-1.0:load"]),
            Rel(file: "aa1", version: "1", entries: ["aa-1.0"]),
            Rel(file: "aa1b", version: "1b", entries: ["aa-1.0"]),
            Rel(file: "aa2", version: "2", entries: ["aa-2.0"]),
            Rel(file: "erts2", version: "2", runtime: "9.9", entries: ["aa-2.0", "bb-1.0"]),
            Rel(file: "sasl2", version: "2", entries: ["sasl-9.9", "aa-2.0"]),
            Rel(file: "oldsasl", version: "0", runtime: "0.9", entries: ["sasl-2.1.9", "aa-1.0"]),
            Rel(file: "nosasl", version: "1", entries: ["par-2.0:[]", "aa-1.0:load"], hasSasl: false),
            Rel(file: "w1", version: "1", entries: ["w-1"]), Rel(file: "w10", version: "10", entries: ["w-1.0"]),
            Rel(file: "w2", version: "2", entries: ["w-2"]), Rel(file: "w3", version: "3", entries: ["w-3"]),
            Rel(file: "w4", version: "4", entries: ["w-4"]), Rel(file: "w5", version: "5", entries: ["w-5"]),
            Rel(file: "w6", version: "6", entries: ["w-6"]), Rel(file: "w7", version: "7", entries: ["w-7:load"]),
            Rel(file: "w8", version: "8", entries: ["w-8"]),
        ])

    static func answer(_ top: String, _ bases: [String], _ options: RelupPlanner.Options = .init()) -> Term {
        Result { () throws(RelupProblem) in try self.world.plan(top, from: bases, options: options) }.answer
    }

    @Test(.enabled(if: OTP.isInstalled)) func equalsSystools() async throws {
        let restart = RelupPlanner.Options(restartsEmulator: true)
        let strict = RelupPlanner.Options(treatsWarningsAsErrors: true)
        let calls: [(top: String, bases: [String], options: RelupPlanner.Options)] = [
            ("deps2", ["deps1"], .init()), ("add2", ["add1"], .init()), ("add1", ["add2"], .init()),
            ("par2", ["par1"], .init()), ("type2", ["aa1"], .init()), ("aa2", ["aa1", "aa1b"], .init()),
            ("aa2", ["aa1"], restart), ("erts2", ["aa1"], restart), ("erts2", ["aa1"], .init()),
            ("sasl2", ["aa1"], .init()), ("sasl2", ["oldsasl"], restart), ("aa2", [], .init()),
            ("aa2", ["aa2"], .init()), ("aa2", ["nosasl"], .init()), ("nosasl", ["aa1"], .init()),
            ("w2", ["w1"], .init()), ("w3", ["w1"], .init()), ("w3", ["w10"], .init()), ("w4", ["w1"], .init()),
            ("w5", ["w1"], .init()), ("w6", ["w1"], .init()), ("w7", ["w1"], .init()), ("w7", ["w1"], strict),
            ("w8", ["w1"], .init()),
            ("w6", ["w1"], strict), ("add2", ["deps1"], .init()), ("aa2", ["w1", "nosasl"], .init()),
            ("erts2", ["aa1", "aa1b"], strict),
        ]
        let answers = try await Self.world.systools(
            calls.map { call in
                let options =
                    (call.options.restartsEmulator ? ["restart_emulator"] : [])
                    + (call.options.treatsWarningsAsErrors ? ["warnings_as_errors"] : [])
                return (call.top, call.bases, "[\(options.joined(separator: ","))]")
            })
        for (call, expected) in zip(calls, answers) {
            let actual = Self.answer(call.top, call.bases, call.options)
            #expect(
                actual == expected,
                "\(call.top) from \(call.bases): \(TermPrinter.line(actual)) instead of \(TermPrinter.line(expected))")
        }
    }

    /// Releases with random applications, versions, start types and orders; without DepMods, so that OTP has no choice.
    @Test(.enabled(if: OTP.isInstalled)) func randomReleasesEqualSystools() async throws {
        var generator = SeededGenerator(seed: 21)
        let uses = (0..<7).map { number in
            (0..<number).filter { _ in Int.random(in: 0..<4, using: &generator) == 0 }
        }
        var world = ReleaseWorld(applications: [], releases: [])
        for number in 0..<7 {
            let (name, modules) = ("a\(number)", ["a\(number)x", "a\(number)y"])
            let used = uses[number].map { "a\($0)" }
            let up = "[{load_module,\(modules[0])},{update,\(modules[1]),{advanced,\(number)}},{add_module,n\(number)}]"
            let down = "[{delete_module,n\(number)},{update,\(modules[1]),soft},{load_module,\(modules[0])}]"
            world.applications += [
                App(name: name, version: "1", modules: modules, uses: used),
                App(
                    name: name, version: "2", modules: modules + ["n\(number)"], uses: used,
                    appup: "{\"2\",[{\"1\",\(up)}],[{<<\"[0-9]\">>,\(down)}]}"),
            ]
        }
        for number in 0..<24 {
            var chosen: Set<Int> = []
            for application in (0..<7).reversed()
            where chosen.contains(application) || Bool.random(using: &generator) {
                chosen.insert(application)
                chosen.formUnion(uses[application])
            }
            let entries = chosen.sorted().shuffled(using: &generator).map { application in
                let type = StartType.allCases[Int.random(in: 0..<5, using: &generator)]
                return "a\(application)-\(Int.random(in: 1...2, using: &generator)):\(type.rawValue)"
            }
            world.releases.append(
                Rel(file: "r\(number)", version: "\(number)", runtime: "\(1 + number / 12)", entries: entries))
        }
        let pairs = (0..<80).map { _ in
            (
                top: "r\(Int.random(in: 0..<24, using: &generator))",
                base: "r\(Int.random(in: 0..<24, using: &generator))"
            )
        }
        let answers = try await world.systools(pairs.map { ($0.top, [$0.base], "[]") })
        var plans = 0
        for (pair, expected) in zip(pairs, answers) {
            let actual = Result { () throws(RelupProblem) in try world.plan(pair.top, from: [pair.base]) }.answer
            #expect(
                actual == expected,
                "\(pair): \(TermPrinter.line(actual)) instead of \(TermPrinter.line(expected))")
            if case .tuple(let elements) = actual, elements[0].isAtom("ok") { plans += 1 }
        }
        #expect(plans > 5 && plans < pairs.count)
    }

    // MARK: - Known results

    struct Example: Sendable, CustomTestStringConvertible {
        var top: String
        var base: String
        var options = RelupPlanner.Options()
        var up: String
        var down: String

        var testDescription: String { "\(self.base) → \(self.top)" }
    }

    @Test(arguments: [
        Example(
            top: "deps2", base: "deps1",
            up: """
                loc ca-2.0 [ca1,ca3,ca2]; loc cb-2.0 [cb1]; PONR; load cb1; load ca1; load ca3; suspend [ca2]; load ca2;
                code_change up [{ca2,x}]; resume [ca2]
                """,
            down: """
                loc ca-1.0 [ca1,ca2]; loc cb-1.0 [cb1]; PONR; load ca1; load cb1; remove ca3; purge [ca3]; suspend [ca2];
                code_change down [{ca2,x}]; load ca2; resume [ca2]
                """),
        Example(
            top: "add2", base: "add1",
            up: """
                loc n1-1 [n1a]; loc n2-1 [n2a]; PONR; load n1a; start n1 permanent; load n2a; load_application n2
                """,
            down: """
                PONR; stop n1; remove n1a; purge [n1a]; unload n1; stop n2; remove n2a; purge [n2a]; unload n2
                """),
        Example(
            top: "par2", base: "par1",
            up: """
                loc inc-1.0 [inca]; loc par-2.0 [para]; PONR; load inca; start inc permanent; stop par; remove para;
                purge [para]; load para; start par permanent
                """,
            down: """
                loc par-1.0 [para]; PONR; stop par; remove para; purge [para]; load para; start par permanent; stop inc;
                remove inca; purge [inca]; unload inc
                """),
        Example(top: "type2", base: "aa1", up: "PONR", down: "PONR"),
        Example(
            top: "erts2", base: "aa1", options: .init(restartsEmulator: true),
            up: """
                restart_new_emulator; loc bb-1.0 [bb1]; loc aa-2.0 [aa1,aa3,aa2]; PONR; load bb1; start bb permanent;
                load aa1; load aa3; suspend [aa2]; load aa2; code_change up [{aa2,x}]; resume [aa2]; restart_emulator
                """,
            down: """
                loc aa-1.0 [aa1,aa2]; PONR; load aa1; remove aa3; purge [aa3]; suspend [aa2];
                code_change down [{aa2,x}]; load aa2; resume [aa2]; stop bb; remove bb1; purge [bb1]; unload bb;
                restart_emulator
                """),
        Example(
            top: "sasl2", base: "aa1",
            up: """
                restart_new_emulator; loc aa-2.0 [aa1,aa3,aa2]; PONR; load aa1; load aa3; suspend [aa2]; load aa2;
                code_change up [{aa2,x}]; resume [aa2]
                """,
            down: """
                loc aa-1.0 [aa1,aa2]; PONR; load aa1; remove aa3; purge [aa3]; suspend [aa2];
                code_change down [{aa2,x}]; load aa2; resume [aa2]; restart_emulator
                """),
    ])
    func plansAsKnown(example: Example) throws {
        let plan = try Self.world.plan(example.top, from: [example.base], options: example.options)
        let upgrade = try #require(plan.upgrades.first)
        #expect(upgrade.up.map(\.instruction) == (try script(example.up)))
        #expect(upgrade.down.map(\.instruction) == (try script(example.down)))
        #expect(upgrade.from.version.text == "1")
        #expect(upgrade.to.version.text == "2")
    }

    @Test func entriesStandInReverseOrder() throws {
        let world = Self.world
        let planner = RelupPlanner(top: try world.release("aa2"))
        let bases = [
            RelupPlanner.Base(try world.release("aa1b"), description: .atom("first")),
            RelupPlanner.Base(try world.release("aa1"), description: .list([.string("second")])),
        ]
        let relup = try planner.plan(upFrom: bases, downTo: bases.reversed()).relup
        #expect(relup.up.map(\.version.text) == ["1", "1b"])
        #expect(relup.up.map(\.description) == [.list([.string("second")]), .atom("first")])
        #expect(relup.down.map(\.version.text) == ["1b", "1"])
    }

    @Test func causesNameAppupsAndRules() throws {
        let plan = try Self.world.plan("erts2", from: ["aa1"], options: .init(restartsEmulator: true))
        let up = try #require(plan.up.first).steps.map(\.cause.chain)
        #expect(up[0] == "the runtime system changes from 1.1 to 9.9")
        #expect(up.contains("application `bb` is new in the target release"))
        #expect(up.contains("`aa.appup`, 1.0 → 2.0: `{update,aa2,{advanced,x}}`"))
        #expect(up.last == "option `restart_emulator`")
        let down = try #require(plan.down.first).steps.map(\.cause.chain)
        #expect(down.contains("application `bb` is not in the target release"))
        #expect(down.contains("`aa.appup`, 2.0 → 1.0: `{delete_module,aa3}`"))
    }

    // MARK: - Findings

    @Test(arguments: [
        ("aa2", "nosasl", "relup/missing-sasl"), ("w2", "w1", "relup/no-appup"), ("w4", "w1", "relup/no-entry"),
        ("w5", "w1", "appup/malformed-pattern"), ("w3", "w10", "relup/no-entry"), ("w6", "w1", "relup/no-such-module"),
    ])
    func problemsAreFindings(top: String, base: String, id: String) throws {
        let problem = try #require(throws: RelupProblem.self) { try Self.world.plan(top, from: [base]) }
        let finding = try #require(problem.diagnostics.first)
        #expect(finding.id.rawValue == id)
        #expect(finding.severity == .error)
        #expect(!finding.help.isEmpty)
    }

    @Test func warningsAreFindings() throws {
        let strange = try Self.world.plan("w7", from: ["w1"])
        #expect(strange.warnings.map(\.diagnostic.id) == [.appupOtherVersion, .appupOtherVersion])
        let old = try Self.world.plan("sasl2", from: ["oldsasl"])
        #expect(
            old.warnings.map(\.diagnostic.id) == [.relupRuntimeChanged, .relupOldSasl, .relupRuntimeChanged])
        #expect(old.warnings.allSatisfy { $0.diagnostic.severity == .warning })
        let strict = try #require(throws: RelupProblem.self) {
            try Self.world.plan("w7", from: ["w1"], options: .init(treatsWarningsAsErrors: true))
        }
        #expect(strict.diagnostics.allSatisfy { $0.severity == .error })
    }

    @Test(arguments: [("\\p{L}", "appup/unsupported-pattern"), ("(a+)+b", "appup/expensive-pattern")])
    func unusablePatternsAreFindings(pattern: String, id: String) throws {
        var world = Self.world
        let old = String(repeating: "a", count: 60)
        world.applications += [
            App(name: "p", version: old),
            App(name: "p", version: "2", appup: "{\"2\",[{<<\"\(pattern.replacing("\\", with: "\\\\"))\">>,[]}],[]}"),
        ]
        world.releases += [
            Rel(file: "p1", version: "1", entries: ["p-\(old)"]), Rel(file: "p2", version: "2", entries: ["p-2"]),
        ]
        let problem = try #require(throws: RelupProblem.self) { try world.plan("p2", from: ["p1"]) }
        #expect(problem.diagnostics.map(\.id.rawValue) == [id])
    }

    @Test func findingsPointIntoTheAppup() throws {
        var diagnostics: [Diagnostic] = []
        let text = """
            {"5.9", [{"1",[]}],
             [{"1",[{load_module,w2}]}]}.
            """
        let source = SourceFile(path: "lib/w-6/ebin/w.appup", bytes: Array(text.utf8))
        let file = try #require(TermText.parseFile(source, &diagnostics))
        let planner = RelupPlanner(
            top: try Self.world.release("w6"), appups: AppupSources(files: [source.path: file]))
        let problem = try #require(throws: RelupProblem.self) {
            try planner.script(.down, RelupPlanner.Base(try Self.world.release("w1")))
        }
        guard case .source(let range)? = problem.diagnostics.first?.place else {
            Issue.record("\(problem.diagnostics)")
            return
        }
        let bytes = source.bytes[Int(range.bytes.lowerBound)..<Int(range.bytes.upperBound)]
        #expect(String(decoding: bytes, as: UTF8.self) == "{load_module,w2}")
    }
}
