package import ErlangTerms

extension BeamFile {
    /// The modules whose Elixir structs the code has literals of, makes or matches; perhaps more, since of a function that
    /// looks at `__struct__` every module's name that it compares or writes counts. Empty where the code cannot be read.
    package var structs: Set<Atom> {
        var structs: Set<Atom> = []
        for literal in (try? self.literals) ?? [] { Self.collect(literal, &structs, depth: 0) }
        guard let atoms = try? self.atoms, atoms.atoms.contains("__struct__"),
            let layout = try? CodeLayout(self, atoms)
        else { return structs }
        for function in layout.functions where function.name != "__struct__" {
            guard let code = try? FunctionCode(self, atoms, body: function.body) else { continue }
            var names: Set<Atom> = []
            for instruction in code.instructions { Self.collect(instruction.operands, &names) }
            if names.remove("__struct__") != nil {
                structs.formUnion(names.filter { $0.name.hasPrefix("Elixir.") })
            }
        }
        return structs
    }

    private static func collect(_ operands: [CodeInstruction.Operand], _ atoms: inout Set<Atom>) {
        for operand in operands {
            switch operand {
            case .atom(let atom): atoms.insert(atom)
            case .list(let inner): self.collect(inner, &atoms)
            case .x, .y, .label, .emptyList, .integer, .literal, .other: break
            }
        }
    }

    /// The structs within a literal. Deeper ones than anybody writes are passed over.
    private static func collect(_ term: Term, _ structs: inout Set<Atom>, depth: Int) {
        guard depth < 32 else { return }
        switch term {
        case .tuple(let elements), .list(let elements):
            for element in elements { self.collect(element, &structs, depth: depth + 1) }
        case .improperList(let list):
            for element in list.elements { self.collect(element, &structs, depth: depth + 1) }
        case .map(let map):
            if let name = map[.atom("__struct__")]?.atomValue { structs.insert(name) }
            for pair in map.pairs { self.collect(pair.value, &structs, depth: depth + 1) }
        case .atom, .integer, .bigInteger, .float, .binary, .bitString, .pid, .port, .reference, .externalFunction,
            .closure, .nativeRecord:
            break
        }
    }
}
