import ErlangTerms

/// Whether a value fits a pattern.
enum PatternMatch {
    case yes, maybe, no

    func and(_ other: PatternMatch) -> PatternMatch {
        switch (self, other) {
        case (.no, _), (_, .no): .no
        case (.yes, .yes): .yes
        case (.maybe, _), (_, .maybe): .maybe
        }
    }
}

extension StaticEvaluator {
    /// Matches, and binds the pattern's variables; when it does not fit, the environment is of no more use.
    mutating func match(
        _ pattern: Term, _ value: StaticValue, _ environment: inout Environment
    ) -> PatternMatch {
        self.enterMatch { $0.matched(pattern, value, &environment) }
    }

    /// The same for a generator's pattern and a `fun`'s: its variables are new ones, whatever is bound outside.
    mutating func matchShadowing(
        _ pattern: Term, _ value: StaticValue, _ environment: inout Environment
    ) -> PatternMatch {
        for name in self.variables(of: pattern) { environment[name] = nil }
        return self.match(pattern, value, &environment)
    }

    private mutating func matched(
        _ pattern: Term, _ value: StaticValue, _ environment: inout Environment
    ) -> PatternMatch {
        guard let node = AbstractNode(pattern) else { return .maybe }
        if node.kind == "var", node.count == 1, let name = node[0].atomValue {
            guard name != "_" else { return .yes }
            guard let bound = environment[name] else {
                environment[name] = value
                return .yes
            }
            return self.equality(bound, value)
        }
        if node.kind == "match", node.count == 2 {
            let first = self.match(node[0], value, &environment)
            return first == .no ? .no : first.and(self.match(node[1], value, &environment))
        }
        if case .choice(let values) = value.shape {
            // Whatever it is matched with is not known afterwards.
            var results: [PatternMatch] = []
            for one in values {
                var inner = environment
                results.append(self.match(pattern, one, &inner))
            }
            if results.allSatisfy({ $0 == .no }) { return .no }
            self.bindUnknown(pattern, "one of several values", &environment)
            return results.allSatisfy { $0 == .yes } ? .yes : .maybe
        }
        if case .unknown(let reason) = value.shape {
            self.bindUnknown(pattern, reason, &environment)
            return .maybe
        }
        return self.matchedParts(node, pattern, value, &environment)
    }

    private mutating func matchedParts(
        _ node: AbstractNode, _ pattern: Term, _ value: StaticValue, _ environment: inout Environment
    ) -> PatternMatch {
        if let literal = AbstractLiteral.term(node) {
            return self.equality(StaticValue(literal), value)
        }
        switch (node.kind.name, node.count) {
        case ("nil", 0):
            guard let items = value.items else { return .no }
            if items.isEmpty { return .yes }
            return items.contains { $0.presence == .always } ? .no : .maybe
        case ("tuple", 1):
            guard let elements = value.elements, let patterns = node[0].listElements,
                elements.count == patterns.count
            else { return .no }
            var result = PatternMatch.yes
            for (pattern, element) in zip(patterns, elements) {
                result = result.and(self.match(pattern, element, &environment))
                if result == .no { return .no }
            }
            return result
        case ("cons", 2):
            guard let items = value.items, let first = items.first else { return .no }
            guard first.presence == .always else {
                self.bindUnknown(pattern, "a list that is not known", &environment)
                return .maybe
            }
            let head = self.match(node[0], first.value, &environment)
            guard head != .no, self.isWithinLimits(items.count) else { return head == .no ? .no : .maybe }
            return head.and(self.match(node[1], .list(items: Array(items.dropFirst())), &environment))
        case ("map", 1): return self.matchedMap(node, value, &environment)
        default:
            self.bindUnknown(pattern, "a pattern that is not followed", &environment)
            return .maybe
        }
    }

    private mutating func matchedMap(
        _ node: AbstractNode, _ value: StaticValue, _ environment: inout Environment
    ) -> PatternMatch {
        guard case .map(let entries, let isComplete) = value.shape else { return .no }
        var result = PatternMatch.yes
        for association in node[0].listElements ?? [] {
            guard let field = AbstractNode(association), field.count == 2 else { return .maybe }
            var outer = environment
            let keyValue = self.value(field[0], &outer)
            guard let key = self.term(keyValue), self.isWithinLimits(entries.count * keyValue.size) else {
                self.bindUnknown(field[1], "a pattern that is not followed", &environment)
                result = .maybe
                continue
            }
            if let entry = entries.first(where: { $0.key == key }) {
                result = result.and(self.match(field[1], entry.value, &environment))
            } else if isComplete {
                result = .no
            } else {
                self.bindUnknown(field[1], "a map that is not known", &environment)
                result = .maybe
            }
            if result == .no { return .no }
        }
        return result
    }

    /// Whether two values are the same term.
    mutating func equality(_ left: StaticValue, _ right: StaticValue) -> PatternMatch {
        guard self.isWithinLimits(left.size + right.size) else { return .maybe }
        if let left = left.term, let right = right.term { return left == right ? .yes : .no }
        switch (left.shape, right.shape) {
        case (.tuple(let left), .tuple(let right)) where left.count != right.count: return .no
        case (.term, .tuple), (.tuple, .term), (.term, .map), (.map, .term), (.tuple, .list), (.list, .tuple),
            (.tuple, .map), (.map, .tuple), (.list, .map), (.map, .list), (.term, .list), (.list, .term):
            return .no
        default: return .maybe
        }
    }

    // MARK: - Variables

    /// Binds every variable of a pattern that is not bound yet to a hole.
    mutating func bindUnknown(_ pattern: Term, _ reason: String, _ environment: inout Environment) {
        for name in self.variables(of: pattern) where environment[name] == nil {
            environment[name] = StaticValue(unknown: reason)
        }
    }

    /// The variables of a pattern, by a walk over all its parts.
    mutating func variables(of pattern: Term) -> [Atom] {
        var names: [Atom] = []
        var open = [pattern]
        while let term = open.popLast() {
            guard self.isWithinLimits() else { break }
            switch term {
            case .tuple(let elements):
                if elements.count == 3, elements[0].isAtom("var"), let name = elements[2].atomValue {
                    if name != "_" { names.append(name) }
                } else {
                    open += elements
                }
            case .list(let elements): open += elements
            case .atom, .integer, .bigInteger, .float, .improperList, .map, .binary, .bitString, .pid, .port,
                .reference, .externalFunction, .closure, .nativeRecord:
                break
            }
        }
        return names
    }
}
