package import ErlangTerms

/// A value of code that is followed without being run: what is known of it, and where it comes from.
package indirect enum SymbolicValue: Hashable, Sendable {
    /// An argument of the function that is followed, as it came in; from 0 on.
    case argument(Int)
    /// What a call or a message brought. The site is the offset of the instruction in the file.
    case opaque(site: Int, Origin)
    /// An element of a tuple of which nothing else is known, from 0 on.
    case element(of: SymbolicValue, Int)
    case term(Term)
    case tuple([SymbolicValue])
    /// A map with these keys; without a base it has no others, else those of the base too. The structure is the value
    /// of the key `__struct__`, by which Elixir tells structs apart.
    case map(keys: Set<Term>, structure: Atom?, base: SymbolicValue?)
    /// A list that is not empty.
    case list
    case unknown

    /// Where a value comes from that code does not say.
    package enum Origin: Hashable, Sendable {
        /// `module:function/arity`.
        case call(BeamFile.Import)
        /// A function of the same module that is not followed further.
        case localCall(name: Atom, arity: Int)
        case fun
        case message
    }

    /// What a value can be told apart by.
    package enum Kind: Hashable, Sendable {
        case atom, number, tuple, map, list, binary, function, identifier
    }

    /// Leaves out what the rest says: two opaque values of one site are of one origin.
    package func hash(into hasher: inout Hasher) {
        switch self {
        case .argument(let number): hasher.combine(number)
        case .opaque(let site, _): hasher.combine(~site)
        case .element(of: let whole, let index):
            whole.hash(into: &hasher)
            hasher.combine(index)
        case .term(let term): term.hash(into: &hasher)
        case .tuple(let elements):
            hasher.combine(elements.count)
            for element in elements { element.hash(into: &hasher) }
        case .map(let keys, let structure, let base):
            hasher.combine(keys.count)
            hasher.combine(structure)
            base?.hash(into: &hasher)
        case .list: hasher.combine(UInt8(1))
        case .unknown: hasher.combine(UInt8(0))
        }
    }

    /// Whether facts can be learnt about it.
    var isSymbol: Bool {
        switch self {
        case .argument, .opaque, .element: true
        case .term, .tuple, .map, .list, .unknown: false
        }
    }

    /// The symbol that an element is part of, or the symbol itself.
    package var root: SymbolicValue {
        var value = self
        while case .element(of: let whole, _) = value { value = whole }
        return value
    }

    /// How many values it is made of.
    var size: Int {
        switch self {
        case .argument, .opaque, .term, .list, .unknown: 1
        case .element(of: let whole, _): 1 + whole.size
        case .tuple(let elements): elements.reduce(1) { $0 + $1.size }
        case .map(let keys, _, let base): 1 + keys.count + (base?.size ?? 0)
        }
    }

    /// Followed values are copied and compared often; nobody's state has this many parts.
    static let maximumSize = 512

    /// The value, or nothing known of it where it has too many parts.
    var bounded: SymbolicValue {
        switch self {
        case .argument, .opaque, .term, .list, .unknown: self
        case .element, .tuple, .map: self.size <= Self.maximumSize ? self : .unknown
        }
    }
}

/// What has been learnt about one symbol on a path through code.
package struct SymbolicFact: Hashable, Sendable {
    package internal(set) var kind: SymbolicValue.Kind?
    package internal(set) var otherKinds: Set<SymbolicValue.Kind> = []
    /// Of a tuple.
    package internal(set) var arity: Int?
    package internal(set) var otherArities: Set<Int> = []
    /// It is no tuple of this size with this atom in front.
    package internal(set) var otherTags: Set<Tag> = []
    package internal(set) var constant: Term?
    package internal(set) var otherConstants: Set<Term> = []
    /// Keys that the map has.
    package internal(set) var keys: Set<Term> = []

    package struct Tag: Hashable, Sendable {
        package let name: Atom
        package let arity: Int

        package init(name: Atom, arity: Int) {
            self.name = name
            self.arity = arity
        }
    }

    /// Takes of what the symbol is not only how much is known: that tells the facts on different paths apart too.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.kind)
        hasher.combine(self.arity)
        hasher.combine(self.constant)
        hasher.combine(self.otherKinds.count)
        hasher.combine(self.otherArities.count)
        hasher.combine(self.otherTags.count)
        hasher.combine(self.otherConstants.count)
        hasher.combine(self.keys.count)
    }
}

/// What is known of all symbols at one place of a path.
package struct SymbolicFacts: Hashable, Sendable {
    private var facts: [SymbolicValue: Entry] = [:]
    /// The sum of the hash values of all facts, kept up to date because paths are looked up far more often than they
    /// learn something.
    private var sum = 0

    /// A fact that never changes, which all paths share that have learnt it: facts are copied with every path.
    private final class Entry: Equatable, Sendable {
        let fact: SymbolicFact
        /// Of the symbol too.
        let hash: Int

        init(_ symbol: SymbolicValue, _ fact: SymbolicFact) {
            var hasher = Hasher()
            hasher.combine(symbol)
            hasher.combine(fact)
            self.fact = fact
            self.hash = hasher.finalize()
        }

        static func == (left: Entry, right: Entry) -> Bool {
            left === right || (left.hash == right.hash && left.fact == right.fact)
        }
    }

    /// Nothing is known.
    package init() {}

    package subscript(_ symbol: SymbolicValue) -> SymbolicFact? { self.facts[symbol]?.fact }

    /// Whether something is known of values that do not belong to arguments, which ``keep(sites:)`` may forget.
    var dependOnSites: Bool {
        self.facts.keys.contains { symbol in
            if case .argument = symbol.root { false } else { true }
        }
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.sum) }

    package static func == (left: Self, right: Self) -> Bool { left.sum == right.sum && left.facts == right.facts }

    /// Learns something about a symbol; other values are what they are.
    mutating func learn(_ symbol: SymbolicValue, _ change: (inout SymbolicFact) -> Void) {
        guard symbol.isSymbol else { return }
        let known = self.facts[symbol]
        var fact = known?.fact ?? SymbolicFact()
        change(&fact)
        let entry = Entry(symbol, fact)
        self.sum = self.sum &- (known?.hash ?? 0) &+ entry.hash
        self.facts[symbol] = entry
    }

    /// Forgets all about a symbol that is made anew.
    mutating func forget(root: SymbolicValue) {
        self.keep { $0.root != root }
    }

    /// Forgets what belongs neither to an argument nor to what these sites brought.
    mutating func keep(sites: Set<Int>) {
        self.keep { symbol in
            switch symbol.root {
            case .argument: true
            case .opaque(let site, _): sites.contains(site)
            case .element, .term, .tuple, .map, .list, .unknown: false
            }
        }
    }

    private mutating func keep(_ isKept: (SymbolicValue) -> Bool) {
        // Not while the dictionary is walked through, which would copy it.
        var forgotten: [SymbolicValue] = []
        for symbol in self.facts.keys where !isKept(symbol) { forgotten.append(symbol) }
        for symbol in forgotten {
            if let entry = self.facts.removeValue(forKey: symbol) { self.sum &-= entry.hash }
        }
    }

    // MARK: - What a value is

    package func kind(of value: SymbolicValue) -> SymbolicValue.Kind? {
        switch value {
        case .argument, .opaque, .element:
            guard let entry = self.facts[value] else { return nil }
            return entry.fact.kind ?? entry.fact.constant.map(Self.kind)
        case .term(let term): return Self.kind(term)
        case .tuple: return .tuple
        case .map: return .map
        case .list: return .list
        case .unknown: return nil
        }
    }

    package func arity(of value: SymbolicValue) -> Int? {
        switch value {
        case .argument, .opaque, .element: self.facts[value]?.fact.arity
        case .term(.tuple(let elements)): elements.count
        case .tuple(let elements): elements.count
        case .term, .map, .list, .unknown: nil
        }
    }

    package func constant(_ value: SymbolicValue) -> Term? {
        if case .term(let term) = value { return term }
        return self.facts[value]?.fact.constant
    }

    /// An element of a tuple, from 0 on.
    package func element(_ value: SymbolicValue, _ index: Int) -> SymbolicValue {
        switch value {
        case .argument, .opaque, .element:
            // Nobody's state lies deeper.
            return value.size < 6 ? .element(of: value, index) : .unknown
        case .term(.tuple(let elements)): return elements.indices.contains(index) ? .term(elements[index]) : .unknown
        case .tuple(let elements): return elements.indices.contains(index) ? elements[index] : .unknown
        case .term, .map, .list, .unknown: return .unknown
        }
    }

    /// The elements of a tuple whose size is known.
    package func elements(_ value: SymbolicValue) -> [SymbolicValue]? {
        guard let arity = self.arity(of: value), arity <= SymbolicValue.maximumSize else { return nil }
        return (0..<arity).map { index in
            let element = self.element(value, index)
            return self.constant(element).map(SymbolicValue.term) ?? element
        }
    }

    private static func kind(_ term: Term) -> SymbolicValue.Kind {
        switch term {
        case .atom: .atom
        case .integer, .bigInteger, .float: .number
        case .tuple, .nativeRecord: .tuple
        case .list, .improperList: .list
        case .map: .map
        case .binary, .bitString: .binary
        case .externalFunction, .closure: .function
        case .pid, .port, .reference: .identifier
        }
    }
}
