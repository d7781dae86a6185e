import ByteParsing
import ErlangTerms

/// Spells the instructions of functions out: every operand that is the number of something becomes that thing.
///
/// Simple operands stay as they are in the file; in front of the others stands a byte that no simple operand starts
/// with. Left out are line information, and the types of registers, which say nothing that the code does not.
struct CodeReader {
    let beam: BeamFile
    let layout: CodeLayout
    let texts: ReferenceTexts
    /// The number of the atom that marks constant parts of binaries, 0 if there are none.
    private let stringAtom: Int
    private let strings: Range<Int>
    private var writer: CodeWriter

    // What is known of the function that is being read.
    private var function = 0
    private var localCalls: [Int] = []
    private var tailCalls: [Int] = []
    private var remoteCalls: [Int] = []
    private var returningCalls: [Int] = []
    private var funs: [Int] = []
    private var receives = false

    /// What stands in front of an operand that was spelt out.
    private enum Mark {
        static let atom: UInt8 = 0x02
        static let label: UInt8 = 0x05
        static let importedFunction: UInt8 = 0x0a
        static let localFunction: UInt8 = 0x0d
        static let fun: UInt8 = 0x12
        static let list: UInt8 = 0x17
        static let string: UInt8 = 0x1a
        static let floatRegister: UInt8 = 0x27
        static let allocation: UInt8 = 0x37
        static let literal: UInt8 = 0x47
    }

    init(_ beam: BeamFile, _ atoms: AtomTable, _ layout: CodeLayout, _ texts: ReferenceTexts) {
        self.beam = beam
        self.layout = layout
        self.texts = texts
        self.stringAtom = (atoms.atoms.firstIndex(of: "string") ?? -1) + 1
        self.strings = beam.chunk(.strings)?.range ?? 0..<0
        self.writer = CodeWriter(budget: beam.limits.resolvedCodeBytes)
    }

    /// One function as it was read.
    struct Result {
        let digest: CodeDigest
        let localCalls: [Int]
        /// Those of the local calls that a function ends with.
        let tailCalls: [Int]
        let remoteCalls: [Int]
        let returningCalls: [Int]
        let funs: [Int]
        let receives: Bool
    }

    /// Reads the function with this number.
    mutating func read(function: Int) throws(BeamFileError) -> Result {
        self.function = function
        self.localCalls.removeAll(keepingCapacity: true)
        self.tailCalls.removeAll(keepingCapacity: true)
        self.remoteCalls.removeAll(keepingCapacity: true)
        self.returningCalls.removeAll(keepingCapacity: true)
        self.funs.removeAll(keepingCapacity: true)
        self.receives = false
        let body = self.layout.functions[function].body
        // The cursor borrows the bytes for as long as this reader changes.
        let bytes = self.beam.bytes
        do throws(BeamFileError) {
            var cursor = ByteCursor(bytes.span.extracting(body), base: body.lowerBound)
            while !cursor.isAtEnd { try self.instruction(&cursor) }
        } catch {
            throw BeamFileError(error.code, chunk: .code, offset: error.offset)
        }
        return Result(
            digest: self.writer.digest(), localCalls: Self.distinct(self.localCalls),
            tailCalls: Self.distinct(self.tailCalls), remoteCalls: Self.distinct(self.remoteCalls),
            returningCalls: Self.distinct(self.returningCalls),
            funs: Self.distinct(self.funs), receives: self.receives)
    }

    /// The digest of the definitions of native records (`Recs`, OTP 29 and later), or nil if there are none.
    ///
    ///     version(4) definitions(4) fields(4) { call_last Name IsExported [Field, Default or 0, …] }…
    mutating func readRecords() throws(BeamFileError) -> CodeDigest? {
        guard let chunk = self.beam.chunk(.records) else { return nil }
        // No label can stand here, so it does not matter which function it would be in.
        try BeamFile.read(chunk, of: self.beam.bytes) { cursor throws(BeamFileError) in
            let start = cursor.offset
            let version = try cursor.number()
            guard version == 0 else { throw BeamFileError(.unknownVersion(version), offset: start) }
            try cursor.advance(count: 8)
            while !cursor.isAtEnd {
                self.writer.write(try cursor.byte())
                for _ in 0..<3 { try self.operand(&cursor) }
                try self.makeRoom(cursor.offset)
            }
        }
        return self.writer.digest()
    }

    private static func distinct(_ numbers: [Int]) -> [Int] {
        guard numbers.count > 1 else { return numbers }
        var result: [Int] = []
        for number in numbers.sorted() where result.last != number { result.append(number) }
        return result
    }

    // MARK: - Instructions

    private mutating func instruction(_ cursor: inout ByteCursor) throws(BeamFileError) {
        let start = cursor.offset
        let opcode = Int(try cursor.byte())
        guard opcode > 0, opcode <= Opcode.arities.count else {
            throw BeamFileError(.unknownInstruction(opcode), offset: start)
        }
        let arity = Opcode.arities[opcode - 1]
        switch opcode {
        case Opcode.line, Opcode.executableLine, Opcode.debugLine:
            for _ in 0..<arity { try BeamFile.skipOperand(&cursor) }
            return
        case Opcode.label:
            // Labels count by their order.
            _ = try cursor.compactUnsigned()
            self.writer.write(UInt8(Opcode.label))
            return
        case Opcode.codeEnd: return
        default: break
        }
        self.writer.write(UInt8(truncatingIfNeeded: opcode))
        switch opcode {
        case Opcode.call, Opcode.callLast, Opcode.callOnly:
            try self.operand(&cursor)
            try self.calledLabel(&cursor, isTailCall: opcode != Opcode.call)
            if opcode == Opcode.callLast { try self.operand(&cursor) }
        case Opcode.wait, Opcode.waitTimeout:
            // `after 0` has none: it takes what is there and goes on.
            self.receives = true
            for _ in 0..<arity { try self.operand(&cursor) }
        case Opcode.putString:
            let count = try self.plainNumber(&cursor)
            try self.string(&cursor, count: count)
        case Opcode.matchString:
            try self.operand(&cursor)
            try self.operand(&cursor)
            let bits = try self.plainNumber(&cursor)
            self.writer.write(bits)
            try self.string(&cursor, count: bits / 8 + (bits % 8 == 0 ? 0 : 1))
        case Opcode.createBinary:
            for _ in 0..<(arity - 1) { try self.operand(&cursor) }
            try self.segments(&cursor)
        default:
            let importOperand = Opcode.importOperand(opcode)
            let funOperand = Opcode.funOperand(opcode)
            for position in 0..<arity {
                if position == importOperand {
                    try self.importedFunction(&cursor, isTailCall: Opcode.isRemoteTailCall(opcode))
                } else if position == funOperand {
                    try self.fun(&cursor)
                } else {
                    try self.operand(&cursor)
                }
            }
        }
        try self.makeRoom(start)
    }

    private mutating func makeRoom(_ offset: Int) throws(BeamFileError) {
        guard self.writer.makeRoom() else {
            throw BeamFileError(.codeTooLarge(limit: self.beam.limits.resolvedCodeBytes), offset: offset)
        }
    }

    // MARK: - Operands

    /// Spells out one operand, whatever it is. A list holds simple operands only, registers with a type among them.
    private mutating func operand(_ cursor: inout ByteCursor, depth: Int = 0) throws(BeamFileError) {
        let start = cursor.offset
        let head = try cursor.compactNumber()
        switch head.tag {
        case .unsigned, .integer, .xRegister, .yRegister, .character: self.copy(start..<cursor.offset)
        case .atom:
            self.writer.write(Mark.atom)
            if head.value == 0 { return self.writer.write(UInt8(0)) }
            try self.atom(head.value ?? -1, start)
        case .label: _ = try self.label(head.value ?? -1, start)
        case .extended:
            switch head.extensionKind {
            case 1 where depth == 0:
                let count = try BeamFile.operandCount(&cursor)
                self.writer.write(Mark.list)
                self.writer.write(count)
                for _ in 0..<count {
                    try self.operand(&cursor, depth: 1)
                    try self.makeRoom(start)
                }
            case 2:
                self.writer.write(Mark.floatRegister)
                self.writer.write(try cursor.compactUnsigned())
            case 3:
                let count = try BeamFile.operandCount(&cursor)
                self.writer.write(Mark.allocation)
                self.writer.write(count)
                for _ in 0..<count {
                    self.writer.write(try cursor.compactUnsigned())
                    self.writer.write(try cursor.compactUnsigned())
                }
            case 4:
                let number = try cursor.compactUnsigned()
                self.writer.write(Mark.literal)
                try self.write(self.texts.literal(number), .invalidReference(.literal, number), start)
            case 5 where depth <= 1:
                try self.operand(&cursor, depth: 2)
                _ = try cursor.compactUnsigned()
            default: throw BeamFileError(.invalidNumber, offset: start)
            }
        }
    }

    private mutating func copy(_ range: Range<Int>) {
        for position in range { self.writer.write(self.beam.bytes[position]) }
    }

    private mutating func write(
        _ text: ArraySlice<UInt8>?, _ code: BeamFileError.Code, _ offset: Int
    ) throws(BeamFileError) {
        guard let text else { throw BeamFileError(code, offset: offset) }
        self.writer.write(text)
    }

    private mutating func atom(_ number: Int, _ offset: Int) throws(BeamFileError) {
        try self.write(
            self.texts.atom(number), .invalidAtomIndex(number, count: self.texts.atomCount), offset)
    }

    /// A label of this function by its order, the entry of another one by its name; returns the function whose entry
    /// it is.
    private mutating func label(_ number: Int, _ offset: Int) throws(BeamFileError) -> Int? {
        if number == 0 {
            self.writer.write(Mark.label)
            self.writer.write(UInt8(0))
            return nil
        }
        guard let place = self.layout.place(ofLabel: number) else {
            throw BeamFileError(.invalidReference(.label, number), offset: offset)
        }
        let function = Int(place.function)
        let isEntry = self.layout.functions[function].entry == number
        if function == self.function {
            self.writer.write(Mark.label)
            self.writer.write(Int(place.ordinal) + 1)
        } else {
            guard isEntry else { throw BeamFileError(.invalidReference(.label, number), offset: offset) }
            let target = self.layout.functions[function]
            self.writer.write(Mark.localFunction)
            try self.atom(target.nameNumber, offset)
            self.writer.write(target.arity)
        }
        return isEntry ? function : nil
    }

    private mutating func calledLabel(_ cursor: inout ByteCursor, isTailCall: Bool) throws(BeamFileError) {
        let start = cursor.offset
        let head = try cursor.compactNumber()
        guard head.tag == .label, let function = try self.label(head.value ?? -1, start) else {
            throw BeamFileError(.invalidReference(.label, head.value ?? 0), offset: start)
        }
        self.localCalls.append(function)
        if isTailCall { self.tailCalls.append(function) }
    }

    private mutating func importedFunction(_ cursor: inout ByteCursor, isTailCall: Bool) throws(BeamFileError) {
        let start = cursor.offset
        let number = try cursor.compactUnsigned()
        self.writer.write(Mark.importedFunction)
        try self.write(self.texts.importedFunction(number), .invalidReference(.importedFunction, number), start)
        self.remoteCalls.append(number)
        if !isTailCall { self.returningCalls.append(number) }
    }

    /// A number in the table of funs; `call_fun2` may have an atom there.
    private mutating func fun(_ cursor: inout ByteCursor) throws(BeamFileError) {
        let start = cursor.offset
        guard let first = cursor.peek(), first & 7 == OperandTag.unsigned.rawValue else {
            return try self.operand(&cursor)
        }
        let number = try cursor.compactUnsigned()
        self.writer.write(Mark.fun)
        try self.write(self.texts.fun(number), .invalidReference(.fun, number), start)
        self.funs.append(self.texts.funTargets[number])
    }

    // MARK: - Constant parts of binaries

    /// A number that stands in the code as such.
    private func plainNumber(_ cursor: inout ByteCursor) throws(BeamFileError) -> Int {
        let start = cursor.offset
        let head = try cursor.compactNumber()
        guard head.tag == .unsigned || head.tag == .integer, let value = head.value, value >= 0 else {
            throw BeamFileError(.invalidNumber, offset: start)
        }
        return value
    }

    /// Reads the offset of a string.
    private mutating func string(_ cursor: inout ByteCursor, count: Int) throws(BeamFileError) {
        try self.string(at: try self.plainNumber(&cursor), count: count, cursor.offset)
    }

    private mutating func string(at offset: Int, count: Int, _ place: Int) throws(BeamFileError) {
        guard offset <= self.strings.count, count <= self.strings.count - offset else {
            throw BeamFileError(.invalidReference(.string, offset), offset: place)
        }
        let start = self.strings.lowerBound + offset
        self.writer.write(Mark.string)
        self.writer.write(count)
        self.writer.write(self.beam.bytes[start..<(start + count)])
        try self.makeRoom(place)
    }

    /// The segments of `bs_create_bin`, six operands each: kind, number, unit, flags, value, size. The value of kind
    /// `string` is an offset among the strings, and its size comes after it.
    private mutating func segments(_ cursor: inout ByteCursor) throws(BeamFileError) {
        let start = cursor.offset
        let head = try cursor.compactNumber()
        guard head.tag == .extended, head.extensionKind == 1 else {
            throw BeamFileError(.invalidNumber, offset: start)
        }
        let count = try BeamFile.operandCount(&cursor)
        guard count % 6 == 0 else { throw BeamFileError(.invalidCount(count), offset: start) }
        self.writer.write(Mark.list)
        self.writer.write(count)
        for _ in 0..<(count / 6) {
            var ahead = cursor
            let kind = try ahead.compactNumber()
            try self.operand(&cursor, depth: 1)
            try self.operand(&cursor, depth: 1)
            guard kind.tag == .atom, self.stringAtom > 0, kind.value == self.stringAtom else {
                for _ in 0..<4 { try self.operand(&cursor, depth: 1) }
                continue
            }
            let unit = try self.plainNumber(&cursor)
            self.writer.write(unit)
            try self.operand(&cursor, depth: 1)
            let place = cursor.offset
            let offset = try self.plainNumber(&cursor)
            let size = try self.plainNumber(&cursor)
            let bits = size.multipliedReportingOverflow(by: unit)
            guard !bits.overflow else { throw BeamFileError(.invalidNumber, offset: place) }
            try self.string(at: offset, count: bits.partialValue / 8, place)
        }
    }
}
