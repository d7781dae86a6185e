/// Findings as text for people (contract, section 5):
///
///     path:line:column: severity: summary [id]
///         the source line
///             ^^^^^^
///       explanation
///       note: a further fact
///       help: the way out
///
/// Columns count Unicode scalars, from 1; the carets stand where a terminal shows them. Nothing from a file or a name
/// reaches the terminal as a control sequence.
package struct TextRenderer: Sendable {
    /// Colour is decoration: the text says everything without it.
    package var usesColor: Bool
    /// Columns; longer source lines are cut around the place, longer sentences are wrapped.
    package var width: Int

    package init(usesColor: Bool = false, width: Int = 100) {
        self.usesColor = usesColor
        self.width = max(40, width)
    }

    /// The finding with a line break at the end.
    package func render(_ finding: Diagnostic) -> String {
        var lines = LineCache()
        return self.render(finding, [finding.direction].compactMap { $0 }, &lines)
    }

    /// Findings in the order given, an empty line between two. What is the same to a reader is shown once, and what is
    /// the same for both directions is one finding about both.
    package func render(_ findings: [Diagnostic]) -> String {
        var lines = LineCache()
        return findings.withoutRepetitions.groupedByDirection
            .map { self.render($0.finding, $0.directions, &lines) }.joined(separator: "\n")
    }

    /// The first line of a finding only, with a remark behind it and a line break at the end.
    func line(_ finding: Diagnostic, _ remark: String) -> String {
        var lines = LineCache()
        return "\(self.head(finding, &lines)) (\(SourceText.visible(remark)))\n"
    }

    /// How many findings there are: `2 errors, 1 warning`; nil when there are none.
    package static func summary(of findings: [Diagnostic]) -> String? {
        let parts = Diagnostic.Severity.allCases.compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }

    // MARK: - One finding

    /// The lines of files, found once a run.
    private struct LineCache {
        private var known: [SourceFile: SourceLines] = [:]

        mutating func lines(of file: SourceFile) -> SourceLines {
            if let lines = self.known[file] { return lines }
            let lines = SourceLines(file.bytes)
            self.known[file] = lines
            return lines
        }
    }

    /// `place: severity: summary [id]`: never wrapped, as editors and CI systems read it.
    private func head(_ finding: Diagnostic, _ cache: inout LineCache) -> String {
        let place = self.label(finding.place, &cache).map { self.styled($0, .bold) + ": " } ?? ""
        let severity = self.styled(finding.severity.rawValue, Style(finding.severity))
        let summary = self.styled(SourceText.visible(finding.summary), .bold)
        let id = self.styled(SourceText.visible("[\(finding.id)]"), .faint)
        return "\(place)\(severity): \(summary) \(id)"
    }

    private func render(
        _ finding: Diagnostic, _ directions: [Diagnostic.Direction], _ cache: inout LineCache
    ) -> String {
        let style = Style(finding.severity)
        var lines = [self.head(finding, &cache)]
        lines += self.excerpt(finding.place, indent: 4, style, &cache)
        if let subject = finding.subject(directions) { lines += self.wrapped(subject, label: "in: ") }
        if !finding.explanation.isEmpty { lines += self.wrapped(finding.explanation, label: "") }
        for note in finding.notes {
            let place = self.label(note.place, &cache).map { "\($0): " } ?? ""
            lines += self.wrapped(place + note.text, label: "note: ")
            lines += self.excerpt(note.place, indent: 8, .note, &cache)
        }
        for help in finding.help { lines += self.wrapped(help, label: "help: ") }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Places

    private func label(_ place: Diagnostic.Place, _ cache: inout LineCache) -> String? {
        place.label { cache.lines(of: $0.file).position(of: Int($0.bytes.lowerBound)) }.map(SourceText.visible)
    }

    /// The source line and carets under the range; nothing for other places and for empty lines.
    private func excerpt(
        _ place: Diagnostic.Place, indent: Int, _ style: Style, _ cache: inout LineCache
    ) -> [String] {
        guard case .source(let range) = place else { return [] }
        let start = Int(range.bytes.lowerBound)
        let lines = cache.lines(of: range.file)
        guard let line = lines.line(lines.position(of: start).line), !line.isEmpty else { return [] }
        let lower = min(max(start, line.lowerBound), line.upperBound) - line.lowerBound
        let upper = min(max(Int(range.bytes.upperBound), line.lowerBound), line.upperBound) - line.lowerBound
        let excerpt = SourceExcerpt(
            range.file.bytes[line], marking: lower..<max(lower, upper), width: self.width - indent)
        let margin = String(repeating: " ", count: indent)
        let marks = excerpt.marks.drop { $0 == " " }
        let gap = String(repeating: " ", count: excerpt.marks.count - marks.count)
        return [margin + excerpt.line, margin + gap + self.styled(String(marks), style)]
    }

    // MARK: - Text

    private static let margin = "  "

    /// Lines as they are, the first behind a label, the others below it.
    private func labelled(_ text: String, label: String) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            let head = index == 0 ? self.styled(label, .bold) : String(repeating: " ", count: label.count)
            return Self.margin + head + SourceText.visible(String(line))
        }
    }

    /// Sentences behind a label, wrapped between words; what may be there to be pasted stays whole (``TextWrapping``).
    private func wrapped(_ text: String, label: String) -> [String] {
        let lines = TextWrapping.lines(text, columns: self.width - Self.margin.count - label.count)
        return self.labelled(lines.joined(separator: "\n"), label: label)
    }

    // MARK: - Colour

    private enum Style: String {
        case error = "1;31"
        case warning = "1;33"
        case note = "1;36"
        case bold = "1"
        case faint = "2"

        init(_ severity: Diagnostic.Severity) {
            switch severity {
            case .error: self = .error
            case .warning: self = .warning
            case .note: self = .note
            }
        }
    }

    private func styled(_ text: String, _ style: Style) -> String {
        self.usesColor && !text.isEmpty ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }
}
