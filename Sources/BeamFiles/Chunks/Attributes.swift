package import ErlangTerms

extension BeamFile {
    /// All values of one attribute.
    package struct Attribute: Hashable, Sendable {
        package let name: Atom
        /// In the order of the file.
        package let values: [Term]

        package init(name: Atom, values: [Term]) {
            self.name = name
            self.values = values
        }
    }

    /// The attributes as `beam_lib` gives them: sorted by name, each name once. Empty when they were stripped.
    package var attributes: [Attribute] {
        get throws(BeamFileError) {
            guard let term = try self.term(.attributes) else { return [] }
            guard let pairs = Self.properties(term) else {
                throw self.unexpected(.attributes, "a list of attributes with lists of values")
            }
            var values: [Atom: [Term]] = [:]
            for (name, value) in pairs {
                guard let more = value.listElements else {
                    throw self.unexpected(.attributes, "a list of attributes with lists of values")
                }
                values[name, default: []] += more
            }
            return values.map { Attribute(name: $0.key, values: $0.value) }.sorted { $0.name < $1.name }
        }
    }

    /// The `vsn` attribute as `beam_lib:version/1` gives it; the compiler puts the digest there, as a number, where the
    /// source has none. Empty when the attributes were stripped.
    package var version: [Term] {
        get throws(BeamFileError) { Self.values(["vsn"], in: try self.attributes) }
    }

    /// The values of the attributes `behaviour` and `behavior`, in this order.
    package var behaviours: [Atom] {
        get throws(BeamFileError) { Self.behaviours(in: try self.attributes) }
    }

    static func behaviours(in attributes: [Attribute]) -> [Atom] {
        self.values(["behaviour", "behavior"], in: attributes).compactMap(\.atomValue)
    }

    static func values(_ names: [Atom], in attributes: [Attribute]) -> [Term] {
        names.flatMap { name in attributes.first { $0.name == name }?.values ?? [] }
    }

    /// What the compiler noted about the compilation (`CInf`), as a list of pairs; empty when it was stripped.
    package var compileInformation: [Term] {
        get throws(BeamFileError) {
            guard let term = try self.term(.compileInformation) else { return [] }
            guard let elements = term.listElements else {
                throw self.unexpected(.compileInformation, "a list")
            }
            return elements
        }
    }

    /// The version of the application `compiler` that wrote the file, if it was noted.
    package var compilerVersion: String? {
        get throws(BeamFileError) {
            for term in try self.compileInformation {
                if let pair = term.tupleElements, pair.count == 2, pair[0].isAtom("version") {
                    return pair[1].stringValue
                }
            }
            return nil
        }
    }

    func unexpected(_ name: ChunkName, _ expected: String) -> BeamFileError {
        BeamFileError(
            .unexpectedTerm(expected: expected), chunk: name, offset: self.chunk(name)?.offset ?? self.bytes.count)
    }

    private static func properties(_ term: Term) -> [(Atom, Term)]? {
        guard let elements = term.listElements else { return nil }
        var result: [(Atom, Term)] = []
        for element in elements {
            guard let pair = element.tupleElements, pair.count == 2, let name = pair[0].atomValue else { return nil }
            result.append((name, pair[1]))
        }
        return result
    }
}
