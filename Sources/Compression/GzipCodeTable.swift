/// A Huffman code of a deflate block, prepared for finding out how many bits the next symbol takes.
struct GzipCodeTable {
    /// What reading one symbol means for the walk.
    struct Step {
        /// Low byte: the bits of the code and of the number behind it. Above it: one of the kinds.
        let rawValue: UInt32

        static let literal: UInt32 = 0
        /// A length, which a distance follows.
        static let length: UInt32 = 1 << 8
        static let endOfBlock: UInt32 = 2 << 8
        /// A code longer than the table is wide, or none at all.
        static let other: UInt32 = 3 << 8

        init(rawValue: UInt32) { self.rawValue = rawValue }

        var bits: UInt64 { UInt64(self.rawValue & 0xFF) }
        var isLiteral: Bool { self.rawValue < Self.length }
        var isLength: Bool { self.rawValue & ~0xFF == Self.length }
        var isEndOfBlock: Bool { self.rawValue & ~0xFF == Self.endOfBlock }
        var isOther: Bool { self.rawValue >= Self.other }
    }

    /// How many bits the table is looked up by; longer codes are rare.
    static let width = 11
    static let mask: UInt64 = (1 << UInt64(width)) - 1

    /// The step for every value of the next `width` bits.
    private(set) var steps: [UInt32]
    /// How many codes there are of each length, 0 to 15.
    private var counts: InlineArray<16, Int> = .init(repeating: 0)
    /// The symbols in the order of their codes.
    private var symbols: [UInt16]
    /// The step for a symbol, without the bits of its code.
    private let step: @Sendable (Int) -> UInt32

    init(step: @escaping @Sendable (Int) -> UInt32) {
        self.steps = [UInt32](repeating: Step.other, count: 1 << Self.width)
        self.symbols = [UInt16](repeating: 0, count: 288)
        self.step = step
    }

    /// The step for a literal or length symbol (RFC 1951, 3.2.5).
    static func literalStep(_ symbol: Int) -> UInt32 {
        switch symbol {
        case ..<256: Step.literal
        case 256: Step.endOfBlock
        case 257..<265, 285: Step.length
        case 265..<285: Step.length | UInt32((symbol - 261) / 4)
        default: Step.other
        }
    }

    /// The step for a distance symbol; its kind does not matter, unless there is no such symbol.
    static func distanceStep(_ symbol: Int) -> UInt32 {
        switch symbol {
        case ..<4: 0
        case ..<30: UInt32((symbol - 2) / 2)
        default: Step.other
        }
    }

    /// Takes a new code, given by the lengths of its symbols; false if there are more codes than bits allow.
    mutating func set(_ lengths: ArraySlice<UInt8>) -> Bool {
        self.counts = .init(repeating: 0)
        for length in lengths where length > 0 { self.counts[Int(length)] += 1 }
        var codes = InlineArray<16, Int>(repeating: 0)
        var places = InlineArray<16, Int>(repeating: 0)
        for length in 1...15 {
            codes[length] = (codes[length - 1] + self.counts[length - 1]) << 1
            places[length] = places[length - 1] + self.counts[length - 1]
            guard codes[length] + self.counts[length] <= 1 << length else { return false }
        }
        for index in self.steps.indices { self.steps[index] = Step.other }
        for (symbol, length) in zip(0..., lengths) where length > 0 {
            let length = Int(length)
            self.symbols[places[length]] = UInt16(truncatingIfNeeded: symbol)
            places[length] += 1
            let code = codes[length]
            codes[length] += 1
            guard length <= Self.width else { continue }
            let step = self.step(symbol)
            guard step < Step.other else { continue }
            // Codes are packed from their highest bit, everything else from its lowest.
            var index = code.reversed(bits: length)
            while index < self.steps.count {
                self.steps[index] = step + UInt32(length)
                index += 1 << length
            }
        }
        return true
    }

    /// Reads one code bit by bit: for those that are not in the table. Nil if there is no such code.
    func longStep(_ word: UInt64) -> Step? {
        var code = 0
        var first = 0
        var place = 0
        for length in 1...15 {
            code |= Int(truncatingIfNeeded: word >> UInt64(length - 1) & 1)
            let count = self.counts[length]
            if code - first < count {
                let step = self.step(Int(self.symbols[place + code - first]))
                return step < Step.other ? Step(rawValue: step + UInt32(length)) : nil
            }
            place += count
            first = (first + count) << 1
            code <<= 1
        }
        return nil
    }
}

extension Int {
    /// The lowest bits of the number in reverse order.
    fileprivate func reversed(bits: Int) -> Int {
        var (rest, result) = (self, 0)
        for _ in 0..<bits {
            result = result << 1 | rest & 1
            rest >>= 1
        }
        return result
    }
}
