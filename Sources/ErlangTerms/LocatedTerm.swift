package import Diagnostics

/// A term read from text, with the bytes each of its nodes was written in.
package struct LocatedTerm: Hashable, Sendable {
    package let term: Term
    package let range: ByteRange
    /// For a tuple or a list its elements, an improper list's tail last; for a map key, value, key, value… in the
    /// order written; empty for everything else and for lists that were written as strings.
    package let children: [LocatedTerm]

    package init(term: Term, range: ByteRange, children: [LocatedTerm] = []) {
        self.term = term
        self.range = range
        self.children = children
    }

    /// A term that did not come from text: every node has the given range.
    package init(_ term: Term, everywhere range: ByteRange) {
        self.term = term
        self.range = range
        self.children =
            switch term {
            case .tuple(let elements), .list(let elements): elements.map { LocatedTerm($0, everywhere: range) }
            case .improperList(let list):
                (list.elements + [list.tail]).map { LocatedTerm($0, everywhere: range) }
            case .map(let map):
                map.pairs.flatMap { [$0.key, $0.value] }.map { LocatedTerm($0, everywhere: range) }
            case .atom, .integer, .bigInteger, .float, .binary, .bitString, .pid, .port, .reference,
                .externalFunction, .closure, .nativeRecord:
                []
            }
    }

    /// The elements of a tuple with their places.
    package var tupleElements: [LocatedTerm]? {
        if case .tuple = self.term { self.children } else { nil }
    }

    /// The elements of a proper list with their places. A list written as a string has its own range for each element.
    package var listElements: [LocatedTerm]? {
        guard case .list(let elements) = self.term else { return nil }
        if self.children.count == elements.count { return self.children }
        return elements.map { LocatedTerm(term: $0, range: self.range) }
    }
}

/// A text file of terms, each ended by a dot, as `file:consult/1` reads it.
package struct TermFile: Sendable {
    package let source: SourceFile
    package let terms: [LocatedTerm]

    package init(source: SourceFile, terms: [LocatedTerm]) {
        self.source = source
        self.terms = terms
    }

    /// The place of a node of this file.
    package func place(_ located: LocatedTerm) -> Diagnostic.Place {
        .source(SourceRange(self.source, located.range))
    }
}
