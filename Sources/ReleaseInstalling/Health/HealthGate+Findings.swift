import Diagnostics
import ErlangTerms
import ReleaseModel

/// Why a release on trial is sick, in words.
extension HealthGate {
    static func missingData(_ what: String) -> Diagnostic {
        Diagnostic(
            .healthMissing, .error, "it is not known whether the node is healthy: \(what)",
            explanation: "What is not known is not taken to be good.",
            help: ["see whether the node can be reached, and has time to answer"])
    }

    static func deaths(_ count: Int, _ watch: HealthSample.Watch) -> Diagnostic {
        Diagnostic(
            .healthDeaths, .error, "\(Preflight.count(count, "supervised process")) died since the upgrade",
            notes: Preflight.notes(watch.supervisors) {
                "\($0.count) below `\($0.name)`, counted since before the upgrade"
            },
            help: ["the node's log has their reports"])
    }

    static func ended(_ supervisors: [HealthSample.Count]) -> Diagnostic {
        Diagnostic(
            .healthDeaths, .error,
            "children of \(Preflight.count(supervisors.count, "supervisor")) end again and again",
            notes: Preflight.notes(supervisors) { "\($0.count) of `\($0.name)` since the upgrade" },
            help: ["the node's log has their reports"])
    }

    static func reports(_ count: Int) -> Diagnostic {
        Diagnostic(
            .healthReports, .error, "the node logged \(Preflight.count(count, "error")) since the upgrade",
            help: ["see the node's log"])
    }

    static func gone(_ applications: Set<Atom>) -> Diagnostic {
        Diagnostic(
            .healthApplications, .error,
            "\(Preflight.count(applications.count, "application")) of the release not running",
            notes: Preflight.notes(applications.sorted()) { "`\($0)`" }, help: ["the node's log says why it ended"],
            application: applications.min()?.name)
    }

    static func queue(_ sample: HealthSample, _ before: Int) -> Diagnostic {
        Diagnostic(
            .healthQueues, .error,
            "\(sample.queues.first?.queue ?? 0) messages wait for one process; before the upgrade it was \(before) at most",
            notes: Preflight.notes(sample.queues) { "\(Preflight.described($0.process)): \($0.queue) messages" },
            help: ["see what the process waits for"])
    }

    /// `what` continues a number: "processes are there".
    static func grown(_ id: Diagnostic.ID, _ what: String, _ now: Int, _ before: Int) -> Diagnostic {
        var finding = Diagnostic(
            .healthMemory, .error, "\(now) \(what); before the upgrade it was \(before)",
            help: ["compare with what the new release is to do"])
        finding.id = id
        return finding
    }

    static func notGood(_ question: HealthQuestion, _ answer: HealthQuestion.Answer?) -> Diagnostic {
        let reason =
            switch answer {
            case .good?: "answered well"
            case .bad(let text)?, .none(let text)?: text
            case nil: "it was not asked"
            }
        let finding = Diagnostic(
            .healthQuestion, .error, "\(question.title) does not say that the release is healthy: \(reason)",
            help: ["ask it by hand; the manifest names it in `health`"])
        return question.isRequired ? finding : finding.with(.warning)
    }

    static func lingering(_ sample: HealthSample) -> Diagnostic {
        let count = sample.lingering.map { Preflight.count($0, "process") } ?? "an unknown number of processes"
        return Diagnostic(
            .healthOldCode, .warning, "\(count) still in old code after the upgrade",
            explanation:
                "What is there when the release is made permanent is killed where the script says `brutal_purge`.",
            help: ["see `relift explain preflight/stays-in-old-code`"])
    }
}

extension Diagnostic.ID {
    static let healthMissing = Self("health/missing-data")
    static let healthDeaths = Self("health/deaths")
    static let healthReports = Self("health/reports")
    static let healthApplications = Self("health/applications")
    static let healthQueues = Self("health/queues")
    static let healthRunQueue = Self("health/run-queue")
    static let healthMemory = Self("health/memory")
    static let healthProcesses = Self("health/processes")
    static let healthUtilisation = Self("health/utilisation")
    static let healthQuestion = Self("health/question")
    static let healthOldCode = Self("health/old-code")
}
