package import ErlangTerms

/// The most that a peer may ask us to hold.
package struct ProtocolLimits: Hashable, Sendable {
    /// Bytes of one handshake message. The longest we know of are a status or challenge with a name of 255 characters, at most 1 020
    /// bytes. Kept under 0x1500, so that what a TLS or a text protocol says first is too long to be a length.
    package var handshakeFrame = 4096
    /// Bytes of one message of the connected phase. A node that must not fragment sends every message whole, so this limits results.
    package var frame = 256 << 20
    /// Bytes of all that EPMD answers to one request.
    package var epmdAnswer = 1 << 20
    /// Limits of the terms inside.
    package var terms = ExternalTermLimits.default

    package init() {}

    package static let `default` = ProtocolLimits()
}
