/// Base64 of RFC 4648, section 4: with padding, without line breaks. One text stands for one value: bits that mean nothing
/// have to be zero.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var value = group.reduce(0) { $0 << 8 | Int($1) }
            value <<= 8 * (3 - group.count)
            for place in 0..<4 {
                let isPadding = place > group.count
                text.append(isPadding ? UInt8(ascii: "=") : self.digits[value >> (18 - 6 * place) & 63])
            }
        }
        return text
    }

    /// The bytes that a text stands for, or the index of the first byte of the text that is wrong.
    static func decode(_ text: ArraySlice<UInt8>) -> Result<[UInt8], Wrong> {
        guard text.count % 4 == 0 else { return .failure(Wrong(index: text.endIndex)) }
        let padding = text.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var (value, bits) = (0, 0)
        for (index, byte) in zip(text.indices, text.dropLast(padding)) {
            guard let digit = self.value(of: byte) else { return .failure(Wrong(index: index)) }
            value = (value << 6 | digit) & 0xFFFF
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: value >> bits))
        }
        guard value & (1 << bits - 1) == 0 else { return .failure(Wrong(index: text.endIndex - padding - 1)) }
        return .success(bytes)
    }

    struct Wrong: Error, Hashable {
        var index: Int
    }

    private static func value(of byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
