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
    /// The function that `-on_load` names, as every module with a NIF has one; it is known with the code only.
    package let onLoadFunction: Atom?
    /// A digest of the values of each attribute that says something about the running module, `behavior` under its
    /// British name; nil when attributes were stripped.
    package let attributeDigests: [Atom: CodeDigest]?
    package let code: Code

    /// What the functions of the module are.
    package enum Code: Hashable, Sendable {
        case functions(ModuleCode)
        /// The code can be loaded, but refers to something that cannot be found: only ``digest`` can be compared.
        case notUnderstood(BeamFileError)
        /// Nobody asked for it.
        case notRead
    }
}

extension BeamFile {
    /// Everything at once, with tables decoded only once.
    package var facts: BeamFacts {
        get throws(BeamFileError) { try self.facts(withCode: true) }
    }

    /// The facts, with what each function does or without: that takes most of the time.
    ///
    /// - Parameter digest: ``digest``, where the caller has it already.
    package func facts(withCode: Bool, digest: [UInt8]? = nil) throws(BeamFileError) -> BeamFacts {
        let atoms = try self.atoms
        let attributes = try self.attributes
        let exports = try self.exports(atoms)
        let imports = try self.imports(atoms)
        let (code, onLoadFunction) =
            withCode ? try self.code(atoms, imports, exports) : (.notRead, nil)
        let ownDigest = if let digest { digest } else { try self.digest }
        return BeamFacts(
            module: self.module, digest: ownDigest, behaviours: Self.behaviours(in: attributes),
            exports: exports, imports: imports, version: Self.values(["vsn"], in: attributes),
            onLoadFunction: onLoadFunction,
            attributeDigests: self.chunk(.attributes) == nil ? nil : Self.digests(of: attributes), code: code)
    }

    private func code(
        _ atoms: AtomTable, _ imports: [Import], _ exports: [Function]
    ) throws(BeamFileError) -> (BeamFacts.Code, onLoadFunction: Atom?) {
        let layout: CodeLayout
        do throws(BeamFileError) {
            layout = try CodeLayout(self, atoms)
        } catch {
            // Throws where instructions cannot even be told apart.
            return (.notUnderstood(error), try self.onLoadFunction)
        }
        let onLoadFunction = layout.functions.last(where: \.isOnLoad)?.name
        do throws(BeamFileError) {
            return (.functions(try self.moduleCode(atoms, layout, imports: imports, exports: exports)), onLoadFunction)
        } catch {
            return (.notUnderstood(error), onLoadFunction)
        }
    }

    /// Attributes that are no part of what a module does: its version, which the compiler derives from the code, and
    /// instructions to tools that read the source.
    private static let ignoredAttributes: Set<Atom> = ["vsn", "compile", "dialyzer", "file", "ignore_xref"]

    private static func digests(of attributes: [Attribute]) -> [Atom: CodeDigest] {
        var digests: [Atom: CodeDigest] = [:]
        for attribute in attributes where !Self.ignoredAttributes.contains(attribute.name) {
            if ["behaviour", "behavior"].contains(attribute.name) {
                digests["behaviour"] = Self.digest(of: Self.values(["behaviour", "behavior"], in: attributes))
            } else {
                digests[attribute.name] = Self.digest(of: attribute.values)
            }
        }
        return digests
    }

    private static func digest(of values: [Term]) -> CodeDigest {
        var bytes: [UInt8] = []
        CanonicalTerm.append(ExternalTerm.encode(.list(values)).span, to: &bytes)
        return CodeDigest(of: bytes)
    }
}
