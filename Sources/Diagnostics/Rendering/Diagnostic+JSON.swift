extension Diagnostic {
    /// The finding as the command line writes it (contract, section 5); keys without a value are left out. `notes` are
    /// texts with their places behind them, `help` is one text with a line for each piece of advice.
    package var json: JSONValue {
        .object(present: [
            "id": .string(self.id.rawValue),
            "severity": .string(self.severity.rawValue),
            "summary": .string(self.summary),
            "application": self.application.map { .string($0) },
            "module": (self.module ?? self.place.binary?.module).map { .string($0) },
            "direction": self.direction.map { .string($0.rawValue) },
            "location": self.place.json,
            "explanation": self.explanation.isEmpty ? nil : .string(self.explanation),
            "notes": .array(
                self.notes.map { note in
                    .string(note.place.label.map { "\(note.text) (\($0))" } ?? note.text)
                }),
            "help": .string(self.help.joined(separator: "\n")),
        ])
    }
}

extension Diagnostic.Place {
    /// File, and line and column counted from 1 in Unicode scalars where there is a text; nil for no place.
    package var json: JSONValue? {
        switch self {
        case .none: return nil
        case .file(let path): return ["file": .string(path)]
        case .source(let range):
            let position = range.file.position(of: Int(range.bytes.lowerBound))
            return [
                "file": .string(range.file.path), "line": .integer(position.line), "column": .integer(position.column),
            ]
        case .binary(let place):
            return .object(present: [
                "file": .string(place.path),
                "source": place.source.map { .string($0) },
                "line": place.line.map { .integer($0) },
                "module": place.module.map { .string($0) },
                "function": place.function.map { .string($0) },
                "chunk": place.chunk.map { .string($0) },
                "offset": place.offset.map { .integer($0) },
            ])
        }
    }

    fileprivate var binary: Diagnostic.BinaryPlace? { if case .binary(let place) = self { place } else { nil } }
}
