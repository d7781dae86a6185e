import ByteParsing
package import ErlangTerms

/// Where in the source the functions of a module and the calls in them stand, by the `line` instructions of the code and
/// the table of lines.
///
/// The compiler puts a `line` before what may raise an exception. A call without one of its own stands in the line that
/// the function begins with.
package struct SourcePlaces: Sendable {
    /// One place.
    package struct Place: Hashable, Sendable {
        /// The function of the source; the compiler may have made another one of a part of it.
        package let function: Atom
        package let arity: Int
        /// As the compiler was given it; of the module's own source, which the table does not name, `MODULE.erl`.
        package let file: String
        /// From 1 on.
        package let line: Int
    }

    private struct Call {
        /// Number in the table of imports.
        let target: Int
        let location: Int
    }

    private struct Function {
        let name: Atom
        let arity: Int
        /// Number in the table of lines, 0 for none.
        let location: Int
        var entry = 0
        var calls: [Call] = []
        /// Labels of functions of the module that it calls or makes funs of.
        var next: [Int] = []
    }

    private let module: Atom
    private let lines: LineTable
    private let imports: [BeamFile.Import]
    private let functions: [Function]

    /// The beginning of a function.
    package func place(of name: Atom, _ arity: Int) -> Place? {
        self.functions.first { $0.name == name && $0.arity == arity }.flatMap { self.place($0, $0.location) }
    }

    /// A call of a function of another module: the one that the fewest steps lead to from a function of this module, or
    /// the first of all in the order of the code, if no function is given.
    package func place(
        ofCall call: BeamFile.Import, from root: (name: Atom, arity: Int)? = nil
    ) -> Place? {
        for function in self.reached(from: root) {
            if let found = function.calls.first(where: { self.imports[$0.target] == call }) {
                return self.place(function, found.location)
            }
        }
        return nil
    }

    /// All functions, or those that a function leads to, the nearest first.
    private func reached(from root: (name: Atom, arity: Int)?) -> [Function] {
        guard let root else { return self.functions }
        guard let start = self.functions.firstIndex(where: { $0.name == root.name && $0.arity == root.arity }) else {
            return []
        }
        let entries = Dictionary(
            self.functions.indices.map { (self.functions[$0].entry, $0) }, uniquingKeysWith: { first, _ in first })
        var order = [start]
        var seen: Set<Int> = [start]
        var position = 0
        while position < order.count {
            for label in self.functions[order[position]].next {
                if let next = entries[label], seen.insert(next).inserted { order.append(next) }
            }
            position += 1
        }
        return order.map { self.functions[$0] }
    }

    private func place(_ function: Function, _ location: Int) -> Place? {
        guard location > 0, location <= self.lines.locations.count else { return nil }
        let place = self.lines.locations[location - 1]
        guard place.line > 0 else { return nil }
        let origin = GeneratedName.origin(of: function.name)
        return Place(
            function: origin?.name ?? function.name, arity: origin?.arity ?? function.arity,
            file: self.lines.fileName(of: place) ?? "\(self.module).erl", line: place.line)
    }
}

extension BeamFile {
    /// Nil when line numbers were left out.
    package var sourcePlaces: SourcePlaces? {
        get throws(BeamFileError) {
            guard let lines = try self.lines else { return nil }
            let atoms = try self.atoms
            return try SourcePlaces(
                self, atoms, lines, imports: try self.imports(atoms), lambdas: try self.lambdas(atoms).map(\.label))
        }
    }
}

extension SourcePlaces {
    /// Passes all instructions.
    fileprivate init(
        _ beam: BeamFile, _ atoms: AtomTable, _ lines: LineTable, imports: [BeamFile.Import], lambdas: [Int]
    ) throws(BeamFileError) {
        var functions: [Function] = []
        // The last `line`, and that of the code since the last label.
        var (before, current) = (0, 0)
        _ = try beam.readRequired(.code) { cursor throws(BeamFileError) in
            _ = try BeamFile.codeHeader(&cursor)
            while !cursor.isAtEnd {
                let start = cursor.offset
                let opcode = Int(try cursor.byte())
                guard opcode > 0, opcode <= Opcode.arities.count else {
                    throw BeamFileError(.unknownInstruction(opcode), offset: start)
                }
                let last = functions.indices.last
                switch opcode {
                case Opcode.line:
                    before = try Self.number(&cursor) ?? 0
                    current = before
                case Opcode.label:
                    let label = try cursor.compactUnsigned()
                    if let last, functions[last].entry == 0 { functions[last].entry = label }
                    current = 0
                case Opcode.functionInformation:
                    try BeamFile.skipOperand(&cursor)
                    guard let number = try Self.number(&cursor), number >= 1, number <= atoms.atoms.count else {
                        throw BeamFileError(.invalidNumber, offset: start)
                    }
                    functions.append(
                        Function(
                            name: atoms.atoms[number - 1], arity: try cursor.compactUnsigned(), location: before))
                    current = 0
                case Opcode.call, Opcode.callLast, Opcode.callOnly:
                    try BeamFile.skipOperand(&cursor)
                    if let label = try Self.number(&cursor), let last { functions[last].next.append(label) }
                    if opcode == Opcode.callLast { try BeamFile.skipOperand(&cursor) }
                default:
                    let (importOperand, funOperand) = (Opcode.importOperand(opcode), Opcode.funOperand(opcode))
                    for position in 0..<Opcode.arities[opcode - 1] {
                        guard let number = try Self.number(&cursor), let last else { continue }
                        if position == importOperand, imports.indices.contains(number) {
                            functions[last].calls.append(
                                Call(target: number, location: current > 0 ? current : functions[last].location))
                        } else if position == funOperand, lambdas.indices.contains(number) {
                            functions[last].next.append(lambdas[number])
                        }
                    }
                }
            }
        }
        self.module = beam.module
        self.lines = lines
        self.imports = imports
        self.functions = functions
    }

    /// The number in a simple operand; nil for any other one, which is passed.
    private static func number(_ cursor: inout ByteCursor) throws(BeamFileError) -> Int? {
        if let first = cursor.peek(), first & 7 == OperandTag.extended.rawValue {
            try BeamFile.skipOperand(&cursor)
            return nil
        }
        return try cursor.compactNumber().value
    }
}
