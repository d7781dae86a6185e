import ErlangTerms

/// Tests of values: how they can go, and what is known afterwards.
extension SymbolicFacts {
    /// The facts where a test holds and where it does not; nil where it cannot go that way.
    typealias Ways = (holds: SymbolicFacts?, fails: SymbolicFacts?)

    /// Whether a value is of a kind.
    ///
    /// - Parameter isWhole: the test holds for all values of the kind.
    func test(_ value: SymbolicValue, is kind: SymbolicValue.Kind, isWhole: Bool = true) -> Ways {
        if let known = self.kind(of: value) {
            if known != kind { return (nil, self) }
            if isWhole { return (self, nil) }
        } else if self[value]?.otherKinds.contains(kind) ?? false {
            return (nil, self)
        }
        var (holds, fails) = (self, self)
        holds.learn(value) { $0.kind = kind }
        if isWhole { fails.learn(value) { $0.otherKinds.insert(kind) } }
        return (holds, fails)
    }

    /// Whether a value that is known to be a tuple has a size.
    func test(_ value: SymbolicValue, hasArity arity: Int) -> Ways {
        if let known = self.arity(of: value) { return known == arity ? (self, nil) : (nil, self) }
        if self[value]?.otherArities.contains(arity) ?? false { return (nil, self) }
        var (holds, fails) = (self, self)
        holds.learn(value) {
            $0.kind = .tuple
            $0.arity = arity
        }
        fails.learn(value) { $0.otherArities.insert(arity) }
        return (holds, fails)
    }

    /// Whether a value is a tuple of a size with an atom in front.
    func test(_ value: SymbolicValue, isTagged tag: SymbolicFact.Tag) -> Ways {
        let first = self.element(value, 0)
        if let kind = self.kind(of: value), kind != .tuple { return (nil, self) }
        if let arity = self.arity(of: value) {
            if arity != tag.arity { return (nil, self) }
            if let constant = self.constant(first) {
                return constant == .atom(tag.name) ? (self, nil) : (nil, self)
            }
        }
        if let fact = self[value],
            fact.otherTags.contains(tag) || fact.otherKinds.contains(.tuple) || fact.otherArities.contains(tag.arity)
        {
            return (nil, self)
        }
        var (holds, fails) = (self, self)
        holds.learn(value) {
            $0.kind = .tuple
            $0.arity = tag.arity
        }
        holds.learn(first) { $0.constant = .atom(tag.name) }
        fails.learn(value) { $0.otherTags.insert(tag) }
        return (holds, fails)
    }

    /// Whether two values are the same.
    func test(_ left: SymbolicValue, equals right: SymbolicValue) -> Ways {
        switch (self.constant(left), self.constant(right)) {
        case (let one?, let two?): return one == two ? (self, nil) : (nil, self)
        case (nil, let term?): return self.test(left, equals: term)
        case (let term?, nil): return self.test(right, equals: term)
        case (nil, nil): return (self, self)
        }
    }

    private func test(_ value: SymbolicValue, equals term: Term) -> Ways {
        var (holds, fails) = (self, self)
        if let kind = self.kind(of: value), kind != self.kind(of: .term(term)) { return (nil, self) }
        if case .tuple = value { return (self, self) }
        if case .map = value { return (self, self) }
        if let fact = self[value] {
            if fact.otherConstants.contains(term) { return (nil, self) }
            if let kind = self.kind(of: .term(term)), fact.otherKinds.contains(kind) { return (nil, self) }
        }
        holds.learn(value) { $0.constant = term }
        fails.learn(value) { $0.otherConstants.insert(term) }
        return (holds, fails)
    }

    /// Whether a map has keys.
    func test(_ value: SymbolicValue, hasKeys keys: Set<Term>) -> Ways {
        if let kind = self.kind(of: value), kind != .map { return (nil, self) }
        switch value {
        case .map(let known, _, let base):
            if keys.isSubset(of: known) { return (self, nil) }
            if base == nil { return (nil, self) }
            return (self, self)
        case .term(.map(let map)):
            return keys.allSatisfy { map[$0] != nil } ? (self, nil) : (nil, self)
        case .argument, .opaque, .element:
            if let fact = self[value] {
                if fact.otherKinds.contains(.map) { return (nil, self) }
                if keys.isSubset(of: fact.keys) { return (self, nil) }
            }
            var holds = self
            holds.learn(value) {
                $0.kind = .map
                $0.keys.formUnion(keys)
            }
            return (holds, self)
        case .term, .tuple, .list, .unknown: return (self, self)
        }
    }
}
