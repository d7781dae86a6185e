import Diagnostics
import ErlangTerms
import Testing

@testable import ReleaseInstalling

/// What is found before an upgrade, by table.
@Suite struct PreflightTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var script =
            "[point_of_no_return, {suspend, [cart]}, {load, {cart, soft_purge, brutal_purge}}, {resume, [cart]}]"
        var census: @Sendable (inout NodeCensus) -> Void = { _ in }
        var subject: @Sendable (inout Preflight.Subject) -> Void = { _ in }
        var expected: [String] = []
        var testDescription: String { self.name }
    }

    static let process = NodeProcess(
        identifier: ProcessIdentifier(node: "n@h", id: 80, serial: 0, creation: 1), name: "worker",
        currentCall: ExternalFunction(module: "cart", function: "loop", arity: 1), application: "shop")

    static let healthy = NodeCensus(
        facts: NodeFacts(
            otpRelease: "25", runtimeVersion: "13.1", processCount: 100, processLimit: 1000, schedulers: 2,
            hasHeart: false, isStaticEmulator: false, running: ["shop": "1"], loaded: ["shop": "1"]),
        loaded: LoadedModules(
            modules: [.init(name: "cart", application: "shop", digest: [1], file: "cart.beam")], count: 1),
        oldCode: OldCode(modules: [], count: 0), staying: [],
        tree: SupervisionTree(
            supervised: 2, tops: [.init(application: "shop", process: process, kind: .supervisor)],
            modules: [.init(module: "cart", count: 1)]))

    static let withoutSuspend = "[point_of_no_return, {load, {cart, soft_purge, brutal_purge}}]"

    static let cases: [Case] = [
        Case(name: "a node as it should be"),
        Case(
            name: "other code is loaded", census: { $0.loaded.modules[0].digest = [2] },
            expected: ["warning preflight/drift"]),
        Case(
            name: "the list of modules is cut", census: { $0.loaded.count = 5 },
            expected: ["warning preflight/not-checked"]),
        Case(
            name: "old code, soft", census: { $0.oldCode.modules = [ModuleUsers(module: "cart", count: 2)] },
            expected: ["error preflight/old-processes"]),
        Case(
            name: "old code, brutal", script: "[{load, {cart, brutal_purge, soft_purge}}]",
            census: { $0.oldCode.modules = [ModuleUsers(module: "cart", count: 2, processes: [process])] },
            expected: ["error preflight/killed-by-purge"]),
        Case(
            name: "old code, purged first", script: "[{purge, [cart]}, {load, {cart, soft_purge, soft_purge}}]",
            census: { $0.oldCode.modules = [ModuleUsers(module: "cart", count: 1)] },
            expected: ["error preflight/old-processes"]),
        Case(
            name: "old code, purged only", script: "[{purge, [cart]}]",
            census: { $0.oldCode.modules = [ModuleUsers(module: "cart", count: 1)] },
            expected: ["error preflight/killed-by-purge"]),
        Case(
            name: "old code, nobody in it", census: { $0.oldCode.modules = [ModuleUsers(module: "cart", count: 0)] }),
        Case(
            name: "old code, nobody answered",
            census: { $0.oldCode.modules = [ModuleUsers(module: "cart", count: 0, unanswered: 1)] },
            expected: ["warning preflight/not-checked"]),
        Case(
            name: "old code, not looked for", census: { $0.oldCode.unchecked = ["other", "cart"] },
            expected: ["warning preflight/not-checked"]),
        Case(
            name: "old code of another module",
            census: { $0.oldCode.modules = [ModuleUsers(module: "other", count: 1)] },
            expected: ["note preflight/old-code"]),
        Case(
            name: "staying in code to be exchanged",
            census: { $0.staying = [ModuleUsers(module: "cart", count: 1, processes: [process])] },
            expected: ["warning preflight/stays-in-old-code"]),
        Case(
            name: "a plain top process",
            census: { $0.tree.tops.append(.init(application: "plain", process: process, kind: .other)) },
            expected: ["error preflight/top-not-supervisor"]),
        Case(
            name: "a plain top process, and nobody looks", script: withoutSuspend,
            census: { $0.tree.tops.append(.init(application: "plain", process: process, kind: .other)) }),
        Case(
            name: "an application that starts",
            census: { $0.tree.tops.append(.init(application: "slow", process: nil, kind: .unknown)) },
            expected: ["warning preflight/not-checked"]),
        Case(
            name: "a suspended top", census: { $0.tree.tops[0].isSuspended = true },
            expected: ["error preflight/suspended-supervisor"]),
        Case(
            name: "supervisors that were not asked",
            census: {
                $0.tree.unasked = [
                    .init(reason: .suspended, process: nil), .init(reason: .busy, process: process),
                    .init(reason: .unknown, process: process),
                ]
                $0.tree.unaskedCount = 3
            },
            expected: [
                "error preflight/busy-supervisor", "error preflight/suspended-supervisor",
                "note preflight/unknown-supervisor",
            ]),
        Case(
            name: "child specifications that are not so",
            census: {
                $0.tree.oddities = [
                    .init(kind: .dynamicWorker, supervisor: nil, child: "a", process: process),
                    .init(kind: .dynamicSupervisor, supervisor: process, child: "b", process: process),
                    .init(kind: .hiddenSupervisor, supervisor: process, child: "c", process: nil),
                ]
                $0.tree.oddityCount = 60
            },
            expected: [
                "error preflight/dynamic-supervisor", "error preflight/dynamic-worker",
                "warning preflight/hidden-processes", "warning preflight/not-checked",
            ]),
        Case(
            name: "suspended and overloaded",
            census: { $0.tree.modules = [.init(module: "cart", count: 3, longestQueue: 5000, suspended: 1)] },
            expected: ["warning preflight/already-suspended", "warning preflight/overloaded"]),
        Case(
            name: "many processes", census: { $0.facts.processCount = 1_000_000 },
            expected: ["warning preflight/long-pause"]),
        Case(
            name: "a restart without heart", script: "[restart_new_emulator]",
            census: { $0.facts.isStaticEmulator = true },
            expected: ["error preflight/no-heart", "error preflight/static-emulator"]),
        Case(name: "a restart with heart", script: "[restart_emulator]", census: { $0.facts.hasHeart = true }),
        Case(
            name: "other versions run", subject: { $0.fromApplications = ["shop": "0.9", "absent": "1"] },
            expected: ["error preflight/other-version"]),
        Case(
            name: "parameters",
            census: {
                $0.environment = EnvironmentComparison(rows: [
                    .init(application: "shop", parameter: "set", live: .a, from: .b, to: .b),
                    .init(application: "shop", parameter: "vanishes", live: .a, from: .a, to: .absent),
                    .init(application: "shop", parameter: "changes", live: .a, from: .a, to: .b),
                    .init(application: "shop", parameter: "new", live: .absent, from: .absent, to: .a),
                    .init(application: "kernel", parameter: "logger", live: .a, from: .absent, to: .absent),
                    .init(application: "shop", parameter: "adopted", live: .a, from: .b, to: .a),
                    .init(
                        application: "shop", parameter: "given", live: .a, from: .b, to: .b, isFromCommandLine: true),
                ])
            },
            expected: ["error preflight/parameter-lost", "error preflight/parameter-vanishes"]),
        Case(
            name: "parameters whose loss is allowed",
            census: {
                $0.environment = EnvironmentComparison(rows: [
                    .init(application: "shop", parameter: "set", live: .a, from: .absent, to: .absent)
                ])
                $0.environment?.count = 9
            }, subject: { $0.allowsLostParameters = true },
            expected: ["warning preflight/not-checked", "warning preflight/parameter-lost"]),
    ]

    @Test(arguments: cases)
    func findingsAreThoseOfTheTable(test: Case) throws {
        var census = Self.healthy
        test.census(&census)
        var subject = Preflight.Subject(
            outline: RelupOutline(script: try ScriptText.terms(test.script)),
            fromModules: ["cart": [1], "absent": [3]],
            fromApplications: ["shop": "1"])
        test.subject(&subject)
        let report = Preflight.judge(census, subject)
        #expect(report.findings.map { "\($0.severity) \($0.id)" }.sorted() == test.expected)
        #expect(report.findings.map(\.severity) == report.findings.map(\.severity).sorted { $0.weight < $1.weight })
        for finding in report.findings { #expect(!finding.help.isEmpty && finding.summary.utf8.count < 160) }
    }

    @Test func valuesAreNeverTold() throws {
        var census = Self.healthy
        census.environment = EnvironmentComparison(rows: [
            .init(application: "shop", parameter: "token", live: .a, from: .absent, to: .absent)
        ])
        let report = Preflight.judge(
            census, Preflight.Subject(outline: RelupOutline(script: []), fromModules: [:]))
        #expect(report.findings.first?.notes.map(\.text) == ["`token` of `shop` would be gone"])
    }

    @Test func thePauseIsThatOfTheModel() throws {
        var census = Self.healthy
        census.facts.processCount = 10_000
        census.tree.modules = [.init(module: "cart", count: 10_000)]
        let outline = RelupOutline(
            script: try ScriptText.terms(
                """
                [{suspend, [cart]}, {load, {cart, soft_purge, soft_purge}}, {code_change, up, [{cart, []}]},
                 {resume, [cart]}]
                """))
        let pause = try #require(
            Preflight.judge(census, Preflight.Subject(outline: outline, fromModules: [:])).predictedPause)
        // 5 ms for the table, 18 microseconds a process, and 2 + 25 ms for one module.
        #expect(abs(pause - 212) < 1)
        let nothing = Preflight.judge(census, Preflight.Subject(outline: RelupOutline(script: []), fromModules: [:]))
        #expect(nothing.predictedPause == nil)
    }
}

extension Diagnostic.Severity {
    fileprivate var weight: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .note: 2
        }
    }
}
