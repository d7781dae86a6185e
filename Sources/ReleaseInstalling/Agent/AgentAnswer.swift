import ErlangTerms

/// A part of what `relift_agent` answered, read step by step.
///
/// The node is not trusted: what has another shape, or is longer than it may be, is an ``Unreadable`` that says where.
struct AgentAnswer {
    let term: Term
    /// Where in the answer, for messages: `tree.modules[3]`.
    let place: String

    struct Unreadable: Error, Hashable, Sendable {
        let place: String
        /// What should be there, with an article.
        let wanted: String
    }

    private func unreadable(_ wanted: String) -> Unreadable { Unreadable(place: self.place, wanted: wanted) }

    /// The value of a key of a map.
    func field(_ key: String) throws(Unreadable) -> AgentAnswer {
        guard case .map(let map) = self.term, let value = map[.atom(key)] else {
            throw self.unreadable("a map with `\(key)`")
        }
        return AgentAnswer(term: value, place: "\(self.place).\(key)")
    }

    func list(atMost limit: Int) throws(Unreadable) -> [AgentAnswer] {
        guard let elements = self.term.listElements, elements.count <= limit else {
            throw self.unreadable("a list of at most \(limit) elements")
        }
        return elements.enumerated().map { AgentAnswer(term: $0.element, place: "\(self.place)[\($0.offset)]") }
    }

    /// Each element of a list, read by `read`.
    func list<Element>(
        atMost limit: Int, _ read: (AgentAnswer) throws(Unreadable) -> Element
    ) throws(Unreadable) -> [Element] {
        var all: [Element] = []
        for element in try self.list(atMost: limit) { all.append(try read(element)) }
        return all
    }

    func tuple(_ count: Int) throws(Unreadable) -> [AgentAnswer] {
        guard let elements = self.term.tupleElements, elements.count == count else {
            throw self.unreadable("a tuple of \(count)")
        }
        return elements.enumerated().map { AgentAnswer(term: $0.element, place: "\(self.place).\($0.offset + 1)") }
    }

    /// A number that counts or measures something, so not negative.
    func count() throws(Unreadable) -> Int {
        guard let value = self.term.integerValue, value >= 0 else { throw self.unreadable("a number from 0") }
        return value
    }

    func integer() throws(Unreadable) -> Int {
        guard let value = self.term.integerValue else { throw self.unreadable("an integer") }
        return value
    }

    func atom() throws(Unreadable) -> Atom {
        guard let atom = self.term.atomValue else { throw self.unreadable("an atom") }
        return atom
    }

    func boolean() throws(Unreadable) -> Bool {
        switch self.term {
        case .atom("true"): return true
        case .atom("false"): return false
        default: throw self.unreadable("`true` or `false`")
        }
    }

    /// A text in a binary. It is shown, so what is not UTF-8 is replaced, and no control character stays.
    func text(atMost limit: Int = 4096) throws(Unreadable) -> String {
        String(
            String.UnicodeScalarView(
                String(decoding: try self.bytes(atMost: limit), as: UTF8.self).unicodeScalars.map { scalar in
                    scalar.properties.generalCategory == .control ? " " : scalar
                }))
    }

    func bytes(atMost limit: Int) throws(Unreadable) -> [UInt8] {
        guard let bytes = self.term.binaryBytes, bytes.count <= limit else {
            throw self.unreadable("a binary of at most \(limit) bytes")
        }
        return bytes
    }

    func identifier() throws(Unreadable) -> ProcessIdentifier {
        guard case .pid(let identifier) = self.term else { throw self.unreadable("a process identifier") }
        return identifier
    }

    /// `{Module, Function, Arity}`.
    func call() throws(Unreadable) -> ExternalFunction {
        let elements = try self.tuple(3)
        return ExternalFunction(
            module: try elements[0].atom(), function: try elements[1].atom(), arity: try elements[2].count())
    }

    /// Nil for the atom `undefined`.
    func optional<Value>(_ read: (AgentAnswer) throws(Unreadable) -> Value) throws(Unreadable) -> Value? {
        self.term.isAtom("undefined") ? nil : try read(self)
    }

    func optionalAtom() throws(Unreadable) -> Atom? {
        try self.optional { answer throws(Unreadable) in try answer.atom() }
    }

    func optionalText() throws(Unreadable) -> String? {
        try self.optional { answer throws(Unreadable) in try answer.text() }
    }

    func optionalCount() throws(Unreadable) -> Int? {
        try self.optional { answer throws(Unreadable) in try answer.count() }
    }

    func optionalCall() throws(Unreadable) -> ExternalFunction? {
        try self.optional { answer throws(Unreadable) in try answer.call() }
    }

    func atoms(atMost limit: Int) throws(Unreadable) -> [Atom] {
        try self.list(atMost: limit) { answer throws(Unreadable) in try answer.atom() }
    }
}
