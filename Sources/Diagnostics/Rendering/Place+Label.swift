extension Diagnostic.Place {
    /// The place in one line, as it stands in front of a finding: `path:line:column`, or for a binary file
    /// `path, module m, function f/1, chunk Code, byte 12`. Nil for no place.
    package var label: String? { self.label { $0.file.position(of: Int($0.bytes.lowerBound)) } }

    /// ``label`` with another way to find positions.
    func label(position: (SourceRange) -> SourceFile.Position) -> String? {
        switch self {
        case .none: return nil
        case .file(let path): return path
        case .source(let range):
            let position = position(range)
            let place = "\(position.line):\(position.column)"
            return range.file.path.isEmpty ? place : "\(range.file.path):\(place)"
        case .binary(let place):
            var parts = [place.path]
            if let line = place.line { parts[0] += ":\(line)" }
            if let module = place.module { parts.append("module \(module)") }
            if let function = place.function { parts.append("function \(function)") }
            if let chunk = place.chunk { parts.append("chunk \(chunk)") }
            if let offset = place.offset { parts.append("byte \(offset) (16#\(String(offset, radix: 16)))") }
            return parts.joined(separator: ", ")
        }
    }
}
