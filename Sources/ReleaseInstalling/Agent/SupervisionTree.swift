package import ErlangTerms

/// The processes of a node as `release_handler` will find them, found without asking anyone who might not understand.
package struct SupervisionTree: Hashable, Sendable {
    /// What stands at the top of an application.
    package enum TopKind: String, Hashable, Sendable {
        case supervisor
        /// Something else: `release_handler` breaks on it.
        case other
        /// The application has no processes.
        case none
        /// The application did not say, as while it starts.
        case unknown
    }

    package struct Top: Hashable, Sendable {
        package var application: Atom
        package var process: NodeProcess?
        package var kind: TopKind
        package var isSuspended: Bool
        /// The messages that wait for it.
        package var queue: Int

        package init(
            application: Atom, process: NodeProcess?, kind: TopKind, isSuspended: Bool = false, queue: Int = 0
        ) {
            self.application = application
            self.process = process
            self.kind = kind
            self.isSuspended = isSuspended
            self.queue = queue
        }
    }

    /// The processes that a script finds by one module.
    package struct ModuleProcesses: Hashable, Sendable {
        package var module: Atom
        package var count: Int
        package var longestQueue: Int
        /// Those that somebody has suspended already.
        package var suspended: Int
        /// Those with the longest queues, longest first.
        package var busiest: [Busy]

        package init(
            module: Atom, count: Int, longestQueue: Int = 0, suspended: Int = 0, busiest: [Busy] = []
        ) {
            self.module = module
            self.count = count
            self.longestQueue = longestQueue
            self.suspended = suspended
            self.busiest = busiest
        }
    }

    package struct Busy: Hashable, Sendable {
        package var process: NodeProcess
        package var queue: Int

        package init(process: NodeProcess, queue: Int) {
            self.process = process
            self.queue = queue
        }
    }

    /// What a child specification says that is not so.
    package enum OddityKind: String, Hashable, Sendable {
        /// A worker with `dynamic` modules that is no event manager: it is asked for its modules and does not answer.
        case dynamicWorker = "dynamic_worker"
        /// A supervisor with `dynamic` modules: `release_handler` expects a list.
        case dynamicSupervisor = "dynamic_supervisor"
        /// A supervisor that is declared as a worker: its children are not looked at.
        case hiddenSupervisor = "hidden_supervisor"
    }

    package struct Oddity: Hashable, Sendable {
        package var kind: OddityKind
        package var supervisor: NodeProcess?
        /// The child's ID, as text.
        package var child: String
        package var process: NodeProcess?

        package init(kind: OddityKind, supervisor: NodeProcess?, child: String, process: NodeProcess?) {
            self.kind = kind
            self.supervisor = supervisor
            self.child = child
            self.process = process
        }
    }

    /// Why a supervisor was not asked for its children.
    package enum Reason: String, Hashable, Sendable {
        case suspended
        /// It did not answer in time.
        case busy
        /// It is declared as a supervisor, but of a kind that is not known to answer.
        case unknown
    }

    package struct Unasked: Hashable, Sendable {
        package var reason: Reason
        package var process: NodeProcess?

        package init(reason: Reason, process: NodeProcess?) {
            self.reason = reason
            self.process = process
        }
    }

    /// All processes below supervisors, these included.
    package var supervised: Int
    package var tops: [Top]
    /// Of the modules that were asked about.
    package var modules: [ModuleProcesses]
    package var oddities: [Oddity]
    /// How many there are; more than ``oddities`` where the list was cut.
    package var oddityCount: Int
    package var unasked: [Unasked]
    package var unaskedCount: Int

    package init(
        supervised: Int, tops: [Top], modules: [ModuleProcesses], oddities: [Oddity] = [], unasked: [Unasked] = []
    ) {
        self.supervised = supervised
        self.tops = tops
        self.modules = modules
        self.oddities = oddities
        self.oddityCount = oddities.count
        self.unasked = unasked
        self.unaskedCount = unasked.count
    }

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        self.supervised = try answer.field("supervised").count()
        self.tops = try answer.field("applications").list(atMost: 10_000) { element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(5)
            return Top(
                application: try parts[0].atom(), process: try parts[1].optionalProcess(),
                kind: try parts[2].word(), isSuspended: try parts[3].boolean(), queue: try parts[4].count())
        }
        self.modules = try answer.field("modules").list(atMost: LoadedModules.limit) {
            element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(5)
            return ModuleProcesses(
                module: try parts[0].atom(), count: try parts[1].count(), longestQueue: try parts[2].count(),
                suspended: try parts[3].count(), busiest: try parts[4].queues())
        }
        self.oddities = try answer.field("oddities").list(atMost: 50) { element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(4)
            return Oddity(
                kind: try parts[0].word(), supervisor: try parts[1].optionalProcess(), child: try parts[2].text(),
                process: try parts[3].optionalProcess())
        }
        self.oddityCount = try answer.field("oddity_count").count()
        self.unasked = try answer.field("unasked").list(atMost: 50) { element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(2)
            return Unasked(reason: try parts[0].word(), process: try parts[1].optionalProcess())
        }
        self.unaskedCount = try answer.field("unasked_count").count()
    }

    package subscript(module: Atom) -> ModuleProcesses? { self.modules.first { $0.module == module } }
}

extension AgentAnswer {
    /// One of the words that an enumeration knows.
    func word<Word: RawRepresentable<String>>() throws(Unreadable) -> Word {
        guard let word = Word(rawValue: try self.atom().name) else {
            throw Unreadable(place: self.place, wanted: "a word that is known")
        }
        return word
    }

    /// Some processes with the lengths of their queues.
    func queues() throws(Unreadable) -> [SupervisionTree.Busy] {
        var all: [SupervisionTree.Busy] = []
        for element in try self.list(atMost: 20) {
            let parts = try element.tuple(2)
            // A process that went meanwhile cannot be described.
            guard let process = try parts[0].optionalProcess() else { continue }
            all.append(SupervisionTree.Busy(process: process, queue: try parts[1].count()))
        }
        return all
    }
}
