extension Explanation {
    /// The explanation for people, with a line break at the end; sentences are wrapped at `width` columns, at least 40.
    package func text(width: Int = 96) -> String {
        let width = min(96, max(40, width))
        var lines = TextWrapping.lines("\(self.id) (\(self.severity.rawValue)): \(self.title)", columns: width)
        lines.append("")
        lines += TextWrapping.lines(self.meaning, columns: width)
        lines += ["", "EXAMPLE"]
        for file in self.example.files {
            lines.append("  \(file.path)")
            lines += file.text.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)" }
        }
        if !self.example.files.isEmpty { lines.append("") }
        lines += self.example.commands.map { "  $ \($0)" }
        lines += ["", "WAY OUT"]
        for advice in self.wayOut {
            let advice = TextWrapping.lines(advice, columns: width - 4)
            lines += advice.enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }
        }
        return lines.map { $0.isBlank ? "" : $0 }.joined(separator: "\n") + "\n"
    }

    package var json: JSONValue {
        .object([
            ("id", .string(self.id.rawValue)), ("severity", .string(self.severity.rawValue)),
            ("title", .string(self.title)), ("meaning", .string(self.meaning)),
            (
                "example",
                .object([
                    (
                        "files",
                        .array(
                            self.example.files.map {
                                .object([("path", .string($0.path)), ("text", .string($0.text))])
                            })
                    ), ("commands", .array(self.example.commands.map { .string($0) })),
                ])
            ), ("help", .array(self.wayOut.map { .string($0) })),
        ])
    }
}

extension String {
    fileprivate var isBlank: Bool { self.allSatisfy { $0 == " " } }
}

extension Explanation.Catalogue {
    /// A line an explanation with ID, severity and title, below the area that the IDs begin with.
    package var text: String {
        let width = self.entries.map(\.id.rawValue.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        var lines: [String] = []
        var area: String?
        for entry in self.entries {
            if entry.id.area != area {
                if area != nil { lines.append("") }
                lines.append(entry.id.area)
                area = entry.id.area
            }
            lines.append("  \(padded(entry.id.rawValue, width))  \(padded(entry.severity.rawValue, 7))  \(entry.title)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    package var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)), ("explanations", .array(self.entries.map(\.json))),
        ])
    }
}
