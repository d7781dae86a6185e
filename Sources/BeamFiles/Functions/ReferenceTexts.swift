import ErlangTerms

/// Everything that code refers to by number, spelt out in bytes that mean the same in every module.
struct ReferenceTexts {
    /// One after the other.
    private var bytes: [UInt8] = []
    private var atomEnds: [Int] = []
    private var importEnds: [Int] = []
    private var funEnds: [Int] = []
    private var literalEnds: [Int] = []
    /// For each fun the number of the function it is made of.
    private(set) var funTargets: [Int] = []

    /// Longer literals are represented by their digest.
    private static let longestLiteral = 64

    init(
        _ beam: BeamFile, _ atoms: AtomTable, _ imports: [BeamFile.Import], _ layout: CodeLayout
    ) throws(BeamFileError) {
        for atom in atoms.atoms {
            Self.append(atom, to: &self.bytes)
            self.atomEnds.append(self.bytes.count)
        }
        for entry in imports {
            Self.append(entry.module, to: &self.bytes)
            Self.append(entry.function, to: &self.bytes)
            CodeWriter.append(entry.arity, to: &self.bytes)
            self.importEnds.append(self.bytes.count)
        }
        for lambda in try beam.lambdas(atoms) {
            guard let target = layout.function(at: lambda.label) else {
                throw BeamFileError(
                    .invalidReference(.label, lambda.label), chunk: .lambdas,
                    offset: beam.chunk(.lambdas)?.offset ?? 0)
            }
            self.funTargets.append(target)
            Self.append(layout.functions[target].name, to: &self.bytes)
            CodeWriter.append(layout.functions[target].arity, to: &self.bytes)
            CodeWriter.append(lambda.freeVariableCount, to: &self.bytes)
            self.funEnds.append(self.bytes.count)
        }
        try self.appendLiterals(beam)
    }

    private mutating func appendLiterals(_ beam: BeamFile) throws(BeamFileError) {
        var bytes = self.bytes
        self.bytes = []
        var ends: [Int] = []
        try beam.visitLiterals { literal, _ throws(BeamFileError) in
            let start = bytes.count
            CanonicalTerm.append(literal, to: &bytes)
            let count = bytes.count - start
            if count > Self.longestLiteral {
                let digest = CodeDigest(of: Array(bytes[start...])).bytes
                bytes.removeSubrange(start...)
                bytes.append(UInt8(Self.longestLiteral + 1))
                bytes.append(contentsOf: digest)
            } else {
                bytes.insert(UInt8(count), at: start)
            }
            ends.append(bytes.count)
        }
        self.bytes = bytes
        self.literalEnds = ends
    }

    /// The length in UTF-8 and the bytes.
    private static func append(_ atom: Atom, to bytes: inout [UInt8]) {
        CodeWriter.append(atom.name.utf8.count, to: &bytes)
        bytes.append(contentsOf: atom.name.utf8)
    }

    // MARK: - Asking

    var atomCount: Int { self.atomEnds.count }

    /// Of atoms, from 1 on.
    func atom(_ number: Int) -> ArraySlice<UInt8>? { self.text(number - 1, self.atomEnds, after: 0) }

    func importedFunction(_ number: Int) -> ArraySlice<UInt8>? {
        self.text(number, self.importEnds, after: self.atomEnds.last ?? 0)
    }

    func fun(_ number: Int) -> ArraySlice<UInt8>? {
        self.text(number, self.funEnds, after: self.importEnds.last ?? self.atomEnds.last ?? 0)
    }

    func literal(_ number: Int) -> ArraySlice<UInt8>? {
        self.text(
            number, self.literalEnds,
            after: self.funEnds.last ?? self.importEnds.last ?? self.atomEnds.last ?? 0)
    }

    private func text(_ number: Int, _ ends: [Int], after start: Int) -> ArraySlice<UInt8>? {
        guard ends.indices.contains(number) else { return nil }
        return self.bytes[(number == 0 ? start : ends[number - 1])..<ends[number]]
    }
}
