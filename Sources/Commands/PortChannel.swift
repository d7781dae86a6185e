import Glibc

/// The standard streams as an Erlang port with `{packet, 4}`: each message behind its length in 4 bytes, the highest
/// first.
struct PortChannel {
    /// Bytes of a request at most; what a request says is not believed before it has come.
    static let limit = 256 << 20

    enum Input {
        case request([UInt8])
        case end
        /// The stream ended inside a request, or announces one that is too long.
        case cutOff(String)
    }

    /// Waits for the next request.
    func read() -> Input {
        guard let header = Self.bytes(4) else { return .cutOff("the input cannot be read") }
        if header.isEmpty { return .end }
        guard header.count == 4 else { return .cutOff("the input ends inside the length of a request") }
        let length = header.reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.limit else {
            return .cutOff("a request announces \(length) bytes; the limit is \(Self.limit)")
        }
        guard let request = Self.bytes(length) else { return .cutOff("the input cannot be read") }
        guard request.count == length else {
            return .cutOff("the input ends after \(request.count) of the \(length) bytes of a request")
        }
        return .request(request)
    }

    /// Writes an answer; false when nobody reads any more.
    func write(_ answer: [UInt8]) -> Bool {
        guard let length = UInt32(exactly: answer.count) else { return false }
        let header = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> UInt32($0)) }
        return Console.write(header + answer, to: STDOUT_FILENO)
    }

    /// So many bytes of standard input, or fewer where it ends; nil when it cannot be read. Memory grows with what
    /// comes, not with what was announced.
    private static func bytes(_ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: min(count, 1 << 16))
        while bytes.count < count {
            let wanted = min(buffer.count, count - bytes.count)
            // The buffer is ours, and no longer than what is asked for.
            let got = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, wanted) }
            if got > 0 {
                bytes += buffer[..<got]
            } else if got == 0 {
                return bytes
            } else if errno != EINTR {
                return nil
            }
        }
        return bytes
    }
}
