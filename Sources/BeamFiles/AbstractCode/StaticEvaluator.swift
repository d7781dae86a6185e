import ErlangTerms

/// Follows expressions of abstract code as far as their values can be told, and never runs anything.
///
/// Literals, constructions of tuples, lists and maps, variables, `case` and `if`, comprehensions, local functions and a few
/// functions of `lists` and `maps` are followed. Of several clauses that may be taken all are; everything else is a hole
/// at its place. Steps, depth and size of values are bounded, so that no code takes long, however it was made.
struct StaticEvaluator {
    typealias Environment = [Atom: StaticValue]

    /// Expressions and parts of values that may be looked at.
    static let maximumSteps = 50_000
    /// Nesting of expressions, patterns and calls.
    static let maximumDepth = 72

    let code: AbstractCode
    private(set) var steps = 0
    private var depth = 0

    init(_ code: AbstractCode) { self.code = code }

    /// Calls a function of the module.
    mutating func call(_ name: Atom, _ arguments: [StaticValue]) -> StaticValue {
        guard let clauses = self.code.functions[AbstractCode.FunctionName(name: name, arity: arguments.count)] else {
            return StaticValue(unknown: "`\(name)/\(arguments.count)`, which is not a function of the module")
        }
        // An argument that is one of a few values gives one result for each, so that these fit together.
        let open = arguments.indices.filter { arguments[$0].alternatives.count > 1 }
        if open.count == 1, arguments[open[0]].alternatives.count <= 8 {
            return self.each(arguments[open[0]]) { evaluator, value in
                var arguments = arguments
                arguments[open[0]] = value
                return evaluator.call(name, arguments)
            }
        }
        var environment: Environment = [:]
        return self.enter { $0.clauses(clauses, arguments, &environment) }
    }

    // MARK: - Limits

    mutating func isWithinLimits(_ cost: Int = 1) -> Bool {
        self.steps += min(cost, Self.maximumSteps)
        return self.steps <= Self.maximumSteps
    }

    mutating func enter(_ body: (inout StaticEvaluator) -> StaticValue) -> StaticValue {
        guard self.depth < Self.maximumDepth, self.isWithinLimits() else {
            return Self.tooLong
        }
        self.depth += 1
        defer { self.depth -= 1 }
        return body(&self)
    }

    mutating func enterMatch(_ body: (inout StaticEvaluator) -> PatternMatch) -> PatternMatch {
        guard self.depth < Self.maximumDepth, self.isWithinLimits() else { return .maybe }
        self.depth += 1
        defer { self.depth -= 1 }
        return body(&self)
    }

    // MARK: - Clauses

    /// The last of a sequence of expressions.
    mutating func body(_ expressions: [Term], _ environment: inout Environment) -> StaticValue {
        var value = StaticValue(unknown: "an empty body")
        for expression in expressions {
            value = self.value(expression, &environment)
            if value == .never { break }
        }
        return value
    }

    /// What the first clause that fits gives, or what each gives that may be it; variables that a clause binds are bound
    /// afterwards.
    mutating func clauses(
        _ clauses: [Term], _ arguments: [StaticValue], _ environment: inout Environment
    ) -> StaticValue {
        var results: [StaticValue] = []
        var environments: [Environment] = []
        for term in clauses {
            guard let clause = AbstractClause(term), clause.patterns.count == arguments.count else {
                return Self.unknownForm
            }
            var inner = environment
            var match = PatternMatch.yes
            for (pattern, argument) in zip(clause.patterns, arguments) {
                match = match.and(self.match(pattern, argument, &inner))
                if match == .no { break }
            }
            if match != .no { match = match.and(self.guards(clause.guards, &inner)) }
            if match == .no { continue }
            let result = self.body(clause.body, &inner)
            if result != .never {
                results.append(result)
                environments.append(inner)
            }
            if match == .yes { break }
        }
        self.merge(environments, into: &environment)
        return self.union(results)
    }

    private mutating func merge(_ environments: [Environment], into environment: inout Environment) {
        guard let first = environments.first else { return }
        for (name, value) in first where environment[name] == nil {
            let values = environments.compactMap { $0[name] }
            if values.count == environments.count { environment[name] = values.count == 1 ? value : self.union(values) }
        }
    }

    private mutating func guards(_ guards: [[Term]], _ environment: inout Environment) -> PatternMatch {
        if guards.isEmpty { return .yes }
        var result = PatternMatch.no
        for conjunction in guards {
            var all = PatternMatch.yes
            for test in conjunction {
                let value = self.value(test, &environment)
                if value.atom == "true" { continue }
                // A test that fails, or is not true, rules the conjunction out.
                all = value != .never && self.term(value) == nil ? .maybe : .no
                if all == .no { break }
            }
            if all == .yes { return .yes }
            if all == .maybe { result = .maybe }
        }
        return result
    }

    // MARK: - Expressions

    mutating func value(_ expression: Term, _ environment: inout Environment) -> StaticValue {
        self.enter { $0.followed(expression, &environment) }
    }

    private mutating func values(_ expressions: [Term], _ environment: inout Environment) -> [StaticValue] {
        var values: [StaticValue] = []
        for expression in expressions { values.append(self.value(expression, &environment)) }
        return values
    }

    private mutating func followed(_ expression: Term, _ environment: inout Environment) -> StaticValue {
        guard let node = AbstractNode(expression) else { return Self.unknownForm }
        if let literal = AbstractLiteral.term(node) {
            let value = StaticValue(literal)
            return self.isWithinLimits(value.size) ? value : Self.tooLong
        }
        switch (node.kind.name, node.count) {
        case ("var", 1):
            guard let name = node[0].atomValue else { return Self.unknownForm }
            return environment[name] ?? StaticValue(unknown: "variable `\(name)`")
        case ("nil", 0): return .list([])
        case ("cons", 2): return self.list(node, &environment)
        case ("tuple", 1): return .tuple(self.values(node[0].listElements ?? [], &environment))
        case ("map", 1): return self.map(.map([], isComplete: true), node[0], &environment)
        case ("map", 2):
            let base = self.value(node[0], &environment)
            return self.each(base) { $0.map($1, node[1], &environment) }
        case ("match", 2): return self.matchExpression(node, &environment)
        case ("block", 1): return self.body(node[0].listElements ?? [], &environment)
        case ("case", 2): return self.caseExpression(node, &environment)
        case ("if", 1): return self.clauses(node[0].listElements ?? [], [], &environment)
        case ("lc", 2): return self.comprehension(node, environment)
        case ("op", 2): return self.unary(node, &environment)
        case ("op", 3): return self.binary(node, &environment)
        case ("fun", 1): return self.function(node[0], environment)
        case ("call", 2): return self.call(node, &environment)
        case let (kind, _): return StaticValue(unknown: Self.name(ofExpression: kind))
        }
    }

    private static func name(ofExpression kind: String) -> String {
        switch kind {
        case "try", "catch", "receive", "maybe", "record", "bin": "a `\(kind)` expression"
        case "record_field", "record_index": "a record"
        default: "an expression (`\(kind)`)"
        }
    }

    /// The same for each value that a choice may be.
    mutating func each(
        _ value: StaticValue, _ body: (inout StaticEvaluator, StaticValue) -> StaticValue
    ) -> StaticValue {
        guard case .choice(let values) = value.shape else { return body(&self, value) }
        var results: [StaticValue] = []
        for one in values { results.append(body(&self, one)) }
        return self.union(results)
    }

    /// One of these. Comparing them costs steps.
    mutating func union(_ values: [StaticValue]) -> StaticValue {
        if values.count == 1 { return values[0] }
        guard self.isWithinLimits(values.reduce(0) { $0 + $1.size } * max(1, values.count)) else { return Self.tooLong }
        return .choice(values)
    }

    /// The term, if all of it is known. Looking costs steps.
    mutating func term(_ value: StaticValue) -> Term? { self.isWithinLimits(value.size) ? value.term : nil }

    static let tooLong = StaticValue(unknown: "code that is too long to follow")
    static let unknownForm = StaticValue(unknown: "code of an unknown form")

    /// `[a, b | tail]`; long lists nest in their tails, so this is a loop.
    private mutating func list(_ first: AbstractNode, _ environment: inout Environment) -> StaticValue {
        var heads: [StaticValue] = []
        var node = first
        while true {
            guard self.isWithinLimits() else { return Self.tooLong }
            heads.append(self.value(node[0], &environment))
            guard let next = AbstractNode(node[1]), next.kind == "cons", next.count == 2 else { break }
            node = next
        }
        let tail = self.value(node[1], &environment)
        return self.append(.list(heads), tail)
    }

    private mutating func matchExpression(_ node: AbstractNode, _ environment: inout Environment) -> StaticValue {
        let value = self.value(node[1], &environment)
        return self.match(node[0], value, &environment) == .no ? .never : value
    }

    private mutating func caseExpression(_ node: AbstractNode, _ environment: inout Environment) -> StaticValue {
        let subject = self.value(node[0], &environment)
        let clauses = node[1].listElements ?? []
        // One by one, as long as there are few: a clause then sees what it was taken for.
        guard case .choice(let values) = subject.shape, values.count <= 8 else {
            return self.clauses(clauses, [subject], &environment)
        }
        var results: [StaticValue] = []
        var environments: [Environment] = []
        for value in values {
            var inner = environment
            let result = self.clauses(clauses, [value], &inner)
            guard result != .never else { continue }
            results.append(result)
            environments.append(inner)
        }
        self.merge(environments, into: &environment)
        return self.union(results)
    }

    // MARK: - Maps

    private mutating func map(
        _ base: StaticValue, _ associations: Term, _ environment: inout Environment
    ) -> StaticValue {
        var entries: [StaticValue.Entry] = []
        var isComplete = false
        if case .map(let known, let complete) = base.shape { (entries, isComplete) = (known, complete) }
        for association in associations.listElements ?? [] {
            guard let node = AbstractNode(association), node.count == 2 else {
                return Self.unknownForm
            }
            let (key, value) = (self.value(node[0], &environment), self.value(node[1], &environment))
            guard let term = self.term(key) else {
                // It may be any of the keys, or another.
                (entries, isComplete) = ([], false)
                continue
            }
            guard self.isWithinLimits(entries.count * key.size) else {
                return Self.tooLong
            }
            entries.removeAll { $0.key == term }
            entries.append(StaticValue.Entry(key: term, value: value))
        }
        return .map(entries, isComplete: isComplete)
    }

    // MARK: - Comprehensions

    private mutating func comprehension(_ node: AbstractNode, _ environment: Environment) -> StaticValue {
        var items: [StaticValue.Item] = []
        let qualifiers = node[1].listElements ?? []
        // Each is one more level of recursion.
        guard qualifiers.count <= 8 else { return Self.tooLong }
        self.generate(node[0], ArraySlice(qualifiers), environment, isCertain: true, &items)
        return .list(items: items)
    }

    /// Adds what the template gives for the remaining qualifiers.
    private mutating func generate(
        _ template: Term, _ qualifiers: ArraySlice<Term>, _ environment: Environment, isCertain: Bool,
        _ items: inout [StaticValue.Item]
    ) {
        func gap(_ reason: String) -> StaticValue.Item {
            StaticValue.Item(value: StaticValue(unknown: reason), presence: .gap)
        }
        guard self.isWithinLimits(), items.count <= StaticValue.maximumSize else {
            items.append(gap("code that is too long to follow"))
            return
        }
        var environment = environment
        guard let qualifier = qualifiers.first else {
            let value = self.value(template, &environment)
            if value != .never {
                items.append(StaticValue.Item(value: value, presence: isCertain ? .always : .sometimes))
            }
            return
        }
        let rest = qualifiers.dropFirst()
        guard let node = AbstractNode(qualifier), node.kind == "generate", node.count == 2 else {
            let test = self.value(qualifier, &environment)
            if test.atom == "true" {
                self.generate(template, rest, environment, isCertain: isCertain, &items)
            } else if self.term(test) == nil {
                self.generate(template, rest, environment, isCertain: false, &items)
            }
            return
        }
        let source = self.value(node[1], &environment)
        guard let elements = self.flattenedChoice(source).items else {
            items.append(
                gap((self.isWithinLimits(source.size) ? source.unknownReason : nil) ?? "a list that is not known"))
            return
        }
        for element in elements {
            if element.presence == .gap {
                items.append(element)
                continue
            }
            var inner = environment
            let match = self.matchShadowing(node[0], element.value, &inner)
            if match == .no { continue }
            self.generate(
                template, rest, inner, isCertain: isCertain && match == .yes && element.presence == .always, &items)
        }
    }
}
