import ByteParsing
package import ErlangTerms

/// The head of the code (`Code`), and the one thing that is read from the instructions.
package struct CodeHeader: Hashable, Sendable {
    /// Of the instruction set; 0 in every OTP so far.
    package let version: Int
    /// The highest instruction number in use, which tells what OTP is needed.
    package let highestInstruction: Int
    package let labelCount: Int
    package let functionCount: Int
    /// Offset of the first instruction in the file.
    package let instructionsOffset: Int
}

extension BeamFile {
    package var codeHeader: CodeHeader {
        get throws(BeamFileError) {
            try self.readRequired(.code) { cursor throws(BeamFileError) in
                let header = try Self.codeHeader(&cursor)
                try cursor.advance(count: cursor.remaining)
                return header
            }
        }
    }

    static func codeHeader(_ cursor: inout ByteCursor) throws(BeamFileError) -> CodeHeader {
        // The size leaves room for fields that later versions add.
        let size = try cursor.number()
        let start = cursor.offset
        let fields = (
            version: try cursor.number(), highest: try cursor.number(), labels: try cursor.number(),
            functions: try cursor.number()
        )
        guard fields.version == 0 else { throw BeamFileError(.unknownVersion(fields.version), offset: start) }
        guard size >= 16 else { throw BeamFileError(.invalidCount(size), offset: start - 4) }
        try cursor.advance(count: size - 16)
        return CodeHeader(
            version: fields.version, highestInstruction: fields.highest, labelCount: fields.labels,
            functionCount: fields.functions, instructionsOffset: cursor.offset)
    }

    /// The function that `-on_load` names, which the code server runs when it loads the module; nil for most modules.
    ///
    /// No table and no attribute has it: the compiler puts an instruction at the start of that function.
    package var onLoadFunction: Atom? {
        get throws(BeamFileError) {
            var number: Int?
            try self.walkInstructions { instruction in
                if instruction.opcode == Opcode.onLoad { number = instruction.functionName }
            }
            guard let number else { return nil }
            let atoms = try self.atoms.atoms
            guard number >= 1, number <= atoms.count else {
                throw BeamFileError(
                    .invalidAtomIndex(number, count: atoms.count), chunk: .code,
                    offset: self.chunk(.code)?.offset ?? 0)
            }
            return atoms[number - 1]
        }
    }

    /// One instruction that was passed.
    struct Instruction {
        let opcode: Int
        /// Number of the atom of the function it stands in, 0 before the first.
        let functionName: Int
    }

    /// Passes all instructions in order.
    func walkInstructions(_ visit: (Instruction) -> Void) throws(BeamFileError) {
        try self.readRequired(.code) { cursor throws(BeamFileError) in
            _ = try Self.codeHeader(&cursor)
            var functionName = 0
            while !cursor.isAtEnd {
                let start = cursor.offset
                let opcode = Int(try cursor.byte())
                guard opcode > 0, opcode <= Opcode.arities.count else {
                    throw BeamFileError(.unknownInstruction(opcode), offset: start)
                }
                if opcode == Opcode.functionInformation {
                    _ = try cursor.compactNumber()
                    functionName = try cursor.compactNumber().value ?? 0
                    _ = try cursor.compactNumber()
                } else {
                    for _ in 0..<Opcode.arities[opcode - 1] { try Self.skipOperand(&cursor) }
                }
                visit(Instruction(opcode: opcode, functionName: functionName))
            }
        }
    }

    /// Passes one operand. A list holds simple operands only, registers with a type among them, so this nests twice.
    static func skipOperand(_ cursor: inout ByteCursor, depth: Int = 0) throws(BeamFileError) {
        // Nine operands in ten are a small number, a register or an atom of one or two bytes.
        if let first = cursor.peek(), first & 0x07 != OperandTag.extended.rawValue, first & 0x18 != 0x18 {
            return try cursor.advance(count: first & 0x08 == 0 ? 1 : 2)
        }
        let start = cursor.offset
        let head = try cursor.compactNumber()
        guard head.tag == .extended else { return }
        switch head.extensionKind {
        case 1 where depth == 0:
            for _ in 0..<(try self.operandCount(&cursor)) { try self.skipOperand(&cursor, depth: 1) }
        case 2, 4:
            // A floating point register, a literal.
            _ = try cursor.compactUnsigned()
        case 3:
            // What to allocate: pairs of a kind and a number.
            for _ in 0..<(try self.operandCount(&cursor)) {
                _ = try cursor.compactUnsigned()
                _ = try cursor.compactUnsigned()
            }
        case 5 where depth <= 1:
            // A register and the number of its type.
            try self.skipOperand(&cursor, depth: 2)
            _ = try cursor.compactUnsigned()
        default: throw BeamFileError(.invalidNumber, offset: start)
        }
    }

    static func operandCount(_ cursor: inout ByteCursor) throws(BeamFileError) -> Int {
        let start = cursor.offset
        let count = try cursor.compactUnsigned()
        guard count <= cursor.remaining else {
            throw BeamFileError(.truncated(missing: count - cursor.remaining), offset: start)
        }
        return count
    }
}
