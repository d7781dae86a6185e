/// Finds where the last block of a deflate stream (RFC 1951) begins and ends.
///
/// Nothing is inflated: of each symbol only the number of bits is looked up. That takes about as long as inflating, an
/// eighth of what compressing took.
@safe struct GzipBlockWalker {
    /// Where the last block begins and ends, in bits from the start of the stream.
    struct LastBlock: Hashable {
        var start: Int
        var end: Int
    }

    /// How many readable bytes must follow the stream.
    static let spareBytes = 8

    private let base: UnsafeRawPointer
    /// The end of the stream in bits.
    private let limit: Int
    private var position = 0
    private var literals = GzipCodeTable(step: GzipCodeTable.literalStep)
    private var distances = GzipCodeTable(step: GzipCodeTable.distanceStep)
    /// The lengths of the literal codes, then those of the distance codes.
    private var lengths = [UInt8](repeating: 0, count: 320)

    /// The last block of the stream in the first `count` bytes, which must be the whole of it, but for less than a byte
    /// of zero bits. Nil if it is not a deflate stream.
    static func lastBlock(of bytes: [UInt8], count: Int) -> LastBlock? {
        guard count >= 0, bytes.count >= count + self.spareBytes else { return nil }
        return unsafe bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress else { return nil }
            // The walker never looks up a word that starts behind the limit, and does not outlive the closure.
            var walker = unsafe GzipBlockWalker(base: base, limit: count * 8)
            return walker.walkBlocks()
        }
    }

    private init(base: UnsafeRawPointer, limit: Int) {
        unsafe self.base = base
        self.limit = limit
    }

    private mutating func walkBlocks() -> LastBlock? {
        while true {
            let start = self.position
            guard let header = self.bits(3) else { return nil }
            let isWalked =
                switch header >> 1 {
                case 0: self.skipStoredBlock()
                case 1: self.setFixedCodes() && self.walkSymbols()
                case 2: self.readCodes() && self.walkSymbols()
                default: false
                }
            guard isWalked, self.position <= self.limit else { return nil }
            if header & 1 == 1 {
                return self.limit - self.position < 8 ? LastBlock(start: start, end: self.position) : nil
            }
        }
    }

    /// At least 57 bits from the position on; those behind the stream are of no meaning.
    private func word() -> UInt64? {
        guard self.position <= self.limit else { return nil }
        return unsafe Self.word(self.base, self.position)
    }

    /// At least 57 bits from a position on that is not behind the limit.
    @inline(__always)
    private static func word(_ base: UnsafeRawPointer, _ position: Int) -> UInt64 {
        // Eight bytes may be read from every byte of the stream and from its end.
        unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: position >> 3, as: UInt64.self))
            >> UInt64(truncatingIfNeeded: position & 7)
    }

    private mutating func bits(_ count: Int) -> Int? {
        guard let word = self.word() else { return nil }
        self.position += count
        return Int(truncatingIfNeeded: word & ((1 << UInt64(count)) - 1))
    }

    private mutating func skipStoredBlock() -> Bool {
        self.position = (self.position + 7) & ~7
        guard let length = self.bits(16), let complement = self.bits(16), length == ~complement & 0xFFFF else {
            return false
        }
        self.position += length * 8
        return true
    }

    private mutating func setFixedCodes() -> Bool {
        let lengths =
            [UInt8](repeating: 8, count: 144) + [UInt8](repeating: 9, count: 112) + [UInt8](repeating: 7, count: 24)
            + [UInt8](repeating: 8, count: 8)
        return self.literals.set(lengths[...]) && self.distances.set([UInt8](repeating: 5, count: 30)[...])
    }

    /// The order in which the lengths of the code-length code are written.
    private static let codeLengthOrder: InlineArray<19, Int> = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    /// Reads the two codes of a block with codes of its own.
    private mutating func readCodes() -> Bool {
        guard let sizes = self.bits(14) else { return false }
        let literalCount = (sizes & 31) + 257
        let total = literalCount + (sizes >> 5 & 31) + 1
        var codeLengths = [UInt8](repeating: 0, count: 19)
        for index in 0..<((sizes >> 10) + 4) {
            guard let length = self.bits(3) else { return false }
            codeLengths[Self.codeLengthOrder[index]] = UInt8(truncatingIfNeeded: length)
        }
        // Symbols 0 to 15 are lengths, 16 to 18 repeat.
        var index = 0
        var code = ShortCode()
        guard code.set(codeLengths) else { return false }
        while index < total {
            guard let word = self.word(), let (symbol, bits) = code.read(word) else { return false }
            self.position += bits
            var (value, repeats) = (UInt8(truncatingIfNeeded: symbol), 1)
            switch symbol {
            case 16:
                guard index > 0, let extra = self.bits(2) else { return false }
                (value, repeats) = (self.lengths[index - 1], 3 + extra)
            case 17:
                guard let extra = self.bits(3) else { return false }
                (value, repeats) = (0, 3 + extra)
            case 18:
                guard let extra = self.bits(7) else { return false }
                (value, repeats) = (0, 11 + extra)
            default:
                break
            }
            guard index + repeats <= total else { return false }
            for _ in 0..<repeats {
                self.lengths[index] = value
                index += 1
            }
        }
        return self.literals.set(self.lengths[..<literalCount])
            && self.distances.set(self.lengths[literalCount..<total])
    }

    /// Goes over the symbols of a block to behind the one that ends it.
    private mutating func walkSymbols() -> Bool {
        let (base, limit, mask) = unsafe (self.base, self.limit, GzipCodeTable.mask)
        var position = self.position
        var isWalked = false
        unsafe self.literals.steps.withUnsafeBufferPointer { literals in
            unsafe self.distances.steps.withUnsafeBufferPointer { distances in
                while position < limit {
                    // One word is enough for two literals of the table and then the code of a length, the number behind
                    // it and the code of a distance: 2 * 11 + 15 + 5 + 15 = 57 bits. The number behind the
                    // distance is only stepped over. Indices are below the size of the tables, by the mask.
                    var word = unsafe Self.word(base, position)
                    var step = unsafe Step(rawValue: literals[Int(truncatingIfNeeded: word & mask)])
                    if step.isLiteral {
                        position &+= Int(truncatingIfNeeded: step.bits)
                        word >>= step.bits & 63
                        step = unsafe Step(rawValue: literals[Int(truncatingIfNeeded: word & mask)])
                        if step.isLiteral {
                            position &+= Int(truncatingIfNeeded: step.bits)
                            word >>= step.bits & 63
                            step = unsafe Step(rawValue: literals[Int(truncatingIfNeeded: word & mask)])
                            if step.isLiteral {
                                position &+= Int(truncatingIfNeeded: step.bits)
                                continue
                            }
                        }
                    }
                    if step.isOther {
                        guard let long = self.literals.longStep(word) else { return }
                        step = long
                    }
                    position &+= Int(truncatingIfNeeded: step.bits)
                    if step.isEndOfBlock {
                        isWalked = true
                        return
                    }
                    guard step.isLength else { continue }
                    word >>= step.bits & 63
                    step = unsafe Step(rawValue: distances[Int(truncatingIfNeeded: word & mask)])
                    if step.isOther {
                        guard let long = self.distances.longStep(word) else { return }
                        step = long
                    }
                    position &+= Int(truncatingIfNeeded: step.bits)
                }
            }
        }
        self.position = position
        return isWalked
    }

    private typealias Step = GzipCodeTable.Step
}

/// The code that the lengths of the other two are written in: 19 symbols, at most 7 bits.
private struct ShortCode {
    /// Symbol and bits for every value of the next 7 bits; bits 0 where there is no code.
    private var entries = InlineArray<128, UInt16>(repeating: 0)

    mutating func set(_ lengths: [UInt8]) -> Bool {
        var code = 0
        for length in 1...7 {
            for symbol in lengths.indices where Int(lengths[symbol]) == length {
                guard code < 1 << length else { return false }
                var index = (0..<length).reduce(0) { $0 | (code >> $1 & 1) << (length - 1 - $1) }
                while index < 128 {
                    self.entries[index] = UInt16(symbol << 4 | length)
                    index += 1 << length
                }
                code += 1
            }
            code <<= 1
        }
        return true
    }

    func read(_ word: UInt64) -> (symbol: Int, bits: Int)? {
        let entry = Int(self.entries[Int(truncatingIfNeeded: word & 127)])
        return entry == 0 ? nil : (entry >> 4, entry & 15)
    }
}
