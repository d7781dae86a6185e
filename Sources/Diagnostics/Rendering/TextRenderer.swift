/// Findings as text for people (contract, section 5):
///
///     path:line:column: severity: summary [id]
///         the source line
///         ^^^^^^^^^^
///       explanation
///       note: a further fact
///       help: the way out
package struct TextRenderer: Sendable {
    /// Colour is decoration: the text says everything without it.
    package var usesColor: Bool
    /// Columns; longer source lines are cut around the place.
    package var width: Int

    package init(usesColor: Bool = false, width: Int = 100) {
        self.usesColor = usesColor
        self.width = max(40, width)
    }

    /// The finding with a line break at the end.
    package func render(_ finding: Diagnostic) -> String {
        var lines: [String] = []
        let severity = self.styled(finding.severity.rawValue, finding.severity.style)
        let id = self.styled("[\(finding.id)]", .faint)
        lines.append("\(self.prefix(finding.place))\(severity): \(self.styled(finding.summary, .bold)) \(id)")
        lines += self.excerpt(finding.place, indent: 4)
        if !finding.explanation.isEmpty { lines += self.wrapped(finding.explanation, label: "") }
        for note in finding.notes {
            lines += self.wrapped(self.prefix(note.place) + note.text, label: "note: ")
            lines += self.excerpt(note.place, indent: 8)
        }
        for help in finding.help { lines += self.wrapped(help, label: "help: ") }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Places

    private func prefix(_ place: Diagnostic.Place) -> String {
        switch place {
        case .none: return ""
        case .file(let path): return "\(path): "
        case .source(let range):
            let position = range.file.position(of: Int(range.bytes.lowerBound))
            return "\(range.file.path):\(position.line):\(position.column): "
        case .binary(let place):
            var parts = [place.path]
            if let line = place.line { parts[0] += ":\(line)" }
            if let module = place.module { parts.append("module \(module)") }
            if let function = place.function { parts.append("function \(function)") }
            if let chunk = place.chunk { parts.append("chunk \(chunk)") }
            if let offset = place.offset { parts.append("byte \(offset)") }
            return parts.joined(separator: ", ") + ": "
        }
    }

    /// The source line and carets under the range; nothing for other places.
    private func excerpt(_ place: Diagnostic.Place, indent: Int) -> [String] {
        guard case .source(let range) = place else { return [] }
        let (start, bytes) = range.file.line(around: Int(range.bytes.lowerBound))
        let lower = min(max(0, Int(range.bytes.lowerBound) - start), bytes.count)
        let upper = min(max(lower, Int(range.bytes.upperBound) - start), bytes.count)
        let before = Self.shown(bytes.prefix(lower))
        let marked = Self.shown(bytes.dropFirst(lower).prefix(upper - lower))
        let after = Self.shown(bytes.dropFirst(upper))
        guard !(before + marked + after).allSatisfy(\.isWhitespace) else { return [] }

        // Cut so that the marked part is in sight.
        let room = self.width - indent
        var (line, column) = (before + marked + after, TextWidth.columns(before))
        let carets = max(1, min(TextWidth.columns(marked), room - 2))
        if TextWidth.columns(line) > room {
            let skip = max(0, min(before.count, column + carets - room + 2))
            line = (skip > 0 ? "…" : "") + line.dropFirst(skip)
            column = TextWidth.columns(String(before.dropFirst(skip))) + (skip > 0 ? 1 : 0)
            while TextWidth.columns(line) > room { line.removeLast() }
        }
        let margin = String(repeating: " ", count: indent)
        let pointer = String(repeating: " ", count: column) + String(repeating: "^", count: carets)
        return [margin + line, margin + self.styled(pointer, .error)]
    }

    /// Bytes as they can stand in a terminal: tabs as spaces, other control characters as `·`.
    private static func shown(_ bytes: ArraySlice<UInt8>) -> String {
        var text = ""
        for character in String(decoding: bytes, as: UTF8.self) {
            if character == "\t" {
                text += "    "
            } else if character.unicodeScalars.allSatisfy({ $0.value < 0x20 || (0x7f..<0xa0).contains($0.value) }) {
                text += "·"
            } else {
                text.append(character)
            }
        }
        return text
    }

    // MARK: - Text

    private func wrapped(_ text: String, label: String) -> [String] {
        let margin = "  "
        let hanging = margin + String(repeating: " ", count: label.count)
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = lines.isEmpty ? margin + self.styled(label, .bold) : hanging
            var columns = margin.count + label.count
            var isFirst = true
            // A way out may be text to paste, whose own indentation counts.
            let lead = paragraph.prefix { $0 == " " }
            line += lead
            columns += lead.count
            for word in paragraph.split(separator: " ") {
                let size = TextWidth.columns(String(word))
                if !isFirst, columns + 1 + size > self.width {
                    lines.append(line)
                    line = hanging
                    columns = hanging.count
                    isFirst = true
                }
                if !isFirst {
                    line += " "
                    columns += 1
                }
                line += word
                columns += size
                isFirst = false
            }
            lines.append(line)
        }
        return lines
    }

    enum Style: String {
        case error = "31"
        case warning = "33"
        case note = "36"
        case bold = "1"
        case faint = "2"
    }

    private func styled(_ text: String, _ style: Style) -> String {
        self.usesColor && !text.isEmpty ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }
}

extension Diagnostic.Severity {
    fileprivate var style: TextRenderer.Style {
        switch self {
        case .error: .error
        case .warning: .warning
        case .note: .note
        }
    }
}

/// How many columns a text takes in a terminal.
enum TextWidth {
    static func columns(_ text: String) -> Int { text.reduce(0) { $0 + self.columns($1) } }

    private static func columns(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if first.properties.isEmojiPresentation { return 2 }
        switch first.value {
        // Unicode's wide and fullwidth blocks (UAX #11): Hangul Jamo, CJK, Hangul, compatibility and fullwidth forms.
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
            0xff00...0xff60, 0xffe0...0xffe6, 0x20000...0x3fffd:
            return 2
        default: return first.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}
