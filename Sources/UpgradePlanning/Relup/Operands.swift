import ErlangTerms
import ReleaseModel

/// The operands of an instruction, taken from left to right; each method checks the next one.
struct Operands {
    private var remaining: ArraySlice<Term>

    init(_ terms: ArraySlice<Term>) { self.remaining = terms }

    var count: Int { self.remaining.count }

    /// The next operand, whatever it is. The caller has checked the count.
    mutating func next() -> Term { self.remaining.popFirst() ?? .emptyList }

    /// The elements of the next operand when it is a tuple of this size; the operand stays otherwise.
    mutating func tuple(of size: Int) -> Operands? {
        guard case .tuple(let elements)? = self.remaining.first, elements.count == size else { return nil }
        self.remaining = self.remaining.dropFirst()
        return Operands(elements[...])
    }

    static func atom(_ term: Term, or expected: TranslationProblem.Operand) throws(TranslationProblem.Kind) -> Atom {
        guard case .atom(let atom) = term else { throw .badOperand(expected, term) }
        return atom
    }

    mutating func atom(or expected: TranslationProblem.Operand) throws(TranslationProblem.Kind) -> Atom {
        try Self.atom(self.next(), or: expected)
    }

    mutating func module() throws(TranslationProblem.Kind) -> Atom { try self.atom(or: .module) }

    /// A list, proper or not, of anything.
    mutating func list(or expected: TranslationProblem.Operand) throws(TranslationProblem.Kind) -> Term {
        let term = self.next()
        guard term.isAnyList else { throw .badOperand(expected, term) }
        return term
    }

    /// A proper list whose elements `element` reads. OTP looks at the elements before it notices an improper tail.
    mutating func list<Element>(
        _ element: (Term) throws(TranslationProblem.Kind) -> Element
    ) throws(TranslationProblem.Kind) -> [Element] {
        let term = try self.list(or: .list)
        if case .improperList(let list) = term {
            for term in list.elements { _ = try element(term) }
            throw .improperList(term)
        }
        let elements = term.listElements ?? []
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for term in elements { result.append(try element(term)) }
        return result
    }

    mutating func modules() throws(TranslationProblem.Kind) -> [Atom] {
        try self.list { (term) throws(TranslationProblem.Kind) in try Self.atom(term, or: .module) }
    }

    mutating func purgePair() throws(TranslationProblem.Kind) -> PurgePair {
        PurgePair(before: try self.purgeMethod(), after: try self.purgeMethod())
    }

    private mutating func purgeMethod() throws(TranslationProblem.Kind) -> PurgeMethod {
        let term = self.next()
        if term.isAtom("brutal_purge") { return .brutal }
        if term.isAtom("soft_purge") { return .soft }
        throw .badOperand(.purgeMethod, term)
    }

    mutating func moduleKind() throws(TranslationProblem.Kind) -> HighLevelInstruction.Update.Kind {
        let term = self.next()
        if term.isAtom("dynamic") { return .dynamic }
        if term.isAtom("static") { return .static }
        throw .badOperand(.moduleKind, term)
    }

    mutating func timeout() throws(TranslationProblem.Kind) -> SuspendTimeout {
        let term = self.next()
        if term.isAtom("default") { return .standard }
        if term.isAtom("infinity") { return .infinity }
        if case .integer(let value) = term, value > 0 { return .milliseconds(term) }
        if case .bigInteger = term, TermOrder.compare(term, .integer(0)) == .greater { return .milliseconds(term) }
        throw .badOperand(.timeout, term)
    }

    mutating func change() throws(TranslationProblem.Kind) -> HighLevelInstruction.Update.Change {
        let term = self.next()
        if term.isAtom("soft") { return .soft }
        if case .tuple(let pair) = term, pair.count == 2, pair[0].isAtom("advanced") { return .advanced(pair[1]) }
        throw .badOperand(.change, term)
    }

    mutating func startType() throws(TranslationProblem.Kind) -> StartType {
        let term = self.next()
        guard case .atom(let atom) = term, let type = StartType(rawValue: atom.name), type.atom == atom else {
            throw .badOperand(.startType, term)
        }
        return type
    }
}

extension Term {
    /// Whether this is a list, proper or not (`is_list/1`).
    var isAnyList: Bool {
        if case .improperList = self { return true }
        return self.listElements != nil
    }
}
