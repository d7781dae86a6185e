package import ErlangTerms

/// How a call ended, as it came from the wire.
///
/// A large answer takes long to decode, so it is kept as bytes: ``value(limits:)`` is for the one who waits for it, not for
/// the thread that serves the connection.
package enum CallAnswer: Hashable, Sendable {
    /// The process that ran the function ended; with `reference` in its reason it says what the function did.
    case processEnded(Reference, reason: EncodedTerm)
    /// `rex` replied `{Reference, Value}`.
    case serverReplied(Reference, EncodedTerm)
    /// There is no `rex`, or it died; the reason.
    case serverDown(reason: EncodedTerm)
    /// The node did not make a process for the call.
    case notSpawned(reason: Atom)
    /// The request would take more bytes than a frame may have.
    case requestTooLarge(bytes: Int, limit: Int)
    /// The connection ended first.
    case connectionFailed(NodeError)
}

/// One term that came as the payload of a frame, or was part of its control message.
package enum EncodedTerm: Hashable, Sendable {
    case bytes([UInt8])
    case term(Term)

    package func decoded(limits: ExternalTermLimits) throws(ExternalTermError) -> Term {
        switch self {
        case .bytes(let bytes): try ExternalTerm.decode(bytes, limits: limits)
        case .term(let term): term
        }
    }
}

extension CallAnswer {
    /// What the function returned.
    ///
    /// The shapes are those that `erpc:execute_call/4` exits with, the same since OTP 23 because nodes of different versions call each
    /// other with it: `{Reference, return, Value}`, `{Reference, throw, Term}`, `{Reference, exit, Reason}`, `{Reference, error, Reason, Stack}` and
    /// `{Reference, error, {erpc, Reason}}` for a call that `erpc` itself refuses. Any other reason means that the process was killed.
    package func value(limits: ExternalTermLimits = .default) throws(CallError.Code) -> Term {
        switch self {
        case .processEnded(let reference, let reason): try Self.outcome(Self.decoded(reason, limits), of: reference)
        case .serverReplied(let reference, let message):
            try Self.reply(Self.decoded(message, limits), to: reference)
        case .serverDown(let reason): throw .serverDown(reason: try Self.decoded(reason, limits))
        case .notSpawned(let reason): throw .notSpawned(reason)
        case .requestTooLarge(let bytes, let limit): throw .requestTooLarge(bytes: bytes, limit: limit)
        case .connectionFailed(let error): throw .noConnection(error)
        }
    }

    private static func decoded(_ term: EncodedTerm, _ limits: ExternalTermLimits) throws(CallError.Code) -> Term {
        do throws(ExternalTermError) {
            return try term.decoded(limits: limits)
        } catch {
            throw .unreadableAnswer(error)
        }
    }

    private static func outcome(_ reason: Term, of reference: Reference) throws(CallError.Code) -> Term {
        guard let elements = reason.tupleElements, elements.count >= 3, elements[0] == .reference(reference) else {
            throw .ended(reason: reason)
        }
        switch (elements[1].atomValue, elements.count) {
        case ("return", 3): return elements[2]
        case ("throw", 3): throw .thrown(elements[2])
        case ("exit", 3): throw .exited(elements[2])
        case ("error", 4): throw .raised(elements[2], stack: elements[3])
        case ("error", 3): throw .raised(elements[2], stack: .emptyList)
        default: throw .ended(reason: reason)
        }
    }

    private static func reply(_ message: Term, to reference: Reference) throws(CallError.Code) -> Term {
        guard let elements = message.tupleElements, elements.count == 2, elements[0] == .reference(reference) else {
            throw .ended(reason: message)
        }
        if let pair = elements[1].tupleElements, pair.count == 2, pair[0] == .atom("badrpc") {
            throw .badRPC(pair[1])
        }
        return elements[1]
    }
}
