import BigInt
package import ErlangTerms

/// A random generator that gives the same numbers for the same seed on every machine (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

/// Makes terms of every kind, with the sizes where representations change drawn often.
package struct RandomTerm: Sendable {
    package var generator: SeededGenerator
    /// Whether process identifiers, ports, references and closures may occur; they have no text that reads back.
    package var hasIdentifiers: Bool

    package init(seed: UInt64, hasIdentifiers: Bool = true) {
        self.generator = SeededGenerator(seed: seed)
        self.hasIdentifiers = hasIdentifiers
    }

    /// A term nested at most `depth` deep.
    package mutating func next(depth: Int = 4) -> Term {
        let simple = self.hasIdentifiers ? 9 : 6
        switch Int.random(in: 0..<(depth > 0 ? simple + 5 : simple), using: &self.generator)
            + (self.hasIdentifiers ? 0 : 3)
        {
        case 0: return .pid(self.pid())
        case 1:
            let id =
                Bool.random(using: &self.generator)
                ? UInt64.random(in: 0..<1 << 29, using: &self.generator)
                : UInt64.random(in: 0...UInt64.max, using: &self.generator)
            return .port(PortIdentifier(node: self.node(), id: id, creation: self.word()))
        case 2:
            // OTP keeps 18 bits of the first word.
            let words = [self.word() & 0x3ffff] + (0..<self.number(below: 5)).map { _ in self.word() }
            return .reference(Reference(node: self.node(), creation: self.word(), words: words))
        case 3: return .atom(self.atom())
        case 4, 5: return self.integer()
        case 6: return self.float()
        case 7: return self.bits()
        case 8:
            return .externalFunction(
                ExternalFunction(module: self.atom(), function: self.atom(), arity: self.number(below: 256)))
        case 9: return .tuple(self.elements(depth: depth))
        case 10: return .list(self.elements(depth: depth))
        case 11: return .list(self.elements(depth: depth), tail: self.next(depth: depth - 1))
        case 12:
            let count = self.number(below: 8)
            return .map(TermMap((0..<count).map { _ in (self.next(depth: depth - 1), self.next(depth: depth - 1)) }))
        default: return self.hasIdentifiers && Bool.random(using: &self.generator) ? self.closure(depth) : self.string()
        }
    }

    private mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &self.generator) }

    private mutating func word() -> UInt32 { UInt32.random(in: 0...UInt32.max, using: &self.generator) }

    private mutating func elements(depth: Int) -> [Term] {
        (0..<self.number(below: 6)).map { _ in self.next(depth: depth - 1) }
    }

    /// ASCII, Latin-1 and other letters, quotes and control characters; rarely as long as an atom can be.
    package mutating func atom() -> Atom {
        let alphabets: [ClosedRange<UInt32>] = [0x61...0x7a, 0x20...0x7e, 0...0xff, 0x370...0x3ff, 0x1f300...0x1f5ff]
        let alphabet = alphabets[self.number(below: alphabets.count)]
        let count = self.number(below: 20) == 0 ? 255 : self.number(below: 12)
        var name = String.UnicodeScalarView()
        for _ in 0..<count {
            if let scalar = Unicode.Scalar(UInt32.random(in: alphabet, using: &self.generator)) { name.append(scalar) }
        }
        return Atom(String(name))
    }

    /// Near the sizes at which the representation changes, small, or hundreds of bytes long.
    package mutating func integer() -> Term {
        let bits = [0, 7, 8, 15, 16, 27, 31, 32, 59, 60, 63, 64, 65, 127, 128, 2039, 2040, 2048]
        switch self.number(below: 3) {
        case 0: return .integer(Int.random(in: -300...300, using: &self.generator))
        case 1: return .integer(Int.random(in: Int.min...Int.max, using: &self.generator))
        default:
            let power = BigInt(1) << bits[self.number(below: bits.count)]
            let value = power + BigInt(Int.random(in: -2...2, using: &self.generator))
            return .integer(normalizing: Bool.random(using: &self.generator) ? value : -value)
        }
    }

    /// Any finite double except zero: OTP before 27 does not tell the two zeros apart as keys of maps.
    package mutating func float() -> Term {
        while true {
            let value =
                switch self.number(below: 3) {
                case 0: Double(bitPattern: self.generator.next())
                case 1: Double.random(in: -1000...1000, using: &self.generator)
                default: Double(Int.random(in: -1_000_000...1_000_000, using: &self.generator)) / 100
                }
            if value != 0, let term = Term.float(value) { return term }
        }
    }

    private mutating func bytes() -> [UInt8] {
        (0..<self.number(below: 20)).map { _ in UInt8.random(in: 0...255, using: &self.generator) }
    }

    private mutating func bits() -> Term {
        .bitString(self.bytes(), bitsInLastByte: Bool.random(using: &self.generator) ? 8 : self.number(below: 8) + 1)
    }

    private mutating func string() -> Term {
        Bool.random(using: &self.generator)
            ? .list(self.bytes().map { .integer(Int($0)) }) : .string(self.atom().name)
    }

    private mutating func node() -> Atom { ["nonode@nohost", "a@b", "ä@host"][self.number(below: 3)] }

    private mutating func pid() -> ProcessIdentifier {
        ProcessIdentifier(node: self.node(), id: self.word(), serial: self.word(), creation: self.word())
    }

    private mutating func closure(_ depth: Int) -> Term {
        .closure(
            Closure(
                module: self.atom(), arity: self.number(below: 256),
                uniqueness: (0..<16).map { _ in UInt8.random(in: 0...255, using: &self.generator) },
                index: self.word() >> 8, oldIndex: self.number(below: 1 << 20),
                oldUniqueness: self.number(below: 1 << 27),
                creator: self.pid(), freeVariables: self.elements(depth: depth)))
    }
}
