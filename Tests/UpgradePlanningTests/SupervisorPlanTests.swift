import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Instructions for the children of supervisors, and their place in the relup.
@Suite struct SupervisorPlanTests {
    /// A module in a few words.
    struct Module {
        var code = "1"
        var calls: [String] = []
        var supervisor: SupervisorChildren?
    }

    static func child(
        _ id: Atom, module: Atom? = nil, function: Atom = "start_link", restart: Atom = "permanent",
        shutdown: Int = 5000, type: Atom = "worker", isConditional: Bool = false
    ) -> ChildSpecification {
        ChildSpecification(
            id: .atom(id), isConditional: isConditional,
            start: ChildSpecification.Start(
                module: .known(.atom(module ?? id)), function: .known(.atom(function)), arguments: .known(.emptyList)),
            restart: .known(.atom(restart)), shutdown: .known(.integer(shutdown)), type: .known(.atom(type)),
            modules: .known(.list([.atom(module ?? id)])), significant: .known(.atom("false")))
    }

    static func children(
        _ children: [ChildSpecification], strategy: Atom = "one_for_one", gaps: [String] = [], name: Atom? = "sup"
    ) -> SupervisorChildren {
        SupervisorChildren(
            strategy: .known(.atom(strategy)), intensity: .known(.integer(1)), period: .known(.integer(5)),
            children: children, gaps: gaps,
            registeredName: name.map { .known(.atom($0)) } ?? .unknown("no name"))
    }

    static func application(_ version: String, _ modules: [String: Module]) throws -> Application {
        var facts: [ModuleName: ModuleFacts] = [:]
        for (text, module) in modules {
            let name = try #require(ModuleName(validating: Atom(text)))
            var one = ModuleFacts(
                name: name, digest: Array(module.code.utf8), behaviours: module.supervisor == nil ? [] : ["supervisor"],
                imports: Set(
                    module.calls.map { ModuleFacts.ImportedFunction(module: Atom($0), function: "f", arity: 0) }))
            one.supervisor = module.supervisor
            facts[name] = one
        }
        return Application(
            specification: ApplicationSpecification(
                name: try #require(ApplicationName(validating: "tally")),
                version: try #require(ApplicationVersion(validating: version)), modules: facts.keys.sorted()),
            directory: "lib/tally-\(version)/ebin", modules: facts)
    }

    static func generate(
        _ old: SupervisorChildren, _ new: SupervisorChildren, old oldModules: [String: Module] = [:],
        new newModules: [String: Module] = [:]
    ) throws -> GeneratedAppup {
        AppupGenerator.generate(
            old: try self.application(
                "1", oldModules.merging(["sup": Module(code: "1", supervisor: old)]) { first, _ in first }),
            new: try self.application(
                "2", newModules.merging(["sup": Module(code: "2", supervisor: new)]) { first, _ in first }))
    }

    static func lines(_ instructions: [GeneratedAppup.Instruction]) -> [String] {
        instructions.map { TermPrinter.line($0.term) }
    }

    private static let update = "{update,sup,supervisor}"

    private static func start(_ id: String) -> String { "{apply,{supervisor,restart_child,[sup,\(id)]}}" }

    private static func end(_ id: String) -> [String] {
        ["terminate_child", "delete_child"].map { "{apply,{supervisor,\($0),[sup,\(id)]}}" }
    }

    // MARK: - Instructions

    @Test func addedChildrenStartAfterTheUpdateAndEndBeforeItOnTheWayBack() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a")]), Self.children([Self.child("b"), Self.child("a"), Self.child("c")]))
        #expect(Self.lines(generated.up) == [Self.update, Self.start("b"), Self.start("c")])
        #expect(Self.lines(generated.down) == Self.end("c") + Self.end("b") + [Self.update])
        #expect(generated.findings.isEmpty)
    }

    @Test func removedChildrenEndBeforeTheUpdateAndStartAfterItOnTheWayBack() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a"), Self.child("b")]), Self.children([Self.child("a")]))
        #expect(Self.lines(generated.up) == Self.end("b") + [Self.update])
        #expect(Self.lines(generated.down) == [Self.update, Self.start("b")])
        #expect(generated.findings.isEmpty)
    }

    /// What a module of another application specifies, the same in both versions, is in nobody's way.
    @Test func childrenOfOtherApplicationsHideNothingUnlessTheyDiffer() throws {
        var (old, new) = (Self.children([Self.child("a")]), Self.children([Self.child("a"), Self.child("b")]))
        (old.foreign, new.foreign) = (["Elixir.Pool"], ["Elixir.Pool"])
        let same = try Self.generate(old, new)
        #expect(Self.lines(same.up) == [Self.update, Self.start("b")])
        #expect(Self.lines(same.down) == Self.end("b") + [Self.update])
        #expect(same.findings.isEmpty)
        new.foreign.append("Elixir.Bus")
        let other = try Self.generate(old, new)
        #expect(Self.lines(other.up) == [Self.update])
        #expect(Set(other.findings.map(\.id)) == [.appupChildrenNotReadable, .appupChildrenUncertain])
        let notes = other.findings.flatMap(\.notes).map(\.text)
        #expect(notes.contains { $0.contains("`Elixir.Bus:child_spec/1`, a function of another application") })
    }

    @Test func equalChildrenNeedNothing() throws {
        let children = Self.children([Self.child("a"), Self.child("b", isConditional: true)])
        let generated = try Self.generate(children, children)
        #expect(Self.lines(generated.up) == [Self.update])
        #expect(Self.lines(generated.down) == [Self.update])
        #expect(generated.findings.isEmpty)
    }

    @Test func anUnchangedSupervisorNeedsNothing() throws {
        let same = Module(supervisor: Self.children([Self.child("a")], gaps: ["a gap"]))
        let generated = AppupGenerator.generate(
            old: try Self.application("1", ["sup": same]), new: try Self.application("2", ["sup": same]))
        #expect(generated.up.isEmpty && generated.down.isEmpty && generated.findings.isEmpty)
    }

    @Test func conditionalChildrenStartAndEndWhereThatDoesNothingOtherwise() throws {
        let generated = try Self.generate(
            Self.children([]), Self.children([Self.child("a", isConditional: true)]))
        #expect(Self.lines(generated.up) == [Self.update, Self.start("a")])
        #expect(Self.lines(generated.down) == Self.end("a") + [Self.update])
    }

    @Test func aChildThatIsThereAlwaysNowStartsUnlessItMayHaveEnded() throws {
        let permanent = try Self.generate(
            Self.children([Self.child("a", isConditional: true)]), Self.children([Self.child("a")]))
        #expect(Self.lines(permanent.up) == [Self.update, Self.start("a")])
        #expect(Self.lines(permanent.down) == [Self.update])
        #expect(permanent.findings.map(\.id) == [.appupChildrenUncertain])
        let transient = try Self.generate(
            Self.children([Self.child("a", restart: "transient", isConditional: true)]),
            Self.children([Self.child("a", restart: "transient")]))
        #expect(Self.lines(transient.up) == [Self.update])
        #expect(transient.findings.map(\.id) == [.appupChildrenUncertain, .appupChildrenUncertain])
    }

    @Test func aChildOfADeletedModuleEndsFirstAndStartsAnew() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a", module: "before")]), Self.children([Self.child("a", module: "later")]),
            old: ["before": Module()], new: ["later": Module()])
        #expect(
            Self.lines(generated.up)
                == Self.end("a") + ["{add_module,later}", "{delete_module,before}", Self.update, Self.start("a")])
        #expect(
            Self.lines(generated.down)
                == Self.end("a") + [Self.update, "{add_module,before}", Self.start("a"), "{delete_module,later}"])
        #expect(generated.findings.isEmpty)
    }

    // MARK: - Findings

    @Test func aChangedStartIsAWarningWithTheInstructions() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a")]), Self.children([Self.child("a", function: "start")]))
        #expect(Self.lines(generated.up) == [Self.update])
        let finding = try #require(generated.findings.first)
        #expect(generated.findings.count == 1)
        #expect(finding.id == .appupChildChanged && finding.severity == .warning)
        #expect(finding.notes.map(\.text) == ["`start`: `{a,start_link,[]}` before, `{a,start,[]}` after"])
        #expect(
            finding.help.dropFirst().map { String($0.drop { $0 == " " }) } == [
                "{apply,{supervisor,terminate_child,[sup,a]}}", "{apply,{supervisor,restart_child,[sup,a]}}",
            ])
    }

    @Test func whatHoldsAtOnceIsANote() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a")]), Self.children([Self.child("a", restart: "transient", shutdown: 1)]))
        #expect(generated.findings.map(\.id) == [.appupChildUpdated])
        #expect(generated.findings.map(\.severity) == [.note])
        #expect(generated.findings[0].summary == "child `a` of `sup` has another `restart` and `shutdown`")
    }

    @Test func anotherOrderIsANote() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a"), Self.child("b")]), Self.children([Self.child("b"), Self.child("a")]))
        #expect(Self.lines(generated.up) == [Self.update])
        #expect(generated.findings.map(\.id) == [.appupChildrenReordered])
    }

    @Test func withoutANameThereAreInstructionsToFillIn() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a")], name: nil), Self.children([Self.child("b")], name: nil))
        #expect(Self.lines(generated.up) == [Self.update])
        #expect(Self.lines(generated.down) == [Self.update])
        #expect(
            generated.findings.map(\.id) == [.appupSupervisorNotAddressable, .appupSupervisorNotAddressable])
        #expect(generated.findings[0].help.contains("    {apply,{supervisor,restart_child,[SUPERVISOR,b]}}"))
        #expect(generated.findings[0].help.contains("    {apply,{supervisor,delete_child,[SUPERVISOR,a]}}"))
        #expect(generated.findings.map(\.direction) == [.up, .down])
    }

    @Test func anotherNameIsNotUsed() throws {
        let generated = try Self.generate(Self.children([]), Self.children([Self.child("a")], name: "other"))
        #expect(Self.lines(generated.up) == [Self.update])
        #expect(generated.findings.first?.id == .appupSupervisorNotAddressable)
    }

    @Test func whatCannotBeReadIsSaid() throws {
        let generated = try Self.generate(
            Self.children([Self.child("a")], gaps: ["a call of `m:f/0`"]),
            Self.children([Self.child("a"), Self.child("b")], gaps: ["a call of `m:f/0`"]))
        #expect(Self.lines(generated.up) == [Self.update])
        #expect(Self.lines(generated.down) == [Self.update])
        #expect(
            generated.findings.map(\.id) == [
                .appupChildrenNotReadable, .appupChildrenUncertain, .appupChildrenUncertain,
            ])
        #expect(generated.findings[0].notes.map(\.text) == ["because of a call of `m:f/0`"])
    }

    @Test func whatInitMakesTwiceIsSaidOnTheWayThatRunsIt() throws {
        var making = Self.children([])
        making.unrepeatableCalls = [ModuleFacts.ImportedFunction(module: "ets", function: "new", arity: 2)]
        let generated = try Self.generate(making, Self.children([]))
        #expect(Self.lines(generated.down) == [Self.update])
        #expect(generated.findings.map(\.id) == [.appupInitNotRepeatable])
        #expect(generated.findings.map(\.direction) == [.down])
        #expect(generated.findings[0].summary.contains("in 1 it calls `ets:new/2`"))
        #expect(try Self.generate(Self.children([]), Self.children([])).findings.isEmpty)
    }

    @Test func simpleOneForOneHasNoInstructions() throws {
        let (one, two) = ([Self.child("a")], [Self.child("b")])
        let both = try Self.generate(
            Self.children(one, strategy: "simple_one_for_one"), Self.children(two, strategy: "simple_one_for_one"))
        #expect(Self.lines(both.up) == [Self.update])
        #expect(both.findings.isEmpty)
        let changed = try Self.generate(
            Self.children(one), Self.children(two, strategy: "simple_one_for_one"))
        #expect(Self.lines(changed.up) == [Self.update])
        #expect(changed.findings.map(\.id) == [.appupSupervisorKindChanged])
    }

    /// A call of a supervisor that does not run fails the upgrade.
    @Test(arguments: [(true, "one_for_one"), (false, "simple_one_for_one")] as [(Bool, Atom)])
    func aSupervisorThatMayNotRunIsNotCalled(isConditional: Bool, strategy: Atom) throws {
        let top = Module(
            supervisor: Self.children(
                [Self.child("sup", type: "supervisor", isConditional: isConditional)], strategy: strategy, name: "top"))
        let generated = try Self.generate(
            Self.children([]), Self.children([Self.child("a")]), old: ["top": top], new: ["top": top])
        #expect(Self.lines(generated.up) == [Self.update])
        #expect(generated.findings.map(\.id).first == .appupSupervisorNotAddressable)
    }

    @Test func aSupervisorThatRunsIsCalled() throws {
        let top = Module(
            supervisor: Self.children([Self.child("sup", type: "supervisor")], name: "top"))
        let generated = try Self.generate(
            Self.children([]), Self.children([Self.child("a")]), old: ["top": top], new: ["top": top])
        #expect(Self.lines(generated.up) == [Self.update, Self.start("a")])
        #expect(generated.findings.isEmpty)
    }

    @Test func aSupervisorThatItsParentStartsOrEndsIsNotCalled() throws {
        func top(_ code: String, _ children: [ChildSpecification]) -> Module {
            Module(code: code, supervisor: Self.children(children, name: "top"))
        }
        let generated = try Self.generate(
            Self.children([]), Self.children([Self.child("a")]), old: ["top": top("1", [])],
            new: ["top": top("2", [Self.child("sup", type: "supervisor")])])
        #expect(!Self.lines(generated.up).contains(Self.start("a")))
        #expect(Self.lines(generated.up).contains("{apply,{supervisor,restart_child,[top,sup]}}"))
    }

    // MARK: - The relup

    /// Modules depend on each other, so that the translation pulls instructions forward.
    @Test func theOrderHoldsInTheRelup() throws {
        let old = try Self.application(
            "1",
            [
                "sup": Module(
                    code: "1", calls: ["lib"], supervisor: Self.children([Self.child("gone"), Self.child("a")])),
                "a": Module(code: "1", calls: ["lib", "gone"]), "lib": Module(code: "1"), "gone": Module(),
            ])
        let new = try Self.application(
            "2",
            [
                "sup": Module(
                    code: "2", calls: ["lib"], supervisor: Self.children([Self.child("a"), Self.child("b")])),
                "a": Module(code: "2", calls: ["lib", "b"]), "lib": Module(code: "2"),
                "b": Module(calls: ["lib", "sup"]),
            ])
        let generated = AppupGenerator.generate(old: old, new: new)
        #expect(generated.findings.isEmpty)
        let up = try Self.translated(generated, .up, from: old, to: new)
        try self.expectOrder(
            up,
            [
                "{apply,{supervisor,terminate_child,[sup,gone]}}", "{apply,{supervisor,delete_child,[sup,gone]}}",
                "{suspend,[sup]}", "{code_change,up,[{sup,[]}]}", "{resume,[sup]}",
                "{apply,{supervisor,restart_child,[sup,b]}}",
            ])
        try self.expectOrder(up, ["{apply,{supervisor,delete_child,[sup,gone]}}", "{purge,[gone]}"])
        try self.expectOrder(
            up, ["{load,{b,brutal_purge,brutal_purge}}", "{apply,{supervisor,restart_child,[sup,b]}}"])
        let down = try Self.translated(generated, .down, from: new, to: old)
        try self.expectOrder(
            down,
            [
                "{apply,{supervisor,terminate_child,[sup,b]}}", "{apply,{supervisor,delete_child,[sup,b]}}",
                "{suspend,[sup]}", "{code_change,down,[{sup,[]}]}", "{resume,[sup]}",
                "{apply,{supervisor,restart_child,[sup,gone]}}",
            ])
        try self.expectOrder(down, ["{apply,{supervisor,delete_child,[sup,b]}}", "{purge,[b]}"])
        try self.expectOrder(
            down, ["{load,{gone,brutal_purge,brutal_purge}}", "{apply,{supervisor,restart_child,[sup,gone]}}"])
    }

    private static func translated(
        _ generated: GeneratedAppup, _ mode: UpgradeMode, from: Application, to: Application
    ) throws -> [String] {
        func translated(_ application: Application) -> TranslatedApplication {
            TranslatedApplication(
                name: application.name.atom, version: application.version.text,
                modules: application.specification.modules.map(\.atom))
        }
        let script = UpgradeScript(generated.instructions(mode).map(\.term), origin: .caller(0))
        let steps = try ScriptTranslation.translate(
            mode: mode, scripts: [script], applications: [translated(to)], previousApplications: [translated(from)]
        ).get()
        return steps.map { TermPrinter.line($0.instruction) }
    }

    private func expectOrder(
        _ lines: [String], _ expected: [String], at location: SourceLocation = #_sourceLocation
    ) throws {
        let places = expected.map { lines.firstIndex(of: $0) }
        #expect(!places.contains(nil), "\(lines)", sourceLocation: location)
        let found = places.compactMap { $0 }
        #expect(found == found.sorted(), "\(lines)", sourceLocation: location)
    }
}
