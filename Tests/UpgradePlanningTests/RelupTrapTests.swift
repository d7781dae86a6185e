import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Where OTP is wrong we say so: each trap, and a twin that is none. What the scripts do is OTP's, as the comparison shows.
@Suite struct RelupTrapTests {
    typealias App = ReleaseWorld.App
    typealias Rel = ReleaseWorld.Rel

    static let world = ReleaseWorld(
        applications: [
            // `a` needs `b` needs `c`; `m` can do without `c`; `free` needs nothing.
            App(name: "a", version: "1", modules: ["am"], uses: ["b"]),
            App(name: "b", version: "1", modules: ["bm"], uses: ["c"]),
            App(name: "c", version: "1", modules: ["cm"]),
            App(name: "m", version: "1", modules: ["mm"], uses: ["c"], optional: ["c"]),
            App(name: "free", version: "1", modules: ["freem"]),
            // `par` includes `inc`, which needs `c`.
            App(name: "par", version: "1", modules: ["para"]),
            App(
                name: "par", version: "2", modules: ["para"], includes: ["inc"],
                appup: #"{"2",[{"1",[{restart_application,par}]}],[{"1",[{restart_application,par}]}]}"#),
            App(name: "inc", version: "1", modules: ["incm"], uses: ["c"]),
            // A new version that restarts the application, and one that does not.
            App(name: "t", version: "1", modules: ["tm"]),
            App(
                name: "t", version: "2", modules: ["tm"],
                appup: #"{"2",[{"1",[{restart_application,t}]}],[{"1",[{restart_application,t}]}]}"#),
            App(
                name: "t", version: "3", modules: ["tm"],
                appup: #"{"3",[{"1",[{load_module,tm}]}],[{"1",[{load_module,tm}]}]}"#),
            // Patterns.
            App(name: "p", version: "1.0", modules: ["pm"]), App(name: "p", version: "1.0.7", modules: ["pm"]),
            App(
                name: "p", version: "2", modules: ["pm"],
                appup: #"{"2",[{<<"1|1.0">>,[{load_module,pm}]},{<<".*">>,[]}],[{<<"1.0|1">>,[]}]}"#),
            App(
                name: "p", version: "3", modules: ["pm"],
                appup: #"{"3",[{<<"1\\.0\\..*?">>,[]},{<<"1.*">>,[]}],[{<<"1\\.0\\..*">>,[]}]}"#),
            App(
                name: "p", version: "4", modules: ["pm"],
                appup: #"{"4",[{"1.0",[]},{<<"1|1.0">>,[]},{<<"1.0^">>,[]}],[{<<"2.*">>,[]},{<<"1.*">>,[]}]}"#),
            App(name: "p", version: "5", modules: ["pm"], appup: #"{"5",[{<<"1|1.0">>,[]}],[{<<".*">>,[]}]}"#),
        ],
        releases: [
            Rel(file: "empty", version: "1", entries: []), Rel(file: "empty0", version: "0", entries: []),
            Rel(file: "c1", version: "1", entries: ["c-1"]), Rel(file: "par1", version: "1", entries: ["par-1"]),
            Rel(file: "bc", version: "2", entries: ["b-1", "c-1"]),
            Rel(file: "cb", version: "2", entries: ["c-1", "b-1"]),
            Rel(file: "bac", version: "2", entries: ["b-1", "free-1", "a-1", "c-1"]),
            Rel(file: "mc", version: "2", entries: ["m-1", "c-1"]),
            Rel(file: "twofree", version: "2", entries: ["free-1", "c-1"]),
            Rel(file: "bcload", version: "2", entries: ["b-1", "c-1:load"]),
            Rel(file: "parinc", version: "2", entries: ["par-2", "inc-1", "c-1"]),
            Rel(file: "parincload", version: "2", entries: ["par-2", "inc-1:load", "c-1"]),
            Rel(file: "t1", version: "1", entries: ["t-1:temporary"]),
            Rel(file: "t1perm", version: "2", entries: ["t-1"]),
            Rel(file: "t1same", version: "2", entries: ["t-1:temporary", "free-1"]),
            Rel(file: "t2", version: "2", entries: ["t-2"]), Rel(file: "t3", version: "3", entries: ["t-3"]),
            Rel(file: "t1load", version: "2", entries: ["t-1:load"]),
            Rel(file: "p10", version: "1", entries: ["p-1.0"]), Rel(file: "p107", version: "1", entries: ["p-1.0.7"]),
            Rel(file: "p2", version: "2", entries: ["p-2"]), Rel(file: "p3", version: "3", entries: ["p-3"]),
            Rel(file: "p4", version: "4", entries: ["p-4"]), Rel(file: "p5", version: "5", entries: ["p-5"]),
        ])

    struct Case: Sendable, CustomTestStringConvertible {
        var base: String
        var top: String
        var options = RelupPlanner.Options()
        /// ID, application and direction (`both` for none).
        var traps: [String]

        init(_ base: String, _ top: String, _ traps: [String], _ options: RelupPlanner.Options = .init()) {
            (self.base, self.top, self.options, self.traps) = (base, top, options, traps)
        }

        var testDescription: String { "\(self.base) → \(self.top)" }
    }

    static let added = "relup/added-before-dependency"
    static let removed = "relup/removed-before-dependant"
    static let included = "relup/included-application-started"
    static let startType = "relup/start-type-change-ignored"
    static let pattern = "appup/pattern-never-matches"

    static let cases = [
        Case("empty", "bc", ["\(added) b up"]), Case("empty", "cb", ["\(removed) c down"]),
        Case("c1", "bc", []), Case("empty", "twofree", []), Case("empty", "mc", []), Case("empty", "bcload", []),
        Case("empty", "bac", ["\(added) b up", "\(removed) b down"]),
        Case("bc", "empty", ["\(added) b down"]), Case("bc", "cb", []),
        Case("empty", "bc", [], .init(order: .dependencies)), Case("empty", "bac", [], .init(order: .dependencies)),
        Case("par1", "parinc", ["\(included) inc both"]), Case("par1", "parincload", []),
        Case("par1", "parinc", [], .init(order: .dependencies)),
        Case("t1", "t1perm", ["\(startType) t both"]), Case("t1", "t1same", []), Case("t1", "t2", []),
        Case("t1", "t3", ["\(startType) t both"]), Case("t1", "t1perm", [], .init(restartsEmulator: true)),
        Case("t1", "t1load", ["\(startType) t both"], .init(order: .dependencies)),
        Case("p10", "p2", ["\(pattern) p up"]), Case("p107", "p3", ["\(pattern) p up"]),
        Case("p10", "p4", ["\(pattern) p up"]),
    ]

    private static func summary(_ finding: Diagnostic) -> String {
        "\(finding.id) \(finding.application ?? "") \(finding.direction?.rawValue ?? "both")"
    }

    @Test(arguments: cases) func theTrapIsFoundAndItsTwinIsNot(example: Case) throws {
        let plan = try Self.world.plan(example.top, from: [example.base], options: example.options)
        let findings = plan.traps.map { $0.diagnostic() }
        #expect(findings.map(Self.summary) == example.traps)
        for finding in findings {
            #expect(finding.severity == .warning)
            #expect(!finding.explanation.isEmpty && !finding.help.isEmpty)
        }
        // OTP itself says nothing of them, and they stay out of what goes to its callers.
        #expect(plan.warnings == [])
    }

    @Test func oneTrapOfSeveralScriptsIsOneFinding() throws {
        let plan = try Self.world.plan("bc", from: ["empty", "empty0"])
        let trap = try #require(plan.traps.first)
        #expect(plan.traps.count == 1)
        #expect(trap.scripts.map(\.base.text) == ["1", "0"])
        #expect(trap.diagnostic().notes.contains { $0.text == "with the releases 1, 0" })
    }

    @Test func theRightOrderIsGiven() throws {
        let plan = try Self.world.plan("bac", from: ["empty"])
        let notes = plan.traps.map { $0.diagnostic().notes.map(\.text).filter { $0.hasPrefix("the right order") } }
        #expect(notes == [["the right order: `c`, `b`"], ["the right order: `a`, `b`"]])
    }

    /// An appup whose only fitting pattern is such a one: the error that OTP reports, and why.
    @Test func theErrorForAMissingEntryComesWithTheTrap() throws {
        let problem = try #require(throws: RelupProblem.self) { try Self.world.plan("p5", from: ["p10"]) }
        #expect(problem.diagnostics.map(\.id) == [.relupNoEntry, .appupPatternNeverMatches])
        #expect(problem.diagnostics.last?.help.first == #"write <<"(?:1|1.0)$">>"#)
    }

    @Test func aTrapPointsIntoTheReleaseResource() throws {
        var findings: [Diagnostic] = []
        let source = SourceFile(
            path: "new.rel",
            bytes: Array(#"{release,{"R","2"},{erts,"1.1"},[{kernel,"1.0"},{b,"1"},{c,"1"}]}."#.utf8))
        let file = try #require(TermText.parseFile(source, &findings))
        let places = ReleasePlaces(resource: file)
        let plan = try Self.world.plan("bc", from: ["empty"])
        let resource = try Self.world.release("bc").resource
        let finding = try #require(plan.traps.first).diagnostic { $0 == resource ? places : .unknown }
        func text(_ place: Diagnostic.Place) -> String? {
            guard case .source(let range) = place else { return nil }
            return String(
                decoding: source.bytes[Int(range.bytes.lowerBound)..<Int(range.bytes.upperBound)], as: UTF8.self)
        }
        #expect(text(finding.place) == #"{b,"1"}"#)
        #expect(text(try #require(finding.notes.first).place) == #"{c,"1"}"#)
    }

    // MARK: - OTP

    /// The traps are OTP's own: it makes these very scripts, and says nothing.
    @Test(.enabled(if: OTP.isInstalled)) func otpMakesTheseScriptsInSilence() async throws {
        let calls = Self.cases.filter { $0.options == RelupPlanner.Options() } + [Case("p10", "p5", [])]
        let answers = try await Self.world.systools(calls.map { ($0.top, [$0.base], "[]") })
        for (call, expected) in zip(calls, answers) {
            let ours = Result { () throws(RelupProblem) in
                try Self.world.plan(call.top, from: [call.base])
            }
            #expect(ours.answer == expected, "\(call)")
        }
    }

    /// What comes of it on a node: the start before a dependency fails, before an optional one not, and no change of a
    /// start type reaches a running application.
    @Test(.enabled(if: OTP.isInstalled)) func whatOtpDoesOnANode() async throws {
        let output = try await OTP.evaluate(
            """
            Load = fun(Name, Needs, Optional) ->
                ok = application:load({application,Name,[{vsn,"1"},{applications,Needs},{optional_applications,Optional}]})
            end,
            [Load(c, [], []), Load(b, [c], []), Load(m, [c], [c])],
            Answers = [application:start(b, permanent), application:start(m, temporary), application:start(c),
                       application:start(m, permanent)],
            io:format("~w ~w", [Answers, lists:keyfind(m, 1, proplists:get_value(started, application:info()))])
            """)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "[{error,{not_started,c}},ok,ok,{error,{already_started,m}}] {m,temporary}")
    }

    // MARK: - The better order

    @Test func addedApplicationsStartBehindAndStopBeforeWhatTheyNeed() throws {
        let plan = try Self.world.plan("bac", from: ["empty"], options: .init(order: .dependencies))
        #expect(
            plan.up[0].steps.map(\.instruction)
                == (try script(
                    """
                    loc c-1 [cm]; loc b-1 [bm]; loc free-1 [freem]; loc a-1 [am]; PONR; load cm; start c permanent;
                    load bm; start b permanent; load freem; start free permanent; load am; start a permanent
                    """)))
        #expect(
            plan.down[0].steps.map(\.instruction)
                == (try script(
                    """
                    PONR; stop a; remove am; purge [am]; unload a; stop b; remove bm; purge [bm]; unload b; stop free;
                    remove freem; purge [freem]; unload free; stop c; remove cm; purge [cm]; unload c
                    """)))
    }

    @Test func includedApplicationsAreLeftToTheirIncluder() throws {
        let plan = try Self.world.plan("parinc", from: ["par1"], options: .init(order: .dependencies))
        #expect(
            plan.up[0].steps.map(\.instruction)
                == (try script(
                    """
                    loc c-1 [cm]; loc inc-1 [incm]; loc par-2 [para]; PONR; load cm; start c permanent; load incm;
                    load_application inc; stop par; remove para; purge [para]; load para; start par permanent
                    """)))
        #expect(
            plan.down[0].steps.map(\.instruction)
                == (try script(
                    """
                    loc par-1 [para]; PONR; stop par; remove para; purge [para]; load para; start par permanent;
                    remove incm; purge [incm]; unload inc; stop c; remove cm; purge [cm]; unload c
                    """)))
        let causes = plan.up[0].steps.map(\.cause.chain) + plan.down[0].steps.map(\.cause.chain)
        #expect(causes.contains { $0.hasSuffix("`par` includes it and starts it") })
        #expect(causes.contains { $0.hasSuffix("`par` includes it and stops it") })
    }

    /// Without a trap there is nothing to do better.
    @Test(arguments: [("c1", "bc"), ("empty", "twofree"), ("t1", "t3"), ("p10", "p2")])
    func withoutATrapBothOrdersAreOne(base: String, top: String) throws {
        let stock = try Self.world.plan(top, from: [base])
        let better = try Self.world.plan(top, from: [base], options: .init(order: .dependencies))
        #expect(stock.relup == better.relup)
    }

    // MARK: - Orders at random

    /// The order by dependencies holds every dependency, both ways, keeps what needs no change, and is not slow.
    @Test func theOrderHoldsAllDependencies() throws {
        var generator = SeededGenerator(seed: 33)
        for _ in 0..<100 {
            var world = ReleaseWorld(applications: [], releases: [Rel(file: "old", version: "1", entries: [])])
            let count = Int.random(in: 2...12, using: &generator)
            for number in 0..<count {
                let uses = (0..<number).filter { _ in Int.random(in: 0..<3, using: &generator) == 0 }.map { "x\($0)" }
                world.applications.append(App(name: "x\(number)", version: "1", uses: uses))
            }
            let entries = (0..<count).map { "x\($0)-1" }.shuffled(using: &generator)
            world.releases.append(Rel(file: "new", version: "2", entries: entries))
            let plan = try world.plan("new", from: ["old"], options: .init(order: .dependencies))
            let started = plan.up[0].steps.compactMap { Self.call("start", $0.instruction) }
            let stopped = plan.down[0].steps.compactMap { Self.call("stop", $0.instruction) }
            #expect(started.count == count && stopped.count == count)
            for app in world.applications {
                for used in app.uses {
                    #expect(started.firstIndex(of: used) ?? .max < started.firstIndex(of: app.name) ?? .max)
                    #expect(stopped.firstIndex(of: used) ?? -1 > stopped.firstIndex(of: app.name) ?? -1)
                }
            }
            let stock = try world.plan("new", from: ["old"])
            let isUpWrong = stock.traps.contains { $0.diagnostic().id == .relupAddedBeforeDependency }
            let isDownWrong = stock.traps.contains { $0.diagnostic().id == .relupRemovedBeforeDependant }
            #expect((stock.up[0].entry == plan.up[0].entry) == !isUpWrong)
            #expect((stock.down[0].entry == plan.down[0].entry) == !isDownWrong)
        }
    }

    private static func call(_ function: String, _ instruction: Term) -> String? {
        guard let call = instruction.tupleElements?.last?.tupleElements, call.count == 3,
            call[1].atomValue?.name == function
        else { return nil }
        return call[2].listElements?.first?.atomValue?.name
    }

    @Test func aLongChainOfDependenciesIsNoDanger() throws {
        var world = ReleaseWorld(applications: [], releases: [Rel(file: "old", version: "1", entries: [])])
        let count = 300
        for number in 0..<count {
            world.applications.append(
                App(name: "x\(number)", version: "1", uses: number == 0 ? [] : ["x\(number - 1)"]))
        }
        world.releases.append(Rel(file: "new", version: "2", entries: (0..<count).reversed().map { "x\($0)-1" }))
        let plan = try world.plan("new", from: ["old"], options: .init(order: .dependencies))
        #expect(plan.up[0].steps.compactMap { Self.call("start", $0.instruction) }.first == "x0")
        #expect(try world.plan("new", from: ["old"]).traps.count == count - 1)
    }
}
