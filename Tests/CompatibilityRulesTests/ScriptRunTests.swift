import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing
import UpgradePlanning

@testable import CompatibilityRules

/// What a script does to a node, step by step.
@Suite struct ScriptRunTests {
    private static let load = "{load,{shop,brutal_purge,brutal_purge}}"
    private static let read = #"{load_object_code,{shop,"2",[shop]}}"#

    /// `s` and `t` for the code of the release before and after, `-` for none, `?` for code of which nothing is known.
    private static func letter(_ state: ScriptRun.CodeState) -> String {
        switch state {
        case .source: "s"
        case .target: "t"
        case .absent: "-"
        case .unknown: "?"
        }
    }

    @Test(arguments: [
        ("[\(read),point_of_no_return,\(load)]", "ssst"),
        ("[\(read),point_of_no_return]", "sss"),
        // What was not read cannot be loaded, and what was read is loaded once.
        ("[point_of_no_return,\(load)]", "sss"),
        ("[\(read),\(load),\(load)]", "sstt"),
        (#"[{load_object_code,{shop,"1",[shop]}},\#(load)]"#, "ss?"),
        (#"[{load_object_code,{till,"2",[shop]}},\#(load)]"#, "ss?"),
        ("[\(read),{remove,{shop,brutal_purge,brutal_purge}},\(load)]", "ss-t"),
        ("[\(read),\(load),restart_emulator]", "sstt"), ("[restart_emulator]", "st"),
        ("[nonsense,{load,shop},\(read),\(load)]", "sssst"),
    ])
    func codeIsWhatTheStepsBeforeMadeIt(script: String, states: String) throws {
        let run = try ScriptWorld.run(script)
        #expect((0...run.steps.count).map { Self.letter(run.code(of: "shop", before: $0)) }.joined() == states)
        #expect(run.code(of: "nobody", before: run.steps.count) == .absent)
    }

    @Test func processesAreSuspendedFromOneStepToAnother() throws {
        let run = try ScriptWorld.run(
            "[{suspend,[shop,{hall,100}]},\(Self.load),{resume,[shop]},{suspend,[shop]},{stop,[shop]},{start,[shop]}]")
        #expect((0..<6).map { run.isSuspended("shop", at: $0) } == [true, true, true, true, true, true])
        #expect(run.suspensions["shop"]?.map(\.start) == [0, 3])
        #expect(run.suspensions["shop"]?.map(\.end) == [2, nil])
        #expect(run.suspensions["hall"]?.map(\.end) == [nil])
        #expect((0..<6).map { run.isStopped("shop", at: $0) } == [false, false, false, false, true, true])
        #expect(run.firstSearch == 0)
    }

    @Test func applicationsAreStoppedFromOneStepToAnother() throws {
        let run = try ScriptWorld.run(
            "[{apply,{application,stop,[shop]}},\(Self.load),{apply,{application,start,[shop,permanent]}}]")
        let name = try #require(ApplicationName(validating: "shop"))
        #expect(run.stopSpans(of: name).map(\.start) == [0])
        #expect(run.stopSpans(of: name).map(\.end) == [2])
        #expect(run.restartedApplications == [name])
    }

    @Test func aBorderAndARestartAreFound() throws {
        let run = try ScriptWorld.run("[\(Self.read),point_of_no_return,point_of_no_return,restart_emulator]")
        #expect(run.pointOfNoReturn == 1)
        #expect(run.restart == 3)
        #expect(try ScriptWorld.run("[]").pointOfNoReturn == nil)
    }

    // MARK: - Random releases

    /// What the planner makes of random releases leads to exactly the target's code, both ways, and no rule has an error.
    @Test(arguments: 0..<60) func plansEndWithTheCodeOfTheTarget(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        let (older, newer) = Self.releases(&generator)
        let old = try ScriptWorld.release("1", older)
        var new = try ScriptWorld.release("2", newer)
        let changes = new.applications.compactMap { member in
            old[member.name].map { AppupGenerator.generate(old: $0.application, new: member.application) }
        }.filter { $0.from != $0.to }
        new = try ScriptWorld.release(
            "2", newer, appups: Dictionary(uniqueKeysWithValues: changes.map { ($0.application.name, $0.appup) }))
        let plan = try RelupPlanner(top: new).plan(upFrom: [.init(old)], downTo: [.init(old)])
        let upgrade = try #require(plan.upgrades.first)
        let scripts = Hop.Scripts(up: upgrade.up, down: upgrade.down)
        let hop = Hop(
            from: ScriptWorld.side(old), to: ScriptWorld.side(new), scripts: scripts, planned: scripts, changes: changes
        )
        #expect(hop.runs.count == 2)
        for run in hop.runs {
            for name in Set(run.source.modules.keys).union(run.target.modules.keys) {
                let end = run.code(of: name, before: run.steps.count)
                #expect(end.facts == run.target.modules[name]?.facts, "\(name) \(run.mode)")
                // A module that stays the same stays loaded as it is.
                if run.source.modules[name]?.facts != run.target.modules[name]?.facts {
                    #expect(run.exchanges[name] != nil)
                }
            }
        }
        let errors = UpgradeCheck.findings(in: hop).filter { $0.severity == .error }
        #expect(errors.isEmpty, "\(errors)")
    }

    private static func releases(
        _ generator: inout SeededGenerator
    ) -> ([ScriptWorld.App], [ScriptWorld.App]) {
        var older: [ScriptWorld.App] = []
        var newer: [ScriptWorld.App] = []
        for application in 0..<Int.random(in: 1...5, using: &generator) {
            let name = "a\(application)"
            var (old, new): ([String: ScriptWorld.Module], [String: ScriptWorld.Module]) = ([:], [:])
            for module in 0..<Int.random(in: 1...5, using: &generator) {
                let text = "\(name)_\(module)"
                let value = ScriptWorld.Module(code: 1, isServer: Bool.random(using: &generator))
                let fate = Int.random(in: 0..<6, using: &generator)
                if fate != 0 { old[text] = value }
                if fate != 1 { new[text] = value }
                if fate > 3 { new[text]?.code = 2 }
            }
            let fate = Int.random(in: 0..<6, using: &generator)
            let stays = fate == 2
            if fate != 0 { older.append(ScriptWorld.App(name: name, version: "1", modules: old)) }
            if fate != 1 {
                newer.append(
                    ScriptWorld.App(name: name, version: stays ? "1" : "2", modules: stays ? old : new))
            }
        }
        return (older, newer)
    }
}
