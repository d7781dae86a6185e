extension Explanation {
    /// The explanation for people, with a line break at the end.
    package var text: String {
        var lines = ["\(self.id): \(self.title)", ""]
        lines += Self.wrapped(self.meaning, indent: "")
        lines += ["", "EXAMPLE"]
        for file in self.example.files {
            lines.append("  \(file.path)")
            lines += file.text.split(separator: "\n", omittingEmptySubsequences: false).map { "      \($0)" }
        }
        if !self.example.files.isEmpty { lines.append("") }
        lines += self.example.commands.map { "  $ \($0)" }
        lines += ["", "WAY OUT"]
        for advice in self.wayOut { lines += Self.wrapped(advice, indent: "    ", first: "  - ") }
        return lines.map { $0.isBlank ? "" : $0 }.joined(separator: "\n") + "\n"
    }

    package var json: JSONValue {
        .object([
            ("id", .string(self.id.rawValue)), ("title", .string(self.title)), ("meaning", .string(self.meaning)),
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

    private static let width = 96

    /// Sentences wrapped between words; an empty line stays one. A line that is indented is kept as it is.
    private static func wrapped(_ text: String, indent: String, first: String? = nil) -> [String] {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var margin = lines.isEmpty ? first ?? indent : indent
            if paragraph.hasPrefix(" ") {
                lines.append(margin + paragraph)
                continue
            }
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, margin.count + line.count + 1 + word.count > self.width {
                    lines.append(margin + line)
                    (line, margin) = ("", indent)
                }
                line += line.isEmpty ? String(word) : " \(word)"
            }
            lines.append(margin + line)
        }
        return lines
    }
}

extension String {
    fileprivate var isBlank: Bool { self.allSatisfy { $0 == " " } }
}

extension Explanation.Catalogue {
    /// One line an explanation: its ID and title.
    package var text: String {
        let width = self.entries.map(\.id.rawValue.count).max() ?? 0
        return self.entries.map { entry in
            let gap = String(repeating: " ", count: width - entry.id.rawValue.count + 2)
            return "\(entry.id)\(gap)\(entry.title)\n"
        }.joined()
    }

    package var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)), ("explanations", .array(self.entries.map(\.json))),
        ])
    }
}
