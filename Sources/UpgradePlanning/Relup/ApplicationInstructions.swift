import ErlangTerms
import ReleaseModel

/// An instruction that stands for one module and takes part in the ordering by dependencies.
enum ModuleInstruction: Hashable, Sendable {
    case update(HighLevelInstruction.Update)
    case load(HighLevelInstruction.LoadModule)
    case delete(module: Atom, dependencies: [Atom])

    var module: Atom {
        switch self {
        case .update(let update): update.module
        case .load(let load): load.module
        case .delete(let module, _): module
        }
    }

    var dependencies: [Atom] {
        switch self {
        case .update(let update): update.dependencies
        case .load(let load): load.dependencies
        case .delete(_, let dependencies): dependencies
        }
    }
}

/// Stages 6 and 7: instructions about whole applications become calls and instructions about modules, in their place,
/// and `add_module` becomes `load_module`.
struct ApplicationInstructions {
    /// An instruction after this stage: about one module, or already in its final form.
    enum Step: Hashable, Sendable {
        case module(ModuleInstruction)
        case fixed(LowLevelInstruction)
    }

    /// The first application of each name counts, as in OTP.
    private let target: [Atom: TranslatedApplication]
    private let source: [Atom: TranslatedApplication]
    private let scripts: [UpgradeScript]
    private var problems: [TranslationProblem] = []
    private var steps: [Sourced<Step>] = []

    static func expand(
        _ instructions: [Sourced<UpgradeInstruction>], target: [TranslatedApplication],
        source: [TranslatedApplication], scripts: [UpgradeScript]
    ) throws(TranslationFailure) -> [Sourced<Step>] {
        var stage = ApplicationInstructions(
            target: Dictionary(target.map { ($0.name, $0) }) { first, _ in first },
            source: Dictionary(source.map { ($0.name, $0) }) { first, _ in first }, scripts: scripts)
        stage.steps.reserveCapacity(instructions.count)
        for instruction in instructions { stage.expand(instruction.value, instruction.source) }
        try TranslationFailure.throwIfAny(stage.problems)
        return stage.steps
    }

    private init(
        target: [Atom: TranslatedApplication], source: [Atom: TranslatedApplication], scripts: [UpgradeScript]
    ) {
        self.target = target
        self.source = source
        self.scripts = scripts
    }

    private mutating func expand(_ instruction: UpgradeInstruction, _ source: InstructionSource) {
        switch instruction {
        case .low(let low): self.emit(low, source)
        case .high(.update(let update)): self.steps.append(Sourced(.module(.update(update)), source))
        case .high(.loadModule(let load)): self.steps.append(Sourced(.module(.load(load)), source))
        case .high(.addModule(let module, let dependencies)): self.load(module, dependencies, source)
        case .high(.deleteModule(let module, let dependencies)):
            self.steps.append(Sourced(.module(.delete(module: module, dependencies: dependencies)), source))
        case .high(.addApplication(let name, let type)): self.add(name, type, source)
        case .high(.removeApplication(let name)): self.remove(name, source)
        case .high(.restartApplication(let name)): self.restart(name, source)
        }
    }

    private mutating func add(_ name: Atom, _ type: StartType, _ source: InstructionSource) {
        guard let application = self.target[name] else { return self.fail(.noSuchApplication(name), source) }
        for module in application.modules { self.load(module, [], source) }
        self.start(name, type, source)
    }

    private mutating func remove(_ name: Atom, _ source: InstructionSource) {
        if self.target[name] != nil { return self.fail(.removedApplicationPresent(name), source) }
        guard let application = self.source[name] else { return self.fail(.noSuchApplication(name), source) }
        self.stop(application, source)
        self.emit(.application("unload", .atom(name)), source)
    }

    private mutating func restart(_ name: Atom, _ source: InstructionSource) {
        guard let old = self.source[name], let new = self.target[name] else {
            return self.fail(.noSuchApplication(name), source)
        }
        self.stop(old, source)
        for module in new.modules { self.load(module, [], source) }
        self.start(name, new.type, source)
    }

    private mutating func stop(_ application: TranslatedApplication, _ source: InstructionSource) {
        self.emit(.application("stop", .atom(application.name)), source)
        for module in application.modules {
            self.emit(.remove(LowLevelInstruction.ModuleExchange(module: module, purge: .brutal)), source)
        }
        self.emit(.purge(application.modules), source)
    }

    private mutating func start(_ name: Atom, _ type: StartType, _ source: InstructionSource) {
        switch type {
        case .none: break
        case .load: self.emit(.application("load", .atom(name)), source)
        case .permanent, .transient, .temporary:
            self.emit(.application("start", .atom(name), .atom(type.atom)), source)
        }
    }

    private mutating func load(_ module: Atom, _ dependencies: [Atom], _ source: InstructionSource) {
        let load = HighLevelInstruction.LoadModule(module: module, purge: .brutal, dependencies: dependencies)
        self.steps.append(Sourced(.module(.load(load)), source))
    }

    private mutating func emit(_ instruction: LowLevelInstruction, _ source: InstructionSource) {
        self.steps.append(Sourced(.fixed(instruction), source))
    }

    private mutating func fail(_ kind: TranslationProblem.Kind, _ source: InstructionSource) {
        self.problems.append(TranslationProblem(kind, source, self.scripts))
    }
}
