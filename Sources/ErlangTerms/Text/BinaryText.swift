/// How a binary is written.
enum BinaryText {
    /// As numbers.
    case bytes
    /// As characters of one byte each: ASCII, or no UTF-8 at all.
    case latin1
    /// As characters in UTF-8, not all of them ASCII.
    case utf8

    /// Decides as `io_lib_pretty` does: the first byte that is neither UTF-8 nor printable decides what is tried next.
    init(_ bytes: [UInt8]) {
        self = .bytes
        guard !bytes.isEmpty else { return }
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var isASCII = true
        scanning: while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                guard FlatTermWriter.isPrintable(scalar.value) else { return }
                isASCII = isASCII && scalar.value < 0x80
            case .emptyInput:
                self = isASCII ? .latin1 : .utf8
                return
            case .error: break scanning
            }
        }
        if bytes.allSatisfy({ FlatTermWriter.isPrintable(UInt32($0)) }) { self = .latin1 }
    }
}
