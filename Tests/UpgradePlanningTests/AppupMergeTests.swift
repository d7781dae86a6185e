import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Appups that a person wrote, merged with what the code asks for.
@Suite struct AppupMergeTests {
    typealias Module = AppupGeneratorTests.Module

    static func change(_ old: Application, _ new: Application) -> AppupChange {
        func translated(_ application: Application) -> TranslatedApplication {
            TranslatedApplication(
                name: application.name.atom, version: application.version.text,
                modules: application.specification.modules.map(\.atom))
        }
        let other = TranslatedApplication(name: "other", version: "1", modules: ["other_module"])
        return AppupChange(
            AppupGenerator.generate(old: old, new: new), old: old, new: new,
            oldApplications: [translated(old), other], newApplications: [translated(new), other])
    }

    /// A version of the sample. Both versions have `same`; `gone` is deleted, `fresh` is added; `user` calls both.
    static func sample(_ version: String) throws -> Application {
        let isNew = version == "2"
        var modules = [
            "same": Module(code: "0"),
            "user": Module(code: version, calls: [isNew ? "fresh" : "gone"]),
            "server": Module(code: version, behaviours: ["gen_server"], exports: ["code_change/3"]),
            "plain": Module(code: version, behaviours: ["gen_server"]),
        ]
        modules[isNew ? "fresh" : "gone"] = Module(code: "1", exports: ["f/0"])
        return try AppupGeneratorTests.application(version, modules)
    }

    static func merge(_ text: String, from versions: [String] = ["1"]) throws -> AppupMerge {
        let existing = try ReleaseWorld.appup(text)
        let new = try self.sample("2")
        let changes = try versions.map { self.change(try self.sample($0), new) }
        return AppupMerge(
            changes, to: new.version, into: existing, meaning: existing, path: "tally.appup", file: nil)
    }

    static func lines(_ script: [Term]) -> [String] { script.map { TermPrinter.line($0) } }

    private static let up =
        "{load_module,plain},{update,server,{advanced,[]}},{add_module,fresh},{load_module,user,[fresh]},"
        + "{delete_module,gone,[user]}"
    private static let down =
        "{add_module,gone,[user]},{load_module,user,[fresh]},{delete_module,fresh},{update,server,{advanced,[]}},"
        + "{load_module,plain}"

    // MARK: - Merging

    struct Golden: Sendable, CustomTestStringConvertible {
        let name: String
        let up: String
        let merged: [String]
        var missing: [String] = []
        var testDescription: String { self.name }
    }

    static let goldens = [
        Golden(
            name: "an empty script gets everything", up: "",
            merged: [
                "{add_module,fresh}", "{load_module,user,[fresh]}", "{delete_module,gone,[user]}",
                "{load_module,plain}", "{update,server,{advanced,[]}}",
            ], missing: ["fresh", "user", "gone", "plain", "server"]),
        Golden(
            name: "an added module comes before its caller",
            up: "{load_module,user},{load_module,plain},{delete_module,gone},{update,server,{advanced,x}}",
            merged: [
                "{add_module,fresh}", "{load_module,user}", "{load_module,plain}", "{delete_module,gone}",
                "{update,server,{advanced,x}}",
            ], missing: ["fresh"]),
        Golden(
            name: "a missing module comes behind the one that is generated before it",
            up: "{update,server,soft},{add_module,fresh},{load_module,user,soft_purge,soft_purge,[]},"
                + "{delete_module,gone}",
            merged: [
                "{update,server,soft}", "{add_module,fresh}", "{load_module,user,soft_purge,soft_purge,[]}",
                "{delete_module,gone}", "{load_module,plain}",
            ], missing: ["plain"]),
        Golden(
            name: "calls stay around what they stood around",
            up: "{apply,{server,flush,[]}},{update,server,{advanced,[]}},{apply,{io,nl,[]}}",
            merged: [
                "{apply,{server,flush,[]}}", "{add_module,fresh}", "{load_module,user,[fresh]}",
                "{delete_module,gone,[user]}", "{load_module,plain}", "{update,server,{advanced,[]}}",
                "{apply,{io,nl,[]}}",
            ], missing: ["fresh", "user", "gone", "plain"]),
        Golden(
            name: "new code comes before calls where nothing else is known", up: "{apply,{user,hello,[]}}",
            merged: [
                "{add_module,fresh}", "{load_module,user,[fresh]}", "{delete_module,gone,[user]}",
                "{load_module,plain}", "{update,server,{advanced,[]}}", "{apply,{user,hello,[]}}",
            ], missing: ["fresh", "user", "gone", "plain", "server"]),
        Golden(
            name: "a restart covers everything", up: "{restart_application,tally}",
            merged: ["{restart_application,tally}"]),
        Golden(name: "so does one of the runtime system", up: "restart_emulator", merged: ["restart_emulator"]),
        Golden(
            name: "a script that says every step stays as it is",
            up: "{load_object_code,{tally,\"2\",[server]}},point_of_no_return,{suspend,[server]},"
                + "{load,{server,brutal_purge,brutal_purge}},{resume,[server]}",
            merged: [
                "{load_object_code,{tally,\"2\",[server]}}", "point_of_no_return", "{suspend,[server]}",
                "{load,{server,brutal_purge,brutal_purge}}", "{resume,[server]}",
            ], missing: ["fresh", "user", "gone", "plain"]),
        Golden(
            name: "one that says it all lacks nothing",
            up: "{load_object_code,{tally,\"2\",[server,fresh,user,plain]}},point_of_no_return,"
                + "{load,{fresh,brutal_purge,brutal_purge}},{load,{user,brutal_purge,brutal_purge}},"
                + "{load,{plain,brutal_purge,brutal_purge}},{load,{server,brutal_purge,brutal_purge}},"
                + "{remove,{gone,brutal_purge,brutal_purge}},{purge,[gone]}",
            merged: [
                "{load_object_code,{tally,\"2\",[server,fresh,user,plain]}}", "point_of_no_return",
                "{load,{fresh,brutal_purge,brutal_purge}}", "{load,{user,brutal_purge,brutal_purge}}",
                "{load,{plain,brutal_purge,brutal_purge}}", "{load,{server,brutal_purge,brutal_purge}}",
                "{remove,{gone,brutal_purge,brutal_purge}}", "{purge,[gone]}",
            ]),
    ]

    @Test(arguments: goldens) func merges(golden: Golden) throws {
        let merge = try Self.merge("{\"2\",[{\"1\",[\(golden.up)]},{<<\"0.*\">>,[foo]}],[{\"1\",[\(Self.down)]}]}")
        #expect(Self.lines(merge.appup.up[0].script) == golden.merged)
        #expect(merge.appup.up[1] == Appup.Entry(key: .pattern("0.*"), script: [.atom("foo")]))
        #expect(merge.missing.map { $0.module ?? "" } == golden.missing)
        #expect(merge.missing.allSatisfy { $0.id == .appupModuleNotCovered && $0.direction == .up })
        #expect(merge.isNeededOne == golden.missing.isEmpty, "\(merge.contradictions.map(\.summary))")
        #expect(merge.unmerged.isEmpty || golden.up.contains("point_of_no_return"))
    }

    @Test func theWayBackIsMergedToo() throws {
        let merge = try Self.merge(
            "{\"2\",[{\"1\",[\(Self.up)]}],[{\"1\",[{apply,{server,save,[]}},{load_module,user},{load_module,plain}]}]}"
        )
        #expect(
            Self.lines(merge.appup.down[0].script) == [
                "{apply,{server,save,[]}}", "{add_module,gone,[user]}", "{load_module,user}",
                "{delete_module,fresh}", "{update,server,{advanced,[]}}", "{load_module,plain}",
            ])
        #expect(merge.missing.map { $0.module ?? "" } == ["server", "gone", "fresh"])
        #expect(merge.missing.allSatisfy { $0.direction == .down })
    }

    @Test func aPatternIsForOthersToo() throws {
        let text = "{\"2\",[{<<\"1.*\">>,[{load_module,server}]},{\"0\",[]}],[{<<\".*\">>,[\(Self.down)]}]}"
        let merge = try Self.merge(text)
        let existing = try ReleaseWorld.appup(text)
        #expect(merge.appup.up.map(\.key) == [.exact("1"), .pattern("1.*"), .exact("0")])
        #expect(Array(merge.appup.up.dropFirst()) == existing.up)
        #expect(merge.appup.down == existing.down)
        #expect(Self.lines(merge.appup.up[0].script).contains("{load_module,server}"))
        #expect(merge.appup.up[0].script.count == 5)
    }

    @Test func aVersionWithoutEntryGetsOneAndOthersStay() throws {
        let merge = try Self.merge("{\"2\",[{\"0.9\",[{load_module,user}]}],[]}")
        #expect(merge.appup.up.map(\.key) == [.exact("1"), .exact("0.9")])
        #expect(merge.appup.down.map(\.key) == [.exact("1")])
        #expect(merge.missing.map(\.id) == [.appupNoEntry, .appupNoEntry])
        #expect(merge.missing.map(\.direction) == [.up, .down])
    }

    @Test func anAppupForAnotherVersionIsAWarning() throws {
        let merge = try Self.merge("{\"1.9\",[{\"1\",[\(Self.up)]}],[{\"1\",[\(Self.down)]}]}")
        #expect(merge.contradictions.map(\.id) == [.appupOtherVersion])
        #expect(merge.isNeededOne)
        #expect(merge.appup.version == .exact("2"))
    }

    @Test func aKeyThatCannotBeReadIsAnError() throws {
        let merge = try Self.merge("{\"2\",[{<<\"(\">>,[]}],[{\"1\",[\(Self.down)]}]}")
        #expect(merge.contradictions.map(\.id) == [.appupMalformedPattern])
        #expect(!merge.isNeededOne)
    }

    // MARK: - Several versions at once

    @Test func oneAppupCoversSeveralVersions() throws {
        let new = try Self.sample("2")
        let changes = try ["1", "1.1"].map { Self.change(try Self.sample($0), new) }
        let merge = AppupMerge(changes, to: new.version)
        #expect(merge.appup.up.map(\.key) == [.exact("1"), .exact("1.1")])
        #expect(merge.appup.down.map(\.key) == [.exact("1"), .exact("1.1")])
        #expect(merge.appup.up[0].script == merge.appup.up[1].script)
        let again = AppupMerge(
            changes, to: new.version, into: merge.appup, meaning: merge.appup, path: "tally.appup", file: nil)
        #expect(again.isNeededOne && again.contradictions.isEmpty)
        #expect(again.appup == merge.appup)
    }

    // MARK: - Contradictions

    /// What is added to the right scripts, which of them, and the finding; with the same in a form that is fine.
    @Test(
        arguments: [
            ("{load_module,nowhere}", UpgradeMode.up, "error appup/unknown-module", ""),
            ("{load_module,other_module}", .up, "note appup/module-of-another-application", ""),
            ("{load_module,same}", .up, "warning appup/module-not-changed", ""),
            ("{update,same,{advanced,[]}}", .down, "note appup/module-not-changed", ""),
            ("{delete_module,same}", .up, "error appup/deleted-module-stays", ""),
            ("{delete_module,same}", .down, "error appup/deleted-module-stays", ""),
            ("{load_module,gone}", .up, "error appup/module-not-there", "{delete_module,gone,[user]}"),
            ("{delete_module,gone}", .down, "error appup/deleted-module-stays", "{add_module,gone,[user]}"),
            ("{load_module,fresh}", .down, "error appup/module-not-there", "{delete_module,fresh}"),
            ("{add_module,plain}", .up, "warning appup/added-module-was-there", "{load_module,plain}"),
            ("{load_module,server}", .up, "note appup/state-not-converted", "{update,server,{advanced,[]}}"),
            ("{load_module,server}", .down, "note appup/state-not-converted", "{update,server,{advanced,[]}}"),
            ("{update,plain,{advanced,[]}}", .up, "warning appup/no-code-change", "{load_module,plain}"),
            ("{load_module,user}", .up, "", "{load_module,user,[fresh]}"),
            ("{update,server,{advanced,v1},[user]}", .up, "", "{update,server,{advanced,[]}}"),
            ("{load_modul,user}", .up, "error appup/unknown-instruction", ""),
            ("{load_module,plain}", .up, "error relup/module-twice", ""),
        ] as [(String, UpgradeMode, String, String)])
    func contradictionsAreFindings(
        written: String, mode: UpgradeMode, finding: String, instead: String
    ) throws {
        func text(_ up: String, _ down: String) -> String { "{\"2\",[{\"1\",[\(up)]}],[{\"1\",[\(down)]}]}" }
        func changed(_ script: String) -> String {
            instead.isEmpty ? "\(script),\(written)" : script.replacing(instead, with: written)
        }
        let merge = try Self.merge(
            mode == .up ? text(changed(Self.up), Self.down) : text(Self.up, changed(Self.down)))
        let found = merge.contradictions.filter { $0.direction == mode.direction }
        #expect(found.map { "\($0.severity) \($0.id)" } == (finding.isEmpty ? [] : [finding]))
        #expect(merge.contradictions.count == found.count)
        let twin = try Self.merge(text(Self.up, Self.down))
        #expect(twin.contradictions.isEmpty && twin.missing.isEmpty && twin.isNeededOne)
    }

    /// A script for several versions may name a module that changed since another of them.
    @Test func whatStandsForSeveralVersionsMayBeMeantForAnother() throws {
        let merge = try Self.merge(
            "{\"2\",[{<<\"1.*\">>,[\(Self.up),{load_module,same}]}],[{\"1\",[\(Self.down)]}]}")
        #expect(merge.contradictions.map { "\($0.severity) \($0.id)" } == ["note appup/module-not-changed"])
        #expect(merge.contradictions.allSatisfy { $0.help.isEmpty })
    }

    @Test func anOrderThatBreaksCallsIsAnError() throws {
        let good = "{load_module,plain},{update,server,{advanced,[]}},{load_module,user},{delete_module,gone},"
        let wrong = try Self.merge(
            "{\"2\",[{\"1\",[\(good){add_module,fresh}]}],[{\"1\",[\(Self.down)]}]}")
        #expect(wrong.contradictions.map(\.id) == [.appupWrongOrder])
        #expect(wrong.contradictions.first?.module == "fresh")
        #expect(wrong.contradictions.first?.help == ["name `fresh` in the DepMods of `user`"])
        // The same order, with the dependency said.
        let right = try Self.merge(
            "{\"2\",[{\"1\",[\(good.replacing("{load_module,user}", with: "{load_module,user,[fresh]}"))"
                + "{add_module,fresh}]}],[{\"1\",[\(Self.down)]}]}")
        #expect(right.contradictions.isEmpty && right.isNeededOne)
    }

    /// Of two modules that call new functions of each other no order is right, and none is wrong.
    @Test func modulesThatNeedEachOtherHaveNoWrongOrder() throws {
        func version(_ version: String, _ modules: [String: Module]) throws -> Application {
            try AppupGeneratorTests.application(version, modules)
        }
        let old = try version("1", ["a": Module(code: "1"), "b": Module(code: "1")])
        let new = try version(
            "2",
            [
                "a": Module(code: "2", calls: ["b"], exports: ["f/0"]),
                "b": Module(code: "2", calls: ["a"], exports: ["f/0"]),
            ])
        for order in ["{load_module,a},{load_module,b}", "{load_module,b},{load_module,a}"] {
            let existing = try ReleaseWorld.appup("{\"2\",[{\"1\",[\(order)]}],[{\"1\",[\(order)]}]}")
            let merge = AppupMerge(
                [Self.change(old, new)], to: new.version, into: existing, meaning: existing, path: "tally.appup",
                file: nil)
            #expect(merge.contradictions.isEmpty && merge.missing.isEmpty, "\(order)")
        }
    }

    @Test func anOtherInstructionForAModuleIsNotDoubled() throws {
        let merge = try Self.merge(
            "{\"2\",[{\"1\",[{load_module,gone},{load_module,plain}]}],[{\"1\",[\(Self.down)]}]}")
        #expect(Self.lines(merge.appup.up[0].script) == ["{load_module,gone}", "{load_module,plain}"])
        #expect(merge.unmerged.map { $0.module ?? "" } == ["fresh", "user", "gone", "server"])
    }

    // MARK: - Laws

    /// A script that a person may have written: some of what is right, some of what is not, in any order.
    private static func randomScript(
        _ generated: [Term], _ generator: inout SeededGenerator
    ) throws -> [Term] {
        var script = generated.filter { _ in Bool.random(using: &generator) }.map { term -> Term in
            guard Bool.random(using: &generator), let parts = term.tupleElements, parts.count > 1 else { return term }
            return .tuple(parts[0], parts[1])
        }
        let others = [
            "{apply,{io,nl,[]}}", "{load_module,m9}", "{update,m1,soft}", "[{load_module,m2,soft_purge,soft_purge,[]}]",
            "point_of_no_return", "{load,{m3,brutal_purge,brutal_purge}}", "{sync_nodes,x,[a@b]}", "nonsense",
            "{restart_application,tally}", "{add_module,m0}", "{delete_module,m4}", "[[]|a]",
        ]
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
            let text = others[Int.random(in: others.indices, using: &generator)]
            script.insert(
                try TermText.parseTerm(text), at: Int.random(in: 0...script.count, using: &generator))
        }
        if Int.random(in: 0..<3, using: &generator) == 0 { script.shuffle(using: &generator) }
        return script
    }

    private static func isSubsequence(_ part: [Term], of whole: [Term]) -> Bool {
        var rest = part[...]
        for term in whole where rest.first == term { rest = rest.dropFirst() }
        return rest.isEmpty
    }

    @Test func mergingNeverLosesAnInstructionOfAPerson() throws {
        var generator = SeededGenerator(seed: 21)
        var merged = 0
        for _ in 0..<600 {
            let (old, new) = try AppupGeneratorTests.randomPair(&generator)
            let change = Self.change(old, new)
            let keys: [Appup.Key] = [.exact("1"), .pattern("1.*"), .exact("0"), .pattern("x")].filter { _ in
                Bool.random(using: &generator)
            }
            func entries(_ mode: UpgradeMode) throws -> [Appup.Entry] {
                try keys.shuffled(using: &generator).map {
                    Appup.Entry(
                        key: $0,
                        script: try Self.randomScript(
                            change.generated.instructions(mode).map(\.term), &generator))
                }
            }
            let existing = Appup(version: .exact(new.version.text), up: try entries(.up), down: try entries(.down))
            let merge = AppupMerge(
                [change], to: new.version, into: existing, meaning: existing, path: "x", file: nil)
            for mode in UpgradeMode.allCases {
                let (before, after) = (existing.entries(mode), merge.appup.entries(mode))
                let kept = after.suffix(before.count)
                #expect(after.count - before.count <= 1)
                for (one, other) in zip(before, kept) {
                    #expect(one.key == other.key)
                    #expect(Self.isSubsequence(one.script, of: other.script))
                    if one.key != .exact("1") { #expect(one == other) }
                }
                // What was in force for this version still is.
                if let old = try existing.entry(for: change.generated.from, mode),
                    let new = try merge.appup.entry(for: change.generated.from, mode)
                {
                    #expect(Self.isSubsequence(old.script, of: new.script))
                }
            }
            if merge.appup != existing { merged += 1 }
            let again = AppupMerge(
                [change], to: new.version, into: merge.appup, meaning: merge.appup, path: "x", file: nil)
            #expect(again.appup == merge.appup, "merging twice is merging once")
            #expect(again.missing.map(\.summary) == merge.unmerged.map(\.summary))
        }
        #expect(merged > 200)
    }

    /// What is merged from right, incomplete scripts is a script that systools takes, and it exchanges every module.
    @Test(.enabled(if: OTP.isInstalled)) func systoolsTakesMergedScripts() async throws {
        var generator = SeededGenerator(seed: 22)
        var cases: [(TranslationCase, [Atom: Set<Atom>])] = []
        for _ in 0..<150 {
            let (old, new) = try AppupGeneratorTests.randomPair(&generator)
            let change = Self.change(old, new)
            func entry(_ mode: UpgradeMode) -> Appup.Entry {
                var script = change.generated.instructions(mode).map(\.term).filter { _ in
                    Bool.random(using: &generator)
                }
                // A dependency without instruction is an error of the person.
                let present = Set(script.compactMap { WrittenScript.parse($0).first?.module })
                script = script.filter { term in
                    WrittenScript.parse(term).allSatisfy { Set($0.dependencies).isSubset(of: present) }
                }
                if Bool.random(using: &generator) {
                    script.append(.tuple(.atom("apply"), .tuple(.atom("io"), .atom("nl"), .emptyList)))
                }
                return Appup.Entry(key: .exact("1"), script: script)
            }
            let existing = Appup(version: .exact(new.version.text), up: [entry(.up)], down: [entry(.down)])
            let merge = AppupMerge(
                [change], to: new.version, into: existing, meaning: existing, path: "x", file: nil)
            for mode in UpgradeMode.allCases {
                let (source, target) = mode == .up ? (old, new) : (new, old)
                func translated(_ application: Application) -> TranslatedApplication {
                    TranslatedApplication(
                        name: application.name.atom, version: application.version.text,
                        modules: application.specification.modules.map(\.atom))
                }
                let translation = TranslationCase(
                    mode: mode, scripts: [merge.appup.entries(mode)[0].script], applications: [translated(target)],
                    previousApplications: [translated(source)])
                cases.append((translation, AppupGeneratorTests.expectedExchanges(old, new, mode)))
            }
        }
        for ((translation, expected), answer) in zip(cases, try await SystoolsOracle.translate(cases.map(\.0))) {
            guard case .script(let script) = answer else {
                Issue.record("\(translation.scripts): \(answer)")
                continue
            }
            #expect(AppupGeneratorTests.exchanged(script) == expected)
        }
    }

    @Test func aGeneratedAppupIsTheNeededOne() throws {
        var generator = SeededGenerator(seed: 14)
        for _ in 0..<100 {
            let (old, new) = try AppupGeneratorTests.randomPair(&generator)
            let change = Self.change(old, new)
            let appup = change.generated.appup
            let merge = AppupMerge(
                [change], to: new.version, into: appup, meaning: appup, path: "x", file: nil)
            #expect(merge.isNeededOne && merge.contradictions.isEmpty)
            #expect(merge.appup == appup)
        }
    }

    // MARK: - Versions

    @Test(
        arguments: [
            ("1.4.2", "1.4.3", true), ("1.4.3", "1.4.2", false), ("1.9", "1.10", true), ("1.10", "1.9", false),
            ("1.4", "1.4.0", false), ("1.4.0", "1.4", false), ("1.4", "1.4.1", true), ("0.9", "1", true),
            ("2.0.0-rc1", "2.0.0", false), ("2.0.0", "2.0.0-rc1", false), ("1.9-3-gabc", "2.0-rc1", true),
            ("1.04", "1.4", false), ("one", "two", false), ("", "1", false), ("1..2", "2", false),
            ("99999999999999999999998", "99999999999999999999999", true),
        ] as [(String, String, Bool)])
    func comparesVersionsWhereNumbersTell(version: String, other: String, isEarlier: Bool) {
        #expect(VersionDirection.isEarlier(version, than: other) == isEarlier)
    }

    @Test(arguments: [("2", "1", true), ("1", "2", false), ("b", "a", false)] as [(String, String, Bool)])
    func aVersionThatWentDownIsAWarning(old: String, new: String, isFound: Bool) throws {
        let generated = AppupGenerator.generate(
            old: try AppupGeneratorTests.application(old, ["m": Module(code: "1")]),
            new: try AppupGeneratorTests.application(new, ["m": Module(code: "2")]))
        #expect(generated.findings.map(\.id) == (isFound ? [.appupVersionWentDown] : []))
        #expect(!generated.findings.hasErrors)
    }

    // MARK: - Appups of the project

    @Test func theProjectsAppupGoesBeforeThatOfTheApplication() throws {
        var world = ReleaseWorld(
            applications: [
                .init(name: "dep", version: "1", modules: ["d"]),
                .init(
                    name: "dep", version: "2", modules: ["d"],
                    appup: "{\"2\",[{\"1\",[{load_module,d}]}],[{\"1\",[{load_module,d}]}]}"),
            ],
            releases: [
                .init(file: "old", version: "1", entries: ["dep-1"]),
                .init(file: "new", version: "2", entries: ["dep-2"]),
            ])
        let name = try #require(ApplicationName(validating: "dep"))
        let other = try ReleaseWorld.appup("{\"3\",[{\"1\",[foo]}],[{\"1\",[foo]}]}")
        let upOnly = try ReleaseWorld.appup("{\"2\",[{\"1\",[{update,d,soft}]}],[]}")
        let sources = AppupSources(
            project: [
                name: [
                    .init(path: "appups/dep/a.appup", appup: other), .init(path: "appups/dep/b.appup", appup: upOnly),
                ]
            ])
        let old = try world.release("old")
        let plan = try RelupPlanner(top: try world.release("new"), appups: sources)
            .plan(upFrom: [.init(old)], downTo: [.init(old)])
        #expect(plan.up[0].steps.contains { $0.cause.chain.contains("the project's `appups/dep/b.appup`, 1 → 2") })
        #expect(plan.down[0].steps.contains { $0.cause.chain.contains("`dep.appup`, 2 → 1") })
        // Without an appup of its own only the way that the project covers can be planned.
        world.applications[1].appup = nil
        let bare = RelupPlanner(top: try world.release("new"), appups: sources)
        #expect(try bare.script(.up, .init(old)).steps.isEmpty == false)
        #expect(throws: RelupProblem.self) { try bare.script(.down, .init(old)) }
    }
}
