import BigInt

/// A bit string under construction.
struct BitBuilder {
    /// The last byte holds its bits at the top; the rest of it is zero.
    private var bytes: [UInt8] = []
    /// Free bits of the last byte, 0...7.
    private var free = 0

    var bitCount: Int { self.bytes.count * 8 - self.free }

    var term: Term { .bitString(self.bytes, bitsInLastByte: 8 - self.free) }

    mutating func append(_ byte: UInt8) {
        if self.free == 0 {
            self.bytes.append(byte)
        } else {
            self.bytes[self.bytes.count - 1] |= byte >> UInt8(8 - self.free)
            self.bytes.append(byte << UInt8(self.free))
        }
    }

    mutating func append(_ bytes: some Sequence<UInt8>) { for byte in bytes { self.append(byte) } }

    /// Appends the `count` (0...8) lowest bits of a byte.
    mutating func append(lowestBits count: Int, of byte: UInt8) {
        guard count > 0 else { return }
        let aligned = byte << UInt8(8 - count)
        if self.free == 0 {
            self.bytes.append(aligned)
            self.free = 8 - count
        } else {
            self.bytes[self.bytes.count - 1] |= aligned >> UInt8(8 - self.free)
            if count > self.free {
                self.bytes.append(aligned << UInt8(self.free))
                self.free += 8 - count
            } else {
                self.free -= count
            }
        }
    }

    /// Appends the first `count` bits of a bit string.
    mutating func append(_ bytes: [UInt8], bitCount count: Int) {
        let whole = count / 8
        self.append(bytes[..<whole])
        if count % 8 > 0 { self.append(lowestBits: count % 8, of: bytes[whole] >> UInt8(8 - count % 8)) }
    }

    /// Appends the `count` lowest bits of an integer in two's complement. A little-endian number begins with its
    /// lowest byte; the bits that do not fill a byte are its highest and come last.
    mutating func append(_ value: BigInt, bitCount count: Int, isLittle: Bool) {
        let lowestFirst = Self.lowestBytes((count + 7) / 8, of: value)
        let partial = count % 8
        if isLittle {
            self.append(partial == 0 ? lowestFirst[...] : lowestFirst.dropLast())
            if partial > 0, let last = lowestFirst.last { self.append(lowestBits: partial, of: last) }
        } else {
            if partial > 0, let last = lowestFirst.last { self.append(lowestBits: partial, of: last) }
            self.append((partial == 0 ? lowestFirst[...] : lowestFirst.dropLast()).reversed())
        }
    }

    private static func lowestBytes(_ count: Int, of value: BigInt) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        // Words of the two's complement, lowest first, without end in the sign.
        let words = Array(value.words)
        let fill: UInt = value.sign == .minus ? .max : 0
        for index in 0..<count {
            let word = index / 8 < words.count ? words[index / 8] : fill
            bytes.append(UInt8(truncatingIfNeeded: word >> UInt(index % 8 * 8)))
        }
        return bytes
    }
}
