/// A JSON value whose objects keep the order of their keys, so that the same value is always the same text (RFC 8259).
package indirect enum JSONValue: Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    /// Written with the fewest digits that read back the same; infinities and not-a-number, which JSON lacks, as `null`.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(key: String, value: JSONValue)])

    /// A text, or null.
    package static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    /// A number, or null.
    package static func optional(_ number: Int?) -> JSONValue { number.map { .integer($0) } ?? .null }

    /// An object without the keys whose value is nil.
    package static func object(present members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { key, value in value.map { (key, $0) } })
    }

    /// On one line, without a line break at the end.
    package var text: String { String(decoding: self.bytes(), as: UTF8.self) }

    /// An element or key a line, indented by two spaces, without a line break at the end.
    package var prettyText: String { String(decoding: self.bytes(isPretty: true), as: UTF8.self) }

    /// ``text`` or ``prettyText`` as UTF-8.
    package func bytes(isPretty: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        self.write(to: &bytes, indentation: isPretty ? 0 : nil)
        return bytes
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { (key: $0.0, value: $0.1) })
    }
}

// MARK: - Writing

extension JSONValue {
    private func write(to bytes: inout [UInt8], indentation: Int?) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += value.description.utf8
        case .number(let value): bytes += (value.isFinite ? value.description : "null").utf8
        case .string(let value): Self.write(value, to: &bytes)
        case .array(let elements):
            Self.write(elements, between: ("[", "]"), to: &bytes, indentation) { element, bytes, indentation in
                element.write(to: &bytes, indentation: indentation)
            }
        case .object(let members):
            Self.write(members, between: ("{", "}"), to: &bytes, indentation) { member, bytes, indentation in
                Self.write(member.key, to: &bytes)
                bytes += (indentation == nil ? ":" : ": ").utf8
                member.value.write(to: &bytes, indentation: indentation)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], between brackets: (String, String), to bytes: inout [UInt8], _ indentation: Int?,
        _ write: (Element, inout [UInt8], Int?) -> Void
    ) {
        bytes += brackets.0.utf8
        let inner = indentation.map { $0 + 2 }
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            self.breakLine(inner, &bytes)
            write(element, &bytes, inner)
        }
        if !elements.isEmpty { self.breakLine(indentation, &bytes) }
        bytes += brackets.1.utf8
    }

    private static func breakLine(_ indentation: Int?, _ bytes: inout [UInt8]) {
        guard let indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += repeatElement(UInt8(ascii: " "), count: indentation)
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            // Controls are no characters for JSON or not for a terminal; the last two end lines for JavaScript.
            case "\0"..<" ", "\u{7f}"..<"\u{a0}", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                bytes += "\\u".utf8
                bytes += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
                bytes += digits.utf8
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
