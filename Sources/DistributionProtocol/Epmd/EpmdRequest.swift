import ByteParsing

/// What is asked of the Erlang port mapper daemon. Each request takes a connection of its own, which EPMD closes after its answer.
package enum EpmdRequest: Hashable, Sendable {
    /// PORT_PLEASE2_REQ: the distribution port of the node whose name before the `@` is this.
    case port(name: String)
    /// NAMES_REQ: every node that is registered.
    case names

    /// The request with its two-byte length.
    package func encoded() -> [UInt8] {
        var body = ByteWriter()
        switch self {
        case .port(let name):
            body.write(122)
            body.write(name.utf8)
        case .names: body.write(110)
        }
        var request = ByteWriter()
        request.writeBigEndian(UInt16(clamping: body.count))
        request.write(body.bytes)
        return request.bytes
    }
}
