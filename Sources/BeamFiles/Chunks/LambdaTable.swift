import ByteParsing
package import ErlangTerms

extension BeamFile {
    /// A `fun` of the module (`FunT`).
    package struct Lambda: Hashable, Sendable {
        /// The name the compiler gave it, as `-init/1-fun-0-`.
        package let name: Atom
        /// Its parameters and its free variables.
        package let arity: Int
        package let label: Int
        package let index: Int
        package let freeVariableCount: Int
        /// A hash of its code in old files, no part of the digest.
        package let oldUniqueness: UInt32
    }

    /// The functions made by `fun` expressions, in the order of the file.
    package var lambdas: [Lambda] {
        get throws(BeamFileError) { try self.lambdas(try self.atoms) }
    }

    func lambdas(_ atoms: AtomTable) throws(BeamFileError) -> [Lambda] {
        try self.read(.lambdas) { cursor throws(BeamFileError) in
            let count = try Self.count(&cursor, entrySize: Self.lambdaSize)
            var lambdas: [Lambda] = []
            lambdas.reserveCapacity(count)
            for _ in 0..<count {
                lambdas.append(
                    Lambda(
                        name: try atoms.atom(&cursor), arity: try Self.arity(&cursor),
                        label: try cursor.number(), index: try cursor.number(),
                        freeVariableCount: try cursor.number(), oldUniqueness: try cursor.integer(UInt32.self)))
            }
            return lambdas
        } ?? []
    }

    /// Six numbers.
    static let lambdaSize = 24
}
