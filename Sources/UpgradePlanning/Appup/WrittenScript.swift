import ErlangTerms
import ReleaseModel

/// A script as a person wrote it, with what each of its instructions does.
struct WrittenScript: Hashable, Sendable {
    let terms: [Term]
    /// For each term what it says; several for a nested list, none where it cannot be read.
    let parsed: [[UpgradeInstruction]]

    init(_ terms: [Term]) {
        self.terms = terms
        self.parsed = terms.map(Self.parse)
    }

    /// What one term of a script says.
    static func parse(_ term: Term) -> [UpgradeInstruction] {
        if case .list(let nested) = term { return nested.compactMap { try? InstructionSyntax.parse($0) } }
        return (try? InstructionSyntax.parse(ScriptExpansion.expand(term))).map { [$0] } ?? []
    }

    /// Whether the person said every step: then nothing can be put between them.
    var isStepByStep: Bool {
        self.parsed.joined().contains { instruction in
            guard case .low(let low) = instruction else { return false }
            switch low {
            case .loadObjectCode, .pointOfNoReturn, .load, .remove, .purge, .suspend, .resume, .codeChange, .stop,
                .start:
                return true
            case .synchronizeNodes, .apply, .restartNewEmulator, .restartEmulator, .reboot, .restart: return false
            }
        }
    }

    /// Whether all code of an application comes anew, whatever else the script says.
    func restarts(_ application: Atom) -> Bool {
        self.parsed.joined().contains { instruction in
            switch instruction {
            case .high(.restartApplication(let name)): name == application
            case .high(.removeApplication(let name)): name == application
            case .high(.addApplication(let name, _)): name == application
            case .low(.restartNewEmulator), .low(.restartEmulator), .low(.reboot), .low(.restart): true
            case .high, .low: false
            }
        }
    }

    /// The first term that does this to a module.
    func index(of exchange: ModuleExchange, _ module: Atom) -> Int? {
        self.parsed.firstIndex { $0.contains { $0.exchange == exchange && $0.module == module } }
    }

    /// The first term whose module this is.
    func index(of module: Atom) -> Int? {
        self.parsed.firstIndex { $0.contains { $0.module == module } }
    }
}

/// What becomes of a module.
enum ModuleExchange: Hashable, Sendable {
    /// Its code of the version that is gone to is there.
    case loaded
    /// It is gone.
    case removed
}

extension UpgradeInstruction {
    /// The module whose code is exchanged; nil for all other instructions.
    var module: Atom? {
        switch self {
        case .high(.update(let update)): update.module
        case .high(.loadModule(let load)): load.module
        case .high(.addModule(let module, _)), .high(.deleteModule(let module, _)): module
        case .low(.load(let exchange)), .low(.remove(let exchange)): exchange.module
        case .high, .low: nil
        }
    }

    /// What happens to that module.
    var exchange: ModuleExchange? {
        switch self {
        case .high(.update), .high(.loadModule), .high(.addModule), .low(.load): .loaded
        case .high(.deleteModule), .low(.remove): .removed
        case .high, .low: nil
        }
    }

    /// DepMods.
    var dependencies: [Atom] {
        switch self {
        case .high(.update(let update)): update.dependencies
        case .high(.loadModule(let load)): load.dependencies
        case .high(.addModule(_, let dependencies)), .high(.deleteModule(_, let dependencies)): dependencies
        case .high, .low: []
        }
    }

    /// Whether processes of the module convert their states.
    var convertsStates: Bool {
        if case .high(.update(let update)) = self, case .advanced = update.change { true } else { false }
    }
}
