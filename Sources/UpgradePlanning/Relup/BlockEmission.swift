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
    private let target: [TranslatedApplication]
    private let scripts: [UpgradeScript]
    /// For each module the index of the first application that lists it.
    private let owner: [Atom: Int]
    private var problems: [TranslationProblem] = []
    private var steps: [EmittedStep] = []
    /// In the order in which applications are first needed, and for each application its place in it.
    private var objectCode: [GeneratedObjectCode] = []
    private var objectCodeOfApplication: [Int?]

    /// What stands after the point of no return, and the code that must be read before it.
    struct Result: Sendable {
        var after: [EmittedStep]
        var objectCode: [GeneratedObjectCode]
    }

    /// - Parameter target: the applications of the release that the script leads to.
    static func emit(
        _ items: [DependencyOrder.Item], mode: UpgradeMode, target: [TranslatedApplication], scripts: [UpgradeScript]
    ) throws(TranslationFailure) -> Result {
        var emission = BlockEmission(mode: mode, target: target, scripts: scripts)
        for item in items {
            switch item {
            case .fixed(let instruction):
                emission.steps.append(
                    EmittedStep(instruction: instruction.value, reason: .written(instruction.source, move: nil)))
            case .block(let members): emission.emit(members)
            }
        }
        try TranslationFailure.throwIfAny(emission.problems)
        return Result(after: emission.steps, objectCode: emission.objectCode)
    }

    private init(mode: UpgradeMode, target: [TranslatedApplication], scripts: [UpgradeScript]) {
        self.mode = mode
        self.target = target
        self.scripts = scripts
        var owner: [Atom: Int] = Dictionary(minimumCapacity: target.reduce(0) { $0 + $1.modules.count })
        owner.merge(
            target.enumerated().lazy.flatMap { index, application in application.modules.lazy.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
        self.owner = owner
        self.objectCodeOfApplication = Array(repeating: nil, count: target.count)
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
            self.steps.append(.shared(.suspend(suspended), .suspend, sources))
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
            self.steps.append(
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
            guard let owner = self.owner[module] else {
                self.problems.append(
                    TranslationProblem(.noSuchModule(module), member.instruction.source, self.scripts))
                continue
            }
            let place: Int
            if let known = self.objectCodeOfApplication[owner] {
                place = known
            } else {
                place = self.objectCode.count
                self.objectCodeOfApplication[owner] = place
                self.objectCode.append(GeneratedObjectCode(application: self.target[owner]))
            }
            self.objectCode[place].modules.append(module)
            self.objectCode[place].sources.append(member.instruction.source)
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
            self.steps.append(EmittedStep(instruction: .remove(exchange), reason: reason))
            self.steps.append(EmittedStep(instruction: .purge([module]), reason: reason))
        }
    }

    private mutating func load(_ module: Atom, _ purge: PurgePair, _ reason: EmittedStep.Reason) {
        let exchange = LowLevelInstruction.ModuleExchange(module: module, purge: purge)
        self.steps.append(EmittedStep(instruction: .load(exchange), reason: reason))
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
        self.steps.append(.shared(.codeChange(self.mode, modules), .codeChange, sources))
    }
}
