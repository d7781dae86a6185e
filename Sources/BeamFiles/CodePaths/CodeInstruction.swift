import ByteParsing
import ErlangTerms

/// One instruction of compiled code with its operands.
struct CodeInstruction {
    let opcode: Int
    /// Where it starts in the file.
    let offset: Int
    let operands: [Operand]

    /// An operand, as far as it says what flows where.
    enum Operand {
        case x(Int)
        case y(Int)
        /// 0 where a failure raises an exception.
        case label(Int)
        case atom(Atom)
        case emptyList
        /// A small integer, or a number that is part of the instruction.
        case integer(Int)
        /// The number of a literal.
        case literal(Int)
        indirect case list([Operand])
        /// A floating point register, an integer that needs more than a word.
        case other
    }

    /// The operand at a position, `other` where there is none.
    subscript(_ position: Int) -> Operand {
        self.operands.indices.contains(position) ? self.operands[position] : .other
    }

    func integer(_ position: Int) -> Int? {
        if case .integer(let value) = self[position] { value } else { nil }
    }

    func label(_ position: Int) -> Int? {
        if case .label(let value) = self[position] { value } else { nil }
    }

    func list(_ position: Int) -> [Operand] {
        if case .list(let operands) = self[position] { operands } else { [] }
    }
}

/// The instructions of one function.
struct FunctionCode {
    private(set) var instructions: [CodeInstruction] = []
    /// The instruction that each label of the function stands before.
    private(set) var places: [Int: Int] = [:]

    /// - Parameter body: offsets in the file, as in ``CodeLayout``.
    init(_ beam: BeamFile, _ atoms: AtomTable, body: Range<Int>) throws(BeamFileError) {
        var cursor = ByteCursor(beam.bytes.span.extracting(body), base: body.lowerBound)
        while !cursor.isAtEnd {
            let start = cursor.offset
            let opcode = Int(try cursor.byte())
            guard opcode > 0, opcode <= Opcode.arities.count else {
                throw BeamFileError(.unknownInstruction(opcode), chunk: .code, offset: start)
            }
            if opcode == Opcode.label {
                self.places[try cursor.compactUnsigned()] = self.instructions.count
            }
            var operands: [CodeInstruction.Operand] = []
            if opcode != Opcode.label {
                for _ in 0..<Opcode.arities[opcode - 1] { operands.append(try Self.operand(&cursor, atoms)) }
            }
            self.instructions.append(CodeInstruction(opcode: opcode, offset: start, operands: operands))
        }
    }

    private static func operand(
        _ cursor: inout ByteCursor, _ atoms: AtomTable, depth: Int = 0
    ) throws(BeamFileError) -> CodeInstruction.Operand {
        let start = cursor.offset
        let head = try cursor.compactNumber()
        switch head.tag {
        case .unsigned, .integer, .character: return head.value.map { .integer($0) } ?? .other
        case .xRegister: return head.value.map { .x($0) } ?? .other
        case .yRegister: return head.value.map { .y($0) } ?? .other
        case .label: return head.value.map { .label($0) } ?? .other
        case .atom:
            guard let number = head.value, number > 0 else { return .emptyList }
            guard number <= atoms.atoms.count else {
                throw BeamFileError(.invalidAtomIndex(number, count: atoms.atoms.count), chunk: .code, offset: start)
            }
            return .atom(atoms.atoms[number - 1])
        case .extended:
            switch head.extensionKind {
            case 1 where depth == 0:
                var operands: [CodeInstruction.Operand] = []
                for _ in 0..<(try BeamFile.operandCount(&cursor)) {
                    operands.append(try self.operand(&cursor, atoms, depth: 1))
                }
                return .list(operands)
            case 2: _ = try cursor.compactUnsigned()
            case 3:
                for _ in 0..<(try BeamFile.operandCount(&cursor)) {
                    _ = try cursor.compactUnsigned()
                    _ = try cursor.compactUnsigned()
                }
            case 4: return .literal(try cursor.compactUnsigned())
            case 5 where depth <= 1:
                let register = try self.operand(&cursor, atoms, depth: 2)
                _ = try cursor.compactUnsigned()
                return register
            default: throw BeamFileError(.invalidNumber, chunk: .code, offset: start)
            }
            return .other
        }
    }
}

extension FunctionCode {
    /// The labels of the functions that it ends with a call of after it has waited for a message.
    var tailCallsBehindReceive: [Int] {
        var labels: [Int] = []
        var open = self.instructions.indices.filter {
            [Opcode.wait, Opcode.waitTimeout].contains(self.instructions[$0].opcode)
        }
        var seen = Set(open)
        while let position = open.popLast() {
            let instruction = self.instructions[position]
            if [Opcode.callLast, Opcode.callOnly].contains(instruction.opcode), let callee = instruction.label(1) {
                labels.append(callee)
            }
            var next = instruction.labels.compactMap { self.places[$0] }
            if !instruction.endsFunction, position + 1 < self.instructions.count { next.append(position + 1) }
            open += next.filter { seen.insert($0).inserted }
        }
        return labels
    }
}

extension CodeInstruction {
    /// All labels among the operands, but for those of functions that are called.
    fileprivate var labels: [Int] {
        switch self.opcode {
        case Opcode.call, Opcode.callLast, Opcode.callOnly: []
        default: self.operands.flatMap(\.labels)
        }
    }

    /// Whether the instruction after it is reached by its label only. Numbers are those of `beam_opcodes`.
    fileprivate var endsFunction: Bool {
        switch self.opcode {
        // Tail calls, `jump`, `return`, `select_val`, `select_tuple_arity`, `wait`, and the ways to fail.
        case Opcode.callLast, Opcode.callOnly, 8, 78, 113, 19, 25, 59, 60, 61, 72, 73, 74, 108: true
        default: false
        }
    }
}

extension CodeInstruction.Operand {
    fileprivate var labels: [Int] {
        switch self {
        case .label(let label): [label]
        case .list(let operands): operands.flatMap(\.labels)
        case .x, .y, .atom, .emptyList, .integer, .literal, .other: []
        }
    }
}
