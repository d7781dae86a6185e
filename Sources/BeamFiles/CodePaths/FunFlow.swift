package import ErlangTerms

/// Where the funs that a function makes go to, as long as it can be told from one straight way through its code.
///
/// Only what certainly holds a fun counts: where two ways come together, what both know of a register stays. Functions of the
/// module that are called are not followed.
package struct FunFlow {
    /// What is in a register.
    package indirect enum Value: Hashable, Sendable {
        case atom(Atom)
        /// A fun that this module made.
        case fun
        /// A list or map with a fun somewhere in it.
        case holder
        /// Elements of which nothing is known are nil.
        case tuple([Value?])

        package var holdsFun: Bool {
            switch self {
            case .atom: false
            case .fun, .holder: true
            case .tuple(let elements): elements.contains { $0?.holdsFun ?? false }
            }
        }
    }

    /// A call of a function of another module with a fun in one of its arguments.
    package struct Call: Hashable, Sendable {
        package let target: BeamFile.Import
        package let arguments: [Value?]
    }

    /// In the order of the code.
    package private(set) var returned: [Value] = []
    package private(set) var calls: [Call] = []

    fileprivate enum Register: Hashable {
        case x(Int)
        case y(Int)

        init?(_ operand: CodeInstruction.Operand) {
            switch operand {
            case .x(let number): self = .x(number)
            case .y(let number): self = .y(number)
            case .label, .atom, .emptyList, .integer, .literal, .list, .other: return nil
            }
        }
    }

    private typealias Registers = [Register: Value]
    private static let maximumElements = 255

    init(_ code: FunctionCode, _ imports: [BeamFile.Import]) {
        let labels = Dictionary(code.places.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
        // What is known at labels further down, by those who jump there.
        var known: [Int: Registers] = [:]
        // Nil where no way leads from the instruction before.
        var current: Registers? = [:]
        for (position, instruction) in code.instructions.enumerated() {
            if instruction.opcode == Opcode.label {
                current = Self.merged(current, labels[position].flatMap { known[$0] })
                continue
            }
            guard var registers = current else { continue }
            let goesOn = self.step(instruction, &registers, imports) { label, registers in
                known[label] = Self.merged(known[label], registers)
            }
            current = goesOn ? registers : nil
        }
    }

    /// What holds on both ways.
    private static func merged(_ one: Registers?, _ other: Registers?) -> Registers? {
        guard let one, let other else { return one ?? other }
        return one.filter { other[$0.key] == $0.value }
    }

    // MARK: - Instructions

    /// Whether the next instruction follows. The numbers are those of `beam_opcodes`, which are never used again.
    private mutating func step(
        _ instruction: CodeInstruction, _ registers: inout Registers, _ imports: [BeamFile.Import],
        jump: (Int, Registers) -> Void
    ) -> Bool {
        func value(_ operand: CodeInstruction.Operand) -> Value? {
            if case .atom(let atom) = operand { return .atom(atom) }
            return Register(operand).flatMap { registers[$0] }
        }
        func set(_ operand: CodeInstruction.Operand, _ value: Value?) {
            guard let register = Register(operand) else { return }
            registers[register] = value
        }
        func holds(_ operands: [CodeInstruction.Operand]) -> Bool { operands.contains { value($0)?.holdsFun ?? false } }
        func forget(_ operands: [CodeInstruction.Operand]) {
            for operand in operands {
                if case .list(let inner) = operand { forget(inner) }
                set(operand, nil)
            }
        }
        func jumpToLabels(_ operands: [CodeInstruction.Operand]) {
            for operand in operands {
                switch operand {
                case .label(let label) where label != 0: jump(label, registers)
                case .list(let inner): jumpToLabels(inner)
                case .label, .x, .y, .atom, .emptyList, .integer, .literal, .other: break
                }
            }
        }
        switch instruction.opcode {
        case 2, 3, 72, 73, 74, 107, 108, 161, 180: return false  // exceptions, and the end of the code
        case 5, 6, 113, 20: return false  // what is called last gives the result
        case 19:
            if let result = registers[.x(0)], result.holdsFun { self.returned.append(result) }
            return false
        case 7, 8, 78:
            self.call(instruction, registers, imports)
            if instruction.opcode != 7 { return false }
            registers = registers.filter { $0.key.isOfFrame }
        case 4, 75, 112, 178: registers = registers.filter { $0.key.isOfFrame }
        case 12...15, 18: registers = registers.filter { !$0.key.isOfFrame }
        case 16, 21, 22, 68, 105, 150, 151, 153, 183, 184: break
        case 136:
            let dropped = instruction.integer(0) ?? 0
            var rest: Registers = [:]
            for (register, value) in registers {
                switch register {
                case .x: rest[register] = value
                case .y(let number): if number >= dropped { rest[.y(number - dropped)] = value }
                }
            }
            registers = rest
        case 61, 24, 25:
            jumpToLabels(instruction.operands)
            return false
        case 62, 104: instruction.label(1).map { jump($0, registers.filter { $0.key.isOfFrame }) }
        case 63, 106, 160: registers = registers.filter { $0.key.isOfFrame }
        case 39...60, 77, 114, 115, 129, 156, 157, 159: jumpToLabels(instruction.operands)
        case 64: set(instruction[1], value(instruction[0]))
        case 169:
            let (left, right) = (value(instruction[0]), value(instruction[1]))
            set(instruction[0], right)
            set(instruction[1], left)
        case 69: set(instruction[2], holds([instruction[0], instruction[1]]) ? .holder : nil)
        case 103:
            registers = registers.filter { $0.key.isOfFrame }
            registers[.x(0)] = .fun
        case 171: set(instruction[1], .fun)
        case 154, 155:
            jumpToLabels([instruction[0]])
            set(instruction[2], holds([instruction[1]] + instruction.list(4)) ? .holder : nil)
        case 164:
            let elements = instruction.list(1).prefix(Self.maximumElements).map(value)
            set(instruction[0], .tuple(elements))
        case 181: set(instruction[3], self.updated(instruction, value))
        default:
            jumpToLabels(instruction.operands)
            forget(instruction.operands)
        }
        return true
    }

    /// `update_record`: a tuple with other elements.
    private func updated(
        _ instruction: CodeInstruction, _ value: (CodeInstruction.Operand) -> Value?
    ) -> Value? {
        guard let size = instruction.integer(1), (1...Self.maximumElements).contains(size) else { return nil }
        var elements = [Value?](repeating: nil, count: size)
        if case .tuple(let before)? = value(instruction[2]), before.count == size { elements = before }
        let updates = instruction.list(4)
        for index in stride(from: 0, to: updates.count - 1, by: 2) {
            guard case .integer(let number) = updates[index], (1...size).contains(number) else { continue }
            elements[number - 1] = value(updates[index + 1])
        }
        return .tuple(elements)
    }

    private mutating func call(
        _ instruction: CodeInstruction, _ registers: Registers, _ imports: [BeamFile.Import]
    ) {
        guard let arity = instruction.integer(0), (0...255).contains(arity), let number = instruction.integer(1),
            imports.indices.contains(number)
        else { return }
        let arguments = (0..<arity).map { registers[.x($0)] }
        guard arguments.contains(where: { $0?.holdsFun ?? false }) else { return }
        self.calls.append(Call(target: imports[number], arguments: arguments))
    }
}

extension FunFlow.Register {
    fileprivate var isOfFrame: Bool {
        switch self {
        case .x: false
        case .y: true
        }
    }
}

extension BeamFile {
    /// The flow of funs in each function that makes some, in the order of the code; the origin is the function of the
    /// source that the compiler may have made it of.
    package var funFlows: [(name: Atom, arity: Int, origin: CompiledFunction.Origin, flow: FunFlow)] {
        get throws(BeamFileError) {
            guard !(try self.lambdas.isEmpty) else { return [] }
            let atoms = try self.atoms
            let layout = try CodeLayout(self, atoms)
            let imports = try self.imports(atoms)
            var flows: [(name: Atom, arity: Int, origin: CompiledFunction.Origin, flow: FunFlow)] = []
            for function in layout.functions {
                let code = try FunctionCode(self, atoms, body: function.body)
                guard code.instructions.contains(where: { $0.opcode == 103 || $0.opcode == 171 }) else { continue }
                let origin =
                    GeneratedName.origin(of: function.name)
                    ?? CompiledFunction.Origin(name: function.name, arity: function.arity)
                flows.append((function.name, function.arity, origin, FunFlow(code, imports)))
            }
            return flows
        }
    }
}
