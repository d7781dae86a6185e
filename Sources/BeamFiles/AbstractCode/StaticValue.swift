package import ErlangTerms

/// What can be told of an Erlang value without running the code that makes it: a term with holes.
///
/// A hole stands at exactly the place that is not known, so a tuple may be known but for one element. Values are bounded:
/// one that would grow beyond ``maximumSize`` or ``maximumDepth`` is a hole.
package struct StaticValue: Hashable, Sendable {
    package enum Shape: Hashable, Sendable {
        /// A term without parts: no tuple, list or map.
        case term(Term)
        case tuple([StaticValue])
        case list([Item])
        /// In Erlang's order of keys, where complete.
        case map([Entry], isComplete: Bool)
        /// One of several, which one cannot be told; none at all for an expression that never returns.
        case choice([StaticValue])
        case function(StaticFunction)
        /// Not known, with the reason: a phrase that follows "because of".
        case unknown(String)
    }

    /// A place in a list.
    package struct Item: Hashable, Sendable {
        package enum Presence: Hashable, Sendable {
            case always
            /// In some of the possible lists only.
            case sometimes
            /// Any number of elements, nothing of which is known; the value is the reason.
            case gap
        }

        package let value: StaticValue
        package let presence: Presence
    }

    /// An association of a map.
    package struct Entry: Hashable, Sendable {
        package let key: Term
        package let value: StaticValue
    }

    package static let maximumSize = 20_000
    package static let maximumDepth = 48

    package let shape: Shape
    /// The number of its parts, itself included.
    let size: Int
    let depth: Int

    private init(_ shape: Shape, parts: some Sequence<StaticValue>) {
        var (size, depth) = (1, 0)
        for part in parts {
            size += part.size
            depth = max(depth, part.depth)
            if size > Self.maximumSize || depth >= Self.maximumDepth {
                self.init(unknown: "a value that is too large to follow")
                return
            }
        }
        self.init(shape: shape, size: size, depth: depth + 1)
    }

    init(unknown reason: String) { self.init(shape: .unknown(reason), size: 1, depth: 1) }

    private init(shape: Shape, size: Int, depth: Int) {
        self.shape = shape
        self.size = size
        self.depth = depth
    }

    /// The value of an expression that never returns.
    static let never = StaticValue(.choice([]), parts: [])

    static func atom(_ atom: Atom) -> StaticValue { StaticValue(.term(.atom(atom)), parts: []) }
    static func boolean(_ value: Bool) -> StaticValue { self.atom(value ? "true" : "false") }
    static func tuple(_ elements: [StaticValue]) -> StaticValue { StaticValue(.tuple(elements), parts: elements) }

    static func list(_ elements: [StaticValue]) -> StaticValue {
        self.list(items: elements.map { Item(value: $0, presence: .always) })
    }

    static func list(items: [Item]) -> StaticValue { StaticValue(.list(items), parts: items.lazy.map(\.value)) }

    static func map(_ entries: [Entry], isComplete: Bool) -> StaticValue {
        StaticValue(.map(entries, isComplete: isComplete), parts: entries.lazy.map(\.value))
    }

    static func function(_ function: StaticFunction) -> StaticValue {
        StaticValue(.function(function), parts: function.environment.values)
    }

    /// One of these; nested choices are laid flat, equal ones are one.
    static func choice(_ values: [StaticValue]) -> StaticValue {
        var distinct: [StaticValue] = []
        for value in values {
            for one in value.alternatives where !distinct.contains(one) {
                guard distinct.count < self.maximumChoices else {
                    return StaticValue(unknown: "more than \(self.maximumChoices) possible values")
                }
                distinct.append(one)
            }
        }
        if distinct.count == 1 { return distinct[0] }
        return StaticValue(.choice(distinct), parts: distinct)
    }

    static let maximumChoices = 32

    /// A whole term, which costs as many steps as it has parts.
    init(_ term: Term) { self = Self.value(of: term, depth: 0) }

    private static func value(of term: Term, depth: Int) -> StaticValue {
        guard depth < self.maximumDepth else { return StaticValue(unknown: "a value that is too large to follow") }
        switch term {
        case .tuple(let elements): return .tuple(elements.map { self.value(of: $0, depth: depth + 1) })
        case .list(let elements): return .list(elements.map { self.value(of: $0, depth: depth + 1) })
        case .map(let map):
            return .map(
                map.pairs.map { Entry(key: $0.key, value: self.value(of: $0.value, depth: depth + 1)) },
                isComplete: true)
        case .atom, .integer, .bigInteger, .float, .improperList, .binary, .bitString, .pid, .port, .reference,
            .externalFunction, .closure, .nativeRecord:
            return StaticValue(.term(term), parts: [])
        }
    }
}

// MARK: - Asking

extension StaticValue {
    /// Every value it may be: itself, unless it is a choice.
    package var alternatives: [StaticValue] {
        if case .choice(let values) = self.shape { values } else { [self] }
    }

    /// The term, if all of it is known.
    package var term: Term? {
        switch self.shape {
        case .term(let term): return term
        case .tuple(let elements):
            let terms = elements.compactMap(\.term)
            return terms.count == elements.count ? .tuple(terms) : nil
        case .list(let items):
            let terms = items.compactMap { $0.presence == .always ? $0.value.term : nil }
            return terms.count == items.count ? .list(terms) : nil
        case .map(let entries, let isComplete):
            let pairs = entries.compactMap { entry in entry.value.term.map { (key: entry.key, value: $0) } }
            return isComplete && pairs.count == entries.count ? .map(TermMap(pairs)) : nil
        case .function(let function):
            guard case .external(let module, let name, let arity) = function.body else { return nil }
            return .externalFunction(ExternalFunction(module: module, function: name, arity: arity))
        case .choice, .unknown: return nil
        }
    }

    package var atom: Atom? { if case .term(.atom(let atom)) = self.shape { atom } else { nil } }
    package var elements: [StaticValue]? { if case .tuple(let elements) = self.shape { elements } else { nil } }
    package var items: [Item]? { if case .list(let items) = self.shape { items } else { nil } }

    /// Why it is not known, or why a part is not: the first reason found.
    package var unknownReason: String? {
        switch self.shape {
        case .unknown(let reason): reason
        case .term, .function: nil
        case .tuple(let elements): elements.lazy.compactMap(\.unknownReason).first
        case .list(let items): items.lazy.compactMap(\.value.unknownReason).first
        case .map(let entries, let isComplete):
            entries.lazy.compactMap(\.value.unknownReason).first ?? (isComplete ? nil : "a map that is not known")
        case .choice(let values):
            values.lazy.compactMap(\.unknownReason).first ?? (values.isEmpty ? "an error" : "several possible values")
        }
    }
}

/// A function as a value.
package struct StaticFunction: Hashable, Sendable {
    enum Body: Hashable, Sendable {
        /// `fun name/arity` of the module itself.
        case local(Atom, Int)
        case external(Atom, Atom, Int)
        /// `fun (…) -> … end`.
        case clauses([Term])
    }

    let body: Body
    /// What the function's clauses see of the variables around them.
    let environment: [Atom: StaticValue]
}
