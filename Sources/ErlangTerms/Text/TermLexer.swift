import Diagnostics

/// Cuts a text into tokens, as `erl_scan` does, and reports what cannot be one.
///
/// Accepts the union of what OTP 25 to 29 accept (radix floats, sigils and triple-quoted strings are newer than 25) and
/// refuses what any of them reads differently. After a finding it goes on behind the damage, with ``TermToken/broken``
/// where a literal was meant.
struct TermLexer {
    let file: SourceFile
    let bytes: [UInt8]
    let isLatin1: Bool
    let limits: TermTextLimits
    /// Findings so far.
    var diagnostics: [Diagnostic] = []
    /// How many of them are errors.
    private(set) var errorCount = 0
    /// While true nothing is reported: the parser skips text that a finding already covers.
    var isMuted = false
    /// Whether the end of the file came inside quotes: everything behind them was swallowed.
    private(set) var isExhausted = false
    /// Offset of the next byte.
    var index: Int
    /// Offset of the first byte of the last token.
    var tokenStart = 0
    /// Whether a byte that is no UTF-8 was reported; a file in another encoding has thousands.
    private var reportedEncoding = false

    init(file: SourceFile, encoding: TermTextEncoding, limits: TermTextLimits) {
        self.file = file
        self.bytes = file.bytes
        self.isLatin1 = encoding.isLatin1
        self.limits = limits
        self.index = encoding.start
        self.diagnostics = encoding.diagnostics
        self.errorCount = encoding.diagnostics.count { $0.severity == .error }
    }

    // MARK: - Reporting

    func place(_ start: Int, _ end: Int) -> Diagnostic.Place {
        .source(SourceRange(self.file, ByteRange(start, end)))
    }

    mutating func reportUnterminated(_ kind: UnterminatedKind, at place: Diagnostic.Place) {
        self.isExhausted = true
        self.report(.unterminated(kind, at: place))
    }

    mutating func report(_ diagnostic: Diagnostic) {
        guard !self.isMuted else { return }
        if diagnostic.severity == .error {
            guard self.errorCount < self.limits.findings else { return }
            self.errorCount += 1
        } else {
            guard self.diagnostics.count - self.errorCount < self.limits.findings else { return }
        }
        self.diagnostics.append(diagnostic)
    }

    // MARK: - Bytes and scalars

    func byte(at index: Int) -> UInt8? { index < self.bytes.count ? self.bytes[index] : nil }

    /// The scalar at `index` and the number of its bytes; nil at the end and where the bytes are no UTF-8.
    func scalar(at index: Int) -> (value: UInt32, length: Int)? {
        guard index < self.bytes.count else { return nil }
        let first = self.bytes[index]
        if first < 0x80 || self.isLatin1 { return (UInt32(first), 1) }
        let length: Int
        let least: UInt32
        var value: UInt32
        switch first {
        case 0xc2...0xdf: (length, least, value) = (2, 0x80, UInt32(first & 0x1f))
        case 0xe0...0xef: (length, least, value) = (3, 0x800, UInt32(first & 0x0f))
        case 0xf0...0xf4: (length, least, value) = (4, 0x10000, UInt32(first & 0x07))
        default: return nil
        }
        guard self.bytes.count - index >= length else { return nil }
        for next in self.bytes[(index + 1)..<(index + length)] {
            guard next & 0xc0 == 0x80 else { return nil }
            value = value << 6 | UInt32(next & 0x3f)
        }
        guard value >= least, value <= 0x10ffff, !(0xd800...0xdfff).contains(value) else { return nil }
        return (value, length)
    }

    /// Reads one scalar that is not ASCII. A byte that is no UTF-8 is reported once a file and then read as Latin-1;
    /// U+FFFE and U+FFFF, which `erl_scan` refuses everywhere, are reported and skipped (nil).
    mutating func readWideScalar() -> UInt32? {
        guard let (value, length) = self.scalar(at: self.index) else {
            let value = UInt32(self.bytes[self.index])
            self.reportEncoding(at: self.index)
            self.index += 1
            return value
        }
        self.index += length
        if value == 0xfffe || value == 0xffff {
            self.report(.illegalCharacter(value, at: self.place(self.index - length, self.index)))
            return nil
        }
        return value
    }

    private mutating func reportEncoding(at index: Int) {
        guard !self.reportedEncoding, !self.isMuted else { return }
        self.reportedEncoding = true
        self.report(.notUTF8(byte: self.bytes[index], at: self.place(index, index + 1)))
    }

    /// `erl_scan`'s white space: controls and space, and U+0080 to U+00A0.
    static func isWhiteSpace(_ scalar: UInt32) -> Bool { scalar <= 0x20 || (0x80...0xa0).contains(scalar) }

    /// Whether a scalar may stand inside an unquoted atom or a variable.
    static func isNameScalar(_ scalar: UInt32) -> Bool {
        scalar < 0x80
            ? ByteClass.isNameByte(UInt8(truncatingIfNeeded: scalar))
            : (0xc0...0xff).contains(scalar) && scalar != 0xd7 && scalar != 0xf7
    }

    /// Skips white space and comments.
    mutating func skipBlanks() {
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            if byte <= 0x20 {
                self.index += 1
            } else if byte == UInt8(ascii: "%") {
                self.skipComment()
            } else if byte < 0x80 {
                return
            } else if let (value, length) = self.scalar(at: self.index) {
                guard value <= 0xa0 else { return }
                self.index += length
            } else {
                guard byte <= 0xa0 else { return }
                _ = self.readWideScalar()
            }
        }
    }

    /// Skips to the end of the line. Even a comment must be UTF-8 for OTP, so it is decoded.
    private mutating func skipComment() {
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            if byte == UInt8(ascii: "\n") { return }
            if byte < 0x80 { self.index += 1 } else { _ = self.readWideScalar() }
        }
    }

    // MARK: - Tokens

    /// The next token; its bytes are `tokenStart..<index` afterwards.
    mutating func next() -> TermToken {
        self.skipBlanks()
        self.tokenStart = self.index
        guard self.index < self.bytes.count else { return .end }
        let byte = self.bytes[self.index]
        switch ByteClass.table[Int(byte)] {
        case .lower: return self.readName()
        case .digit: return self.readNumber()
        case .upper: return self.readVariable()
        case .quote: return self.readString()
        case .single: return self.readQuotedAtom()
        case .dollar: return self.readCharacter()
        case .mark: return self.readMark(byte)
        case .wide: return self.readWide()
        case .control, .blank:
            self.index += 1
            self.report(.illegalCharacter(UInt32(byte), at: self.place(self.tokenStart, self.index)))
            return .broken
        }
    }

    private mutating func readMark(_ byte: UInt8) -> TermToken {
        self.index += 1
        switch byte {
        case UInt8(ascii: ","): return .comma
        case UInt8(ascii: "{"): return .open(.brace)
        case UInt8(ascii: "}"): return .close(.brace)
        case UInt8(ascii: "["): return .open(.square)
        case UInt8(ascii: "]"): return .close(.square)
        case UInt8(ascii: "("): return .open(.round)
        case UInt8(ascii: ")"): return .close(.round)
        case UInt8(ascii: "."): return self.readDot()
        case UInt8(ascii: "<"):
            if self.consume(UInt8(ascii: "<")) { return .open(.angle) }
            _ = self.consume(UInt8(ascii: "-")) || self.consume(UInt8(ascii: "="))
            return .symbol
        case UInt8(ascii: ">"):
            if self.consume(UInt8(ascii: ">")) { return .close(.angle) }
            _ = self.consume(UInt8(ascii: "="))
            return .symbol
        case UInt8(ascii: "="):
            if self.consume(UInt8(ascii: ">")) { return .arrow }
            if let next = self.byte(at: self.index), next == UInt8(ascii: ":") || next == UInt8(ascii: "/"),
                self.byte(at: self.index + 1) == UInt8(ascii: "=")
            {
                self.index += 2
            } else {
                _ = self.consume(UInt8(ascii: "=")) || self.consume(UInt8(ascii: "<"))
            }
            return .symbol
        case UInt8(ascii: "|"): return self.consume(UInt8(ascii: "|")) ? .symbol : .bar
        case UInt8(ascii: ":"):
            return self.consume(UInt8(ascii: ":")) || self.consume(UInt8(ascii: "=")) ? .symbol : .colon
        case UInt8(ascii: "/"): return self.consume(UInt8(ascii: "=")) ? .symbol : .slash
        case UInt8(ascii: "-"):
            return self.consume(UInt8(ascii: ">")) || self.consume(UInt8(ascii: "-")) ? .symbol : .minus
        case UInt8(ascii: "+"): return self.consume(UInt8(ascii: "+")) ? .symbol : .plus
        case UInt8(ascii: "#"): return .hash
        case UInt8(ascii: "?"): return .question
        case UInt8(ascii: "~"): return self.readSigil()
        default: return .symbol
        }
    }

    mutating func consume(_ byte: UInt8) -> Bool {
        guard self.index < self.bytes.count, self.bytes[self.index] == byte else { return false }
        self.index += 1
        return true
    }

    private func readDot() -> TermToken {
        guard let (value, _) = self.scalar(at: self.index) else {
            return self.index == self.bytes.count ? .dot : .period
        }
        return Self.isWhiteSpace(value) || value == UInt32(UInt8(ascii: "%")) ? .dot : .period
    }

    // MARK: - Names

    /// Moves behind the letters, digits, `_` and `@` of a name.
    mutating func skipName() {
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            if ByteClass.isNameByte(byte) {
                self.index += 1
            } else if byte >= 0x80, let (value, length) = self.scalar(at: self.index), Self.isNameScalar(value) {
                self.index += length
            } else {
                return
            }
        }
    }

    private mutating func readVariable() -> TermToken {
        self.skipName()
        return .variable
    }

    private mutating func readName() -> TermToken {
        self.skipName()
        let slice = self.bytes[self.tokenStart..<self.index]
        if let word = ReservedWord(slice) { return .reserved(word) }
        return self.atom(self.text(slice))
    }

    /// The token of a name that stands for itself, if it is short enough.
    mutating func atom(_ name: String) -> TermToken {
        guard let atom = Atom(validating: name) else {
            self.report(.atomTooLong(name.unicodeScalars.count, at: self.place(self.tokenStart, self.index)))
            return .broken
        }
        return .literal(.atom(atom), .atom)
    }

    /// The text of bytes of this file that are known to be well encoded.
    func text(_ slice: ArraySlice<UInt8>) -> String {
        guard self.isLatin1 else { return String(decoding: slice, as: UTF8.self) }
        var scalars = String.UnicodeScalarView()
        for byte in slice { scalars.append(Unicode.Scalar(byte)) }
        return String(scalars)
    }

    /// A token that begins with a scalar that is not ASCII.
    private mutating func readWide() -> TermToken {
        if self.scalar(at: self.index) == nil {
            // Not UTF-8: reported once a file, and skipped with what belongs to the same word.
            while self.index < self.bytes.count, self.bytes[self.index] >= 0x80, self.scalar(at: self.index) == nil {
                _ = self.readWideScalar()
                self.skipName()
            }
            return .broken
        }
        guard let value = self.readWideScalar() else { return .broken }
        switch value {
        case 0xdf...0xff where value != 0xf7:
            return self.readName()
        case 0xc0...0xde where value != 0xd7:
            return self.readVariable()
        default:
            let start = self.tokenStart
            while let (more, length) = self.scalar(at: self.index),
                more >= 0x100 && more < 0xfffe || more > 0xffff || Self.isNameScalar(more)
            {
                self.index += length
            }
            self.report(
                .illegalText(self.bytes[start..<self.index], scalar: value, at: self.place(start, self.index)))
            return .broken
        }
    }
}
