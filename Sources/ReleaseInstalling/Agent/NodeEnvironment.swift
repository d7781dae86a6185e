package import ErlangTerms

/// The parameters of all applications of a node at one moment, as digests: values may be secrets and stay in the node.
package struct NodeEnvironment: Hashable, Sendable {
    /// By application and parameter.
    package var digests: [Atom: [Atom: [UInt8]]]
    /// Whether the node has more parameters than were listed.
    package var isCut: Bool

    package init(digests: [Atom: [Atom: [UInt8]]], isCut: Bool = false) {
        self.digests = digests
        self.isCut = isCut
    }

    static let limit = 50_000

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        var digests: [Atom: [Atom: [UInt8]]] = [:]
        var count = 0
        for element in try answer.field("applications").list(atMost: 10_000) {
            let parts = try element.tuple(2)
            var parameters: [Atom: [UInt8]] = [:]
            for parameter in try parts[1].list(atMost: Self.limit) {
                let pair = try parameter.tuple(2)
                parameters[try pair[0].atom()] = try pair[1].bytes(atMost: 16)
            }
            count += parameters.count
            digests[try parts[0].atom()] = parameters
        }
        self.digests = digests
        self.isCut = try answer.field("count").count() > count
    }

    /// What differs from an earlier moment, sorted. Both must have been taken with the same salt.
    package func changes(since earlier: NodeEnvironment) -> [Change] {
        var changes: [Change] = []
        for application in Set(self.digests.keys).union(earlier.digests.keys) {
            let (new, old) = (self.digests[application] ?? [:], earlier.digests[application] ?? [:])
            for name in Set(new.keys).union(old.keys) where new[name] != old[name] {
                let kind: Change.Kind = old[name] == nil ? .added : new[name] == nil ? .removed : .changed
                changes.append(Change(application: application, parameter: name, kind: kind))
            }
        }
        return changes.sorted { ($0.application, $0.parameter) < ($1.application, $1.parameter) }
    }

    package struct Change: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            case added, removed, changed
        }

        package var application: Atom
        package var parameter: Atom
        package var kind: Kind

        package init(application: Atom, parameter: Atom, kind: Kind) {
            self.application = application
            self.parameter = parameter
            self.kind = kind
        }
    }
}

/// The parameters that the files of a release give to its applications: those of the `.app` file, with those of the
/// configuration over them.
package struct FileEnvironment: Hashable, Sendable {
    package var parameters: [Atom: [Atom: Term]]

    package init(parameters: [Atom: [Atom: Term]]) { self.parameters = parameters }

    /// `[{Application, [{Parameter, Value}]}]`, sorted.
    var term: Term {
        .list(
            self.parameters.sorted { $0.key < $1.key }.map { application, parameters in
                .tuple(
                    .atom(application),
                    .list(parameters.sorted { $0.key < $1.key }.map { .tuple(.atom($0.key), $0.value) }))
            })
    }
}

/// How the parameters that count in a node differ from those in the files of the running release and of the next one.
package struct EnvironmentComparison: Hashable, Sendable {
    /// One of up to three values of a parameter: equal letters are equal values.
    package enum Value: String, Hashable, Sendable {
        case absent, a, b, c
    }

    package struct Row: Hashable, Sendable {
        package var application: Atom
        package var parameter: Atom
        package var live: Value
        /// In the files of the release that runs.
        package var from: Value
        /// In the files of the release to come.
        package var to: Value
        /// Whether the value was given when the node was started: then it stays, whatever the files say.
        package var isFromCommandLine: Bool

        package init(
            application: Atom, parameter: Atom, live: Value, from: Value, to: Value, isFromCommandLine: Bool = false
        ) {
            self.application = application
            self.parameter = parameter
            self.live = live
            self.from = from
            self.to = to
            self.isFromCommandLine = isFromCommandLine
        }
    }

    /// The parameters of which not all three are the same; of applications that the next release has.
    package var rows: [Row]
    /// How many there are; more than ``rows`` where the list was cut.
    package var count: Int

    package init(rows: [Row]) {
        self.rows = rows
        self.count = rows.count
    }

    /// Whether OTP sets the parameter itself while a node runs, so that it is in no file and lost with every upgrade
    /// (`global`, `logger` and `ttb` of OTP 25 to 29).
    static func isSetByOTP(_ application: Atom, _ parameter: Atom) -> Bool {
        switch (application.name, parameter.name) {
        case ("kernel", "connect_all"), ("kernel", "logger"), ("runtime_tools", "ttb_autostart_module"): true
        default: false
        }
    }

    static let limit = 5000

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        self.count = try answer.field("count").count()
        self.rows = try answer.field("rows").list(atMost: Self.limit) { element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(6)
            return Row(
                application: try parts[0].atom(), parameter: try parts[1].atom(), live: try parts[2].word(),
                from: try parts[3].word(), to: try parts[4].word(), isFromCommandLine: try parts[5].boolean())
        }
    }
}
