import ErlangTerms

/// Stands in for the printer of `ErlangTerms` until that lands.
enum TermPrinter {
    static func line(_ term: Term) -> String {
        switch term {
        case .atom(let atom): return atom.name
        case .integer(let value): return String(value)
        case .tuple(let elements): return "{" + elements.map(Self.line).joined(separator: ",") + "}"
        case .list(let elements):
            if let text = term.stringValue, !text.isEmpty { return "\"\(text)\"" }
            return "[" + elements.map(Self.line).joined(separator: ",") + "]"
        default:
            return "\(term)"
        }
    }
}
