package import ErlangTerms

/// A signal between processes of two nodes: the first term of a frame, whose payload (a message, a reason, arguments) follows
/// as a term of its own.
///
/// The variants that carry a trace token are read like those without it. Operation numbers are those of OTP's "Protocol between
/// Connected Nodes" (erts, `DOP_…`).
package enum ControlMessage: Hashable, Sendable {
    /// A process, by identifier or by registered name.
    package enum Target: Hashable, Sendable {
        case process(ProcessIdentifier)
        case name(Atom)

        var term: Term {
            switch self {
            case .process(let process): .pid(process)
            case .name(let name): .atom(name)
            }
        }
    }

    /// Where the reason of an exit is.
    package enum Reason: Hashable, Sendable {
        case inControlMessage(Term)
        case inPayload
    }

    /// What became of a spawn request.
    package enum SpawnResult: Hashable, Sendable {
        case process(ProcessIdentifier)
        case failed(Atom)
    }

    case link(from: ProcessIdentifier, to: ProcessIdentifier)
    /// Payload: the message.
    case send(to: ProcessIdentifier)
    /// Payload: the message.
    case sendToName(from: ProcessIdentifier, to: Atom)
    /// Payload: the message.
    case sendToAlias(from: ProcessIdentifier, to: Reference)
    /// A link broke.
    case exit(from: ProcessIdentifier, to: ProcessIdentifier, Reason)
    /// `exit/2` was called.
    case exitSignal(from: ProcessIdentifier, to: ProcessIdentifier, Reason)
    /// Unlink as before OTP 23.3.
    case unlink(from: ProcessIdentifier, to: ProcessIdentifier)
    /// `id` is an integer of up to 64 bits.
    case unlinkIdentified(id: Term, from: ProcessIdentifier, to: ProcessIdentifier)
    case unlinkAcknowledged(id: Term, from: ProcessIdentifier, to: ProcessIdentifier)
    case groupLeader(from: ProcessIdentifier, to: ProcessIdentifier)
    case monitor(from: ProcessIdentifier, target: Target, Reference)
    case demonitor(from: ProcessIdentifier, target: Target, Reference)
    case monitorExit(from: Target, to: ProcessIdentifier, Reference, Reason)
    /// Payload: the list of arguments.
    case spawnRequest(
        Reference, from: ProcessIdentifier, groupLeader: ProcessIdentifier, ExternalFunction, options: [Term])
    case spawnReply(Reference, to: ProcessIdentifier, SpawnResult)
    /// An operation of a later version, or one that is not sent to a node like us.
    case other(operation: Int)

    /// The control message as a term; reasons and payloads that are terms of their own are not in it.
    package var term: Term {
        switch self {
        case .link(let from, let to): .tuple(.integer(1), .pid(from), .pid(to))
        case .send(let to): .tuple(.integer(2), .atom(""), .pid(to))
        case .sendToName(let from, let to): .tuple(.integer(6), .pid(from), .atom(""), .atom(to))
        case .sendToAlias(let from, let to): .tuple(.integer(33), .pid(from), .reference(to))
        case .exit(let from, let to, .inControlMessage(let reason)):
            .tuple(.integer(3), .pid(from), .pid(to), reason)
        case .exit(let from, let to, .inPayload): .tuple(.integer(24), .pid(from), .pid(to))
        case .exitSignal(let from, let to, .inControlMessage(let reason)):
            .tuple(.integer(8), .pid(from), .pid(to), reason)
        case .exitSignal(let from, let to, .inPayload): .tuple(.integer(26), .pid(from), .pid(to))
        case .unlink(let from, let to): .tuple(.integer(4), .pid(from), .pid(to))
        case .unlinkIdentified(let id, let from, let to): .tuple(.integer(35), id, .pid(from), .pid(to))
        case .unlinkAcknowledged(let id, let from, let to): .tuple(.integer(36), id, .pid(from), .pid(to))
        case .groupLeader(let from, let to): .tuple(.integer(7), .pid(from), .pid(to))
        case .monitor(let from, let target, let reference):
            .tuple(.integer(19), .pid(from), target.term, .reference(reference))
        case .demonitor(let from, let target, let reference):
            .tuple(.integer(20), .pid(from), target.term, .reference(reference))
        case .monitorExit(let from, let to, let reference, .inControlMessage(let reason)):
            .tuple(.integer(21), from.term, .pid(to), .reference(reference), reason)
        case .monitorExit(let from, let to, let reference, .inPayload):
            .tuple(.integer(28), from.term, .pid(to), .reference(reference))
        case .spawnRequest(let reference, let from, let groupLeader, let function, let options):
            .tuple(
                .integer(29), .reference(reference), .pid(from), .pid(groupLeader),
                .tuple(.atom(function.module), .atom(function.function), .integer(function.arity)), .list(options))
        case .spawnReply(let reference, let to, .process(let process)):
            .tuple(.integer(31), .reference(reference), .pid(to), .integer(0), .pid(process))
        case .spawnReply(let reference, let to, .failed(let reason)):
            .tuple(.integer(31), .reference(reference), .pid(to), .integer(0), .atom(reason))
        case .other(let operation): .tuple(.integer(operation))
        }
    }
}

extension Term {
    var processIdentifier: ProcessIdentifier? { if case .pid(let process) = self { process } else { nil } }
    var reference: Reference? { if case .reference(let reference) = self { reference } else { nil } }
}
