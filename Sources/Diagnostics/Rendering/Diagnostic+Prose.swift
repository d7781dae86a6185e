/// Where a range of a text begins and ends, the end being the position behind it.
struct TextSpan {
    let start: SourceFile.Position
    let end: SourceFile.Position

    init(_ range: SourceRange) {
        let lower = Int(range.bytes.lowerBound)
        self.start = range.file.position(of: lower)
        self.end = range.file.position(of: max(lower, Int(range.bytes.upperBound)))
    }

    var isOneLine: Bool { self.start.line == self.end.line }
}

extension Diagnostic {
    /// What the finding says besides its place, as plain text of several lines: for forms that have one field for it.
    func prose(withSummary: Bool) -> String {
        var lines = withSummary ? [self.summary] : []
        if case .binary = self.place, let label = self.place.label { lines.append("at: \(label)") }
        if let subject = self.subject { lines.append("in: \(subject)") }
        if !self.explanation.isEmpty { lines.append(self.explanation) }
        for note in self.notes { lines.append("note: " + (note.place.label.map { "\($0): " } ?? "") + note.text) }
        for help in self.help { lines.append("help: \(help)") }
        return lines.joined(separator: "\n")
    }

    /// What the finding is about, where its place does not say so.
    var subject: String? { self.subject([self.direction].compactMap { $0 }) }

    /// ``subject`` of findings that differ in nothing but the direction.
    func subject(_ directions: [Direction]) -> String? {
        var parts: [String] = []
        if let application = self.application { parts.append("application \(application)") }
        var place: BinaryPlace?
        if case .binary(let binary) = self.place { place = binary }
        if let module = self.module, module != place?.module { parts.append("module \(module)") }
        switch (directions.contains(.up), directions.contains(.down)) {
        case (true, true): parts.append("the ways up and down")
        case (true, false): parts.append("the way up")
        case (false, true): parts.append("the way down")
        case (false, false): break
        }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
