import ErlangTerms

/// Functions of OTP whose results have a known form.
enum BuiltIns {
    /// Whether a function never returns.
    static func raises(_ target: BeamFile.Import) -> Bool {
        guard target.module == "erlang" else { return false }
        return switch (target.function.name, target.arity) {
        case ("error", 1...3), ("exit", 1), ("throw", 1), ("raise", 3), ("halt", 0...2), ("nif_error", 1...2): true
        default: false
        }
    }

    /// What a call returns; nil where nothing is known.
    static func result(
        of target: BeamFile.Import, _ arguments: [SymbolicValue], _ facts: SymbolicFacts
    ) -> SymbolicValue? {
        guard arguments.count == target.arity else { return nil }
        switch (target.module.name, target.function.name, target.arity) {
        case ("erlang", "setelement", 3):
            guard case .integer(let index)? = facts.constant(arguments[0]),
                let elements = facts.elements(arguments[1])
            else { return nil }
            return self.replacing(elements, index, arguments[2])
        case ("erlang", "element", 2):
            guard case .integer(let index)? = facts.constant(arguments[0]), index >= 1, index <= 255 else { return nil }
            return facts.element(arguments[1], index - 1)
        case ("maps", "put", 3):
            return self.map(arguments[2], adding: [arguments[0]], facts)
        case ("maps", "merge", 2):
            guard case .map(let added, _, base: nil) = self.asMap(arguments[1], facts) else { return nil }
            return self.map(arguments[0], adding: added.map { .term($0) }, facts)
        case ("maps", "new", 0): return .map(keys: [], structure: nil, base: nil)
        default: return nil
        }
    }

    /// The tuple with another element, from 1 on.
    static func replacing(_ elements: [SymbolicValue], _ index: Int, _ value: SymbolicValue) -> SymbolicValue {
        guard index >= 1, index <= elements.count else { return .unknown }
        var elements = elements
        elements[index - 1] = value
        return SymbolicValue.tuple(elements).bounded
    }

    /// The map with further keys, as far as these are known.
    static func map(
        _ map: SymbolicValue, adding keys: [SymbolicValue], _ facts: SymbolicFacts
    ) -> SymbolicValue {
        guard case .map(var known, let structure, let base) = self.asMap(map, facts) else { return .unknown }
        for key in keys {
            // A key that is computed is one among others: such a map is a table.
            guard let key = facts.constant(key) else {
                return SymbolicValue.map(keys: known, structure: structure, base: .unknown).bounded
            }
            known.insert(key)
        }
        return SymbolicValue.map(keys: known, structure: structure, base: base).bounded
    }

    /// A map as its keys.
    static func asMap(_ value: SymbolicValue, _ facts: SymbolicFacts) -> SymbolicValue {
        switch value {
        case .map: value
        case .term(.map(let map)):
            .map(keys: Set(map.pairs.map(\.key)), structure: map[.atom("__struct__")]?.atomValue, base: nil)
        case .argument, .opaque, .element: .map(keys: facts[value]?.keys ?? [], structure: nil, base: value)
        case .unknown: .map(keys: [], structure: nil, base: .unknown)
        case .term, .tuple, .list: .unknown
        }
    }
}
