import ErlangTerms

/// The text of a term for a message: on one line, and short however large the term is.
enum AbbreviatedTerm {
    /// Terms that are shown before the rest becomes `'...'`.
    private static let terms = 60
    private static let depth = 6
    private static let bytes = 100

    static func text(_ term: Term) -> String {
        var budget = Self.terms
        return TermPrinter.line(self.cut(term, depth: 0, budget: &budget))
    }

    private static let rest = Term.atom("...")

    private static func cut(_ term: Term, depth: Int, budget: inout Int) -> Term {
        budget -= 1
        guard budget > 0, depth < Self.depth else { return Self.rest }
        if let text = self.cutText(term) { return text }
        if let bytes = term.binaryBytes, bytes.count > Self.bytes {
            return .binary(Array(bytes.prefix(Self.bytes)) + Array("...".utf8))
        }
        if let elements = term.tupleElements { return .tuple(self.cut(elements, depth, &budget)) }
        if let elements = term.listElements { return .list(self.cut(elements, depth, &budget)) }
        if case .map(let map) = term {
            let pairs = map.pairs.prefix(max(0, budget)).map { pair in
                (
                    key: self.cut(pair.key, depth: depth + 1, budget: &budget),
                    value: self.cut(pair.value, depth: depth + 1, budget: &budget)
                )
            }
            return .map(TermMap(pairs))
        }
        if case .improperList(let list) = term {
            return .list(
                self.cut(list.elements, depth, &budget), tail: self.cut(list.tail, depth: depth + 1, budget: &budget))
        }
        if case .closure = term { return .atom("fun") }
        return term
    }

    private static func cut(_ elements: [Term], _ depth: Int, _ budget: inout Int) -> [Term] {
        var shown: [Term] = []
        for element in elements {
            guard budget > 1 else {
                shown.append(Self.rest)
                break
            }
            shown.append(self.cut(element, depth: depth + 1, budget: &budget))
        }
        return shown
    }

    /// A list that begins like a text stays one.
    private static func cutText(_ term: Term) -> Term? {
        guard let elements = term.listElements, elements.count > 1 else { return nil }
        guard let start = Term.list(Array(elements.prefix(Self.bytes))).stringValue,
            start.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
        else { return nil }
        return elements.count > Self.bytes ? .string(start + "...") : term
    }
}
