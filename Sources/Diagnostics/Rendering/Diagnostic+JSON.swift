extension Diagnostic {
    /// The finding as the command line writes it (contract, section 5); keys without a value are left out.
    package var json: JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("id", .string(self.id.rawValue)),
            ("severity", .string(self.severity.rawValue)),
            ("summary", .string(self.summary)),
        ]
        if let application = self.application { members.append(("application", .string(application))) }
        if let module = self.module { members.append(("module", .string(module))) }
        if let direction = self.direction { members.append(("direction", .string(direction.rawValue))) }
        if let location = self.place.json { members.append(("location", location)) }
        if !self.explanation.isEmpty { members.append(("explanation", .string(self.explanation))) }
        members.append(("notes", .array(self.notes.map { .string($0.text) })))
        members.append(("help", .string(self.help.joined(separator: "\n"))))
        return .object(members)
    }
}

extension Diagnostic.Place {
    /// File, and line and column counted from 1 in Unicode scalars where there is a text; nil for no place.
    package var json: JSONValue? {
        switch self {
        case .none: return nil
        case .file(let path): return .object([("file", .string(path))])
        case .source(let range):
            let position = range.file.position(of: Int(range.bytes.lowerBound))
            return .object([
                ("file", .string(range.file.path)), ("line", .integer(position.line)),
                ("column", .integer(position.column)),
            ])
        case .binary(let place):
            var members: [(key: String, value: JSONValue)] = [("file", .string(place.path))]
            if let line = place.line { members.append(("line", .integer(line))) }
            if let module = place.module { members.append(("module", .string(module))) }
            if let function = place.function { members.append(("function", .string(function))) }
            if let chunk = place.chunk { members.append(("chunk", .string(chunk))) }
            if let offset = place.offset { members.append(("offset", .integer(offset))) }
            return .object(members)
        }
    }
}
