import ByteParsing
import ErlangTerms

/// What we send in the connected phase.
enum OutgoingFrame {
    /// The frame without content that says "I am alive".
    static let tick: [UInt8] = [0, 0, 0, 0]

    /// The byte in front of a control message on a connection without distribution headers (erts, `PASS_THROUGH`).
    static let passThrough: UInt8 = 112

    /// A control message and its payload, with their four-byte length.
    static func encoded(_ message: ControlMessage, payload: Term? = nil) -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: 128)
        writer.writeBigEndian(UInt32(0))
        writer.write(Self.passThrough)
        writer.write(ExternalTerm.encode(message.term))
        if let payload { writer.write(ExternalTerm.encode(payload)) }
        writer.overwriteBigEndian(UInt32(clamping: writer.count - 4), at: 0)
        return writer.bytes
    }
}
