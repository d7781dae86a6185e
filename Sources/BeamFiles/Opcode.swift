/// The instructions of compiled code, as far as they must be known to pass over them.
enum Opcode {
    static let label = 1
    static let functionInformation = 2
    static let codeEnd = 3
    static let call = 4
    static let callLast = 5
    static let callOnly = 6
    static let loopReceive = 23
    static let wait = 25
    static let waitTimeout = 26
    static let putString = 92
    static let matchString = 132
    static let onLoad = 149
    static let line = 153
    static let createBinary = 177
    static let executableLine = 183
    static let debugLine = 184

    /// The operand that is the number of an import: calls by module name, and built-in functions.
    static func importOperand(_ opcode: Int) -> Int? {
        switch opcode {
        case 9: 0
        case 7, 8, 10, 11, 78, 185: 1
        case 124, 125, 152: 2
        default: nil
        }
    }

    /// `call_ext_last` and `call_ext_only`: nothing of the function is left on the stack.
    static func isRemoteTailCall(_ opcode: Int) -> Bool { opcode == 8 || opcode == 78 }

    /// The operand that is the number of a fun: `make_fun2`, `make_fun3`, `call_fun2` with a known target.
    static func funOperand(_ opcode: Int) -> Int? { opcode == 103 || opcode == 171 || opcode == 178 ? 0 : nil }

    /// The number of operands of each instruction from number 1 on, as `beam_opcodes:opname/1` of OTP 29 gives them.
    /// Numbers are never used again, so this holds for all older files.
    static let arities: [Int] = [
        1, 3, 0, 2, 3, 2, 2, 3, 2, 4, 5, 2, 3, 2, 3, 2, 1, 1, 0, 0,
        0, 0, 2, 1, 1, 2, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 3,
        3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3,
        1, 2, 1, 2, 3, 3, 3, 3, 3, 2, 1, 1, 0, 1, 1, 3, 2, 2, 2, 5,
        5, 5, 4, 2, 1, 1, 2, 2, 5, 5, 5, 2, 1, 0, 1, 2, 2, 4, 4, 4,
        4, 3, 1, 2, 1, 1, 1, 2, 6, 3, 5, 1, 2, 2, 3, 5, 7, 7, 7, 5,
        3, 2, 2, 5, 6, 2, 2, 2, 2, 1, 3, 4, 0, 8, 6, 2, 6, 5, 4, 5,
        4, 5, 4, 3, 3, 3, 3, 3, 0, 1, 1, 7, 1, 5, 5, 2, 3, 3, 4, 0,
        0, 2, 2, 2, 3, 4, 3, 2, 2, 4, 3, 1, 2, 1, 1, 1, 6, 3, 0, 1,
        5, 3, 2, 4, 6, 2, 4, 3, 6, 3, 5,
    ]
}
