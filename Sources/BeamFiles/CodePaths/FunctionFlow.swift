import ErlangTerms

/// Where a function waits, and whom it calls with what, of a value only as much as says how long a wait is.
///
/// All ways through the code are taken together: a register can hold everything that some way puts into it. Values that
/// are computed or come from elsewhere are not known; nothing is concluded from them.
struct FunctionFlow {
    /// Something that a register can hold.
    enum Value: Hashable, Sendable {
        case milliseconds(Int)
        case atom(Atom)
        /// An argument of the function, from 0 on.
        case argument(Int)
        /// A fun of this function of the module, by number.
        case function(Int)

        static let infinity = Value.atom("infinity")
    }

    typealias Values = Set<Value>

    struct Call {
        enum Target: Hashable {
            /// A function of the module.
            case local(Int)
            /// The number of an import.
            case remote(Int)
            case fun(Values)
        }

        let target: Target
        var arguments: [Values]
    }

    /// In the order of the code.
    var orderedCalls: [Call] { self.calls.sorted { $0.key < $1.key }.map(\.value) }
    /// The timeouts of each `receive`; nil where it has none.
    var receives: [Values?] { self.timeouts.sorted { $0.key < $1.key }.map(\.value) }

    private var calls: [Int: Call] = [:]
    private var timeouts: [Int: Values?] = [:]
    private var open: [(position: Int, state: State)] = []
    private var states: [Int: State] = [:]

    /// What the registers can hold, those of which nothing is known left out.
    private struct State: Hashable {
        var x: [Int: Values] = [:]
        var y: [Int: Values] = [:]

        /// More values say no more about a wait.
        private static let maximumValues = 8

        /// Adds what another way brings; false when that is nothing new.
        mutating func merge(_ other: State) -> Bool {
            let old = self
            Self.merge(&self.x, other.x)
            Self.merge(&self.y, other.y)
            return self != old
        }

        private static func merge(_ registers: inout [Int: Values], _ other: [Int: Values]) {
            for (register, values) in other {
                let all = registers[register, default: []].union(values)
                if all.count <= self.maximumValues { registers[register] = all }
            }
        }
    }

    /// Of a function that nobody asks for.
    init() {}

    /// - Parameter steps: how many more instructions may be passed, for the whole module.
    init(_ code: FunctionCode, arity: Int, in module: WaitReading.Tables, steps: inout Int) {
        var start = State()
        for number in 0..<max(0, arity) { start.x[number] = [.argument(number)] }
        self.open = [(0, start)]
        while let (position, state) = self.open.popLast(), steps > 0 {
            self.follow(code, from: position, state, module, &steps)
        }
    }

    private mutating func follow(
        _ code: FunctionCode, from start: Int, _ initial: State, _ module: WaitReading.Tables, _ steps: inout Int
    ) {
        var (position, state) = (start, initial)
        while code.instructions.indices.contains(position), steps > 0 {
            steps -= 1
            let instruction = code.instructions[position]
            if instruction.opcode == Opcode.label {
                if var known = self.states[position] {
                    guard known.merge(state) else { return }
                    state = known
                }
                self.states[position] = state
            } else if !self.step(instruction, at: position, &state, code, module) {
                return
            }
            position += 1
        }
    }

    // MARK: - Instructions

    /// What an instruction does; false where the next one is not reached from it. The numbers are those of
    /// `beam_opcodes`.
    private mutating func step(
        _ instruction: CodeInstruction, at position: Int, _ state: inout State, _ code: FunctionCode,
        _ module: WaitReading.Tables
    ) -> Bool {
        switch instruction.opcode {
        case 4...8, 78, 75, 112, 113, 178:
            self.call(instruction, at: position, state, module)
            let unit = self.unit(instruction, state, module)
            state.x = unit.map { [0: $0] } ?? [:]
            return [4, 7, 75, 112, 178].contains(instruction.opcode)
        case 2, 3, 19, 72, 73, 74, 107, 108, 161, 180: return false
        case 25: self.timeouts[position] = .some(nil)
        case 26:
            let values = self.values(instruction[1], state, module)
            self.timeouts[position] = .some(((self.timeouts[position] ?? nil) ?? []).union(values))
        case 62, 104:
            // Where the exception is handled.
            var handler = state
            handler.x = [:]
            self.fork([instruction[1]], handler, code)
            return true
        case 20, 63, 106, 160: state.x = [:]
        case 12...15, 18: state.y = [:]
        case 136:
            let count = instruction.integer(0) ?? 0
            let moved = state.y.compactMap { register, values in register >= count ? (register - count, values) : nil }
            state.y = Dictionary(moved, uniquingKeysWith: { first, _ in first })
        case 64: self.set(instruction[1], self.values(instruction[0], state, module), &state)
        case 169:
            let (left, right) = (
                self.values(instruction[0], state, module), self.values(instruction[1], state, module)
            )
            self.set(instruction[0], right, &state)
            self.set(instruction[1], left, &state)
        case 103: state.x[0] = module.target(ofFun: instruction.integer(0)).map { [.function($0)] }
        case 171:
            let target = module.target(ofFun: instruction.integer(0))
            self.set(instruction[1], target.map { [.function($0)] } ?? [], &state)
        default: self.forget(Self.written(by: instruction), &state)
        }
        self.fork(instruction.operands, state, code)
        return ![24, 25, 59, 60, 61].contains(instruction.opcode)
    }

    /// The operands that an instruction may change.
    private static func written(by instruction: CodeInstruction) -> [CodeInstruction.Operand] {
        switch instruction.opcode {
        // Tests, jumps, and what concerns neither.
        case 16, 21, 22, 24, 39...61, 68, 77, 105, 114, 115, 129, 150, 151, 153, 156, 157, 159, 183, 184: []
        case 9...11, 124, 125, 152, 185: instruction.operands.suffix(1)
        case 23, 162, 163: [instruction[1]]
        case 65: [instruction[1], instruction[2]]
        case 66, 69, 154, 155: [instruction[2]]
        case 164: [instruction[0]]
        case 177: [instruction[4]]
        default: instruction.operands
        }
    }

    /// Goes on later at every label that an instruction names.
    private mutating func fork(_ operands: [CodeInstruction.Operand], _ state: State, _ code: FunctionCode) {
        for operand in operands {
            switch operand {
            case .label(let label):
                if let position = code.places[label] { self.open.append((position, state)) }
            case .list(let inner): self.fork(inner, state, code)
            case .x, .y, .atom, .emptyList, .integer, .literal, .other: break
            }
        }
    }

    // MARK: - Registers

    private func values(
        _ operand: CodeInstruction.Operand, _ state: State, _ module: WaitReading.Tables
    ) -> Values {
        switch operand {
        case .x(let number): state.x[number] ?? []
        case .y(let number): state.y[number] ?? []
        case .atom(let atom): [.atom(atom)]
        case .integer(let value): value >= 0 ? [.milliseconds(value)] : []
        case .literal(let number): module.timeout(inLiteral: number).map { [.milliseconds($0)] } ?? []
        case .label, .list, .emptyList, .other: []
        }
    }

    private func set(_ operand: CodeInstruction.Operand, _ values: Values, _ state: inout State) {
        let known = values.isEmpty ? nil : values
        switch operand {
        case .x(let number): state.x[number] = known
        case .y(let number): state.y[number] = known
        case .atom, .emptyList, .integer, .literal, .label, .list, .other: break
        }
    }

    private func forget(_ operands: [CodeInstruction.Operand], _ state: inout State) {
        for operand in operands {
            if case .list(let inner) = operand { self.forget(inner, &state) }
            self.set(operand, [], &state)
        }
    }

    // MARK: - Calls

    private mutating func call(
        _ instruction: CodeInstruction, at position: Int, _ state: State, _ module: WaitReading.Tables
    ) {
        let target: Call.Target
        var arity = instruction.integer(0) ?? 0
        switch instruction.opcode {
        case 4, 5, 6:
            guard let number = instruction.label(1).flatMap(module.function(at:)) else { return }
            target = .local(number)
        case 7, 8, 78:
            guard let number = instruction.integer(1), module.imports.indices.contains(number) else { return }
            target = .remote(number)
        case 75: target = .fun(state.x[arity] ?? [])
        case 178:
            arity = instruction.integer(1) ?? 0
            target = .fun(self.values(instruction[2], state, module))
        default: return
        }
        let arguments = (0..<min(max(0, arity), 255)).map { state.x[$0] ?? [] }
        guard var known = self.calls[position], known.target == target, known.arguments.count == arguments.count else {
            self.calls[position] = Call(target: target, arguments: arguments)
            return
        }
        for (number, values) in arguments.enumerated() { known.arguments[number].formUnion(values) }
        self.calls[position] = known
    }

    /// What `timer:seconds/1` and its like return.
    private func unit(_ instruction: CodeInstruction, _ state: State, _ module: WaitReading.Tables) -> Values? {
        guard instruction.opcode == 7, let number = instruction.integer(1), module.imports.indices.contains(number),
            let unit = WaitingCalls.unit(of: module.imports[number]), let values = state.x[0]
        else { return nil }
        let results = values.compactMap { value -> Value? in
            guard case .milliseconds(let count) = value else { return nil }
            let product = count.multipliedReportingOverflow(by: unit)
            return product.overflow ? nil : .milliseconds(product.partialValue)
        }
        return results.isEmpty ? nil : Set(results)
    }
}
