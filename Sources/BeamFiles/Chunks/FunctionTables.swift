import ByteParsing
package import ErlangTerms

extension BeamFile {
    /// An entry of the exported (`ExpT`) or local (`LocT`) functions.
    package struct Function: Hashable, Sendable {
        package let name: Atom
        package let arity: Int
        /// Its entry in the code.
        package let label: Int

        package init(name: Atom, arity: Int, label: Int) {
            self.name = name
            self.arity = arity
            self.label = label
        }
    }

    /// A function of a module that this one calls (`ImpT`); built-in functions are in module `erlang`.
    package struct Import: Hashable, Sendable {
        package let module: Atom
        package let function: Atom
        package let arity: Int

        package init(module: Atom, function: Atom, arity: Int) {
            self.module = module
            self.function = function
            self.arity = arity
        }
    }

    /// Exported functions in the order of the file; `beam_lib` sorts them.
    package var exports: [Function] {
        get throws(BeamFileError) { try self.exports(try self.atoms) }
    }

    /// Functions that are not exported, in the order of the file; empty when the table was stripped.
    package var locals: [Function] {
        get throws(BeamFileError) { try self.functions(.locals, try self.atoms) ?? [] }
    }

    /// Imported functions in the order of the file; `beam_lib` sorts them.
    package var imports: [Import] {
        get throws(BeamFileError) { try self.imports(try self.atoms) }
    }

    /// The same with the table of ``atoms``, for who reads several tables.
    package func exports(_ atoms: AtomTable) throws(BeamFileError) -> [Function] {
        guard let exports = try self.functions(.exports, atoms) else { throw self.missing(.exports) }
        return exports
    }

    /// The same with the table of ``atoms``, for who reads several tables.
    package func imports(_ atoms: AtomTable) throws(BeamFileError) -> [Import] {
        try self.readRequired(.imports) { cursor throws(BeamFileError) in
            let count = try Self.count(&cursor, entrySize: 12)
            var imports: [Import] = []
            imports.reserveCapacity(count)
            for _ in 0..<count {
                imports.append(
                    Import(
                        module: try atoms.atom(&cursor), function: try atoms.atom(&cursor),
                        arity: try Self.arity(&cursor)))
            }
            return imports
        }
    }

    private func functions(_ name: ChunkName, _ atoms: AtomTable) throws(BeamFileError) -> [Function]? {
        try self.read(name) { cursor throws(BeamFileError) in
            let count = try Self.count(&cursor, entrySize: 12)
            var functions: [Function] = []
            functions.reserveCapacity(count)
            for _ in 0..<count {
                functions.append(
                    Function(
                        name: try atoms.atom(&cursor), arity: try Self.arity(&cursor), label: try cursor.number()))
            }
            return functions
        }
    }

    static func arity(_ cursor: inout ByteCursor) throws(BeamFileError) -> Int {
        let start = cursor.offset
        let arity = try cursor.number()
        guard arity <= 255 else { throw BeamFileError(.invalidArity(arity), offset: start) }
        return arity
    }
}
