import ByteParsing

/// What an operand in code is, from the low three bits of its first byte.
enum OperandTag: UInt8 {
    case unsigned = 0
    case integer = 1
    case atom = 2
    case xRegister = 3
    case yRegister = 4
    case label = 5
    case character = 6
    case extended = 7
}

/// An operand's tag and number in the compact encoding that code, lines and (from OTP 28 on) atom lengths use.
///
///     nnnn0ttt                     0...15
///     nnn01ttt nnnnnnnn            0...2047
///     kkk11ttt n…                  k + 2 bytes, signed; k = 7: an unsigned operand gives the bytes beyond 9
struct CompactNumber {
    let tag: OperandTag
    /// Nil when the number does not fit in an `Int`.
    let value: Int?
    /// The top four bits of the first byte, which name the kind of an extended operand.
    let extensionKind: UInt8
}

extension ByteCursor {
    /// Reads the head of an operand.
    mutating func compactNumber() throws(BeamFileError) -> CompactNumber {
        let start = self.offset
        let first = try self.byte()
        guard let tag = OperandTag(rawValue: first & 7) else { throw BeamFileError(.invalidNumber, offset: start) }
        if first & 0x08 == 0 { return CompactNumber(tag: tag, value: Int(first >> 4), extensionKind: first >> 4) }
        if first & 0x10 == 0 {
            let value = Int(first >> 5) << 8 | Int(try self.byte())
            return CompactNumber(tag: tag, value: value, extensionKind: first >> 4)
        }
        var count = Int(first >> 5) + 2
        if count == 9 {
            let more = try self.compactUnsigned()
            guard more <= self.remaining else {
                throw BeamFileError(.truncated(missing: more - self.remaining), offset: start)
            }
            count += more
        }
        guard count <= 8 else {
            try self.advance(count: count)
            return CompactNumber(tag: tag, value: nil, extensionKind: first >> 4)
        }
        var value = self.peek().map { $0 & 0x80 != 0 ? -1 : 0 } ?? 0
        for _ in 0..<count { value = value << 8 | Int(try self.byte()) }
        return CompactNumber(tag: tag, value: value, extensionKind: first >> 4)
    }

    /// Reads an operand that must be an unsigned number. One level of nesting is all the encoding has.
    mutating func compactUnsigned() throws(BeamFileError) -> Int {
        let start = self.offset
        guard self.peek().map({ $0 & 0xf8 != 0xf8 }) ?? true else {
            throw BeamFileError(.invalidNumber, offset: start)
        }
        let number = try self.compactNumber()
        guard number.tag == .unsigned, let value = number.value, value >= 0 else {
            throw BeamFileError(.invalidNumber, offset: start)
        }
        return value
    }
}
