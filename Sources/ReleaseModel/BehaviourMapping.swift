package import ErlangTerms

/// What the behaviours that modules name are: those of OTP and Elixir, those that a user told us of, and those whose own
/// module is in the releases.
package struct BehaviourMapping: Hashable, Sendable {
    /// What it is to have a behaviour.
    package enum Meaning: Hashable, Sendable {
        /// To be the callback module of processes of this kind.
        case process(ProcessKind)
        /// To be called by others: no process is the module's own.
        case code

        /// `gen_server` and the other kinds, or `code`.
        package init?(_ name: String) {
            if name == "code" {
                self = .code
            } else if let kind = ProcessKind(rawValue: name) {
                self = .process(kind)
            } else {
                return nil
            }
        }

        /// All names that mean something.
        package static let names = ProcessKind.allCases.map(\.rawValue) + ["code"]
    }

    /// What was found out about a behaviour by its module.
    package enum Definition: Hashable, Sendable {
        /// The module is itself the callback module of such a process, or runs as one, with callbacks of its own. Whether
        /// a module with the behaviour keeps the process's state, or is only called now and then, is not known.
        case wrapper(ProcessKind)
        case code
    }

    /// What the user said; it goes before everything else.
    package let configured: [Atom: Meaning]
    private let definitions: [Atom: Definition]

    /// - Parameter modules: of all applications of both releases; those that define behaviours are looked at.
    package init(configured: [Atom: Meaning] = [:], modules: some Sequence<ModuleFacts> = EmptyCollection()) {
        self.configured = configured
        var defining: [Atom: ModuleFacts] = [:]
        for facts in modules where facts.exports("behaviour_info", 1) { defining[facts.name.atom] = facts }
        self.definitions = Dictionary(
            uniqueKeysWithValues: defining.keys.map { ($0, Self.definition(of: $0, configured, defining)) })
    }

    /// The kind that a behaviour certainly has.
    package func meaning(of behaviour: Atom) -> Meaning? { Self.meaning(of: behaviour, self.configured) }

    private static func meaning(of behaviour: Atom, _ configured: [Atom: Meaning]) -> Meaning? {
        configured[behaviour] ?? ProcessKind.ofBehaviour[behaviour].map { .process($0) }
    }

    /// What the module of a behaviour shows; nil when no release has it.
    package func definition(of behaviour: Atom) -> Definition? { self.definitions[behaviour] }

    /// Follows the behaviours of a behaviour's module, in a circle at most once around.
    private static func definition(
        of behaviour: Atom, _ configured: [Atom: Meaning], _ defining: [Atom: ModuleFacts]
    ) -> Definition {
        var seen: Set<Atom> = [behaviour]
        var open = [behaviour]
        while let next = open.popLast() {
            guard let facts = defining[next] else { continue }
            // Such as RabbitMQ's `supervisor2`: a server by its loop, which answers as a supervisor does.
            if facts.exports("which_children", 1), facts.exports("terminate_child", 2) { return .wrapper(.supervisor) }
            for own in facts.behaviours where seen.insert(own).inserted {
                switch Self.meaning(of: own, configured) {
                case .process(let kind): return .wrapper(kind)
                case .code: continue
                case nil: open.append(own)
                }
            }
            if facts.exports("system_code_change", 4) { return .wrapper(.special) }
        }
        return .code
    }
}
