package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// Judges a release on trial, sample by sample, against what the node did before. Does no I/O.
///
/// It is sick as soon as a limit is broken, and healthy only when the whole time has passed with enough samples and every
/// required question was answered well at last. What is not known is never taken to be good.
package struct HealthGate: Sendable {
    package enum Verdict: Hashable, Sendable {
        case watching
        /// With what should be told all the same: warnings.
        case healthy([Diagnostic])
        /// With the reasons, errors first.
        case sick([Diagnostic])
    }

    /// What the node did before the upgrade.
    struct Baseline: Hashable, Sendable {
        var queue = 0
        var runQueue = 0
        var memory = 0
        var mostProcesses = 0
        var leastProcesses = 0
        var utilisation = 0
        var applications: Set<Atom> = []
        /// Deaths and reports a second, and the counts when the last sample was taken.
        var deathRate = 0.0
        var reportRate = 0.0
        var deaths = 0
        var reports = 0
        /// Children that ended, by supervisor: before the last sample, and a second.
        var ended: [String: Int] = [:]
        var endedRates: [String: Double] = [:]
    }

    let limits: HealthLimits
    let questions: [HealthQuestion]
    let baseline: Baseline
    /// Applications that must run: of the release, or else those that ran before.
    let applications: Set<Atom>
    /// How many samples the trial has.
    let expectedSamples: Int
    private let hasBaseline: Bool

    private var present = 0
    private var missing = 0
    private var missingOnEnd = 0
    /// How often on end each limit was broken.
    private var runs: [Diagnostic.ID: Int] = [:]
    private var answers: [Answers]
    private var last: HealthSample?

    private struct Answers: Hashable, Sendable {
        var last: HealthQuestion.Answer?
        var notGoodOnEnd = 0
    }

    /// - Parameters:
    ///   - baseline: samples from before the upgrade, of the same watch.
    ///   - applications: those that must run afterwards; nil for those of the baseline.
    ///   - samples: how many the trial has; at one a second, its length in seconds.
    package init(
        baseline: [HealthSample], applications: Set<Atom>? = nil, samples: Int, questions: [HealthQuestion] = [],
        limits: HealthLimits = HealthLimits()
    ) {
        self.limits = limits
        self.questions = questions
        self.baseline = Baseline(baseline)
        self.hasBaseline = baseline.contains { $0.watch != nil }
        self.applications = applications ?? self.baseline.applications
        self.expectedSamples = max(1, samples)
        self.answers = Array(repeating: Answers(), count: questions.count)
    }

    // MARK: - Events

    package mutating func sampled(_ sample: HealthSample) -> Verdict {
        guard let watch = sample.watch, watch.deaths >= self.baseline.deaths, watch.countsReports else {
            return self.sampleMissing()
        }
        self.present += 1
        self.missingOnEnd = 0
        self.last = sample
        let reasons = self.judge(sample, watch)
        return reasons.isEmpty ? .watching : .sick(reasons)
    }

    /// A sample that could not be taken.
    package mutating func sampleMissing() -> Verdict {
        self.missing += 1
        self.missingOnEnd += 1
        guard self.missingOnEnd > self.limits.missingOnEnd else { return .watching }
        return .sick([Self.missingData("\(self.missingOnEnd) samples on end are missing")])
    }

    /// The answer of the question of that number.
    package mutating func answered(_ number: Int, _ answer: HealthQuestion.Answer) -> Verdict {
        guard self.answers.indices.contains(number) else { return .watching }
        self.answers[number].last = answer
        self.answers[number].notGoodOnEnd = answer == .good ? 0 : self.answers[number].notGoodOnEnd + 1
        let question = self.questions[number]
        guard question.isRequired, self.answers[number].notGoodOnEnd > self.limits.badAnswers else { return .watching }
        return .sick([Self.notGood(question, answer)])
    }

    /// The time of the trial is up: healthy or sick, never ``Verdict/watching``.
    package func timePassed() -> Verdict {
        var reasons: [Diagnostic] = []
        if !self.hasBaseline { reasons.append(Self.missingData("nothing is known of the time before the upgrade")) }
        // As many must be there as the trial was to have: a clock that runs fast does not shorten it.
        if self.present * 100 < self.expectedSamples * self.limits.presentPercent {
            reasons.append(Self.missingData("\(self.present) of \(self.expectedSamples) samples are there"))
        }
        var told: [Diagnostic] = []
        for (question, answers) in zip(self.questions, self.answers) where answers.last != .good {
            let finding = Self.notGood(question, answers.last)
            if question.isRequired { reasons.append(finding) } else { told.append(finding) }
        }
        if let last = self.last, last.lingering != 0 { told.append(Self.lingering(last)) }
        return reasons.isEmpty ? .healthy(told) : .sick(reasons + told)
    }

    // MARK: - Limits

    private mutating func judge(_ sample: HealthSample, _ watch: HealthSample.Watch) -> [Diagnostic] {
        let (limits, before) = (self.limits, self.baseline)
        var reasons: [Diagnostic] = []
        let seconds = Double(self.present + self.missing)
        let deaths = watch.deaths - before.deaths
        if Double(deaths) > Double(limits.deaths) + before.deathRate * seconds {
            reasons.append(Self.deaths(deaths, watch))
        }
        let ended = watch.reported.map { HealthSample.Count($0.name, $0.count - before.ended[$0.name, default: 0]) }
        let looping = ended.filter { supervisor in
            let rate = 10 * before.endedRates[supervisor.name, default: 0]
            return Double(supervisor.count) > Double(limits.endedChildren) + rate * seconds
        }
        if reasons.isEmpty, !looping.isEmpty { reasons.append(Self.ended(looping)) }
        let reports = watch.reports - before.reports
        if Double(reports) > Double(limits.reports) + 10 * before.reportRate * seconds {
            reasons.append(Self.reports(reports))
        }
        let gone = self.applications.subtracting(sample.applications)
        if self.lasts(.healthApplications, !gone.isEmpty, limits.applicationSamples) {
            reasons.append(Self.gone(gone))
        }
        let queue = sample.queues.first?.queue ?? 0
        if self.lasts(.healthQueues, queue > max(limits.queue, 10 * before.queue), limits.queueSamples) {
            reasons.append(Self.queue(sample, before.queue))
        }
        if self.lasts(
            .healthRunQueue, sample.runQueue > max(limits.runQueue, 10 * before.runQueue), limits.runQueueSamples)
        {
            reasons.append(
                Self.grown(.healthRunQueue, "processes wait for a scheduler", sample.runQueue, before.runQueue))
        }
        let memory = sample.memory.total
        if self.lasts(.healthMemory, memory / 2 > before.memory + limits.memory / 2, limits.memorySamples) {
            reasons.append(Self.grown(.healthMemory, "bytes of memory are used", memory, before.memory))
        }
        let many = sample.processCount / 2 > before.mostProcesses + limits.processes / 2
        let few = before.leastProcesses >= limits.manyProcesses && sample.processCount < before.leastProcesses / 2
        if self.lasts(.healthProcesses, many || few, limits.processSamples) {
            let usual = many ? before.mostProcesses : before.leastProcesses
            reasons.append(Self.grown(.healthProcesses, "processes are there", sample.processCount, usual))
        }
        let isBusy = (watch.utilisation ?? 0) >= limits.utilisation && before.utilisation < limits.calmUtilisation
        if self.lasts(.healthUtilisation, isBusy, limits.utilisationSamples) {
            reasons.append(
                Self.grown(
                    .healthUtilisation, "percent of the schedulers' time is work", (watch.utilisation ?? 0) / 10,
                    before.utilisation / 10))
        }
        return reasons
    }

    /// Whether something has been so for a number of samples on end.
    private mutating func lasts(_ id: Diagnostic.ID, _ isSo: Bool, _ samples: Int) -> Bool {
        self.runs[id] = isSo ? self.runs[id, default: 0] + 1 : 0
        return self.runs[id, default: 0] >= samples
    }
}

extension HealthGate.Baseline {
    init(_ samples: [HealthSample]) {
        self.queue = samples.map { $0.queues.first?.queue ?? 0 }.max() ?? 0
        self.runQueue = samples.map(\.runQueue).max() ?? 0
        self.memory = samples.map(\.memory.total).max() ?? 0
        self.mostProcesses = samples.map(\.processCount).max() ?? 0
        self.leastProcesses = samples.map(\.processCount).min() ?? 0
        self.utilisation = samples.compactMap { $0.watch?.utilisation }.max() ?? 0
        self.applications = samples.last?.applications ?? []
        let watched = samples.compactMap { sample in sample.watch.map { (sample.milliseconds, $0) } }
        guard let first = watched.first, let last = watched.last else { return }
        self.deaths = last.1.deaths
        self.reports = last.1.reports
        let counts = { (sample: HealthSample.Watch) in
            Dictionary(sample.reported.map { ($0.name, $0.count) }, uniquingKeysWith: { max($0, $1) })
        }
        self.ended = counts(last.1)
        let endedFirst = counts(first.1)
        let (milliseconds, isImpossible) = last.0.subtractingReportingOverflow(first.0)
        guard milliseconds > 0, !isImpossible else { return }
        self.deathRate = max(0, Double(last.1.deaths - first.1.deaths)) * 1000 / Double(milliseconds)
        self.endedRates = Dictionary(
            uniqueKeysWithValues: self.ended.map { name, count in
                (name, Double(count - min(count, endedFirst[name, default: 0])) * 1000 / Double(milliseconds))
            })
        self.reportRate = max(0, Double(last.1.reports - first.1.reports)) * 1000 / Double(milliseconds)
    }
}

extension HealthSample.Watch {
    /// Error and crash reports together; the node's numbers are not trusted to be small.
    var reports: Int { min(self.errors, 1 << 40) + min(self.crashReports, 1 << 40) }
}
