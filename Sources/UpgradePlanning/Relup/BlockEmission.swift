import ErlangTerms

/// A low-level instruction with what it is there for.
struct EmittedStep: Sendable {
    var instruction: LowLevelInstruction
    var reason: Reason

    enum Reason: Sendable {
        /// An instruction of a script asks for it, alone; `move` when it stands elsewhere than written.
        case written(InstructionSource, move: DependencyOrder.Move?)
        /// Several instructions of scripts ask for it together.
        case shared(Role, [InstructionSource])
        /// Every script has one.
        case pointOfNoReturn
    }

    /// What an instruction does for all the modules of a block, or of an application.
    enum Role: Hashable, Sendable {
        case objectCode, suspend, codeChange, resume, restart
    }

    static func shared(
        _ instruction: LowLevelInstruction, _ role: Role, _ sources: [InstructionSource]
    ) -> EmittedStep {
        EmittedStep(instruction: instruction, reason: .shared(role, sources))
    }
}

/// Stage 9: each block becomes the low-level instructions that exchange its modules.
struct BlockEmission {
    private let mode: UpgradeMode
    private let scripts: [UpgradeScript]
    /// For each module the first application that lists it.
    private let owner: [Atom: TranslatedApplication]
    private var problems: [TranslationProblem] = []
    private var halves: (before: [EmittedStep], after: [EmittedStep])

    /// - Parameters:
    ///   - before: what is already known to stand before the point of no return.
    ///   - items: what stands after it.
    ///   - target: the applications of the release that the script leads to.
    static func emit(
        before: [Sourced<UpgradeInstruction>], items: [DependencyOrder.Item], mode: UpgradeMode,
        target: [TranslatedApplication], scripts: [UpgradeScript]
    ) throws(TranslationFailure) -> (before: [EmittedStep], after: [EmittedStep]) {
        var emission = BlockEmission(mode: mode, target: target, scripts: scripts)
        for instruction in before {
            guard case .low(let low) = instruction.value else { continue }
            emission.halves.before.append(
                EmittedStep(instruction: low, reason: .written(instruction.source, move: nil)))
        }
        for item in items {
            switch item {
            case .fixed(let instruction):
                emission.halves.after.append(
                    EmittedStep(instruction: instruction.value, reason: .written(instruction.source, move: nil)))
            case .block(let members): emission.emit(members)
            }
        }
        try TranslationFailure.throwIfAny(emission.problems)
        return emission.halves
    }

    private init(mode: UpgradeMode, target: [TranslatedApplication], scripts: [UpgradeScript]) {
        self.mode = mode
        self.scripts = scripts
        var owner: [Atom: TranslatedApplication] = [:]
        for application in target {
            for module in application.modules where owner[module] == nil { owner[module] = application }
        }
        self.owner = owner
        self.halves = ([], [])
    }

    // MARK: - One block

    private mutating func emit(_ members: [DependencyOrder.Member]) {
        self.readObjectCode(members)
        let updates = members.compactMap { member -> Sourced<HighLevelInstruction.Update>? in
            guard case .update(let update) = member.instruction.value else { return nil }
            return Sourced(update, member.instruction.source)
        }
        let sources = updates.map(\.source)
        if !updates.isEmpty {
            let suspended = updates.map { update in
                LowLevelInstruction.SuspendedModule(
                    module: update.value.module,
                    timeout: update.value.timeout == .standard ? nil : update.value.timeout)
            }
            self.halves.after.append(.shared(.suspend(suspended), .suspend, sources))
        }
        switch self.mode {
        case .up:
            for member in members.reversed() { self.exchange(member) }
            self.convert(updates)
        case .down:
            // The old code of a dynamic module cannot know states that the new code made: convert them first.
            self.convert(updates.filter { $0.value.kind == .dynamic })
            for member in members { self.exchange(member) }
            self.convert(updates.filter { $0.value.kind == .static })
        }
        if !updates.isEmpty {
            self.halves.after.append(
                .shared(.resume(updates.reversed().map(\.value.module)), .resume, sources.reversed()))
        }
    }

    private mutating func readObjectCode(_ members: [DependencyOrder.Member]) {
        for member in members {
            let module = member.instruction.value.module
            switch member.instruction.value {
            case .delete: continue
            case .update, .load: break
            }
            guard let application = self.owner[module] else {
                self.problems.append(
                    TranslationProblem(.noSuchModule(module), member.instruction.source, self.scripts))
                continue
            }
            let code = LowLevelInstruction.ObjectCode(
                application: application.name, version: .string(application.version), modules: [module])
            self.halves.before.append(
                EmittedStep(
                    instruction: .loadObjectCode(code), reason: .written(member.instruction.source, move: nil)))
        }
    }

    /// Loads or removes the module of an instruction.
    private mutating func exchange(_ member: DependencyOrder.Member) {
        let reason = EmittedStep.Reason.written(member.instruction.source, move: member.move)
        switch member.instruction.value {
        case .update(let update): self.load(update.module, update.purge, reason)
        case .load(let load): self.load(load.module, load.purge, reason)
        case .delete(let module, _):
            let exchange = LowLevelInstruction.ModuleExchange(module: module, purge: .brutal)
            self.halves.after.append(EmittedStep(instruction: .remove(exchange), reason: reason))
            self.halves.after.append(EmittedStep(instruction: .purge([module]), reason: reason))
        }
    }

    private mutating func load(_ module: Atom, _ purge: PurgePair, _ reason: EmittedStep.Reason) {
        let exchange = LowLevelInstruction.ModuleExchange(module: module, purge: purge)
        self.halves.after.append(EmittedStep(instruction: .load(exchange), reason: reason))
    }

    private mutating func convert(_ updates: [Sourced<HighLevelInstruction.Update>]) {
        var modules: [LowLevelInstruction.ConvertedModule] = []
        var sources: [InstructionSource] = []
        for update in updates {
            guard case .advanced(let extra) = update.value.change else { continue }
            modules.append(LowLevelInstruction.ConvertedModule(module: update.value.module, extra: extra))
            sources.append(update.source)
        }
        if modules.isEmpty { return }
        self.halves.after.append(.shared(.codeChange(self.mode, modules), .codeChange, sources))
    }
}
