import ErlangTerms

/// Operators and calls.
extension StaticEvaluator {
    // MARK: - Lists

    /// `left ++ right`. Where one is not known, what is known of the other stays.
    mutating func append(_ left: StaticValue, _ right: StaticValue) -> StaticValue {
        if left == .never || right == .never { return .never }
        let (left, right) = (self.flattenedChoice(left), self.flattenedChoice(right))
        var items: [StaticValue.Item] = []
        for part in [left, right] {
            guard self.isWithinLimits(part.items?.count ?? 1) else { return Self.tooLong }
            switch part.shape {
            case .list(let more): items += more
            case .unknown: items.append(StaticValue.Item(value: part, presence: .gap))
            case .term, .tuple, .map, .function, .choice:
                // An improper list, or an error.
                let reason = "a value that is not a list"
                items.append(StaticValue.Item(value: StaticValue(unknown: reason), presence: .gap))
            }
        }
        return .list(items: items)
    }

    /// Of a choice of lists one list: what not all of them have is there sometimes.
    mutating func flattenedChoice(_ value: StaticValue) -> StaticValue {
        guard case .choice(let values) = value.shape else { return value }
        var items: [StaticValue.Item] = []
        for one in values {
            guard case .list(let more) = one.shape else {
                let reason = StaticValue(unknown: one.unknownReason ?? "a value that is not a list")
                items.append(StaticValue.Item(value: reason, presence: .gap))
                continue
            }
            guard self.isWithinLimits((items.count + 1) * one.size) else { return Self.tooLong }
            for item in more where !items.contains(where: { $0.value == item.value }) {
                let isEverywhere =
                    item.presence == .always
                    && values.allSatisfy { other in
                        other.items?.contains { $0.value == item.value && $0.presence == .always } ?? false
                    }
                guard self.isWithinLimits(value.size) else { return Self.tooLong }
                let presence =
                    item.presence == .gap ? .gap : isEverywhere ? StaticValue.Item.Presence.always : .sometimes
                items.append(StaticValue.Item(value: item.value, presence: presence))
            }
        }
        return .list(items: items)
    }

    // MARK: - Operators

    mutating func unary(_ node: AbstractNode, _ environment: inout Environment) -> StaticValue {
        let value = self.value(node[1], &environment)
        switch (node[0].atomValue?.name, value.shape) {
        case ("not", .term(.atom("true"))): return .boolean(false)
        case ("not", .term(.atom("false"))): return .boolean(true)
        case ("+", .term(.integer)): return value
        case ("-", .term(.integer(let number))) where number != Int.min: return StaticValue(.integer(-number))
        default: return Self.unknownOperation
        }
    }

    private static let unknownOperation = StaticValue(unknown: "an operation that is not followed")

    mutating func binary(_ node: AbstractNode, _ environment: inout Environment) -> StaticValue {
        let name = node[0].atomValue?.name ?? ""
        let left = self.value(node[1], &environment)
        if name == "andalso" || name == "orelse" {
            let decisive: Atom = name == "orelse" ? "true" : "false"
            if left.atom == decisive { return left }
            var inner = environment
            let right = self.value(node[2], &inner)
            if left.term != nil { return right }
            // If the right side decides as well, it does not matter what the left one is.
            return right.atom == decisive ? right : Self.unknownOperation
        }
        let right = self.value(node[2], &environment)
        if left == .never || right == .never { return .never }
        switch name {
        case "++": return self.append(left, right)
        case "=:=", "=/=":
            switch self.equality(left, right) {
            case .yes: return .boolean(name == "=:=")
            case .no: return .boolean(name == "=/=")
            case .maybe: return Self.unknownOperation
            }
        case "==", "/=":
            // Numbers may be equal without being the same.
            guard case .term(.atom) = left.shape else { return Self.unknownOperation }
            switch self.equality(left, right) {
            case .yes: return .boolean(name == "==")
            case .no: return .boolean(name == "/=")
            case .maybe: return Self.unknownOperation
            }
        default: break
        }
        guard case (.term(.integer(let first)), .term(.integer(let second))) = (left.shape, right.shape) else {
            return Self.unknownOperation
        }
        return Self.arithmetic(name, first, second)
    }

    private static func arithmetic(_ name: String, _ left: Int, _ right: Int) -> StaticValue {
        let result: (partialValue: Int, overflow: Bool)
        switch name {
        case "+": result = left.addingReportingOverflow(right)
        case "-": result = left.subtractingReportingOverflow(right)
        case "*": result = left.multipliedReportingOverflow(by: right)
        case "div": result = left.dividedReportingOverflow(by: right)
        case "rem": result = left.remainderReportingOverflow(dividingBy: right)
        case "<": return .boolean(left < right)
        case ">": return .boolean(left > right)
        case "=<": return .boolean(left <= right)
        case ">=": return .boolean(left >= right)
        default: return self.unknownOperation
        }
        return result.overflow ? self.unknownOperation : StaticValue(.integer(result.partialValue))
    }

    // MARK: - Functions

    func function(_ body: Term, _ environment: Environment) -> StaticValue {
        guard let parts = body.tupleElements, let kind = parts.first?.atomValue else { return Self.unknownForm }
        switch (kind.name, parts.count) {
        case ("function", 3):
            guard let name = parts[1].atomValue, let arity = parts[2].integerValue else { return Self.unknownForm }
            return .function(StaticFunction(body: .local(name, arity), environment: [:]))
        case ("function", 4):
            let literals = parts.dropFirst().map { AbstractNode($0).flatMap(AbstractLiteral.term) }
            guard let module = literals[0]?.atomValue, let name = literals[1]?.atomValue,
                let arity = literals[2]?.integerValue
            else { return StaticValue(unknown: "a function that is not known") }
            return .function(StaticFunction(body: .external(module, name, arity), environment: [:]))
        case ("clauses", 2):
            return .function(StaticFunction(body: .clauses(parts[1].listElements ?? []), environment: environment))
        default: return Self.unknownForm
        }
    }

    mutating func apply(_ function: StaticValue, _ arguments: [StaticValue]) -> StaticValue {
        guard case .function(let function) = function.shape else {
            return StaticValue(unknown: "a function that is not known")
        }
        switch function.body {
        case .local(let name, let arity) where arity == arguments.count: return self.call(name, arguments)
        case .external(let module, let name, let arity) where arity == arguments.count:
            return self.call(module, name, arguments)
        case .local, .external: return .never
        case .clauses(let clauses):
            var environment = function.environment
            for clause in clauses.compactMap(AbstractClause.init) {
                for name in clause.patterns.flatMap({ self.variables(of: $0) }) { environment[name] = nil }
            }
            return self.enter { $0.clauses(clauses, arguments, &environment) }
        }
    }

    // MARK: - Calls

    mutating func call(_ node: AbstractNode, _ environment: inout Environment) -> StaticValue {
        var arguments: [StaticValue] = []
        for argument in node[1].listElements ?? [] { arguments.append(self.value(argument, &environment)) }
        if arguments.contains(.never) { return .never }
        guard let target = AbstractNode(node[0]) else { return Self.unknownForm }
        if target.kind == "remote", target.count == 2 {
            let module = self.value(target[0], &environment)
            guard let name = AbstractNode(target[1]).flatMap(AbstractLiteral.term)?.atomValue, let module = module.atom
            else { return StaticValue(unknown: "a call of a function that is not known") }
            return self.call(module, name, arguments)
        }
        guard target.kind == "atom", let name = AbstractLiteral.term(target)?.atomValue else {
            let function = self.value(node[0], &environment)
            return self.apply(function, arguments)
        }
        if self.code.functions[AbstractCode.FunctionName(name: name, arity: arguments.count)] != nil {
            return self.call(name, arguments)
        }
        return self.call("erlang", name, arguments)
    }

    mutating func call(_ module: Atom, _ name: Atom, _ arguments: [StaticValue]) -> StaticValue {
        if module == self.code.module { return self.call(name, arguments) }
        return self.knownCall(module, name, arguments)
            ?? StaticValue(unknown: "a call of `\(module):\(name)/\(arguments.count)`")
    }

    /// Functions of OTP that have no effects and that code of this kind uses; nil for all others, and where the arguments
    /// are not known well enough.
    private mutating func knownCall(_ module: Atom, _ name: Atom, _ arguments: [StaticValue]) -> StaticValue? {
        switch (module.name, name.name, arguments.count) {
        case ("erlang", "error", _), ("erlang", "exit", 1), ("erlang", "throw", 1): return .never
        case ("erlang", "++", 2), ("lists", "append", 2): return self.append(arguments[0], arguments[1])
        case ("lists", "append", 1), ("lists", "flatten", 1):
            return self.flatten(arguments[0], isDeep: name == "flatten", level: 0)
        case ("lists", "reverse", 1):
            guard let items = arguments[0].items, self.isWithinLimits(items.count) else { return nil }
            return .list(items: items.reversed())
        case ("lists", "map", 2):
            guard let items = self.flattenedChoice(arguments[1]).items else { return nil }
            var results: [StaticValue.Item] = []
            for item in items {
                guard self.isWithinLimits() else { return nil }
                results.append(
                    item.presence == .gap
                        ? item
                        : StaticValue.Item(
                            value: self.apply(arguments[0], [item.value]), presence: item.presence))
            }
            return .list(items: results)
        case ("maps", "merge", 2):
            guard case .map(let base, let isComplete) = arguments[0].shape,
                case .map(let more, true) = arguments[1].shape,
                self.isWithinLimits(arguments[0].size * (more.count + 1))
            else { return nil }
            let kept = base.filter { entry in !more.contains { $0.key == entry.key } }
            return .map(kept + more, isComplete: isComplete)
        case ("maps", "put", 3):
            guard case .map(let base, let isComplete) = arguments[2].shape, let key = self.term(arguments[0]),
                self.isWithinLimits(arguments[2].size * arguments[0].size)
            else { return nil }
            return .map(
                base.filter { $0.key != key } + [StaticValue.Entry(key: key, value: arguments[1])],
                isComplete: isComplete)
        default: return nil
        }
    }

    private mutating func flatten(_ list: StaticValue, isDeep: Bool, level: Int) -> StaticValue? {
        guard let items = self.flattenedChoice(list).items, level < 16 else { return nil }
        var result: [StaticValue.Item] = []
        for item in items {
            guard self.isWithinLimits() else { return Self.tooLong }
            let isList = item.value.alternatives.allSatisfy { $0.items != nil }
            switch item.value.shape {
            case _ where item.presence == .gap: result.append(item)
            case .list, .choice:
                guard isList else {
                    // It may be a list of any length.
                    let reason = item.value.unknownReason ?? "several possible values"
                    result.append(StaticValue.Item(value: StaticValue(unknown: reason), presence: .gap))
                    continue
                }
                let inner = isDeep ? self.flatten(item.value, isDeep: true, level: level + 1) : nil
                for one in (inner ?? self.flattenedChoice(item.value)).items ?? [] {
                    guard self.isWithinLimits() else { return Self.tooLong }
                    let isSometimes = item.presence == .sometimes && one.presence == .always
                    result.append(
                        StaticValue.Item(value: one.value, presence: isSometimes ? .sometimes : one.presence))
                }
            case .unknown: result.append(StaticValue.Item(value: item.value, presence: .gap))
            case .term, .tuple, .map, .function: result.append(item)
            }
        }
        return .list(items: result)
    }
}
