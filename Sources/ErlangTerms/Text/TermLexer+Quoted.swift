import Diagnostics

extension TermLexer {
    /// Why text in quotes ended.
    private enum QuotedEnd {
        case closed, endOfFile
    }

    // MARK: - Strings, quoted atoms, characters

    /// A string, together with the strings right behind it, which Erlang joins.
    mutating func readString() -> TermToken {
        let start = self.tokenStart
        var elements: [Term] = []
        while true {
            let partStart = self.index
            if self.isAtTripleQuote {
                guard let scalars = self.readTripleQuoted(escapes: false) else { return .broken }
                Self.append(scalars, to: &elements)
            } else {
                self.index += 1
                if let end = self.plainEnd(closing: UInt8(ascii: "\"")) {
                    elements.reserveCapacity(elements.count + end - self.index)
                    for position in self.index..<end { elements.append(.integer(Int(self.bytes[position]))) }
                    self.index = end + 1
                } else {
                    var scalars: [UInt32] = []
                    guard self.readQuoted(closing: UInt8(ascii: "\""), escapes: true, into: &scalars) == .closed
                    else {
                        self.reportUnterminated(.string, at: self.place(partStart, partStart + 1))
                        return .broken
                    }
                    Self.append(scalars, to: &elements)
                }
            }
            let end = self.index
            self.skipBlanks()
            guard self.byte(at: self.index) == UInt8(ascii: "\"") else {
                // Blanks belong to no token; a range that ends with the quote reads better.
                self.index = end
                self.tokenStart = start
                return .literal(.list(elements), .string)
            }
            if self.index == end {
                self.report(.adjacentStrings(at: self.place(self.index, self.index + 1)))
            }
        }
    }

    mutating func readQuotedAtom() -> TermToken {
        self.index += 1
        if let end = self.plainEnd(closing: UInt8(ascii: "'")) {
            let name = String(decoding: self.bytes[self.index..<end], as: UTF8.self)
            self.index = end + 1
            return self.atom(name)
        }
        var scalars: [UInt32] = []
        guard self.readQuoted(closing: UInt8(ascii: "'"), escapes: true, into: &scalars) == .closed else {
            self.reportUnterminated(.atom, at: self.place(self.tokenStart, self.tokenStart + 1))
            return .broken
        }
        return self.atom(Self.text(of: scalars))
    }

    /// `$c`, an integer.
    mutating func readCharacter() -> TermToken {
        self.index += 1
        guard let byte = self.byte(at: self.index) else {
            self.reportUnterminated(.character, at: self.place(self.tokenStart, self.index))
            return .broken
        }
        let value: UInt32?
        if byte == UInt8(ascii: "\\") {
            value = self.readEscape()
        } else if byte >= 0x80 {
            value = self.readWideScalar()
        } else {
            self.index += 1
            value = UInt32(byte)
        }
        guard let value else { return .broken }
        return .literal(.integer(Int(value)), .number)
    }

    /// Where the closing quote stands, if everything up to it is ASCII and without a backslash.
    private func plainEnd(closing: UInt8) -> Int? {
        var position = self.index
        while position < self.bytes.count {
            let byte = self.bytes[position]
            if byte == closing { return position }
            if byte == UInt8(ascii: "\\") || byte >= 0x80 { return nil }
            position += 1
        }
        return nil
    }

    /// Reads up to and including the closing quote. What is wrong inside is reported and left out.
    private mutating func readQuoted(
        closing: UInt8, escapes: Bool, into scalars: inout [UInt32]
    ) -> QuotedEnd {
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            if byte == closing {
                self.index += 1
                return .closed
            }
            if byte == UInt8(ascii: "\\"), escapes {
                if let value = self.readEscape() { scalars.append(value) }
            } else if byte >= 0x80 {
                if let value = self.readWideScalar() { scalars.append(value) }
            } else {
                scalars.append(UInt32(byte))
                self.index += 1
            }
        }
        return .endOfFile
    }

    static func append(_ scalars: [UInt32], to elements: inout [Term]) {
        elements.reserveCapacity(elements.count + scalars.count)
        for scalar in scalars { elements.append(.integer(Int(scalar))) }
    }

    static func text(of scalars: [UInt32]) -> String {
        var text = String.UnicodeScalarView()
        for value in scalars { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
        return String(text)
    }

    // MARK: - Escapes

    /// Reads an escape sequence; `index` is at the backslash. Nil after a finding, with `index` behind the damage, and
    /// at the end of the file, which the caller reports.
    mutating func readEscape() -> UInt32? {
        let start = self.index
        self.index += 1
        guard let byte = self.byte(at: self.index) else { return nil }
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value: UInt32 = 0
            let limit = min(self.index + 3, self.bytes.count)
            while self.index < limit, (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(self.bytes[self.index]) {
                value = value * 8 + UInt32(self.bytes[self.index] - UInt8(ascii: "0"))
                self.index += 1
            }
            return value
        case UInt8(ascii: "x"):
            self.index += 1
            return self.readHexadecimalEscape(from: start)
        case UInt8(ascii: "^"):
            self.index += 1
            guard let control = self.byte(at: self.index) else { return nil }
            switch control {
            // `\^?` is DEL since OTP 26; OTP 25 took it for 31.
            case UInt8(ascii: "?"):
                self.index += 1
                return 0x7f
            case UInt8(ascii: "@")...UInt8(ascii: "_"), UInt8(ascii: "a")...UInt8(ascii: "z"):
                self.index += 1
                return UInt32(control & 0x1f)
            default:
                // A quote or the end of the line is more likely to end something than to belong to the escape.
                let isEnd = [UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\n")].contains(control)
                if !isEnd { self.index += self.scalar(at: self.index)?.length ?? 1 }
                self.report(.badEscape(.control, at: self.place(start, self.index)))
                return nil
            }
        case 0x80...0xff:
            return self.readWideScalar()
        default:
            self.index += 1
            return UInt32(Self.escapes[byte] ?? byte)
        }
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 0x0a, UInt8(ascii: "r"): 0x0d, UInt8(ascii: "t"): 0x09, UInt8(ascii: "v"): 0x0b,
        UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0c, UInt8(ascii: "e"): 0x1b, UInt8(ascii: "s"): 0x20,
        UInt8(ascii: "d"): 0x7f,
    ]

    /// `\xHH` or `\x{H…}`; `index` is behind the `x`.
    private mutating func readHexadecimalEscape(from start: Int) -> UInt32? {
        guard self.consume(UInt8(ascii: "{")) else {
            var value: UInt32 = 0
            for _ in 0..<2 {
                guard let byte = self.byte(at: self.index) else { return nil }
                guard let digit = ByteClass.digitValue(byte), digit < 16 else {
                    self.report(.badEscape(.twoDigits, at: self.place(start, self.index)))
                    return nil
                }
                value = value * 16 + UInt32(digit)
                self.index += 1
            }
            return value
        }
        var value: UInt32 = 0
        let firstDigit = self.index
        while let byte = self.byte(at: self.index), let digit = ByteClass.digitValue(byte), digit < 16 {
            // Stays above every code point once it is there.
            value = min(value * 16 + UInt32(digit), 0x110000)
            self.index += 1
        }
        guard self.byte(at: self.index) != nil else { return nil }
        guard self.index > firstDigit, self.consume(UInt8(ascii: "}")) else {
            _ = self.consume(UInt8(ascii: "}"))
            self.report(.badEscape(.braces, at: self.place(start, self.index)))
            return nil
        }
        guard value <= 0x10ffff, !(0xd800...0xdfff).contains(value), value != 0xfffe, value != 0xffff else {
            self.report(.badEscape(.codePoint, at: self.place(start, self.index)))
            return nil
        }
        return value
    }

    // MARK: - Sigils

    /// `~b"…"` and its kin (OTP 27); `index` is behind the `~`.
    mutating func readSigil() -> TermToken {
        let start = self.tokenStart
        let prefixStart = self.index
        self.skipName()
        let prefix = self.text(self.bytes[prefixStart..<self.index])
        let quote = self.index
        guard let opening = self.byte(at: quote), let closing = Self.closingDelimiter(of: opening) else {
            self.report(.sigilWithoutString(at: self.place(start, self.index)))
            return .broken
        }
        let isKnown = ["", "b", "B", "s", "S"].contains(prefix)
        if !isKnown { self.report(.unknownSigil(prefix, at: self.place(start, quote))) }
        // `b` and `s` know escapes; a plain `~` is `~b` in ordinary quotes and `~B` in triple quotes.
        let isTriple = self.isAtTripleQuote
        let escapes = prefix == "b" || prefix == "s" || prefix.isEmpty && !isTriple
        var scalars: [UInt32] = []
        if isTriple {
            guard let text = self.readTripleQuoted(escapes: escapes) else { return .broken }
            scalars = text
        } else {
            self.index += 1
            guard self.readQuoted(closing: closing, escapes: escapes, into: &scalars) == .closed else {
                self.reportUnterminated(.string, at: self.place(quote, quote + 1))
                return .broken
            }
        }
        let end = self.index
        self.skipName()
        if self.index > end {
            self.report(.sigilSuffix(at: self.place(end, self.index)))
            // The bracket that was meant to end the text.
            if closing != opening { _ = self.consume(closing) }
            return .broken
        }
        guard isKnown else { return .broken }
        if prefix == "s" || prefix == "S" {
            var elements: [Term] = []
            Self.append(scalars, to: &elements)
            return .literal(.list(elements), .string)
        }
        return .literal(.binary(Array(Self.text(of: scalars).utf8)), .other)
    }

    private static func closingDelimiter(of opening: UInt8) -> UInt8? {
        switch opening {
        case UInt8(ascii: "("): UInt8(ascii: ")")
        case UInt8(ascii: "["): UInt8(ascii: "]")
        case UInt8(ascii: "{"): UInt8(ascii: "}")
        case UInt8(ascii: "<"): UInt8(ascii: ">")
        case UInt8(ascii: "/"), UInt8(ascii: "|"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"),
            UInt8(ascii: "#"):
            opening
        default: nil
        }
    }
}
