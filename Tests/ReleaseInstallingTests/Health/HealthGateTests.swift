import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import ReleaseInstalling

/// A trial, sample by sample.
@Suite struct HealthGateTests {
    static func sample(_ second: Int, _ change: (inout HealthSample) -> Void = { _ in }) -> HealthSample {
        var sample = HealthSample(
            milliseconds: second * 1000, processCount: 200, runQueue: 1, memory: .init(total: 100 << 20),
            applications: ["kernel", "shop"], watch: .init(utilisation: 100))
        change(&sample)
        return sample
    }

    static func gate(samples: Int = 10, questions: [HealthQuestion] = []) -> HealthGate {
        HealthGate(baseline: (-5..<0).map { Self.sample($0) }, samples: samples, questions: questions)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// What is so in every sample from now on.
        let change: @Sendable (inout HealthSample) -> Void
        /// The reason, and the sample, from 1, with which it is found; nil for a node that is healthy.
        let expected: (id: String, sample: Int)?
        var testDescription: String { self.name }
    }

    static let busy = NodeProcess(identifier: ProcessIdentifier(node: "n@h", id: 9, serial: 0, creation: 1))

    static let cases: [Case] = [
        Case(name: "nothing changes", change: { _ in }, expected: nil),
        Case(name: "two die", change: { $0.watch?.deaths = 2 }, expected: nil),
        Case(name: "three die", change: { $0.watch?.deaths = 3 }, expected: ("health/deaths", 1)),
        Case(
            name: "children end now and then", change: { $0.watch?.reported = [.init("shop_sup", 5)] }, expected: nil),
        Case(
            name: "children end again and again", change: { $0.watch?.reported = [.init("shop_sup", 6)] },
            expected: ("health/deaths", 1)),
        Case(name: "some errors", change: { $0.watch?.errors = 20 }, expected: nil),
        Case(
            name: "many errors",
            change: {
                $0.watch?.errors = 15
                $0.watch?.crashReports = 15
            }, expected: ("health/reports", 1)),
        Case(name: "absurd counts", change: { $0.watch?.errors = .max }, expected: ("health/reports", 1)),
        Case(
            name: "an application stops", change: { $0.applications = ["kernel"] },
            expected: ("health/applications", 2)),
        Case(
            name: "messages pile up", change: { $0.queues = [.init(process: busy, queue: 1001)] },
            expected: ("health/queues", 3)),
        Case(name: "processes wait", change: { $0.runQueue = 51 }, expected: ("health/run-queue", 5)),
        Case(name: "memory grows", change: { $0.memory.total = 265 << 20 }, expected: ("health/memory", 5)),
        Case(name: "memory is endless", change: { $0.memory.total = .max }, expected: ("health/memory", 5)),
        Case(name: "processes come", change: { $0.processCount = 1500 }, expected: ("health/processes", 5)),
        Case(name: "processes go", change: { $0.processCount = 99 }, expected: ("health/processes", 5)),
        Case(
            name: "no time is left", change: { $0.watch?.utilisation = 960 }, expected: ("health/utilisation", 10)),
        Case(name: "no watch", change: { $0.watch = nil }, expected: ("health/missing-data", 4)),
        Case(
            name: "reports are not counted", change: { $0.watch?.countsReports = false },
            expected: ("health/missing-data", 4)),
    ]

    @Test(arguments: cases)
    func aLimitIsBrokenWhenItsSamplesSaySo(test: Case) {
        var gate = Self.gate()
        for number in 1...10 {
            let verdict = gate.sampled(Self.sample(number, test.change))
            guard case .sick(let reasons) = verdict else { continue }
            #expect(reasons.map(\.id.rawValue) == [test.expected?.id ?? "none"])
            #expect(number == test.expected?.sample)
            return
        }
        #expect(test.expected == nil)
        #expect(gate.timePassed() == .healthy([]))
    }

    @Test func aPeakIsNoSickness() {
        var gate = Self.gate()
        for number in 1...10 {
            let verdict = gate.sampled(
                Self.sample(number) { if number % 4 != 0 { $0.runQueue = 500 } })
            #expect(verdict == .watching)
        }
        #expect(gate.timePassed() == .healthy([]))
    }

    @Test func whatWasSoBeforeIsExpected() {
        // A death and ten errors a second, before and after.
        func counted(_ second: Int) -> HealthSample {
            Self.sample(second) {
                $0.watch?.deaths = second + 5
                $0.watch?.errors = 10 * (second + 5)
                $0.queues = [.init(process: Self.busy, queue: 900)]
            }
        }
        var gate = HealthGate(baseline: (-5..<0).map(counted), samples: 10)
        for number in 0..<10 { #expect(gate.sampled(counted(number)) == .watching) }
        #expect(gate.timePassed() == .healthy([]))
    }

    @Test func missingDataIsNeverSuccess() {
        #expect(Self.gate().timePassed().isSick)
        var without = HealthGate(baseline: [], samples: 2)
        #expect(without.sampled(Self.sample(1)) == .watching)
        #expect(without.sampled(Self.sample(2)) == .watching)
        #expect(without.timePassed().isSick, "nothing is known of the time before")
        var some = Self.gate()
        for number in 1...10 { _ = number % 3 == 0 ? some.sampleMissing() : some.sampled(Self.sample(number)) }
        #expect(some.timePassed().isSick, "seven of ten")
        var most = Self.gate()
        for number in 1...10 { _ = number % 5 == 0 ? most.sampleMissing() : most.sampled(Self.sample(number)) }
        #expect(most.timePassed() == .healthy([]))
        var restarted = HealthGate(baseline: [Self.sample(0) { $0.watch?.deaths = 5 }], samples: 4)
        for number in 1...3 { #expect(restarted.sampled(Self.sample(number)) == .watching) }
        #expect(restarted.sampled(Self.sample(4)).isSick, "the counts began anew")
    }

    @Test func requiredQuestionsDecideAndWantedOnesTell() {
        let call = HealthQuestion(.command("true"))
        let wanted = HealthQuestion(.http("http://localhost/"), isRequired: false)
        func gate() -> HealthGate {
            var gate = Self.gate(questions: [call, wanted])
            for number in 1...10 { _ = gate.sampled(Self.sample(number)) }
            return gate
        }
        #expect(gate().timePassed().isSick, "it was not asked")
        var good = gate()
        #expect(good.answered(0, .bad("not yet")) == .watching)
        #expect(good.answered(0, .good) == .watching)
        #expect(good.answered(9, .good) == .watching)
        guard case .healthy(let told) = good.timePassed() else {
            Issue.record("\(good.timePassed())")
            return
        }
        #expect(told.map { "\($0.severity) \($0.id)" } == ["warning health/question"])
        var bad = gate()
        #expect(bad.answered(0, .none("no answer")) == .watching)
        #expect(bad.answered(0, .bad("500")) == .watching)
        #expect(bad.answered(0, .bad("500")).isSick)
        for _ in 0..<5 { #expect(bad.answered(1, .bad("x")) == .watching) }
        var last = gate()
        #expect(last.answered(0, .good) == .watching)
        #expect(last.answered(0, .bad("500")) == .watching)
        #expect(last.timePassed().isSick)
    }

    @Test func processesInOldCodeAreTold() {
        var gate = Self.gate(samples: 1)
        _ = gate.sampled(Self.sample(1) { $0.lingering = 2 })
        guard case .healthy(let told) = gate.timePassed() else {
            Issue.record("\(gate.timePassed())")
            return
        }
        #expect(told.map(\.id.rawValue) == ["health/old-code"])
    }

    // MARK: - Questions

    @Test(arguments: [
        (#"{http, "http://localhost:80/up"}"#, HealthQuestion(.http("http://localhost:80/up"))),
        (#"{wanted, {cmd, <<"true">>}}"#, HealthQuestion(.command("true"), isRequired: false)),
        (
            "{required, {rpc, shop, healthy, [1, a]}}",
            HealthQuestion(
                .call(ExternalFunction(module: "shop", function: "healthy", arity: 2), [.integer(1), .atom("a")]))
        ),
    ])
    func questionsAreRead(text: String, question: HealthQuestion) throws {
        #expect(HealthQuestion(try TermText.parseTerm(text)) == question)
    }

    @Test(arguments: [
        "http", "{http, 1}", "{http, \"ftp://x\"}", "{cmd, \"\"}", "{rpc, a, b, 3}", "{wanted, {wanted, {cmd, \"x\"}}}",
        "{other, \"x\"}", "{wanted, 1}", "{}",
    ])
    func whatIsNoQuestionIsFound(text: String) throws {
        let term = LocatedTerm(try TermText.parseTerm("[\(text), {cmd, \"true\"}]"), everywhere: .empty)
        var findings: [Diagnostic] = []
        let questions = HealthQuestion.read(term, in: SourceFile(path: "relift.config", bytes: []), &findings)
        #expect(questions == [HealthQuestion(.command("true"))])
        #expect(findings.map(\.id.rawValue) == ["health/bad-question"])
    }
}

extension HealthGate.Verdict {
    fileprivate var isSick: Bool { if case .sick = self { true } else { false } }
}
