package import ErlangTerms

/// How long functions of a module can keep a process standing still, told from the code without running it.
///
/// Followed are calls within the module, with the timeouts and funs that they hand on, and funs given to functions of
/// `lists` and their like. Funs and functions given to `spawn` and its like run elsewhere and are not followed; neither
/// are other modules, nor timeouts that are computed or read from somewhere. One wait counts for itself: nothing is added
/// up over loops or sequences.
package struct WaitReading {
    /// One wait.
    package struct Wait: Hashable, Sendable {
        /// Nil when it may last for ever.
        package let milliseconds: Int?
        /// The function of another module that waits; nil for a `receive`.
        package let call: BeamFile.Import?
        /// The function that waits or makes the call: its number in ``ModuleCode/functions``.
        package let function: Int
    }

    /// What instructions refer to by number.
    struct Tables {
        let module: Atom
        let layout: CodeLayout
        let imports: [BeamFile.Import]
        /// For each fun the function it is made of.
        let funs: [Int?]
        let literals: [Term]

        func function(at label: Int) -> Int? { self.layout.function(at: label) }

        func function(named name: Atom, _ arity: Int) -> Int? {
            self.layout.functions.firstIndex { $0.name == name && $0.arity == arity }
        }

        func target(ofFun number: Int?) -> Int? {
            number.flatMap { self.funs.indices.contains($0) ? self.funs[$0] : nil }
        }

        /// The timeout in `{clean_timeout,Timeout}` and `{dirty_timeout,Timeout}`, which `gen_statem:call/3` takes.
        func timeout(inLiteral number: Int) -> Int? {
            guard self.literals.indices.contains(number), case .tuple(let elements) = self.literals[number],
                elements.count == 2, let name = elements[0].atomValue,
                name == "clean_timeout" || name == "dirty_timeout", case .integer(let value) = elements[1], value >= 0
            else { return nil }
            return value
        }
    }

    private let tables: Tables
    private let codes: [FunctionCode]
    private let flows: [FunctionFlow]
    /// The waits that each function makes itself, with the register of a timeout that is handed to it.
    private let calls: [[FunctionFlow.Call]]
    private let loops: Set<Int>

    /// Longer than this counts: the default of `sys:suspend/1` and of most calls, in milliseconds.
    package static let usual = 5000
    private static let maximumContexts = 4096

    /// Nil when no function of the module waits.
    ///
    /// - Parameter steps: the instructions to pass at most.
    package init?(_ beam: BeamFile, _ code: ModuleCode, steps: Int = 500_000) throws(BeamFileError) {
        guard let isNeeded = Self.neededFunctions(of: code, module: beam.module) else { return nil }
        let atoms = try beam.atoms
        let layout = try CodeLayout(beam, atoms)
        self.tables = Tables(
            module: beam.module, layout: layout, imports: try beam.imports(atoms),
            funs: try beam.lambdas(atoms).map { layout.function(at: $0.label) }, literals: try beam.literals)
        var codes: [FunctionCode] = []
        var flows: [FunctionFlow] = []
        var steps = steps
        for (number, function) in layout.functions.enumerated() {
            let code = try FunctionCode(beam, atoms, body: function.body)
            codes.append(code)
            flows.append(
                isNeeded[number]
                    ? FunctionFlow(code, arity: function.arity, in: self.tables, steps: &steps) : FunctionFlow())
        }
        self.codes = codes
        self.flows = flows
        self.calls = flows.map(\.orderedCalls)
        self.loops = Set(code.functions.indices.filter { code.functions[$0].hasLocalReceiveLoop })
    }

    // MARK: - What is needed

    /// For each function whether it can have to do with a wait: it can come to a function that waits or starts processes
    /// that do, is called by one that can and may be given a fun that waits, or is called by `init/1`, which names states.
    /// Nil where none waits.
    private static func neededFunctions(of code: ModuleCode, module: Atom) -> [Bool]? {
        let functions = code.functions
        func imports(where isWanted: (BeamFile.Import) -> Bool) -> Set<Int> {
            Set(code.imports.indices.filter { isWanted(code.imports[$0]) })
        }
        func callers(_ imports: Set<Int>) -> [Int] {
            imports.isEmpty ? [] : functions.indices.filter { !imports.isDisjoint(with: functions[$0].remoteCalls) }
        }
        let waiting =
            functions.indices.filter { functions[$0].receives }
            + callers(imports { WaitingCalls.timeout(of: $0) != nil })
        guard !waiting.isEmpty else { return nil }
        let hasLoops = functions.contains(where: \.hasLocalReceiveLoop)
        let starting = hasLoops ? callers(imports { WaitingCalls.startsProcess($0) }) : []
        let own = imports { $0.module == module }
        var callees: [[Int]] = functions.map { $0.localCalls + $0.funs }
        for number in callers(own) {
            for call in functions[number].remoteCalls where own.contains(call) {
                let (name, arity) = (code.imports[call].function, code.imports[call].arity)
                callees[number] += functions.indices.filter {
                    functions[$0].name == name && functions[$0].arity == arity
                }
            }
        }
        var callersOf: [[Int]] = Array(repeating: [], count: functions.count)
        for (caller, list) in callees.enumerated() { for callee in list { callersOf[callee].append(caller) } }
        let initial = functions.indices.filter { functions[$0].name == "init" && functions[$0].arity == 1 }
        let isConcerned = Self.reach(waiting + starting, callersOf)
        return Self.reach(functions.indices.filter { isConcerned[$0] } + initial, callees)
    }

    private static func reach(_ start: [Int], _ edges: [[Int]]) -> [Bool] {
        var isReached = Array(repeating: false, count: edges.count)
        for number in start { isReached[number] = true }
        var open = start
        while let number = open.popLast() {
            for next in edges[number] where !isReached[next] {
                isReached[next] = true
                open.append(next)
            }
        }
        return isReached
    }

    // MARK: - Waits

    /// A function with what is handed to it, where that is a long timeout or a fun.
    private struct Context: Hashable {
        let function: Int
        let arguments: [FunctionFlow.Values]
    }

    /// The longest wait of more than five seconds that a call of a function can end up in; nil when there is none.
    ///
    /// - Parameter isLoop: the function is part of the process's own loop, which waits for messages as such.
    package func longestWait(of name: Atom, _ arity: Int, isLoop: Bool = false) -> Wait? {
        guard let start = self.tables.function(named: name, arity) else { return nil }
        var longest: Wait?
        self.visit([start]) { context in
            for wait in self.waits(context, isLoop: isLoop) {
                guard let known = longest else {
                    longest = wait
                    continue
                }
                if Self.length(wait) > Self.length(known) { longest = wait }
            }
        }
        return longest
    }

    private static func length(_ wait: Wait) -> Int { wait.milliseconds ?? .max }

    /// Visits everything that functions call in the same process, the nearest first.
    private func visit(_ start: [Int], _ body: (Context) -> Void) {
        var queue = start.map { Context(function: $0, arguments: []) }
        var seen = Set(queue)
        var next = 0
        while next < queue.count {
            let context = queue[next]
            next += 1
            body(context)
            for call in self.calls[context.function] {
                for target in self.targets(call, context) {
                    var callee = Context(function: target.function, arguments: target.arguments)
                    if seen.count >= Self.maximumContexts {
                        callee = Context(function: target.function, arguments: [])
                    }
                    if seen.insert(callee).inserted { queue.append(callee) }
                }
            }
        }
    }

    /// The functions of the module that a call runs.
    private func targets(_ call: FunctionFlow.Call, _ context: Context) -> [Context] {
        func funs(_ values: FunctionFlow.Values) -> [Int] {
            self.resolved(values, context).compactMap { if case .function(let number) = $0 { number } else { nil } }
                .sorted()
        }
        func handedOn() -> [FunctionFlow.Values] {
            let arguments = call.arguments.map { self.resolved($0, context).filter(Self.isHandedOn) }
            return arguments.allSatisfy(\.isEmpty) ? [] : arguments
        }
        switch call.target {
        case .local(let number): return [Context(function: number, arguments: handedOn())]
        case .fun(let values): return funs(values).map { Context(function: $0, arguments: handedOn()) }
        case .remote(let number):
            let target = self.tables.imports[number]
            if target.module == self.tables.module {
                return self.tables.function(named: target.function, target.arity).map {
                    [Context(function: $0, arguments: handedOn())]
                } ?? []
            }
            guard WaitingCalls.runsFuns(target) else { return [] }
            return call.arguments.flatMap(funs).map { Context(function: $0, arguments: []) }
        }
    }

    private func resolved(_ values: FunctionFlow.Values, _ context: Context) -> FunctionFlow.Values {
        var result: FunctionFlow.Values = []
        for value in values {
            switch value {
            case .argument(let number):
                if context.arguments.indices.contains(number) { result.formUnion(context.arguments[number]) }
            case .milliseconds, .atom, .function: result.insert(value)
            }
        }
        return result
    }

    private static func isHandedOn(_ value: FunctionFlow.Value) -> Bool {
        switch value {
        case .milliseconds(let count): count > self.usual
        case .atom: value == .infinity
        case .function: true
        case .argument: false
        }
    }

    /// The long waits of a function itself.
    private func waits(_ context: Context, isLoop: Bool) -> [Wait] {
        var waits: [Wait] = []
        func add(_ values: FunctionFlow.Values?, _ call: BeamFile.Import?) {
            guard let values else {
                waits.append(Wait(milliseconds: nil, call: call, function: context.function))
                return
            }
            for value in self.resolved(values, context) {
                if value == .infinity {
                    waits.append(Wait(milliseconds: nil, call: call, function: context.function))
                } else if case .milliseconds(let count) = value, count > Self.usual {
                    waits.append(Wait(milliseconds: count, call: call, function: context.function))
                }
            }
        }
        for call in self.calls[context.function] {
            guard case .remote(let number) = call.target else { continue }
            let target = self.tables.imports[number]
            switch WaitingCalls.timeout(of: target) {
            case .never?: add(nil, target)
            case .argument(let position)?:
                add(call.arguments.indices.contains(position) ? call.arguments[position] : [], target)
            case nil: break
            }
        }
        // Who handles system messages there can be suspended there.
        if self.handlesSystemMessages(context.function) || isLoop && self.loops.contains(context.function) {
            return waits
        }
        for timeouts in self.flows[context.function].receives { add(timeouts, nil) }
        return waits
    }

    private func handlesSystemMessages(_ function: Int) -> Bool {
        self.calls[function].contains { call in
            guard case .remote(let number) = call.target else { return false }
            let target = self.tables.imports[number]
            return target.module == "sys" && target.function == "handle_system_msg"
        }
    }

    // MARK: - Other processes

    /// The functions with a receive loop that processes run which the module starts by `spawn` and its like: their
    /// numbers, ascending. Not those that handle system messages.
    package var spawnedLoops: [Int] {
        var started: Set<Int> = []
        for call in self.calls.joined() {
            guard case .remote(let number) = call.target, WaitingCalls.startsProcess(self.tables.imports[number]) else {
                continue
            }
            for case .function(let function) in call.arguments.joined() { started.insert(function) }
            // `spawn(Module, Name, Arguments)`, behind a node or not.
            for (position, values) in call.arguments.enumerated().dropLast()
            where values.contains(.atom(self.tables.module)) {
                for case .atom(let name) in call.arguments[position + 1] {
                    started.formUnion(self.tables.layout.functions.indices.filter { self.name($0) == name })
                }
            }
        }
        var reached: Set<Int> = []
        self.visit(started.sorted()) { reached.insert($0.function) }
        return reached.intersection(self.loops).filter { !self.handlesSystemMessages($0) }.sorted()
    }

    private func name(_ function: Int) -> Atom { self.tables.layout.functions[function].name }

    // MARK: - States

    /// The states of a state machine that has a function for each, as far as the code names them: in `{next_state,Name,…}`
    /// anywhere, and in `{ok,Name,…}` of what `init/1` calls.
    package var stateNames: Set<Atom> {
        if let mode = self.tables.function(named: "callback_mode", 0), self.mentions("handle_event_function", in: mode)
        {
            return []
        }
        var initial: Set<Int> = []
        if let function = self.tables.function(named: "init", 1) {
            self.visit([function]) { initial.insert($0.function) }
        }
        var names: Set<Atom> = []
        for (number, code) in self.codes.enumerated() {
            for instruction in code.instructions {
                // `put_tuple2`
                if instruction.opcode == 164, case .atom(let tag)? = instruction.list(1).first,
                    case .atom(let name)? = instruction.list(1).dropFirst().first,
                    Self.isStateTuple(tag, size: instruction.list(1).count, isInitial: initial.contains(number))
                {
                    names.insert(name)
                }
                for case .literal(let literal) in instruction.operands
                where self.tables.literals.indices.contains(literal) {
                    guard case .tuple(let elements) = self.tables.literals[literal], elements.count >= 2,
                        let tag = elements[0].atomValue, let name = elements[1].atomValue,
                        Self.isStateTuple(tag, size: elements.count, isInitial: initial.contains(number))
                    else { continue }
                    names.insert(name)
                }
            }
        }
        return names
    }

    private static func isStateTuple(_ tag: Atom, size: Int, isInitial: Bool) -> Bool {
        (3...4).contains(size) && (tag == "next_state" || tag == "ok" && isInitial)
    }

    private func mentions(_ atom: Atom, in function: Int) -> Bool {
        func mentions(_ operand: CodeInstruction.Operand) -> Bool {
            switch operand {
            case .atom(let other): return other == atom
            case .literal(let number):
                guard self.tables.literals.indices.contains(number),
                    case .list(let elements) = self.tables.literals[number]
                else { return false }
                return elements.contains(.atom(atom))
            case .list(let inner): return inner.contains(where: mentions)
            case .x, .y, .label, .emptyList, .integer, .other: return false
            }
        }
        return self.codes[function].instructions.contains { $0.operands.contains(where: mentions) }
    }
}
