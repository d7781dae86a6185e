import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import UpgradePlanning

/// Modules whose processes are of one kind in one version and of another in the other.
@Suite struct RoleChangeTests {
    /// What a module is; all have every function that converts a state, so that only the kind decides.
    enum Role: String, CaseIterable, CustomTestStringConvertible {
        case plain, server, stateMachine, eventHandler, finiteStateMachine, supervisor, dynamicSupervisor, bridge,
            special

        var testDescription: String { self.rawValue }

        var behaviours: [Atom] {
            switch self {
            case .plain, .special: []
            case .server: ["gen_server"]
            case .stateMachine: ["gen_statem"]
            case .eventHandler: ["gen_event"]
            case .finiteStateMachine: ["gen_fsm"]
            case .supervisor: ["supervisor"]
            case .dynamicSupervisor: ["Elixir.DynamicSupervisor"]
            case .bridge: ["supervisor_bridge"]
            }
        }

        var exports: Set<ModuleFacts.FunctionName> {
            self == .special
                ? [.init("system_code_change", 4)]
                : [.init("init", 1), .init("code_change", 3), .init("code_change", 4)]
        }

        /// Where nothing but the code changed.
        var instruction: String {
            switch self {
            // The process of a bridge keeps its state whatever happens (`supervisor_bridge:code_change/3`).
            case .plain, .bridge: "{load_module,m}"
            case .server, .stateMachine, .eventHandler, .finiteStateMachine, .special: "{update,m,{advanced,[]}}"
            // `init/1` of the code that is there afterwards runs: not `advanced`, which on the way down would ask the
            // code that goes.
            case .supervisor, .dynamicSupervisor: "{update,m,supervisor}"
            }
        }
    }

    static func facts(
        _ name: String, _ code: String, behaviours: [Atom] = [], exports: Set<ModuleFacts.FunctionName> = [],
        calls: [ModuleFacts.ImportedFunction] = [], supervisor: SupervisorChildren? = nil
    ) throws -> ModuleFacts {
        var facts = ModuleFacts(
            name: try #require(ModuleName(validating: Atom(name))), digest: Array(code.utf8), behaviours: behaviours,
            exports: exports, imports: Set(calls), attributes: [:])
        facts.supervisor = supervisor
        return facts
    }

    static func application(
        _ version: String, _ modules: [ModuleFacts], name: String = "tally", hasProcesses: Bool = true
    ) throws -> Application {
        let callback = try #require(ModuleName(validating: "tally_app"))
        return Application(
            specification: ApplicationSpecification(
                name: try #require(ApplicationName(validating: Atom(name))),
                version: try #require(ApplicationVersion(validating: version)), modules: modules.map(\.name),
                callback: hasProcesses ? .init(module: callback, arguments: .emptyList) : nil),
            directory: "lib/\(name)-\(version)/ebin",
            modules: Dictionary(uniqueKeysWithValues: modules.map { ($0.name, $0) }))
    }

    static func lines(_ instructions: [GeneratedAppup.Instruction]) -> [String] {
        instructions.map { TermPrinter.line($0.term) }
    }

    private static func generate(
        _ old: [ModuleFacts], _ new: [ModuleFacts], _ behaviours: BehaviourMapping = BehaviourMapping()
    ) throws -> GeneratedAppup {
        AppupGenerator.generate(
            old: try self.application("1", old), new: try self.application("2", new), behaviours)
    }

    private static let restart = "{restart_application,tally}"

    // MARK: - All kinds

    /// No supervisor of the application is known to start the processes.
    @Test(arguments: Role.allCases, Role.allCases) func everyKindToEveryKind(old: Role, new: Role) throws {
        let generated = try Self.generate(
            [try Self.facts("m", "1", behaviours: old.behaviours, exports: old.exports)],
            [try Self.facts("m", "2", behaviours: new.behaviours, exports: new.exports)])
        if old == new {
            #expect(Self.lines(generated.up) == [old.instruction] && Self.lines(generated.down) == [old.instruction])
            #expect(generated.findings.isEmpty)
            return
        }
        #expect(generated.findings.map(\.id) == [.appupBehaviourChanged])
        // A way on which no process runs before the exchange restarts nothing.
        #expect((Self.lines(generated.up) == [Self.restart]) == (old != .plain))
        #expect((Self.lines(generated.down) == [Self.restart]) == (new != .plain))
        let cause = old == .plain ? generated.down[0].cause.text : generated.up[0].cause.text
        #expect(cause.hasPrefix("`m` is "))
        #expect(cause.hasSuffix(" in 2: running processes cannot take the other code"))
        #expect(generated.exchanges.count == 1)
    }

    @Test func theReasonNamesBothKinds() throws {
        let generated = try Self.generate(
            [try Self.facts("m", "1", behaviours: ["gen_server"]), try Self.facts("n", "1")],
            [try Self.facts("m", "2", behaviours: ["gen_statem"]), try Self.facts("n", "2")])
        #expect(Self.lines(generated.up) == [Self.restart], "nothing else stands beside it")
        #expect(
            generated.up[0].cause.text
                == "`m` is a `gen_server` in 1 and a `gen_statem` in 2: running processes cannot take the other code")
        #expect(generated.findings[0].summary == "`m` was a `gen_server` and is a `gen_statem` now")
        #expect(Self.lines(generated.exchanges) == ["{load_module,m}", "{load_module,n}"])
    }

    /// What is no change of the kind.
    @Test func aLostFunctionOrAnotherSpellingIsNoChangeOfTheKind() throws {
        let server = Role.server.exports.union([.init("handle_call", 3), .init("handle_cast", 2)])
        func check(_ old: ModuleFacts, _ new: ModuleFacts, _ instruction: String) throws {
            let generated = try Self.generate([old], [new])
            #expect(Self.lines(generated.up) == [instruction] && Self.lines(generated.down) == [instruction])
            #expect(generated.findings.isEmpty)
        }
        // `code_change/3` is gone.
        try check(
            try Self.facts("m", "1", behaviours: ["gen_server"], exports: server),
            try Self.facts("m", "2", behaviours: ["gen_server"]), "{load_module,m}")
        // Elixir's name for it.
        try check(
            try Self.facts("m", "1", behaviours: ["gen_server"], exports: server),
            try Self.facts("m", "2", behaviours: ["Elixir.GenServer"], exports: server), "{update,m,{advanced,[]}}")
        // The attribute was forgotten.
        try check(
            try Self.facts("m", "1", exports: server),
            try Self.facts("m", "2", behaviours: ["gen_server"], exports: server), "{update,m,{advanced,[]}}")
        // A supervisor that a server moved into goes on as a supervisor; nobody runs the server yet, or no longer.
        var stripped = try Self.facts("m", "2")
        stripped.attributes = nil
        try check(try Self.facts("m", "1", behaviours: ["gen_fsm"]), stripped, "{load_module,m}")
    }

    /// As kernel's `user_drv` before OTP 26: a process without a behaviour, seen by its loop.
    @Test func aLoopOfTheModulesOwnIsAProcessToo() throws {
        for loops in [true, false] {
            var old = try Self.facts("m", "1")
            let function = ModuleFacts.Function(
                .init("loop", 1), digest: .init(high: 1, low: 1), hasLocalReceiveLoop: loops)
            old.code = .functions([function], records: nil)
            let generated = try Self.generate([old], [try Self.facts("m", "2", behaviours: ["gen_statem"])])
            #expect(Self.lines(generated.up) == [loops ? Self.restart : "{load_module,m}"])
            #expect(Self.lines(generated.down) == [Self.restart])
            #expect(generated.findings.map(\.summary) == ["`m` was of no behaviour and is a `gen_statem` now"])
        }
    }

    @Test(arguments: ["kernel", "stdlib", "sasl"]) func theRuntimesApplicationsRestartWithIt(name: String) throws {
        let generated = AppupGenerator.generate(
            old: try Self.application("1", [try Self.facts("m", "1", behaviours: ["gen_server"])], name: name),
            new: try Self.application("2", [try Self.facts("m", "2", behaviours: ["gen_statem"])], name: name))
        #expect(Self.lines(generated.up) == ["restart_new_emulator"])
        #expect(Self.lines(generated.down) == ["restart_new_emulator"])
        #expect(generated.findings[0].notes.contains { $0.text.contains("without the runtime system") })
    }

    @Test func anApplicationWithoutProcessesSaysThatItsRestartIsNotEnough() throws {
        let generated = AppupGenerator.generate(
            old: try Self.application(
                "1", [try Self.facts("m", "1", behaviours: ["gen_server"])], hasProcesses: false),
            new: try Self.application(
                "2", [try Self.facts("m", "2", behaviours: ["gen_statem"])], hasProcesses: false))
        #expect(generated.findings[0].notes.contains { $0.text.contains("has no `mod`") })
    }

    // MARK: - Children

    private static func supervisor(
        _ children: [ChildSpecification], code: String = "1", strategy: Atom = "one_for_one", gaps: [String] = []
    ) throws -> ModuleFacts {
        try self.facts(
            "sup", code, behaviours: ["supervisor"], exports: Role.supervisor.exports,
            supervisor: SupervisorPlanTests.children(children, strategy: strategy, gaps: gaps))
    }

    private static let child = SupervisorPlanTests.child("m")
    private static let end = "{apply,{supervisor,terminate_child,[sup,m]}}"
    private static let start = "{apply,{supervisor,restart_child,[sup,m]}}"
    private static let delete = "{apply,{supervisor,delete_child,[sup,m]}}"

    private static func module(_ code: String, _ behaviour: Atom?) throws -> ModuleFacts {
        try self.facts("m", code, behaviours: behaviour.map { [$0] } ?? [])
    }

    @Test func aChildOfARunningSupervisorEndsAndStarts() throws {
        let sup = try Self.supervisor([Self.child, SupervisorPlanTests.child("other")])
        let generated = try Self.generate(
            [try Self.module("1", "gen_server"), sup], [try Self.module("2", "gen_statem"), sup])
        for script in [generated.up, generated.down] {
            #expect(Self.lines(script) == [Self.end, "{load_module,m}", Self.start])
        }
        #expect(generated.findings.map(\.id) == [.appupBehaviourChanged])
        #expect(generated.findings[0].notes.contains { $0.text.contains("has to end before and start anew after") })
    }

    @Test func itStartsAfterTheUpdateOfItsSupervisorInTheNewWay() throws {
        let changed = SupervisorPlanTests.child("m", function: "start")
        let generated = try Self.generate(
            [try Self.module("1", "gen_server"), try Self.supervisor([Self.child])],
            [try Self.module("2", "gen_statem"), try Self.supervisor([changed], code: "2")])
        #expect(Self.lines(generated.up) == [Self.end, "{load_module,m}", "{update,sup,supervisor}", Self.start])
        #expect(Self.lines(generated.down) == [Self.end, "{update,sup,supervisor}", "{load_module,m}", Self.start])
        // That the child starts in another way is not worth a word: it does start.
        #expect(generated.findings.map(\.id) == [.appupBehaviourChanged])
    }

    @Test func aRemovedChildLeavesNoProcess() throws {
        let generated = try Self.generate(
            [try Self.module("1", "gen_server"), try Self.supervisor([Self.child])],
            [try Self.module("2", nil), try Self.supervisor([], code: "2")])
        #expect(Self.lines(generated.up) == [Self.end, Self.delete, "{load_module,m}", "{update,sup,supervisor}"])
        #expect(Self.lines(generated.down) == ["{update,sup,supervisor}", "{load_module,m}", Self.start])
    }

    /// A module that starts a process of another module, and then runs it itself.
    @Test func aChildThatRanAnotherModuleStartsAnewToo() throws {
        let sup = try Self.supervisor([Self.child])
        let generated = try Self.generate(
            [try Self.module("1", nil), sup], [try Self.module("2", "gen_server"), sup])
        for script in [generated.up, generated.down] {
            #expect(Self.lines(script) == [Self.end, "{load_module,m}", Self.start])
        }
    }

    /// Everything that leaves a doubt restarts the application, and says which doubt.
    @Test func aDoubtRestartsTheApplication() throws {
        let child = Self.child
        let start = ModuleFacts.ImportedFunction(module: "m", function: "start_link", arity: 1)
        let cases: [(modules: [ModuleFacts], reason: String)] = [
            ([], "no supervisor of the application"),
            ([try Self.supervisor([child], strategy: "rest_for_one")], "is not `one_for_one`"),
            ([try Self.supervisor([child], strategy: "simple_one_for_one")], "is not `one_for_one`"),
            ([try Self.supervisor([child], gaps: ["a variable"])], "not all children"),
            ([try Self.supervisor([SupervisorPlanTests.child("m", restart: "transient")])], "does not run always"),
            ([try Self.supervisor([SupervisorPlanTests.child("m", isConditional: true)])], "does not run always"),
            (
                [try Self.supervisor([child]), try Self.facts("starter", "1", calls: [start])],
                "`starter` may start some"
            ),
            (
                [
                    try Self.facts(
                        "sup", "1", behaviours: ["supervisor"],
                        supervisor: SupervisorPlanTests.children([child], name: nil))
                ], "cannot be called"
            ),
        ]
        for (others, reason) in cases {
            let generated = try Self.generate(
                [try Self.module("1", "gen_server")] + others, [try Self.module("2", "gen_statem")] + others)
            #expect(Self.lines(generated.up) == [Self.restart] && Self.lines(generated.down) == [Self.restart])
            let notes = generated.findings.flatMap(\.notes).map(\.text)
            #expect(notes.contains { $0.contains(reason) }, "\(reason): \(notes)")
        }
    }

    // MARK: - Behaviours of one's own

    @Test func aConfiguredBehaviourIsWhatTheUserSays() throws {
        let facts = { try Self.facts("m", $0, behaviours: ["my_server"], exports: Role.server.exports) }
        let (old, new) = (try facts("1"), try facts("2"))
        let told = try Self.generate([old], [new], BehaviourMapping(configured: ["my_server": .process(.server)]))
        #expect(Self.lines(told.up) == ["{update,m,{advanced,[]}}"] && told.findings.isEmpty)
        #expect(told.up[0].cause.text.hasSuffix("gen_server by its behaviour `my_server` with `code_change/3`"))
        let code = try Self.generate([old], [new], BehaviourMapping(configured: ["my_server": .code]))
        #expect(Self.lines(code.up) == ["{load_module,m}"] && code.findings.isEmpty)
        #expect(code.up[0].cause.text.hasSuffix("called by others through behaviour `my_server`"))
        let unknown = try Self.generate([old], [new])
        #expect(Self.lines(unknown.up) == ["{load_module,m}"])
        #expect(unknown.findings.map(\.id) == [.appupUnknownBehaviour])
        // Without a `code_change` nothing depends on it.
        let simple = try Self.generate(
            [try Self.facts("m", "1", behaviours: ["x"])], [try Self.facts("m", "2", behaviours: ["x"])])
        #expect(simple.findings.isEmpty)
    }

    @Test func aWrapperIsFoundByItsModule() throws {
        let wrapper = try Self.facts(
            "my_server", "1", behaviours: ["gen_server"], exports: [.init("behaviour_info", 1)])
        let plugin = try Self.facts("my_plugin", "1", exports: [.init("behaviour_info", 1)])
        let mapping = BehaviourMapping(modules: [wrapper, plugin])
        func up(_ behaviour: Atom, _ exports: Set<ModuleFacts.FunctionName>) throws -> GeneratedAppup.Instruction {
            let generated = try Self.generate(
                [try Self.facts("m", "1", behaviours: [behaviour], exports: exports)],
                [try Self.facts("m", "2", behaviours: [behaviour], exports: exports)], mapping)
            #expect(generated.findings.isEmpty)
            return try #require(generated.up.first)
        }
        let with = try up("my_server", Role.server.exports)
        #expect(TermPrinter.line(with.term) == "{update,m,{advanced,[]}}")
        #expect(with.cause.text.contains("callback module of `my_server`, which is a gen_server, with `code_change/3`"))
        let without = try up("my_server", [])
        #expect(TermPrinter.line(without.term) == "{load_module,m}")
        #expect(without.cause.text.hasSuffix("which is a gen_server, without a `code_change` to call"))
        #expect(TermPrinter.line(try up("my_plugin", Role.server.exports).term) == "{load_module,m}")
    }

    /// Such as RabbitMQ's `gen_server2`.
    @Test func aLoopOfOnesOwnCallsTheUsualFunction() throws {
        let loop = try Self.facts(
            "my_loop", "1", exports: [.init("behaviour_info", 1), .init("system_code_change", 4)])
        for (exports, instruction) in [
            ([.init("code_change", 3)], "{update,m,{advanced,[]}}"), ([], "{load_module,m}"),
        ] as [(Set<ModuleFacts.FunctionName>, String)] {
            let generated = try Self.generate(
                [try Self.facts("m", "1", behaviours: ["my_loop"], exports: exports)],
                [try Self.facts("m", "2", behaviours: ["my_loop"], exports: exports)], BehaviourMapping(modules: [loop])
            )
            #expect(Self.lines(generated.up) == [instruction])
        }
    }

    /// A server that gets a behaviour of its own is still run by somebody.
    @Test func anotherLoopIsNamedByItsBehaviour() throws {
        let generated = try Self.generate(
            [try Self.facts("m", "1", behaviours: ["gen_server"])],
            [try Self.facts("m", "2", behaviours: ["my_server"])])
        #expect(Self.lines(generated.up) == [Self.restart])
        #expect(generated.findings.map(\.summary) == ["`m` was a `gen_server` and is of behaviour `my_server` now"])
    }

    // MARK: - Elixir

    /// A consolidated protocol has a list of its implementations; the one in `ebin` has not.
    @Test func anImplementationThatComesOrGoesIsANote() throws {
        let implementation = try Self.facts(
            "Elixir.Size.Atom", "1", behaviours: ["Elixir.Size"], exports: [.init("__impl__", 1)])
        let size = { try Self.facts("Elixir.Size", $0, exports: [.init("__protocol__", 1)]) }
        let added = try Self.generate([try size("1")], [try size("1"), implementation])
        #expect(added.findings.map(\.id) == [.appupProtocolImplementation] && !added.findings.hasErrors)
        #expect(added.findings[0].help[0].contains("{load_module,'Elixir.Size'}"))
        let deleted = try Self.generate([implementation], [])
        #expect(deleted.findings.map(\.id) == [.appupProtocolImplementation])
        #expect(deleted.findings[0].help == ["if protocols are consolidated, restart the node after the upgrade"])
        // A protocol that is loaded anew sees it.
        let both = try Self.generate([try size("1")], [try size("2"), implementation])
        #expect(both.findings.isEmpty)
    }

    // MARK: - Supervisors of one's own

    @Test func aSupervisorOfOnesOwnIsOne() throws {
        let own = try Self.facts(
            "supervisor2", "1", behaviours: ["gen_server"],
            exports: [.init("behaviour_info", 1), .init("which_children", 1), .init("terminate_child", 2)])
        let generated = try Self.generate(
            [try Self.facts("m", "1", behaviours: ["supervisor2"], exports: Role.supervisor.exports)],
            [try Self.facts("m", "2", behaviours: ["supervisor2"], exports: Role.supervisor.exports)],
            BehaviourMapping(modules: [own]))
        #expect(Self.lines(generated.up) == ["{update,m,supervisor}"])
    }

    /// Behaviours that name each other.
    @Test func behavioursInACircleAreCode() throws {
        let one = try Self.facts("one", "1", behaviours: ["two"], exports: [.init("behaviour_info", 1)])
        let two = try Self.facts("two", "1", behaviours: ["one"], exports: [.init("behaviour_info", 1)])
        #expect(BehaviourMapping(modules: [one, two]).definition(of: "one") == .code)
    }

    // MARK: - Roles that need care

    private static let loadNIF = ModuleFacts.ImportedFunction(module: "erlang", function: "load_nif", arity: 2)

    @Test func nativeFunctionsAreAWarningWhereTheyAreLoadedTwice() throws {
        let (native, plain) = ([Self.loadNIF], [ModuleFacts.ImportedFunction]())
        for (before, after, ids) in [
            (native, native, [Diagnostic.ID.appupNIFModule]), (plain, native, []), (native, plain, []),
        ] {
            let generated = try Self.generate(
                [try Self.facts("m", "1", calls: before)], [try Self.facts("m", "2", calls: after)])
            #expect(Self.lines(generated.up) == ["{load_module,m}"])
            #expect(generated.findings.map(\.id) == ids)
        }
    }

    @Test func behavioursThatOneInstructionCannotServeAreAWarning() throws {
        let all = Role.server.exports
        for (behaviours, exports, instruction, warns) in [
            (["supervisor", "gen_server"] as [Atom], all, "{update,m,supervisor}", true),
            (["supervisor", "application"], all, "{update,m,supervisor}", false),
            (["gen_server", "gen_event"], all, "{update,m,{advanced,[]}}", false),
            (["gen_server", "gen_statem"], [.init("code_change", 3)], "{update,m,{advanced,[]}}", true),
            (["gen_server", "gen_statem"], [], "{load_module,m}", false),
        ] {
            let generated = try Self.generate(
                [try Self.facts("m", "1", behaviours: behaviours, exports: exports)],
                [try Self.facts("m", "2", behaviours: behaviours, exports: exports)])
            #expect(Self.lines(generated.up) == [instruction], "\(behaviours)")
            #expect(generated.findings.map(\.id) == (warns ? [.appupSeveralBehaviours] : []), "\(behaviours)")
        }
    }

    // MARK: - People's hands

    /// A person who exchanges the module in a way of their own is warned, not refused.
    @Test func aWayOfOnesOwnIsAWarning() throws {
        let (old, new) = (
            try Self.application("1", [try Self.module("1", "gen_server")]),
            try Self.application("2", [try Self.module("2", "gen_statem")])
        )
        let change = AppupChange(
            AppupGenerator.generate(old: old, new: new), old: old, new: new, oldApplications: [], newApplications: [])
        func severities(_ script: [Term]) -> [Diagnostic.Severity] {
            ScriptReview(script, change, .up, places: [], place: .none).missingFindings.map(\.severity)
        }
        #expect(severities([.tuple(.atom("load_module"), .atom("m"))]) == [.warning])
        #expect(severities([]) == [.error])
        #expect(severities([.tuple(.atom("restart_application"), .atom("tally"))]) == [])
    }
}
