package import ByteParsing

/// The messages that the node sends in the handshake, without their two-byte length.
package enum HandshakeMessage: Hashable, Sendable {
    case status(HandshakeStatus)
    case challenge(HandshakeChallenge)
    /// The challenge of protocol version 5, which OTP 22 and older send; the version it names.
    case oldChallenge(version: UInt16)
    /// `challenge_ack`: 16 bytes that only one who knows the cookie can compute from our challenge.
    case acknowledgement(digest: [UInt8])

    /// Reads one message; unknown bytes behind a name are skipped, as the protocol demands.
    package init(decoding cursor: inout ByteCursor) throws(HandshakeMessageError) {
        do {
            switch try cursor.readByte() {
            case UInt8(ascii: "s"): self = .status(try HandshakeStatus(decoding: &cursor))
            case UInt8(ascii: "N"):
                let flags = CapabilityFlags(rawValue: try cursor.readBigEndian(UInt64.self))
                let challenge = try cursor.readBigEndian(UInt32.self)
                let creation = try cursor.readBigEndian(UInt32.self)
                let name = try cursor.readBytes(count: Int(try cursor.readBigEndian(UInt16.self)))
                self = .challenge(
                    HandshakeChallenge(
                        flags: flags, challenge: challenge, creation: creation,
                        name: String(decoding: name, as: UTF8.self)))
            case UInt8(ascii: "n"): self = .oldChallenge(version: try cursor.readBigEndian(UInt16.self))
            case UInt8(ascii: "a"):
                self = .acknowledgement(digest: try cursor.readBytes(count: 16))
                try cursor.requireEnd()
            case let tag: throw HandshakeMessageError(kind: .unknownTag(tag), offset: 0)
            }
        } catch let error as HandshakeMessageError {
            throw error
        } catch let error as ByteParsingError {
            throw HandshakeMessageError(
                kind: error.code == .truncated ? .truncated : .trailingBytes, offset: error.offset)
        } catch {
            throw HandshakeMessageError(kind: .truncated, offset: cursor.offset)
        }
    }
}

/// `send_challenge` of protocol version 6: who the node is, and the number we have to answer.
package struct HandshakeChallenge: Hashable, Sendable {
    package var flags: CapabilityFlags
    package var challenge: UInt32
    package var creation: UInt32
    /// The node's full name.
    package var name: String
}

/// Whether the node goes on after our name.
package enum HandshakeStatus: Hashable, Sendable {
    case ok
    case okSimultaneous
    case notOK
    case notAllowed
    case alive
    /// The node made a name and a creation for us.
    case named(String, creation: UInt32)
    /// Something that no known version sends.
    case other(String)

    init(decoding cursor: inout ByteCursor) throws(ByteParsingError) {
        let status = cursor.rest
        let named = Array("named:".utf8)
        if Self.starts(status, with: named) {
            try cursor.skip(count: named.count)
            let name = try cursor.readBytes(count: Int(try cursor.readBigEndian(UInt16.self)))
            self = .named(String(decoding: name, as: UTF8.self), creation: try cursor.readBigEndian(UInt32.self))
            return
        }
        let text = String(decoding: try cursor.readBytes(count: cursor.remaining), as: UTF8.self)
        switch text {
        case "ok": self = .ok
        case "ok_simultaneous": self = .okSimultaneous
        case "nok": self = .notOK
        case "not_allowed": self = .notAllowed
        case "alive": self = .alive
        default: self = .other(text)
        }
    }

    private static func starts(_ bytes: Span<UInt8>, with prefix: [UInt8]) -> Bool {
        guard bytes.count >= prefix.count else { return false }
        for index in prefix.indices where bytes[index] != prefix[index] { return false }
        return true
    }
}

/// The messages that we send in the handshake.
package enum ClientHandshakeMessage: Hashable, Sendable {
    /// `send_name`: our full name, or only our host when `flags` has `nameMe`.
    case name(String, flags: CapabilityFlags, creation: UInt32)
    /// Whether an older connection of our name is to be dropped for this one; the answer to `alive`.
    case takeOver(Bool)
    case challengeReply(challenge: UInt32, digest: [UInt8])

    /// The message with its length: two bytes, or four over TLS.
    package func encoded(_ width: FrameAssembler.LengthWidth = .two) -> [UInt8] {
        var body = ByteWriter(reservingCapacity: 64)
        switch self {
        case .name(let name, let flags, let creation):
            body.write(UInt8(ascii: "N"))
            body.writeBigEndian(flags.rawValue)
            body.writeBigEndian(creation)
            body.writeBigEndian(UInt16(clamping: name.utf8.count))
            body.write(name.utf8)
        case .takeOver(let answer):
            body.write(UInt8(ascii: "s"))
            body.write((answer ? "true" : "false").utf8)
        case .challengeReply(let challenge, let digest):
            body.write(UInt8(ascii: "r"))
            body.writeBigEndian(challenge)
            body.write(digest)
        }
        var message = ByteWriter(reservingCapacity: body.count + width.rawValue)
        switch width {
        case .two: message.writeBigEndian(UInt16(clamping: body.count))
        case .four: message.writeBigEndian(UInt32(clamping: body.count))
        }
        message.write(body.bytes)
        return message.bytes
    }
}

/// Bytes are no message of the handshake.
package struct HandshakeMessageError: Error, Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case unknownTag(UInt8)
        case truncated
        case trailingBytes
    }

    package let kind: Kind
    /// Offset in the message.
    package let offset: Int
}
