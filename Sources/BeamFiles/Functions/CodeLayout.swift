import ByteParsing
import ErlangTerms

/// Where the functions and labels of a module's code lie: what must be known before anything that refers to them can be
/// spelt out.
struct CodeLayout {
    struct Function {
        let name: Atom
        /// The name's number in the table of atoms, from 1 on.
        let nameNumber: Int
        let arity: Int
        /// The label after `func_info`, where calls go; 0 if there is none.
        var entry: Int = 0
        /// Offsets in the file: from after `func_info` to the first label of the next function.
        var body: Range<Int>
        var isOnLoad = false
    }

    /// In the order of the code.
    private(set) var functions: [Function] = []
    /// For each label the function it is in, and how many labels of that function come before it.
    private var places: [Place]

    struct Place {
        let function: Int32
        let ordinal: Int32
    }

    /// The place of a label, or nil if no instruction defines it.
    func place(ofLabel label: Int) -> Place? {
        guard label > 0, label < self.places.count, self.places[label].function >= 0 else { return nil }
        return self.places[label]
    }

    /// The function whose entry a label is.
    func function(at label: Int) -> Int? {
        guard let place = self.place(ofLabel: label), self.functions[Int(place.function)].entry == label else {
            return nil
        }
        return Int(place.function)
    }

    /// Passes all instructions.
    init(_ beam: BeamFile, _ atoms: AtomTable) throws(BeamFileError) {
        self.places = []
        self = try beam.readRequired(.code) { cursor throws(BeamFileError) in
            try CodeLayout(&cursor, atoms)
        }
    }

    private init(_ cursor: inout ByteCursor, _ atoms: AtomTable) throws(BeamFileError) {
        let start = cursor.offset
        let header = try BeamFile.codeHeader(&cursor)
        // A label takes at least two bytes, a function at least six.
        guard header.labelCount <= cursor.remaining, header.functionCount <= cursor.remaining else {
            throw BeamFileError(.invalidCount(max(header.labelCount, header.functionCount)), offset: start)
        }
        self.places = Array(repeating: Place(function: -1, ordinal: 0), count: header.labelCount)
        self.functions.reserveCapacity(header.functionCount)
        var ordinal: Int32 = 0
        // The label that was just passed, and where it starts: that of the next function, if `func_info` follows.
        var last: (label: Int, start: Int)?
        while !cursor.isAtEnd {
            let start = cursor.offset
            let opcode = Int(try cursor.byte())
            switch opcode {
            case Opcode.label:
                let label = try cursor.compactUnsigned()
                guard label > 0, label < self.places.count, self.places[label].function < 0 else {
                    throw BeamFileError(.invalidReference(.label, label), offset: start)
                }
                // Until the first function begins a label belongs to the one that `func_info` will begin.
                self.places[label] = Place(function: Int32(max(self.functions.count - 1, 0)), ordinal: ordinal)
                ordinal += 1
                if let function = self.functions.indices.last, self.functions[function].entry == 0 {
                    self.functions[function].entry = label
                }
                last = (label, start)
            case Opcode.functionInformation:
                try self.begin(&cursor, atoms, start: last?.start ?? start)
                ordinal = 0
                if let last {
                    self.places[last.label] = Place(function: Int32(self.functions.count - 1), ordinal: 0)
                    ordinal = 1
                }
                last = nil
            case Opcode.line, Opcode.executableLine, Opcode.debugLine:
                for _ in 0..<Opcode.arities[opcode - 1] { try BeamFile.skipOperand(&cursor) }
            case 1...Opcode.arities.count:
                for _ in 0..<Opcode.arities[opcode - 1] { try BeamFile.skipOperand(&cursor) }
                last = nil
                if opcode == Opcode.onLoad, let function = self.functions.indices.last {
                    self.functions[function].isOnLoad = true
                }
            default: throw BeamFileError(.unknownInstruction(opcode), offset: start)
            }
        }
        self.end(at: cursor.offset)
        guard self.functions.count == header.functionCount else {
            throw BeamFileError(.invalidCount(header.functionCount), offset: start)
        }
    }

    private mutating func begin(
        _ cursor: inout ByteCursor, _ atoms: AtomTable, start: Int
    ) throws(BeamFileError) {
        let place = cursor.offset
        let module = try cursor.compactNumber()
        let name = try cursor.compactNumber()
        let arity = try cursor.compactUnsigned()
        guard module.tag == .atom, name.tag == .atom, let number = name.value, number >= 1, number <= atoms.atoms.count
        else { throw BeamFileError(.invalidNumber, offset: place) }
        guard arity <= 255 else { throw BeamFileError(.invalidArity(arity), offset: place) }
        self.end(at: start)
        self.functions.append(
            Function(
                name: atoms.atoms[number - 1], nameNumber: number, arity: arity,
                body: cursor.offset..<cursor.offset))
    }

    /// Ends the body of the last function.
    private mutating func end(at offset: Int) {
        guard let function = self.functions.indices.last else { return }
        let start = self.functions[function].body.lowerBound
        self.functions[function].body = start..<max(start, offset)
    }
}
