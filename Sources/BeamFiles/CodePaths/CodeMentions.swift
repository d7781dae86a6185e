package import ErlangTerms

/// What the code of a module takes apart, wherever that is.
package struct CodeMentions: Hashable, Sendable {
    /// The keys that a map must have somewhere for the code to go its usual way.
    package fileprivate(set) var keys: Set<Term> = []
    /// Tuples with an atom in front that are told apart from others.
    package fileprivate(set) var tags: Set<SymbolicFact.Tag> = []
}

extension SymbolicExecution {
    /// What all functions but those with the given name mention.
    package mutating func mentions(except name: Atom) -> CodeMentions {
        var mentions = CodeMentions()
        for (number, function) in self.functions.enumerated() where function.name != name {
            guard let code = self.code(number) else { continue }
            var arities: Set<Int> = []
            var atoms: Set<Atom> = []
            // What the last instruction put into {x,0}, the first argument of a call.
            var argument: Atom?
            for instruction in code.instructions {
                mentions.keys.formUnion(self.keys(instruction, argument))
                argument = nil
                switch instruction.opcode {
                case 43, 44:
                    for case .atom(let atom) in [instruction[1], instruction[2]] { atoms.insert(atom) }
                case 58: arities.formUnion([instruction.integer(2) ?? -1])
                case 59:
                    for case .atom(let atom) in instruction.list(2) { atoms.insert(atom) }
                case 60:
                    for case .integer(let arity) in instruction.list(2) { arities.insert(arity) }
                case 64:
                    if case (.atom(let atom), .x(0)) = (instruction[0], instruction[1]) { argument = atom }
                case 159:
                    if case .atom(let atom) = instruction[3], let arity = instruction.integer(2) {
                        mentions.tags.insert(SymbolicFact.Tag(name: atom, arity: arity))
                    }
                default: break
                }
            }
            // Where several sizes are told apart, the size and the atom are tested one after the other.
            guard arities.count * atoms.count <= 10_000 else { continue }
            for arity in arities {
                for atom in atoms { mentions.tags.insert(SymbolicFact.Tag(name: atom, arity: arity)) }
            }
        }
        return mentions
    }

    /// The keys that an instruction asks a map for.
    private func keys(_ instruction: CodeInstruction, _ argument: Atom?) -> [Term] {
        let empty = Path(facts: SymbolicFacts())
        func constants(_ operands: some Sequence<CodeInstruction.Operand>) -> [Term] {
            operands.compactMap { if case .term(let term) = self.value($0, empty) { term } else { nil } }
        }
        func everySecond(_ operands: [CodeInstruction.Operand]) -> [CodeInstruction.Operand] {
            stride(from: 0, to: operands.count, by: 2).map { operands[$0] }
        }
        switch instruction.opcode {
        case 155: return constants(everySecond(instruction.list(4)))
        case 157: return constants(instruction.list(2))
        case 158: return constants(everySecond(instruction.list(2)))
        case 7, 8, 78:
            guard let argument, let number = instruction.integer(1), self.imports.indices.contains(number),
                self.imports[number] == BeamFile.Import(module: "maps", function: "get", arity: 2)
            else { return [] }
            return [.atom(argument)]
        case 11, 125:
            let operand = instruction.opcode == 11 ? 1 : 2
            guard let number = instruction.integer(operand), self.imports.indices.contains(number),
                self.imports[number].function == "map_get"
            else { return [] }
            return constants([instruction[operand + 1]])
        default: return []
        }
    }
}
