package import ErlangTerms

/// What planning and checking an upgrade need to know of a module.
package struct BeamFacts: Hashable, Sendable {
    package let module: Atom
    /// See ``BeamFile/digest``.
    package let digest: [UInt8]
    /// The values of the attributes `behaviour` and `behavior`, in this order.
    package let behaviours: [Atom]
    package let exports: [BeamFile.Function]
    package let imports: [BeamFile.Import]
    /// The `vsn` attribute.
    package let version: [Term]
    /// The function that `-on_load` names, as every module with a NIF has one.
    package let onLoadFunction: Atom?
}

extension BeamFile {
    /// Everything at once, with the atoms decoded only once.
    package var facts: BeamFacts {
        get throws(BeamFileError) {
            let atoms = try self.atoms
            let attributes = try self.attributes
            return BeamFacts(
                module: self.module, digest: try self.digest, behaviours: Self.behaviours(in: attributes),
                exports: try self.exports(atoms), imports: try self.imports(atoms),
                version: Self.values(["vsn"], in: attributes), onLoadFunction: try self.onLoadFunction)
        }
    }
}
