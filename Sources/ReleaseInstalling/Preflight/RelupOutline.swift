package import CompatibilityRules
package import ErlangTerms
import UpgradePlanning

/// What a script will do to a node, by what it touches: all that can be asked of the node beforehand.
package struct RelupOutline: Hashable, Sendable {
    /// How a module's code is exchanged.
    package struct Exchange: Hashable, Sendable {
        package var module: Atom
        /// Whether processes in old code are killed for it; otherwise the script is refused while there are some.
        package var killsBefore: Bool
        /// Whether processes that stay in the code that was current are killed when the release is made permanent.
        package var killsAfter: Bool
        package var isRemoved: Bool
    }

    /// Modules that are loaded or removed, in the order of the script, each once.
    package private(set) var exchanges: [Exchange] = []
    /// Modules whose old code the script purges by an instruction of its own.
    package private(set) var purged: [Atom] = []
    /// Modules whose processes are suspended, each once.
    package private(set) var suspended: [Atom] = []
    /// Modules whose processes are stopped and started again.
    package private(set) var stopped: [Atom] = []
    /// Modules whose processes convert their states.
    package private(set) var converted: [Atom] = []
    /// The functions that the script applies, each once.
    package private(set) var applied: [ExternalFunction] = []
    /// Applications that the script starts.
    package private(set) var started: [Atom] = []
    /// The windows in which callers wait.
    package private(set) var windows: [SuspendedWindow] = []
    package private(set) var restartsEmulator = false
    package private(set) var restartsIntoNewEmulator = false

    /// `script` is a list of instructions as they stand in a relup; what is no instruction is passed over.
    package init(script: [Term]) {
        let instructions = script.map { RelupInstruction($0).instruction }
        for instruction in instructions {
            if let instruction { self.add(instruction) }
        }
        self.windows = Self.windows(of: instructions)
    }

    /// Whether the script has `release_handler` go through all supervision trees.
    package var walksTrees: Bool { !self.suspended.isEmpty || !self.stopped.isEmpty }

    /// All modules whose processes the script looks for.
    package var modulesOfProcesses: [Atom] { Array(Set(self.suspended + self.stopped + self.converted)).sorted() }

    /// All modules whose code it exchanges or purges.
    package var modulesOfCode: [Atom] { Array(Set(self.exchanges.map(\.module) + self.purged)).sorted() }

    private mutating func add(_ instruction: LowLevelInstruction) {
        switch instruction {
        case .load(let exchange): self.add(exchange, isRemoved: false)
        case .remove(let exchange): self.add(exchange, isRemoved: true)
        case .purge(let modules): Self.add(modules, to: &self.purged)
        case .suspend(let modules): Self.add(modules.map(\.module), to: &self.suspended)
        case .codeChange(_, let modules): Self.add(modules.map(\.module), to: &self.converted)
        case .stop(let modules): Self.add(modules, to: &self.stopped)
        case .apply(let call): self.add(call)
        case .restartEmulator: self.restartsEmulator = true
        case .restartNewEmulator:
            self.restartsEmulator = true
            self.restartsIntoNewEmulator = true
        case .loadObjectCode, .pointOfNoReturn, .resume, .start, .synchronizeNodes, .reboot, .restart: break
        }
    }

    private mutating func add(_ exchange: LowLevelInstruction.ModuleExchange, isRemoved: Bool) {
        guard !self.exchanges.contains(where: { $0.module == exchange.module }) else { return }
        self.exchanges.append(
            Exchange(
                module: exchange.module, killsBefore: exchange.purge.before == .brutal,
                killsAfter: exchange.purge.after == .brutal, isRemoved: isRemoved))
    }

    private mutating func add(_ call: LowLevelInstruction.FunctionCall) {
        guard let arguments = call.arguments.listElements else { return }
        let function = ExternalFunction(module: call.module, function: call.function, arity: arguments.count)
        if !self.applied.contains(function) { self.applied.append(function) }
        guard call.module == "application", call.function == "start" || call.function == "ensure_all_started",
            let application = arguments.first?.atomValue
        else { return }
        Self.add([application], to: &self.started)
    }

    private static func add(_ modules: [Atom], to list: inout [Atom]) {
        var seen = Set(list)
        for module in modules where seen.insert(module).inserted { list.append(module) }
    }

    /// From each `suspend` to the `resume` of the last of its modules, or to the end of the script.
    private static func windows(of instructions: [LowLevelInstruction?]) -> [SuspendedWindow] {
        instructions.enumerated().compactMap { start, instruction in
            guard case .suspend(let suspended)? = instruction else { return nil }
            var waiting = Set(suspended.map(\.module))
            var (exchanged, converted): ([Atom], [Atom]) = ([], [])
            for (number, next) in instructions.enumerated().dropFirst(start + 1) {
                switch next {
                case .load(let exchange)?, .remove(let exchange)?: exchanged.append(exchange.module)
                case .codeChange(_, let modules)?: converted += modules.map(\.module)
                case .resume(let modules)?:
                    waiting.subtract(modules)
                    guard waiting.isEmpty else { continue }
                    return SuspendedWindow(
                        start: start, end: number, suspended: suspended.map(\.module), exchanged: exchanged,
                        converted: converted)
                default: continue
                }
            }
            return SuspendedWindow(
                start: start, end: nil, suspended: suspended.map(\.module), exchanged: exchanged, converted: converted)
        }
    }
}
