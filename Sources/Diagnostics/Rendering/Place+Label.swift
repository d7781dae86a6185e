extension Diagnostic.Place {
    /// The place in one line, as it stands in front of a finding: `path:line:column`, for code
    /// `m.beam, m:f/1, src/m.erl:12`, for other parts of a binary file `path, module m, chunk Code, byte 12`. Nil for no
    /// place.
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
            switch (place.module, place.function) {
            case (let module?, let function?): parts.append("\(module):\(function)")
            case (let module?, nil): parts.append("module \(module)")
            case (nil, let function?): parts.append("function \(function)")
            case (nil, nil): break
            }
            if let line = place.line { parts.append(place.source.map { "\($0):\(line)" } ?? "line \(line)") }
            if let chunk = place.chunk { parts.append("chunk \(chunk)") }
            if let offset = place.offset { parts.append("byte \(offset) (16#\(String(offset, radix: 16)))") }
            return parts.joined(separator: ", ")
        }
    }
}
