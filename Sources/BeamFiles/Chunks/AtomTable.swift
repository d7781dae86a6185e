import ByteParsing
package import ErlangTerms

/// The atoms of a module, numbered from 1 (`AtU8`, or `Atom` in Latin-1 before OTP 20). The first is the module's name.
package struct AtomTable: Hashable, Sendable {
    /// In the order of the file; the first has number 1.
    package let atoms: [Atom]

    /// The atom of a number in another table.
    func atom(_ cursor: inout ByteCursor) throws(BeamFileError) -> Atom {
        let start = cursor.offset
        let number = try cursor.number()
        guard number >= 1, number <= self.atoms.count else {
            throw BeamFileError(.invalidAtomIndex(number, count: self.atoms.count), offset: start)
        }
        return self.atoms[number - 1]
    }
}

extension BeamFile {
    /// All atoms of the module.
    package var atoms: AtomTable {
        get throws(BeamFileError) {
            guard let (chunk, isLatin1) = AtomTable.chunk(in: self.chunks) else { throw self.missing(.atoms) }
            return try Self.read(chunk, of: self.bytes) { cursor throws(BeamFileError) in
                let (count, hasCompactLengths) = try AtomTable.head(&cursor)
                // Every atom takes at least the byte of its length.
                guard count <= cursor.remaining else { throw BeamFileError(.invalidCount(count), offset: chunk.offset) }
                var atoms: [Atom] = []
                atoms.reserveCapacity(count)
                for _ in 0..<count {
                    atoms.append(
                        try AtomTable.next(&cursor, isLatin1: isLatin1, hasCompactLengths: hasCompactLengths))
                }
                return AtomTable(atoms: atoms)
            }
        }
    }
}

extension AtomTable {
    static func moduleName(_ bytes: [UInt8], _ chunks: [BeamFile.Chunk]) throws(BeamFileError) -> Atom {
        guard let (chunk, isLatin1) = self.chunk(in: chunks) else {
            throw BeamFileError(.missingChunk(.atoms), offset: bytes.count)
        }
        return try BeamFile.read(chunk, of: bytes) { cursor throws(BeamFileError) in
            let (count, hasCompactLengths) = try self.head(&cursor)
            guard count > 0 else { throw BeamFileError(.invalidCount(count), offset: chunk.offset) }
            let name = try self.next(&cursor, isLatin1: isLatin1, hasCompactLengths: hasCompactLengths)
            try cursor.advance(count: cursor.remaining)
            return name
        }
    }

    fileprivate static func chunk(in chunks: [BeamFile.Chunk]) -> (BeamFile.Chunk, isLatin1: Bool)? {
        BeamFile.chunk(.atoms, in: chunks).map { ($0, isLatin1: false) }
            ?? BeamFile.chunk(.latin1Atoms, in: chunks).map { ($0, isLatin1: true) }
    }

    /// OTP 28 and later write the count negated, and then lengths as compact numbers, so that an atom of 255 characters
    /// may have more than 255 bytes.
    fileprivate static func head(
        _ cursor: inout ByteCursor
    ) throws(BeamFileError) -> (count: Int, hasCompactLengths: Bool) {
        let count = Int(try cursor.integer(Int32.self))
        return (abs(count), count < 0)
    }

    fileprivate static func next(
        _ cursor: inout ByteCursor, isLatin1: Bool, hasCompactLengths: Bool
    ) throws(BeamFileError) -> Atom {
        let start = cursor.offset
        let count = hasCompactLengths ? try cursor.compactUnsigned() : Int(try cursor.byte())
        let bytes = try cursor.bytes(count: count)
        let name: String?
        if isLatin1 {
            var scalars = String.UnicodeScalarView()
            scalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
            name = String(scalars)
        } else {
            name = String(validating: bytes, as: UTF8.self)
        }
        guard let atom = name.flatMap(Atom.init(validating:)) else {
            throw BeamFileError(.invalidAtom, offset: start)
        }
        return atom
    }
}
