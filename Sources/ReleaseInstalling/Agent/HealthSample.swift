package import ErlangTerms

/// One look at a running node.
package struct HealthSample: Hashable, Sendable {
    /// Of the node's own clock, from any beginning.
    package var milliseconds: Int
    package var processCount: Int
    /// Processes and ports that wait for a scheduler.
    package var runQueue: Int
    /// In bytes.
    package var memory: Memory
    /// Since the node started.
    package var reductions: Int
    /// The longest message queues, longest first; those that are empty are not listed.
    package var queues: [SupervisionTree.Busy]
    /// How many of the modules asked about have old code.
    package var modulesWithOldCode: Int
    /// Processes in old code of these; nil when there was no time to count them.
    package var lingering: Int?
    /// The applications that run.
    package var applications: Set<Atom>
    /// What was counted since the watch began; nil without one.
    package var watch: Watch?

    package struct Memory: Hashable, Sendable {
        package var total: Int
        package var processes: Int
        package var binary: Int
        package var ets: Int

        package init(total: Int, processes: Int = 0, binary: Int = 0, ets: Int = 0) {
            self.total = total
            self.processes = processes
            self.binary = binary
            self.ets = ets
        }
    }

    /// Counts since the watch began.
    package struct Watch: Hashable, Sendable {
        /// Whether reports are counted: no when the node does not take another log handler.
        package var countsReports: Bool
        /// Events of level error that are neither crash nor supervisor reports.
        package var errors: Int
        package var crashReports: Int
        package var supervisorReports: Int
        /// Reports of supervisors that were counted, but not by supervisor: there were too many at a time.
        package var dropped: Int
        /// Supervised processes that died, but for those that were stopped (`normal`, `shutdown`).
        package var deaths: Int
        package var stops: Int
        /// By supervisor, most first.
        package var supervisors: [Count]
        /// Children that ended and were reported, by supervisor, most first; of pools too, whose children are not watched.
        package var reported: [Count]
        /// How many processes are watched.
        package var monitored: Int
        /// How much of the time schedulers worked since the last look, in thousandths.
        package var utilisation: Int?

        package init(
            countsReports: Bool = true, errors: Int = 0, crashReports: Int = 0, supervisorReports: Int = 0,
            dropped: Int = 0, deaths: Int = 0, stops: Int = 0, supervisors: [Count] = [], reported: [Count] = [],
            monitored: Int = 0, utilisation: Int? = nil
        ) {
            self.countsReports = countsReports
            self.errors = errors
            self.crashReports = crashReports
            self.supervisorReports = supervisorReports
            self.dropped = dropped
            self.deaths = deaths
            self.stops = stops
            self.supervisors = supervisors
            self.reported = reported
            self.monitored = monitored
            self.utilisation = utilisation
        }
    }

    /// A supervisor and how often something happened below it.
    package struct Count: Hashable, Sendable {
        package var name: String
        package var count: Int

        package init(_ name: String, _ count: Int) {
            self.name = name
            self.count = count
        }
    }

    package init(
        milliseconds: Int, processCount: Int, runQueue: Int, memory: Memory, reductions: Int = 0,
        queues: [SupervisionTree.Busy] = [], modulesWithOldCode: Int = 0, lingering: Int? = 0,
        applications: Set<Atom> = [], watch: Watch? = nil
    ) {
        self.milliseconds = milliseconds
        self.processCount = processCount
        self.runQueue = runQueue
        self.memory = memory
        self.reductions = reductions
        self.queues = queues
        self.modulesWithOldCode = modulesWithOldCode
        self.lingering = lingering
        self.applications = applications
        self.watch = watch
    }
}

extension HealthSample {
    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        let memory = try answer.field("memory").tuple(4)
        self.init(
            milliseconds: try answer.field("milliseconds").integer(),
            processCount: try answer.field("processes").count(), runQueue: try answer.field("run_queue").count(),
            memory: Memory(
                total: try memory[0].count(), processes: try memory[1].count(), binary: try memory[2].count(),
                ets: try memory[3].count()),
            reductions: try answer.field("reductions").count(), queues: try answer.field("queues").queues(),
            modulesWithOldCode: try answer.field("old_code").count(),
            lingering: try answer.field("lingering").optionalCount(),
            applications: Set(try answer.field("applications").atoms(atMost: 10_000)),
            watch: try answer.field("watch").optional(Watch.init(answer:)))
    }
}

extension HealthSample.Watch {
    init(answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        self.init(
            countsReports: try answer.field("counts_reports").boolean(), errors: try answer.field("errors").count(),
            crashReports: try answer.field("crashes").count(),
            supervisorReports: try answer.field("supervisor_reports").count(),
            dropped: try answer.field("dropped").count(), deaths: try answer.field("death_count").count(),
            stops: try answer.field("stops").count(), supervisors: try Self.counts(try answer.field("deaths")),
            reported: try Self.counts(try answer.field("restarts")), monitored: try answer.field("monitored").count(),
            utilisation: try answer.field("utilisation").optionalCount())
    }

    private static func counts(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) -> [HealthSample.Count] {
        try answer.list(atMost: 20) { element throws(AgentAnswer.Unreadable) in
            let pair = try element.tuple(2)
            return HealthSample.Count(try pair[0].text(), try pair[1].count())
        }
    }
}
