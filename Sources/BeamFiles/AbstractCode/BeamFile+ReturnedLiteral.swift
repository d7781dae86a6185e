import ByteParsing

extension BeamFile {
    /// The literal that a function returns, by its number, when its code is nothing but tests of its arguments and the
    /// return of that literal: then there is nothing else it can return.
    ///
    /// - Parameter label: the function's entry in the code.
    func indexOfReturnedLiteral(label entry: Int) throws(BeamFileError) -> Int? {
        try self.readRequired(.code) { cursor throws(BeamFileError) in
            _ = try Self.codeHeader(&cursor)
            var isInside = false
            var failure: Int?
            var literal: Int?
            var isEnded = false
            while !cursor.isAtEnd {
                let start = cursor.offset
                let opcode = Int(try cursor.byte())
                guard opcode > 0, opcode <= Opcode.arities.count else {
                    throw BeamFileError(.unknownInstruction(opcode), offset: start)
                }
                if opcode == Opcode.label {
                    let label = try cursor.compactNumber().value
                    // Somewhere to jump to inside the function: more than straight code.
                    if isInside { isEnded = true }
                    isInside = isInside || label == entry
                    // The label before a function's entry is where a call fails that no clause fits.
                    if !isInside { failure = label }
                    continue
                }
                if isInside, !isEnded, opcode == Opcode.move, literal == nil {
                    literal = try Self.literalMovedToResult(&cursor)
                    if literal == nil { isEnded = true }
                    continue
                }
                var operands = Opcode.arities[opcode - 1]
                if isInside, Opcode.tests.contains(opcode) {
                    if try cursor.compactNumber().value != failure { isEnded = true }
                    operands -= 1
                }
                for _ in 0..<operands { try Self.skipOperand(&cursor) }
                guard isInside, !isEnded else { continue }
                if opcode == Opcode.return {
                    try cursor.advance(count: cursor.remaining)
                    return literal
                }
                if !Opcode.passive.contains(opcode), !Opcode.tests.contains(opcode) { isEnded = true }
            }
            return nil
        }
    }

    /// Reads the operands of `move`: the number of the literal when it is `move Literal, {x,0}`.
    private static func literalMovedToResult(_ cursor: inout ByteCursor) throws(BeamFileError) -> Int? {
        let source = cursor.peek()
        let isLiteral = source == Opcode.literalOperand
        var number: Int?
        if isLiteral {
            try cursor.advance(count: 1)
            number = try cursor.compactUnsigned()
        } else {
            try self.skipOperand(&cursor)
        }
        let isResult = cursor.peek() == OperandTag.xRegister.rawValue
        try self.skipOperand(&cursor)
        return isResult ? number : nil
    }
}

extension Opcode {
    static let `return` = 19
    static let move = 64
    /// The first byte of a literal: an extended operand of kind 4.
    static let literalOperand: UInt8 = 0x47
    /// What changes no register and goes nowhere: `line`, `executable_line` and `debug_line`.
    static let passive: Set<Int> = [Self.line, Self.executableLine, Self.debugLine]
    /// What changes no register, and goes to the label of its first operand or on: `is_eq_exact` and `is_nil`.
    static let tests: Set<Int> = [43, 52]
}
