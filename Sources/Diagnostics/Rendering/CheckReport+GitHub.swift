extension CheckReport {
    /// The findings as workflow commands of GitHub Actions, a line each: annotations at the lines of a pull request
    /// (docs.github.com, "Workflow commands for GitHub Actions"). What is not shown is one `::notice::` at the end.
    package var github: String {
        var lines = self.findings.map(\.githubCommand)
        if let hidden = self.judged.hiddenSummary {
            lines.append(Diagnostic.githubCommand("notice", [("title", "relift check")], hidden))
        }
        return lines.map { $0 + "\n" }.joined()
    }
}

extension Diagnostic {
    fileprivate var githubCommand: String {
        var properties: [(String, String)] = []
        switch self.place {
        case .none: break
        case .file(let path): properties.append(("file", path))
        case .source(let range):
            let span = TextSpan(range)
            properties += [("file", range.file.path), ("line", "\(span.start.line)")]
            if span.isOneLine {
                properties += [("col", "\(span.start.column)"), ("endColumn", "\(span.end.column)")]
            } else {
                properties.append(("endLine", "\(span.end.line)"))
            }
        case .binary(let place):
            if let source = place.sourceLine {
                properties += [("file", source.file), ("line", "\(source.line)")]
            } else {
                properties.append(("file", place.path))
            }
        }
        properties.append(("title", "\(self.summary) [\(self.id)]"))
        let command =
            switch self.severity {
            case .error: "error"
            case .warning: "warning"
            case .note: "notice"
            }
        return Self.githubCommand(command, properties, self.prose(withSummary: true))
    }

    /// `::command name=value,…::message`; a runner takes percent signs, line ends and, in properties, colons and commas
    /// for syntax.
    fileprivate static func githubCommand(
        _ command: String, _ properties: [(String, String)], _ message: String
    ) -> String {
        let list = properties.map { "\($0.0)=\(self.escaped($0.1, isProperty: true))" }.joined(separator: ",")
        return "::\(command)\(list.isEmpty ? "" : " ")\(list)::\(self.escaped(message, isProperty: false))"
    }

    private static func escaped(_ text: String, isProperty: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result.append(contentsOf: "%25".unicodeScalars)
            case "\r": result.append(contentsOf: "%0D".unicodeScalars)
            case "\n": result.append(contentsOf: "%0A".unicodeScalars)
            case ":" where isProperty: result.append(contentsOf: "%3A".unicodeScalars)
            case "," where isProperty: result.append(contentsOf: "%2C".unicodeScalars)
            default: result.append(SourceText.replacement(for: scalar) ?? scalar)
            }
        }
        return String(result)
    }
}
