import ErlangTerms

/// A list as OTP's functions walk it: element by element, the end looked at last. What is no list has no elements.
struct Cells: Hashable, Sendable {
    var elements: [Term]
    /// What stands where the empty list should; nil for a proper list.
    private var tail: Term?

    init(_ term: Term) {
        switch term {
        case .list(let elements):
            (self.elements, self.tail) = (elements, nil)
        case .improperList(let list):
            (self.elements, self.tail) = (list.elements, list.tail)
        case .atom, .integer, .bigInteger, .float, .tuple, .map, .binary, .bitString, .pid, .port, .reference,
            .externalFunction, .closure, .nativeRecord:
            (self.elements, self.tail) = ([], term)
        }
    }

    var isProper: Bool { self.tail == nil }

    var term: Term { .list(self.elements, tail: self.tail ?? .emptyList) }
}
