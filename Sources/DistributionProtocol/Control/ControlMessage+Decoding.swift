package import ErlangTerms

extension ControlMessage {
    /// Nil when the term is no control message: not a tuple that starts with an operation, or a known operation with elements that do
    /// not belong to it.
    package init?(term: Term) {
        guard let elements = term.tupleElements, let operation = elements.first?.integerValue else { return nil }
        let fields = Fields(elements: elements)
        let message: ControlMessage? =
            switch (operation, elements.count) {
            case (1, 3): fields.pair.map { .link(from: $0, to: $1) }
            case (2, 3), (12, 4), (22, 3), (23, 4): fields.process(2).map { .send(to: $0) }
            case (3, 4): fields.pair.map { .exit(from: $0, to: $1, .inControlMessage(elements[3])) }
            case (13, 5): fields.pair.map { .exit(from: $0, to: $1, .inControlMessage(elements[4])) }
            case (24, 3), (25, 4): fields.pair.map { .exit(from: $0, to: $1, .inPayload) }
            case (8, 4): fields.pair.map { .exitSignal(from: $0, to: $1, .inControlMessage(elements[3])) }
            case (18, 5): fields.pair.map { .exitSignal(from: $0, to: $1, .inControlMessage(elements[4])) }
            case (26, 3), (27, 4): fields.pair.map { .exitSignal(from: $0, to: $1, .inPayload) }
            case (4, 3): fields.pair.map { .unlink(from: $0, to: $1) }
            case (6, 4), (16, 5): fields.sendToName
            case (7, 3): fields.pair.map { .groupLeader(from: $0, to: $1) }
            case (19, 4): fields.monitor.map { .monitor(from: $0, target: $1, $2) }
            case (20, 4): fields.monitor.map { .demonitor(from: $0, target: $1, $2) }
            case (21, 5): fields.monitorExit(.inControlMessage(elements[4]))
            case (28, 4): fields.monitorExit(.inPayload)
            case (29, 6), (30, 7): fields.spawnRequest
            case (31, 5), (32, 6): fields.spawnReply
            case (33, 3), (34, 4): fields.sendToAlias
            case (35, 4): fields.unlink.map { .unlinkIdentified(id: $0, from: $1, to: $2) }
            case (36, 4): fields.unlink.map { .unlinkAcknowledged(id: $0, from: $1, to: $2) }
            default: Self.knownOperations.contains(operation) ? nil : .other(operation: operation)
            }
        guard let message else { return nil }
        self = message
    }

    /// Whether a second term follows the control message.
    package var hasPayload: Bool {
        switch self {
        case .send, .sendToName, .sendToAlias, .spawnRequest: true
        case .exit(_, _, let reason), .exitSignal(_, _, let reason), .monitorExit(_, _, _, let reason):
            reason == .inPayload
        case .link, .unlink, .unlinkIdentified, .unlinkAcknowledged, .groupLeader, .monitor, .demonitor, .spawnReply,
            .other:
            false
        }
    }

    private static let knownOperations: Set<Int> = [
        1, 2, 3, 4, 6, 7, 8, 12, 13, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36,
    ]

    /// The elements of a control message, asked for by what they must be. Callers know that the indices exist.
    private struct Fields {
        let elements: [Term]

        func process(_ index: Int) -> ProcessIdentifier? { self.elements[index].processIdentifier }

        func target(_ index: Int) -> Target? {
            if let process = self.process(index) { return .process(process) }
            return self.elements[index].atomValue.map { .name($0) }
        }

        /// `{_, From, To, …}`
        var pair: (ProcessIdentifier, ProcessIdentifier)? {
            guard let from = self.process(1), let to = self.process(2) else { return nil }
            return (from, to)
        }

        /// `{6, From, _, Name, …}`
        var sendToName: ControlMessage? {
            guard let from = self.process(1), let name = self.elements[3].atomValue else { return nil }
            return .sendToName(from: from, to: name)
        }

        /// `{33, From, Alias, …}`
        var sendToAlias: ControlMessage? {
            guard let from = self.process(1), let alias = self.elements[2].reference else { return nil }
            return .sendToAlias(from: from, to: alias)
        }

        /// `{_, From, Target, Reference}`
        var monitor: (ProcessIdentifier, Target, Reference)? {
            guard let from = self.process(1), let target = self.target(2), let reference = self.elements[3].reference
            else { return nil }
            return (from, target, reference)
        }

        /// `{_, Target, To, Reference, …}`
        func monitorExit(_ reason: Reason) -> ControlMessage? {
            guard let from = self.target(1), let to = self.process(2), let reference = self.elements[3].reference else {
                return nil
            }
            return .monitorExit(from: from, to: to, reference, reason)
        }

        /// `{29, Reference, From, GroupLeader, {Module, Function, Arity}, Options, …}`
        var spawnRequest: ControlMessage? {
            guard let reference = self.elements[1].reference, let from = self.process(2),
                let leader = self.process(3), let function = self.elements[4].tupleElements, function.count == 3,
                let module = function[0].atomValue, let name = function[1].atomValue,
                let arity = function[2].integerValue, let options = self.elements[5].listElements
            else { return nil }
            return .spawnRequest(
                reference, from: from, groupLeader: leader,
                ExternalFunction(module: module, function: name, arity: arity), options: options)
        }

        /// `{31, Reference, To, Flags, Result, …}`
        var spawnReply: ControlMessage? {
            guard let reference = self.elements[1].reference, let to = self.process(2),
                self.elements[3].integerValue != nil
            else { return nil }
            return switch self.target(4) {
            case .process(let process): .spawnReply(reference, to: to, .process(process))
            case .name(let reason): .spawnReply(reference, to: to, .failed(reason))
            case nil: nil
            }
        }

        /// `{_, Id, From, To}`
        var unlink: (Term, ProcessIdentifier, ProcessIdentifier)? {
            guard let from = self.process(2), let to = self.process(3) else { return nil }
            let id = self.elements[1]
            if case .integer = id { return (id, from, to) }
            if case .bigInteger = id { return (id, from, to) }
            return nil
        }
    }
}
