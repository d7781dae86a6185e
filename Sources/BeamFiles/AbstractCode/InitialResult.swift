import ErlangTerms

/// What `init/1` of a module can return, and how processes of the module are started, as far as it can be told from the
/// file.
package struct InitialResult: Hashable, Sendable {
    /// Where it was read.
    package enum Source: Hashable, Sendable {
        case abstractCode
        /// The compiled code; there is no debug information to use.
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
    /// What `init/1` can return; read from debug information, without it from the code.
    package var initialResult: Result<InitialResult, AbstractCodeAbsence> {
        let absence: AbstractCodeAbsence
        switch self.abstractCode {
        case .success(let code): return .success(InitialResult(code))
        case .failure(let reason): absence = reason
        }
        do throws(BeamFileError) {
            var evaluator = try CompiledEvaluator(self)
            return InitialResult(&evaluator).map { .success($0) } ?? .failure(absence)
        } catch {
            return .failure(.unreadable(error.description))
        }
    }

    /// The children that `start/2` of an application starts with `Supervisor.start_link(children, options)`, in the form
    /// of a result of `init/1`; nil where it does not, or cannot be read.
    package var childrenOfStart: InitialResult? {
        guard var evaluator = try? CompiledEvaluator(self) else { return nil }
        let unknown = StaticValue(unknown: "an argument of `start/2`")
        guard evaluator.call("start", [unknown, unknown]) != nil else { return nil }
        let starts = evaluator.starts.filter { start in
            // A module as the first argument has an `init/1` of its own.
            start.isElixir && start.arguments.count == 2 && start.arguments[0].atom == nil
        }
        guard !starts.isEmpty else { return nil }
        return InitialResult(
            value: .choice(starts.map { ElixirSupervisors.initialResult($0.arguments[0], $0.arguments[1]) }),
            source: .code, registeredNames: starts.map { ElixirSupervisors.name($0.arguments[1]) })
    }

    /// The specification that `child_spec/1` makes of ``argumentOfChild``; nil where there is no such function.
    package var childSpecification: StaticValue? {
        guard (try? self.exports.contains { $0.name == "child_spec" && $0.arity == 1 }) ?? false,
            var evaluator = try? CompiledEvaluator(self)
        else { return nil }
        return evaluator.call("child_spec", [Self.argumentOfChild])
    }

    /// Stands for the argument of `child_spec/1`.
    package static let argumentOfChild = StaticValue(unknown: "the argument of `child_spec/1`")
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

extension InitialResult {
    /// Nil when the module has no `init/1`.
    fileprivate init?(_ evaluator: inout CompiledEvaluator) {
        evaluator.findStarts()
        var (names, arguments): ([StaticValue], [StaticValue]) = ([], [])
        for start in evaluator.starts {
            let values = start.arguments
            guard let module = start.isElixir ? values.first : values.dropLast().last, values.count >= 2 else {
                continue
            }
            // Another module's processes, or children without a module.
            if let atom = module.atom, atom != evaluator.module { continue }
            if module.items != nil { continue }
            arguments.append(start.isElixir ? values[1] : values[values.count - 1])
            if start.isElixir {
                names.append(ElixirSupervisors.name(values.count == 3 ? values[2] : .list([])))
            } else {
                names.append(values.count == 3 ? values[0] : StaticValue(unknown: "a start without a name"))
            }
        }
        let argument = arguments.count == 1 ? arguments[0] : StaticValue(unknown: "the argument of `init/1`")
        guard let value = evaluator.call("init", [argument]) else { return nil }
        self.init(value: value, source: .code, registeredNames: names)
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
