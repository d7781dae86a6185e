extension JSONValue {
    /// Why a text is no JSON (RFC 8259).
    package struct SyntaxError: Error, Hashable, Sendable {
        package enum Problem: String, Hashable, Sendable, CustomStringConvertible {
            case notUTF8 = "it is no UTF-8"
            case unexpected = "a value was expected here"
            case unfinished = "it ends in the middle"
            case separator = "a comma or a closing bracket was expected here"
            case colon = "a colon was expected here"
            case key = "a key in quotes was expected here"
            case escape = "an escape that JSON does not know"
            case control = "a control character inside a text"
            case number = "a number that JSON does not know, or one too large"
            case tooDeep = "brackets are nested too deeply"
            case rest = "something follows the value"

            package var description: String { self.rawValue }
        }

        package let problem: Problem
        /// Of the byte where it shows.
        package let offset: Int
    }

    /// Brackets inside brackets that are read; the parser calls itself for each.
    package static let depthLimit = 64

    /// Reads one value. Whole numbers that fit are integers, all others are numbers.
    package init(parsing bytes: [UInt8]) throws(SyntaxError) {
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw SyntaxError(problem: .notUTF8, offset: 0)
        }
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }

    /// The value of a key, the last one if it is there twice; nil for anything but an object.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.last { $0.key == key }?.value
    }

    package var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    package var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }
    package var elements: [JSONValue]? { if case .array(let elements) = self { elements } else { nil } }
}

private struct JSONParser {
    typealias Problem = JSONValue.SyntaxError.Problem

    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private func failure(_ problem: Problem) -> JSONValue.SyntaxError {
        let isAtEnd = self.offset >= self.bytes.count
        return .init(problem: isAtEnd ? .unfinished : problem, offset: min(self.offset, self.bytes.count))
    }

    private var next: UInt8? { self.offset < self.bytes.count ? self.bytes[self.offset] : nil }

    private mutating func skipSpace() {
        while let byte = self.next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { self.offset += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard self.next == UInt8(ascii: character) else { return false }
        self.offset += 1
        return true
    }

    mutating func document() throws(JSONValue.SyntaxError) -> JSONValue {
        let value = try self.value(depth: 0)
        self.skipSpace()
        guard self.next == nil else { throw self.failure(.rest) }
        return value
    }

    private mutating func value(depth: Int) throws(JSONValue.SyntaxError) -> JSONValue {
        guard depth < JSONValue.depthLimit else { throw self.failure(.tooDeep) }
        self.skipSpace()
        switch self.next {
        case UInt8(ascii: "{"): return try self.object(depth)
        case UInt8(ascii: "["): return try self.array(depth)
        case UInt8(ascii: "\""): return .string(try self.string())
        case .some(let byte) where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try self.number()
        default:
            for (word, value) in [("true", JSONValue.boolean(true)), ("false", .boolean(false)), ("null", .null)]
            where self.bytes[self.offset...].starts(with: word.utf8) {
                self.offset += word.utf8.count
                return value
            }
            throw self.failure(.unexpected)
        }
    }

    private mutating func array(_ depth: Int) throws(JSONValue.SyntaxError) -> JSONValue {
        self.offset += 1
        var elements: [JSONValue] = []
        self.skipSpace()
        if self.take("]") { return .array(elements) }
        while true {
            elements.append(try self.value(depth: depth + 1))
            self.skipSpace()
            if self.take("]") { return .array(elements) }
            guard self.take(",") else { throw self.failure(.separator) }
        }
    }

    private mutating func object(_ depth: Int) throws(JSONValue.SyntaxError) -> JSONValue {
        self.offset += 1
        var members: [(key: String, value: JSONValue)] = []
        self.skipSpace()
        if self.take("}") { return .object(members) }
        while true {
            self.skipSpace()
            guard self.next == UInt8(ascii: "\"") else { throw self.failure(.key) }
            let key = try self.string()
            self.skipSpace()
            guard self.take(":") else { throw self.failure(.colon) }
            members.append((key, try self.value(depth: depth + 1)))
            self.skipSpace()
            if self.take("}") { return .object(members) }
            guard self.take(",") else { throw self.failure(.separator) }
        }
    }

    // MARK: - Texts and numbers

    private mutating func string() throws(JSONValue.SyntaxError) -> String {
        self.offset += 1
        var text: [UInt8] = []
        while let byte = self.next {
            switch byte {
            case UInt8(ascii: "\""):
                self.offset += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                text += UTF8.encode(try self.escape()) ?? UTF8.encodedReplacementCharacter
            case 0..<0x20: throw self.failure(.control)
            default:
                text.append(byte)
                self.offset += 1
            }
        }
        throw self.failure(.unexpected)
    }

    private mutating func escape() throws(JSONValue.SyntaxError) -> Unicode.Scalar {
        let plain: [UInt8: Unicode.Scalar] = [
            0x22: "\"", 0x5c: "\\", 0x2f: "/", 0x62: "\u{8}", 0x66: "\u{c}", 0x6e: "\n", 0x72: "\r", 0x74: "\t",
        ]
        self.offset += 1
        guard let byte = self.next else { throw self.failure(.escape) }
        if let scalar = plain[byte] {
            self.offset += 1
            return scalar
        }
        guard byte == UInt8(ascii: "u") else { throw self.failure(.escape) }
        self.offset += 1
        let unit = try self.hexadecimal()
        guard (0xd800..<0xdc00).contains(unit), self.bytes[self.offset...].starts(with: [0x5c, 0x75]) else {
            // Half of a pair alone is no character.
            return Unicode.Scalar(unit) ?? "\u{fffd}"
        }
        let start = self.offset
        self.offset += 2
        let second = try self.hexadecimal()
        guard (0xdc00..<0xe000).contains(second) else {
            self.offset = start
            return "\u{fffd}"
        }
        return Unicode.Scalar(0x10000 + ((unit - 0xd800) << 10) + (second - 0xdc00)) ?? "\u{fffd}"
    }

    private mutating func hexadecimal() throws(JSONValue.SyntaxError) -> UInt32 {
        let digits = self.bytes[self.offset...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw self.failure(.escape) }
        self.offset += 4
        return value
    }

    private mutating func number() throws(JSONValue.SyntaxError) -> JSONValue {
        let start = self.offset
        _ = self.take("-")
        if !self.take("0") { try self.digits() }
        var isWhole = true
        if self.take(".") {
            isWhole = false
            try self.digits()
        }
        if self.take("e") || self.take("E") {
            isWhole = false
            if !self.take("+") { _ = self.take("-") }
            try self.digits()
        }
        let text = String(decoding: self.bytes[start..<self.offset], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else {
            throw JSONValue.SyntaxError(problem: .number, offset: start)
        }
        return .number(value)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private mutating func digits() throws(JSONValue.SyntaxError) {
        let start = self.offset
        while let byte = self.next, Self.isDigit(byte) { self.offset += 1 }
        guard self.offset > start else { throw self.failure(.number) }
    }
}
