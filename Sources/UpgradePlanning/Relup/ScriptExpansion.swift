import ErlangTerms

/// Stage 1: the short forms of instructions become the full ones, and instructions in a nested list take its place.
///
/// Nothing is checked here: what is not a short form stays as it is, also what stands in a nested list.
enum ScriptExpansion {
    static func expand(_ scripts: [UpgradeScript]) throws(TranslationFailure) -> [[Sourced<Term>]] {
        var problems: [TranslationProblem] = []
        let expanded = scripts.indices.map { script in
            var result: [Sourced<Term>] = []
            result.reserveCapacity(scripts[script].instructions.count)
            for (index, instruction) in scripts[script].instructions.enumerated() {
                let source = InstructionSource(script: script, index: index)
                if case .list(let nested) = instruction {
                    result += nested.map { Sourced($0, source) }
                } else if case .improperList = instruction {
                    problems.append(TranslationProblem(.nestedImproperList(instruction), source, scripts))
                } else {
                    result.append(Sourced(self.expand(instruction), source))
                }
            }
            return result
        }
        try TranslationFailure.throwIfAny(problems)
        return expanded
    }

    /// The full form of a short form; any other term itself.
    static func expand(_ instruction: Term) -> Term {
        guard case .tuple(let elements) = instruction, let name = elements.first?.atomValue else { return instruction }
        switch (name, elements.count) {
        case ("load_module", 2):
            return self.loadModule(elements[1], .emptyList)
        case ("load_module", 3) where elements[2].isAnyList:
            return self.loadModule(elements[1], elements[2])
        case ("update", 2):
            return self.update(elements[1], .atom("soft"), .emptyList)
        case ("update", 3):
            return self.update(module: elements[1], elements[2]) ?? instruction
        case ("update", 4) where self.isChange(elements[2]) && elements[3].isAnyList:
            return self.update(elements[1], elements[2], elements[3])
        case ("add_application", 2):
            return .tuple(elements[0], elements[1], .atom("permanent"))
        default:
            return instruction
        }
    }

    private static func update(module: Term, _ argument: Term) -> Term? {
        if argument.isAtom("supervisor") {
            return .tuple(
                .atom("update"), module, .atom("static"), .atom("default"), .tuple(.atom("advanced"), .emptyList),
                .atom("brutal_purge"), .atom("brutal_purge"), .emptyList)
        }
        if self.isChange(argument) { return self.update(module, argument, .emptyList) }
        if argument.isAnyList { return self.update(module, .atom("soft"), argument) }
        return nil
    }

    private static func update(_ module: Term, _ change: Term, _ dependencies: Term) -> Term {
        .tuple(.atom("update"), module, change, .atom("brutal_purge"), .atom("brutal_purge"), dependencies)
    }

    private static func loadModule(_ module: Term, _ dependencies: Term) -> Term {
        .tuple(.atom("load_module"), module, .atom("brutal_purge"), .atom("brutal_purge"), dependencies)
    }

    /// Whether a term can only be meant as the Change of an update: any tuple, or `soft`.
    private static func isChange(_ term: Term) -> Bool { term.isAtom("soft") || term.tupleElements != nil }
}
