import BigInt
import Diagnostics

extension TermLexer {
    /// A number: integer, integer with a base, float, float with a base (OTP 29).
    mutating func readNumber() -> TermToken {
        let start = self.tokenStart
        var value = 0
        var overflowed = false
        var position = start
        // The common case: a short decimal integer and nothing special behind it.
        while position < self.bytes.count, ByteClass.isDigit(self.bytes[position]) {
            let (product, first) = value.multipliedReportingOverflow(by: 10)
            let (sum, second) = product.addingReportingOverflow(Int(self.bytes[position] - UInt8(ascii: "0")))
            overflowed = overflowed || first || second
            value = sum
            position += 1
        }
        self.index = position
        let next = self.byte(at: position) ?? UInt8(ascii: " ")
        if !overflowed, !ByteClass.isNameByte(next), next != UInt8(ascii: "."), next != UInt8(ascii: "#"), next < 0x80 {
            return .literal(.integer(value), .number)
        }
        self.index = start
        return self.readLongNumber()
    }

    private mutating func readLongNumber() -> TermToken {
        var digits: [UInt8] = []
        self.readDigits(base: 10, into: &digits)
        let next = self.byte(at: self.index)
        if next == UInt8(ascii: "."), self.isDigit(at: self.index + 1, base: 10) {
            return self.readFraction(digits)
        }
        if next == UInt8(ascii: "#") {
            self.index += 1
            return self.readBased(digits)
        }
        guard self.requireEndOfNumber() else { return .broken }
        guard self.requireFewDigits(digits.count) else { return .broken }
        return .literal(.integer(normalizing: BigInt(Self.magnitude(digits, base: 10))), .number)
    }

    /// Reads digits with single `_` between them; `digits` gets their values.
    private mutating func readDigits(base: Int, into digits: inout [UInt8]) {
        var isFirst = true
        while let byte = self.byte(at: self.index) {
            if let digit = ByteClass.digitValue(byte), digit < base {
                digits.append(UInt8(digit))
                self.index += 1
            } else if byte == UInt8(ascii: "_"), !isFirst, self.isDigit(at: self.index + 1, base: base) {
                self.index += 1
            } else {
                return
            }
            isFirst = false
        }
    }

    private func isDigit(at index: Int, base: Int) -> Bool {
        guard let byte = self.byte(at: index), let digit = ByteClass.digitValue(byte) else { return false }
        return digit < base
    }

    // MARK: - Floats

    /// `.digits` and perhaps an exponent; `index` is at the dot.
    private mutating func readFraction(_ whole: [UInt8]) -> TermToken {
        let start = self.tokenStart
        self.index += 1
        var fraction: [UInt8] = []
        self.readDigits(base: 10, into: &fraction)
        var exponent = ""
        if let byte = self.byte(at: self.index), byte | 0x20 == UInt8(ascii: "e") {
            self.index += 1
            guard let digits = self.readExponent() else {
                self.skipNumberDamage()
                let problem = self.numberProblem()
                self.report(.badNumber(problem, at: self.place(start, self.index), number: self.numberText))
                return .broken
            }
            exponent = "e" + digits
        }
        guard self.requireEndOfNumber() else { return .broken }
        guard self.requireFewDigits(whole.count + fraction.count + exponent.utf8.count) else { return .broken }
        let text = Self.decimal(whole) + "." + Self.decimal(fraction) + exponent
        return self.float(Double(text))
    }

    /// The sign and digits of an exponent; nil when there are none.
    private mutating func readExponent() -> String? {
        var sign = ""
        if self.consume(UInt8(ascii: "-")) { sign = "-" } else { _ = self.consume(UInt8(ascii: "+")) }
        var digits: [UInt8] = []
        self.readDigits(base: 10, into: &digits)
        return digits.isEmpty ? nil : sign + Self.decimal(digits)
    }

    private static func decimal(_ digits: [UInt8]) -> String {
        String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }

    private mutating func float(_ value: Double?) -> TermToken {
        guard let value, let term = Term.float(value) else {
            self.report(.floatOutOfRange(at: self.place(self.tokenStart, self.index)))
            return .broken
        }
        return .literal(term, .number)
    }

    // MARK: - Bases

    /// The digits behind `Base#`.
    private mutating func readBased(_ baseDigits: [UInt8]) -> TermToken {
        let start = self.tokenStart
        let base = baseDigits.reduce(0) { min($0 * 10 + Int($1), 1_000) }
        guard (2...36).contains(base) else {
            self.skipNumberDamage()
            self.report(.badNumber(.base, at: self.place(start, self.index)))
            return .broken
        }
        var digits: [UInt8] = []
        self.readDigits(base: base, into: &digits)
        if self.byte(at: self.index) == UInt8(ascii: "."), self.isDigit(at: self.index + 1, base: base) {
            return self.readBasedFraction(digits, base: base)
        }
        guard !digits.isEmpty else {
            self.skipNumberDamage()
            self.report(.badNumber(.noDigits(base: base), at: self.place(start, self.index)))
            return .broken
        }
        guard self.requireEndOfNumber(base: base) else { return .broken }
        guard self.requireFewDigits(digits.count) else { return .broken }
        return .literal(.integer(normalizing: BigInt(Self.magnitude(digits, base: UInt(base)))), .number)
    }

    /// `16#f.f#e1`: the exponent is decimal and counts powers of the base.
    private mutating func readBasedFraction(_ whole: [UInt8], base: Int) -> TermToken {
        let start = self.tokenStart
        self.index += 1
        var digits = whole
        self.readDigits(base: base, into: &digits)
        var exponent = 0
        if self.consume(UInt8(ascii: "#")) {
            guard let byte = self.byte(at: self.index), byte | 0x20 == UInt8(ascii: "e") else {
                self.report(.badNumber(.exponent, at: self.place(start, self.index)))
                return .broken
            }
            self.index += 1
            guard let text = self.readExponent() else {
                self.skipNumberDamage()
                self.report(.badNumber(.exponent, at: self.place(start, self.index)))
                return .broken
            }
            // Far outside the range of floats either way.
            exponent = Int(text) ?? (text.hasPrefix("-") ? -1_000_000 : 1_000_000)
        }
        guard self.requireEndOfNumber(base: base) else { return .broken }
        guard self.requireFewDigits(digits.count) else { return .broken }
        let power = exponent.subtractingReportingOverflow(digits.count - whole.count).partialValue
        return self.float(BasedFloat.value(Self.magnitude(digits, base: UInt(base)), base: base, power: power))
    }

    // MARK: - Limits and damage

    private mutating func requireFewDigits(_ count: Int) -> Bool {
        guard count > self.limits.digits else { return true }
        self.report(.numberTooLong(limit: self.limits.digits, at: self.place(self.tokenStart, self.index)))
        return false
    }

    /// Reports letters, digits and dots that touch the end of a number: no two tokens of a term may touch there.
    private mutating func requireEndOfNumber(base: Int = 10) -> Bool {
        guard let (value, _) = self.scalar(at: self.index) else { return true }
        let isDotted =
            value == UInt32(UInt8(ascii: "."))
            && (self.scalar(at: self.index + 1).map { Self.isNameScalar($0.value) } ?? false)
        guard Self.isNameScalar(value) || isDotted else { return true }
        let good = self.index
        self.skipNumberDamage()
        let problem = base == 10 ? self.numberProblem() : .digit(base: base)
        let isInside = problem == .separator || base != 10
        self.report(
            .badNumber(
                problem, at: self.place(isInside ? good : self.tokenStart, self.index), number: self.numberText))
        return false
    }

    /// The bytes of the token so far.
    private var numberText: String { self.text(self.bytes[self.tokenStart..<self.index]) }

    /// Moves behind everything that looks like a part of the number at hand.
    private mutating func skipNumberDamage() {
        while true {
            self.skipName()
            guard let byte = self.byte(at: self.index), byte == UInt8(ascii: "."),
                let (next, _) = self.scalar(at: self.index + 1), Self.isNameScalar(next)
            else { return }
            self.index += 1
        }
    }

    /// What was probably meant by a damaged decimal number, judged by all of its text.
    private func numberProblem() -> NumberProblem {
        let text = self.bytes[self.tokenStart..<self.index]
        let dots = text.count { $0 == UInt8(ascii: ".") }
        if dots > 1 { return .version }
        if text.starts(with: "0x".utf8) || text.starts(with: "0X".utf8) { return .prefix }
        if let mark = text.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            let before = text[..<mark].allSatisfy { ByteClass.isDigit($0) || $0 == UInt8(ascii: ".") }
            let after = text[(mark + 1)...].allSatisfy { ByteClass.isDigit($0) }
            if before, after { return dots == 0 ? .missingFraction : .exponent }
        }
        if text.contains(UInt8(ascii: "_")), text.allSatisfy({ ByteClass.isDigit($0) || $0 == UInt8(ascii: "_") }) {
            return .separator
        }
        return dots == 1 ? .version : .letters
    }

    // MARK: - Big integers

    /// The value of digits, most significant first. Takes time with the square of their number.
    static func magnitude(_ digits: [UInt8], base: UInt) -> BigUInt {
        var words: [UInt] = []
        var position = 0
        while position < digits.count {
            // As many digits at a time as fit in a word.
            var chunk: UInt = 0
            var scale: UInt = 1
            while position < digits.count {
                let (bigger, overflow) = scale.multipliedReportingOverflow(by: base)
                if overflow { break }
                scale = bigger
                chunk = chunk * base + UInt(digits[position])
                position += 1
            }
            var carry = chunk
            for index in words.indices {
                let (high, low) = words[index].multipliedFullWidth(by: scale)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                words[index] = sum
                carry = high + (overflow ? 1 : 0)
            }
            if carry != 0 { words.append(carry) }
        }
        return BigUInt(words: words)
    }
}

/// What is wrong with a number.
enum NumberProblem: Hashable {
    /// `37#1`
    case base
    /// `16#`
    case noDigits(base: Int)
    /// `2#12`
    case digit(base: Int)
    /// `1.0e`
    case exponent
    /// `1e3`
    case missingFraction
    /// `0x1f`
    case prefix
    /// `1__0`, `1_`
    case separator
    /// `1.2.3`
    case version
    /// `1a`
    case letters
}
