import BigInt

/// What `Value:Size/Types` asks for, before the defaults are filled in (`erl_bits`).
struct BitSegment {
    enum Kind: Equatable { case integer, float, binary, utf8, utf16, utf32 }

    /// The size as written; `all` and `undefined` are what OTP itself puts in for "default", and it accepts them.
    enum Size: Equatable { case absent, count(BigInt), all, undefined, wrong }

    var size = Size.absent
    var kind: Kind?
    var unit: Int?
    var isLittle: Bool?
    var isSigned: Bool?

    /// Adds one word of the type list; false when it is unknown or contradicts an earlier one.
    mutating func apply(_ word: String) -> Bool {
        switch word {
        case "integer": return self.set(.integer)
        case "float": return self.set(.float)
        case "binary": return self.set(.binary)
        case "bytes": return self.set(.binary) && self.set(unit: 8)
        case "bitstring", "bits": return self.set(.binary) && self.set(unit: 1)
        case "utf8": return self.set(.utf8)
        case "utf16": return self.set(.utf16)
        case "utf32": return self.set(.utf32)
        case "signed": return self.set(signed: true)
        case "unsigned": return self.set(signed: false)
        case "big": return self.set(little: false)
        // Every machine that OTP is built for today and that we run on is little-endian.
        case "little", "native": return self.set(little: true)
        default: return false
        }
    }

    private mutating func set(_ kind: Kind) -> Bool {
        defer { self.kind = self.kind ?? kind }
        return self.kind == nil || self.kind == kind
    }

    mutating func set(unit: Int) -> Bool {
        defer { self.unit = self.unit ?? unit }
        return self.unit == nil || self.unit == unit
    }

    private mutating func set(signed: Bool) -> Bool {
        defer { self.isSigned = self.isSigned ?? signed }
        return self.isSigned == nil || self.isSigned == signed
    }

    private mutating func set(little: Bool) -> Bool {
        defer { self.isLittle = self.isLittle ?? little }
        return self.isLittle == nil || self.isLittle == little
    }
}
