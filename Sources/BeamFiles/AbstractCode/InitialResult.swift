import ErlangTerms

/// What `init/1` of a module can return, and how processes of the module are started, as far as it can be told from the
/// file.
package struct InitialResult: Hashable, Sendable {
    /// Where it was read.
    package enum Source: Hashable, Sendable {
        case abstractCode
        /// The code, whose `init/1` returns a literal; there is no debug information to use.
        case code
    }

    /// One value or several alternatives.
    package let value: StaticValue
    package let source: Source
    /// The names under which `supervisor:start_link/3` of the module registers: the first argument of each call, and a hole
    /// for each call without a name. Empty where no such call was found or read.
    package let registeredNames: [StaticValue]
}

extension BeamFile {
    /// What `init/1` can return; read from debug information, without it from the code where that returns a literal.
    package var initialResult: Result<InitialResult, AbstractCodeAbsence> {
        let absence: AbstractCodeAbsence
        switch self.abstractCode {
        case .success(let code): return .success(InitialResult(code))
        case .failure(let reason): absence = reason
        }
        do throws(BeamFileError) {
            guard let literal = try self.literalInitialResult else { return .failure(absence) }
            return .success(InitialResult(value: StaticValue(literal), source: .code, registeredNames: []))
        } catch {
            return .failure(.unreadable(error.description))
        }
    }

    /// The term that `init/1` returns whatever it is called with, when its code does nothing but return a literal.
    private var literalInitialResult: Term? {
        get throws(BeamFileError) {
            guard let label = try self.exports.first(where: { $0.name == "init" && $0.arity == 1 })?.label,
                let index = try self.indexOfReturnedLiteral(label: label)
            else { return nil }
            let literals = try self.literals
            return literals.indices.contains(index) ? literals[index] : nil
        }
    }
}

extension InitialResult {
    init(_ code: AbstractCode) {
        var evaluator = StaticEvaluator(code)
        let starts = SupervisorStarts(code, &evaluator)
        // The argument is known when there is one way to start it.
        let argument =
            starts.arguments.count == 1 ? starts.arguments[0] : StaticValue(unknown: "the argument of `init/1`")
        self.init(
            value: evaluator.call("init", [argument]), source: .abstractCode, registeredNames: starts.names)
    }
}

/// The calls of `supervisor:start_link` in a module.
private struct SupervisorStarts {
    var names: [StaticValue] = []
    /// What each hands to `init/1`.
    var arguments: [StaticValue] = []

    private static let maximumNodes = 1_000_000

    init(_ code: AbstractCode, _ evaluator: inout StaticEvaluator) {
        var nodes = 0
        for name in code.order {
            var open = code.functions[name] ?? []
            while let term = open.popLast() {
                nodes += 1
                guard nodes <= Self.maximumNodes else {
                    self.arguments = []
                    return
                }
                switch term {
                case .tuple(let elements):
                    if let node = AbstractNode(term), let arguments = Self.arguments(node) {
                        self.add(arguments, code, &evaluator)
                    }
                    open += elements
                case .list(let elements): open += elements
                case .atom, .integer, .bigInteger, .float, .improperList, .map, .binary, .bitString, .pid, .port,
                    .reference, .externalFunction, .closure, .nativeRecord:
                    break
                }
            }
        }
    }

    /// The arguments of a call of `supervisor:start_link`.
    private static func arguments(_ node: AbstractNode) -> [Term]? {
        guard node.kind == "call", node.count == 2, let target = AbstractNode(node[0]), target.kind == "remote",
            target.count == 2, AbstractNode(target[0]).flatMap(AbstractLiteral.term)?.isAtom("supervisor") ?? false,
            AbstractNode(target[1]).flatMap(AbstractLiteral.term)?.isAtom("start_link") ?? false
        else { return nil }
        return node[1].listElements
    }

    private mutating func add(_ arguments: [Term], _ code: AbstractCode, _ evaluator: inout StaticEvaluator) {
        guard (2...3).contains(arguments.count) else { return }
        var environment: StaticEvaluator.Environment = [:]
        let module = evaluator.value(arguments[arguments.count - 2], &environment)
        // Another module's processes.
        if let atom = module.atom, atom != code.module { return }
        self.arguments.append(evaluator.value(arguments[arguments.count - 1], &environment))
        self.names.append(
            arguments.count == 3
                ? evaluator.value(arguments[0], &environment) : StaticValue(unknown: "a start without a name"))
    }
}
