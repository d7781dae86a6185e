package import ErlangTerms

extension BeamFile {
    /// The names of the fields of each record that the module defines, from its debug information; empty where there is
    /// none.
    package var recordFields: [Atom: [Atom]] {
        guard case .success(let code) = self.abstractCode else { return [:] }
        return code.records
    }
}

extension AbstractCode {
    /// The names of the fields in a definition: `{record_field,_,{atom,_,Name}}`, with a default behind it, or with a type
    /// around it.
    static func fields(_ definition: Term) -> (name: Atom, fields: [Atom])? {
        guard let parts = definition.tupleElements, parts.count == 2, let name = parts[0].atomValue,
            let fields = parts[1].listElements
        else { return nil }
        var names: [Atom] = []
        for field in fields {
            var term = field
            if let typed = field.tupleElements, typed.count == 3, typed[0].isAtom("typed_record_field") {
                term = typed[1]
            }
            guard let node = AbstractNode(term), node.kind == "record_field", node.count >= 1,
                let name = AbstractNode(node[0]).flatMap(AbstractLiteral.term)?.atomValue
            else { return nil }
            names.append(name)
        }
        return (name, names)
    }
}
