package import ErlangTerms

/// What `release_handler` did to processes while it installed, by a trace of it.
package struct PauseReport: Hashable, Sendable {
    /// A process that was stopped and started by the script, and how long it was away; nil if it did not come back.
    package struct Restart: Hashable, Sendable {
        package var supervisor: NodeProcess?
        /// The child's ID, as text.
        package var child: String
        package var microseconds: Int?

        package init(supervisor: NodeProcess?, child: String, microseconds: Int?) {
            self.supervisor = supervisor
            self.child = child
            self.microseconds = microseconds
        }
    }

    /// What a function returned that the script applied. `release_handler` ignores it.
    package enum Outcome: Hashable, Sendable {
        case ok
        /// `{error, Reason}`.
        case error(String)
        case crashed(String)
    }

    package struct Applied: Hashable, Sendable {
        package var function: ExternalFunction
        package var outcome: Outcome
        package var microseconds: Int

        package init(function: ExternalFunction, outcome: Outcome, microseconds: Int) {
            self.function = function
            self.outcome = outcome
            self.microseconds = microseconds
        }
    }

    /// How often a process was suspended and resumed.
    package var windows: Int
    /// Microseconds from the first sign to suspend to the answer that it goes on.
    package var longest: Int
    package var median: Int
    package var percentile99: Int
    package var longestProcess: NodeProcess?
    /// How many states were to be converted.
    package var converted: Int
    /// Processes that did not answer when they were to be suspended; some of them.
    package var unanswered: [NodeProcess]
    package var unansweredCount: Int
    /// Processes that were suspended and not resumed; some of them.
    package var unresumed: [NodeProcess]
    package var unresumedCount: Int
    package var restarted: [Restart]
    package var restartedCount: Int
    package var applied: [Applied]
    package var appliedCount: Int

    package init(
        windows: Int = 0, longest: Int = 0, median: Int = 0, percentile99: Int = 0, longestProcess: NodeProcess? = nil,
        converted: Int = 0, unanswered: [NodeProcess] = [], unresumed: [NodeProcess] = [], restarted: [Restart] = [],
        applied: [Applied] = []
    ) {
        self.windows = windows
        self.longest = longest
        self.median = median
        self.percentile99 = percentile99
        self.longestProcess = longestProcess
        self.converted = converted
        self.unanswered = unanswered
        self.unansweredCount = unanswered.count
        self.unresumed = unresumed
        self.unresumedCount = unresumed.count
        self.restarted = restarted
        self.restartedCount = restarted.count
        self.applied = applied
        self.appliedCount = applied.count
    }

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        self.windows = try answer.field("windows").count()
        self.longest = try answer.field("longest").count()
        self.median = try answer.field("median").count()
        self.percentile99 = try answer.field("percentile99").count()
        self.longestProcess = try answer.field("longest_process").optionalProcess()
        self.converted = try answer.field("converted").count()
        self.unanswered = try answer.field("unanswered").processes()
        self.unansweredCount = try answer.field("unanswered_count").count()
        self.unresumed = try answer.field("unresumed").processes()
        self.unresumedCount = try answer.field("unresumed_count").count()
        self.restarted = try answer.field("restarted").list(atMost: 100) { element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(3)
            return Restart(
                supervisor: try parts[0].optionalProcess(), child: try parts[1].text(),
                microseconds: try parts[2].optionalCount())
        }
        self.restartedCount = try answer.field("restarted_count").count()
        self.applied = try answer.field("applied").list(atMost: 1000) { element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(5)
            return Applied(
                function: ExternalFunction(
                    module: try parts[0].atom(), function: try parts[1].atom(), arity: try parts[2].count()),
                outcome: try Self.outcome(parts[3]), microseconds: try parts[4].count())
        }
        self.appliedCount = try answer.field("applied_count").count()
    }

    private static func outcome(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) -> Outcome {
        if answer.term.isAtom("ok") { return .ok }
        let parts = try answer.tuple(2)
        let text = try parts[1].text()
        return try parts[0].atom() == "error" ? .error(text) : .crashed(text)
    }

    /// A time of this report in milliseconds.
    package static func milliseconds(_ microseconds: Int) -> Double { Double(microseconds) / 1000 }
}
