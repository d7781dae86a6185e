import ByteParsing
import ErlangTerms

/// What the node sends in the connected phase.
enum IncomingFrame {
    case tick
    case message(ControlMessage, payload: EncodedTerm?)

    /// Reads a frame without its length. The payload is not looked into: only some are wanted.
    init(decoding frame: [UInt8], limits: ExternalTermLimits) throws(MalformedFrame) {
        guard let first = frame.first else {
            self = .tick
            return
        }
        guard first == OutgoingFrame.passThrough else { throw MalformedFrame(offset: 0) }
        var cursor = ByteCursor(frame.span.extracting(droppingFirst: 1), base: 1)
        let term: Term
        do throws(ExternalTermError) {
            term = try ExternalTerm.decodeNext(&cursor, limits: limits)
        } catch {
            throw MalformedFrame(offset: error.offset)
        }
        guard let message = ControlMessage(term: term) else { throw MalformedFrame(offset: 1) }
        if case .other = message {
            self = .message(message, payload: nil)
            return
        }
        guard message.hasPayload != cursor.isAtEnd else { throw MalformedFrame(offset: cursor.offset) }
        self = .message(message, payload: message.hasPayload ? .bytes(Array(frame[cursor.offset...])) : nil)
    }
}

/// A frame cannot be read from here on.
struct MalformedFrame: Error, Hashable {
    let offset: Int
}
