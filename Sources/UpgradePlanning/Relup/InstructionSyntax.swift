import ErlangTerms
import ReleaseModel

/// An instruction whose grammar was checked.
enum UpgradeInstruction: Hashable, Sendable {
    case high(HighLevelInstruction)
    case low(LowLevelInstruction)
}

/// Stage 3: raw terms become typed instructions, or problems. The only place that knows the sizes of OTP's tuples.
///
/// Operands are checked from left to right, a list before its elements. Defaults (stage 4 of OTP's translation) are
/// filled in here, since the typed instructions cannot leave them open.
enum InstructionSyntax {
    static func check(
        _ halves: ScriptMerge.Halves<Term>, of scripts: [UpgradeScript]
    ) throws(TranslationFailure) -> ScriptMerge.Halves<UpgradeInstruction> {
        var problems: [TranslationProblem] = []
        let checked = ScriptMerge.Halves(
            before: self.check(halves.before, of: scripts, &problems),
            after: self.check(halves.after, of: scripts, &problems))
        try TranslationFailure.throwIfAny(problems)
        return checked
    }

    private static func check(
        _ instructions: [Sourced<Term>], of scripts: [UpgradeScript], _ problems: inout [TranslationProblem]
    ) -> [Sourced<UpgradeInstruction>] {
        var result: [Sourced<UpgradeInstruction>] = []
        result.reserveCapacity(instructions.count)
        for instruction in instructions {
            do throws(TranslationProblem.Kind) {
                result.append(Sourced(try self.parse(instruction.value), instruction.source))
            } catch {
                problems.append(TranslationProblem(error, instruction.source, scripts))
            }
        }
        return result
    }

    /// Reads one full-form instruction.
    static func parse(_ term: Term) throws(TranslationProblem.Kind) -> UpgradeInstruction {
        if case .atom(let atom) = term {
            if atom == "mnesia_backup" { throw .notImplemented(term) }
            guard let instruction = self.atoms[atom] else { throw .badInstruction(term) }
            return .low(instruction)
        }
        guard case .tuple(let elements) = term, case .atom(let name)? = elements.first else {
            throw .badInstruction(term)
        }
        if let instruction = try self.parseHighLevel(name, elements.dropFirst()) { return .high(instruction) }
        if let instruction = try self.parseLowLevel(name, elements.dropFirst()) { return .low(instruction) }
        throw .badInstruction(term)
    }

    private static let atoms: [Atom: LowLevelInstruction] = [
        "point_of_no_return": .pointOfNoReturn, "restart_new_emulator": .restartNewEmulator,
        "restart_emulator": .restartEmulator, "reboot": .reboot, "restart": .restart,
    ]

    // MARK: - High-level instructions

    private static func parseHighLevel(
        _ name: Atom, _ operands: ArraySlice<Term>
    ) throws(TranslationProblem.Kind) -> HighLevelInstruction? {
        var operands = Operands(operands)
        switch (name, operands.count) {
        case ("update", 5): return .update(try self.update(&operands, hasKind: false, hasTimeout: false))
        case ("update", 6): return .update(try self.update(&operands, hasKind: false, hasTimeout: true))
        case ("update", 7): return .update(try self.update(&operands, hasKind: true, hasTimeout: true))
        case ("load_module", 4):
            return .loadModule(
                HighLevelInstruction.LoadModule(
                    module: try operands.module(), purge: try operands.purgePair(),
                    dependencies: try operands.modules()))
        case ("add_module", 1): return .addModule(module: try operands.module(), dependencies: [])
        case ("add_module", 2):
            return .addModule(module: try operands.module(), dependencies: try operands.modules())
        case ("delete_module", 1): return .deleteModule(module: try operands.module(), dependencies: [])
        case ("delete_module", 2):
            return .deleteModule(module: try operands.module(), dependencies: try operands.modules())
        case ("add_application", 2):
            return .addApplication(try operands.atom(or: .application), try operands.startType())
        case ("remove_application", 1): return .removeApplication(try operands.atom(or: .application))
        case ("restart_application", 1): return .restartApplication(try operands.atom(or: .application))
        default: return nil
        }
    }

    private static func update(
        _ operands: inout Operands, hasKind: Bool, hasTimeout: Bool
    ) throws(TranslationProblem.Kind) -> HighLevelInstruction.Update {
        HighLevelInstruction.Update(
            module: try operands.module(), kind: hasKind ? try operands.moduleKind() : .dynamic,
            timeout: hasTimeout ? try operands.timeout() : .standard, change: try operands.change(),
            purge: try operands.purgePair(), dependencies: try operands.modules())
    }

    // MARK: - Low-level instructions

    private static func parseLowLevel(
        _ name: Atom, _ elements: ArraySlice<Term>
    ) throws(TranslationProblem.Kind) -> LowLevelInstruction? {
        var operands = Operands(elements)
        switch (name, operands.count) {
        case ("load_object_code", 1):
            guard var inner = operands.tuple(of: 3) else { return nil }
            return .loadObjectCode(
                LowLevelInstruction.ObjectCode(
                    application: try inner.atom(or: .library), version: try inner.list(or: .libraryVersion),
                    modules: try inner.modules()))
        case ("load", 1):
            guard var inner = operands.tuple(of: 3) else { return nil }
            return .load(try self.exchange(&inner))
        case ("remove", 1):
            guard var inner = operands.tuple(of: 3) else { return nil }
            return .remove(try self.exchange(&inner))
        case ("purge", 1): return .purge(try operands.modules())
        case ("suspend", 1):
            return .suspend(try operands.list { (term) throws(TranslationProblem.Kind) in try self.suspended(term) })
        case ("resume", 1): return .resume(try operands.modules())
        case ("stop", 1): return .stop(try operands.modules())
        case ("start", 1): return .start(try operands.modules())
        case ("code_change", 1):
            return .codeChange(
                nil, try operands.list { (term) throws(TranslationProblem.Kind) in try self.converted(term) })
        case ("code_change", 2):
            // OTP looks at the list itself first, then at the mode, then at the elements.
            let mode = operands.next()
            var list = operands
            _ = try operands.list(or: .list)
            return .codeChange(
                try self.mode(mode),
                try list.list { (term) throws(TranslationProblem.Kind) in try self.converted(term) })
        case ("sync_nodes", 2):
            let id = operands.next()
            if var call = operands.tuple(of: 3) { return .synchronizeNodes(id: id, .call(try self.call(&call))) }
            return .synchronizeNodes(
                id: id,
                .nodes(
                    try operands.list { (term) throws(TranslationProblem.Kind) in
                        try Operands.atom(term, or: .node)
                    }))
        case ("apply", 1):
            guard var inner = operands.tuple(of: 3) else { return nil }
            return .apply(try self.call(&inner))
        default: return nil
        }
    }

    private static func exchange(
        _ operands: inout Operands
    ) throws(TranslationProblem.Kind) -> LowLevelInstruction.ModuleExchange {
        LowLevelInstruction.ModuleExchange(module: try operands.module(), purge: try operands.purgePair())
    }

    private static func call(
        _ operands: inout Operands
    ) throws(TranslationProblem.Kind) -> LowLevelInstruction.FunctionCall {
        LowLevelInstruction.FunctionCall(
            module: try operands.module(), function: try operands.atom(or: .function),
            arguments: try operands.list(or: .argumentList))
    }

    private static func suspended(
        _ term: Term
    ) throws(TranslationProblem.Kind) -> LowLevelInstruction.SuspendedModule {
        guard case .tuple(let pair) = term, pair.count == 2 else {
            return LowLevelInstruction.SuspendedModule(module: try Operands.atom(term, or: .module), timeout: nil)
        }
        var operands = Operands(pair[...])
        return LowLevelInstruction.SuspendedModule(module: try operands.module(), timeout: try operands.timeout())
    }

    private static func converted(
        _ term: Term
    ) throws(TranslationProblem.Kind) -> LowLevelInstruction.ConvertedModule {
        guard case .tuple(let pair) = term, pair.count == 2 else { throw .badOperand(.codeChange, term) }
        return LowLevelInstruction.ConvertedModule(module: try Operands.atom(pair[0], or: .module), extra: pair[1])
    }

    private static func mode(_ term: Term) throws(TranslationProblem.Kind) -> UpgradeMode {
        guard let mode = UpgradeMode.allCases.first(where: { term.isAtom($0.atom) }) else {
            throw .badOperand(.mode, term)
        }
        return mode
    }
}
