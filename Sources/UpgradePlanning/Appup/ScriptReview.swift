import Diagnostics
import ErlangTerms
import ReleaseModel

/// One script that a person wrote, held against what the code asks for.
struct ScriptReview {
    let change: AppupChange
    let mode: UpgradeMode
    let script: WrittenScript
    /// Where the instructions are written, and where the script as a whole is.
    private let places: [Diagnostic.Place]
    private let place: Diagnostic.Place
    /// Whether the script is written for other versions, too.
    private let isForSeveral: Bool
    /// Which of the person's instructions stands for each generated one.
    private let counterparts: [Int?]
    /// The numbers of the generated instructions that the script lacks.
    let missing: [Int]
    /// Why nothing can be put into the script; nil where it can.
    let obstacle: String?

    init(
        _ script: [Term], _ change: AppupChange, _ mode: UpgradeMode, isForSeveral: Bool = false,
        places: [Diagnostic.Place], place: Diagnostic.Place
    ) {
        let written = WrittenScript(script)
        let generated = change.generated.instructions(mode)
        let restarts = written.restarts(change.new.name.atom)
        let counterparts = generated.map { Self.counterpart($0.term, in: written) }
        self.change = change
        self.mode = mode
        self.script = written
        self.isForSeveral = isForSeveral
        self.places = places
        self.place = place
        self.counterparts = counterparts
        self.missing = restarts ? [] : generated.indices.filter { counterparts[$0] == nil }
        self.obstacle = Self.obstacle(written, generated, self.missing)
    }

    /// The script with what it lacks, where it can be put in.
    var merged: [HandMerge.Element] {
        HandMerge(
            self.script.terms, self.change.generated.instructions(self.mode), counterparts: self.counterparts,
            missing: self.obstacle == nil ? self.missing : [], self.mode
        ).elements
    }

    private static func counterpart(_ term: Term, in script: WrittenScript) -> Int? {
        if let index = script.terms.firstIndex(of: term) { return index }
        let wanted = WrittenScript.parse(term)
        guard let first = wanted.first, let module = first.module, let exchange = first.exchange else {
            return wanted.isEmpty ? nil : script.parsed.firstIndex(of: wanted)
        }
        return script.index(of: exchange, module)
    }

    private static func obstacle(
        _ script: WrittenScript, _ generated: [GeneratedAppup.Instruction], _ missing: [Int]
    ) -> String? {
        if missing.isEmpty { return nil }
        if script.isStepByStep { return "it says every step by itself, and nothing is put between them" }
        for number in missing {
            let instructions = WrittenScript.parse(generated[number].term)
            if instructions.contains(where: { $0.restartsApplication }) {
                return "the application must be restarted, which leaves no room for other instructions of its modules"
            }
            if let module = instructions.first?.module, script.index(of: module) != nil {
                return "it says something else of `\(module)`, and OTP takes one instruction a module"
            }
        }
        return nil
    }

    // MARK: - Findings

    /// What is missing, one finding an instruction.
    var missingFindings: [Diagnostic] {
        self.missing.map { number in
            let instruction = self.change.generated.instructions(self.mode)[number]
            let module = WrittenScript.parse(instruction.term).first?.module
            let line = TermPrinter.line(instruction.term)
            return Diagnostic(
                .appupModuleNotCovered, self.isRestartReplaced(instruction.term) ? .warning : .error,
                module.map { "the script for \(self.change.way(self.mode)) does not mention `\($0)`" }
                    ?? "the script for \(self.change.way(self.mode)) lacks `\(line)`",
                at: self.place, explanation: "The upgrade succeeds, and what it leaves out goes on as it was.",
                notes: [Diagnostic.Note(instruction.cause.chain)]
                    + (self.obstacle.map { [Diagnostic.Note("not added by `--merge`: \($0)")] } ?? []),
                help: ["add `\(line)`"], application: self.change.new.name.name, module: module?.name,
                direction: self.mode.direction)
        }
    }

    /// Whether the person exchanges the modules for whose sake the application would be restarted: what becomes of their
    /// processes may be taken care of in a way that cannot be judged here.
    private func isRestartReplaced(_ term: Term) -> Bool {
        guard WrittenScript.parse(term).contains(where: \.restartsApplication) else { return false }
        let modules = self.change.generated.findings.lazy.filter { $0.id == .appupBehaviourChanged }.compactMap(
            \.module)
        return modules.allSatisfy { self.script.index(of: Atom($0)) != nil }
    }

    /// Instructions that do not fit the code, in the order of the script; then what OTP would refuse.
    var contradictions: [Diagnostic] {
        let own = self.script.parsed.indices.flatMap { index in
            self.script.parsed[index].flatMap { instruction in
                (self.contradiction(instruction, at: index).map { [$0] } ?? [])
                    + self.timeoutFindings(instruction, at: index)
            }
        }
        let upgrade = UpgradeScript(
            self.script.terms,
            origin: .appup(
                UpgradeScript.AppupEntry(
                    application: self.change.new.name.atom, file: self.change.new.appupFile,
                    from: self.change.versions(self.mode).source.version.text,
                    to: self.change.versions(self.mode).target.version.text, key: .exact(""))), places: self.places)
        switch self.change.translate(upgrade, self.mode) {
        case .success(let steps):
            // A restart takes all modules at once.
            return own + (self.script.restarts(self.change.new.name.atom) ? [] : self.orderFindings(steps))
        case .failure(let failure):
            let known = Set(own.filter { $0.severity == .error }.compactMap(\.module))
            return own
                + failure.problems.filter { !self.isOfOthers($0.kind) }.map { $0.diagnostic(self.mode) }
                .filter { finding in finding.module.map { !known.contains($0) } ?? true }
        }
    }

    /// A dependency on a module of another application, or on one whose instruction is yet to be put in.
    private func isOfOthers(_ kind: TranslationProblem.Kind) -> Bool {
        guard case .undefinedModule(let module) = kind else { return false }
        if self.owner(of: module) != nil { return true }
        let generated = self.change.generated.instructions(self.mode)
        return self.missing.contains { WrittenScript.parse(generated[$0].term).first?.module == module }
    }

    /// The other application that has a module.
    private func owner(of module: Atom) -> Atom? {
        (self.change.newApplications + self.change.oldApplications).first {
            $0.name != self.change.new.name.atom && $0.modules.contains(module)
        }?.name
    }

    private func place(of index: Int) -> Diagnostic.Place {
        self.places.indices.contains(index) ? self.places[index] : self.place
    }

    func finding(
        _ id: Diagnostic.ID, _ severity: Diagnostic.Severity, _ summary: String, _ index: Int, _ module: Atom,
        why: String, help: [String] = []
    ) -> Diagnostic {
        Diagnostic(
            id, severity, summary, at: self.place(of: index), explanation: why,
            notes: [Diagnostic.Note("`\(TermPrinter.line(self.script.terms[index]))`, \(self.change.way(self.mode))")],
            help: help, application: self.change.new.name.name, module: module.name, direction: self.mode.direction)
    }

    /// A note that shows a function, or a call in it, in the version that the script leaves.
    func evidence(
        _ text: String, _ module: Atom, of function: ModuleFacts.FunctionName,
        _ call: ModuleFacts.ImportedFunction? = nil
    ) -> [Diagnostic.Note] {
        let source = self.change.versions(self.mode).source
        return ModuleName(validating: module).map {
            [Diagnostic.Note(text, at: source.place(in: $0, of: function, calling: call))]
        } ?? []
    }

    private func contradiction(_ instruction: UpgradeInstruction, at index: Int) -> Diagnostic? {
        guard let module = instruction.module, let exchange = instruction.exchange else { return nil }
        let (source, target) = self.change.versions(self.mode)
        let isInSource = source.specification.modules.contains { $0.atom == module }
        let isInTarget = target.specification.modules.contains { $0.atom == module }
        if !isInSource, !isInTarget { return self.stranger(module, index) }
        switch exchange {
        case .loaded where !isInTarget:
            return self.finding(
                .appupModuleNotThere, .error, "`\(module)` is loaded, but version \(target.version) does not have it",
                index, module, why: "There is no object code to load: the upgrade ends here.",
                help: ["write `{delete_module,\(module)}`"])
        case .removed where isInTarget:
            return self.finding(
                .appupDeletedModuleStays, .error, "`\(module)` is deleted, but version \(target.version) has it",
                index, module, why: "Its callers fail after the upgrade, in embedded mode until the node boots.",
                help: ["write `{load_module,\(module)}`, or nothing where it did not change"])
        case .removed where !isInSource:
            return self.finding(
                .appupModuleNotThere, .error, "`\(module)` is deleted, but version \(source.version) does not have it",
                index, module, why: "There is nothing to delete.", help: ["remove the instruction"])
        case .loaded where isInSource: return self.present(instruction, module, index)
        case .loaded, .removed: return nil
        }
    }

    private func stranger(_ module: Atom, _ index: Int) -> Diagnostic {
        if let owner = self.owner(of: module) {
            return self.finding(
                .appupForeignModule, .note, "`\(module)` is a module of `\(owner)`", index, module,
                why: "If the appup of that application mentions it too, OTP refuses the two instructions.")
        }
        let names = (self.change.new.specification.modules + self.change.old.specification.modules).map(\.name)
        return self.finding(
            .appupUnknownModule, .error, "there is no module `\(module)` in either version", index, module,
            why: "systools refuses the script, or the upgrade finds no object code.",
            help: NearestName.of(module.name, among: names).map { ["did you mean `\($0)`?"] }
                ?? ["remove the instruction, or add the module to the `.app` file"])
    }

    /// What is odd about an instruction for a module that both versions have.
    private func present(_ instruction: UpgradeInstruction, _ module: Atom, _ index: Int) -> Diagnostic? {
        let generated = self.change.generated.instructions(self.mode).flatMap { WrittenScript.parse($0.term) }
        let wanted = generated.filter { $0.module == module }
        if wanted.isEmpty, !generated.contains(where: \.restartsApplication) {
            return self.unchanged(instruction, module, index)
        }
        if case .high(.addModule) = instruction {
            return self.finding(
                .appupAddedModuleWasThere, .warning, "`\(module)` is added, but was there before", index, module,
                why: "It is loaded as `load_module` would; whoever reads the script believes it to be new.",
                help: ["write `{load_module,\(module)}`"])
        }
        if wanted.contains(where: \.convertsStates), case .high(.loadModule) = instruction {
            return self.finding(
                .appupStateNotConverted, .note, "the processes of `\(module)` keep their states as they are", index,
                module, why: "The module has a `code_change`, which `load_module` does not call.",
                help: wanted.isEmpty ? [] : ["write `{update,\(module),{advanced,[]}}` if the state changed"])
        }
        if instruction.convertsStates, let callback = self.missingCallback(module) {
            return self.finding(
                .appupNoCodeChange, .warning, "`\(module)` has no `\(callback)`, which the update calls", index,
                module, why: "Where a process of the module runs, the upgrade fails and the node restarts.",
                help: ["write `{load_module,\(module)}`, or write the function"])
        }
        return self.killing(instruction, module, index)
    }

    /// That nothing asks for an instruction. It may be meant, and be needed for another version that the script is for.
    private func unchanged(_ instruction: UpgradeInstruction, _ module: Atom, _ index: Int) -> Diagnostic {
        let isUpdate = if case .high(.update) = instruction { true } else { false }
        let isMeant = isUpdate || self.isForSeveral
        let why =
            isUpdate
            ? "Its processes wait and convert their states, which may be what is meant."
            : self.isForSeveral
                ? "The key of the script is a pattern: another version that it is for may need the instruction."
                : "Loading the same code again kills processes that still run its last version."
        return self.finding(
            .appupModuleNotChanged, isMeant ? .note : .warning, "`\(module)` did not change", index, module, why: why,
            help: isMeant ? [] : ["remove the instruction"])
    }

    /// That an instruction kills processes which the generated one spares. It may be meant, and is not asked to change.
    private func killing(_ instruction: UpgradeInstruction, _ module: Atom, _ index: Int) -> Diagnostic? {
        guard let purge = instruction.purge else { return nil }
        for better in self.change.generated.instructions(self.mode) {
            guard let needed = WrittenScript.parse(better.term).first(where: { $0.module == module })?.purge,
                needed.before == .soft && purge.before == .brutal || needed.after == .soft && purge.after == .brutal
            else { continue }
            var finding = self.finding(
                .appupPurgeKills, .warning, "processes that stay in code of `\(module)` are killed", index, module,
                why: """
                    The short forms mean `brutal_purge`, and processes go round in a receive loop of the module: they do not \
                    leave their version of the code when it is exchanged.
                    """,
                help: ["write `\(TermPrinter.line(better.term))`, or leave it where they may be killed"])
            if let facts = self.change.versions(self.mode).source.modules.first(where: { $0.key.atom == module })?
                .value,
                let loop = PurgeMethods.loop(facts, ModuleRoles(facts))
            {
                finding.notes += self.evidence("they stay here", module, of: loop)
            }
            return finding
        }
        return nil
    }

    /// The function that converts states, where the behaviour has one and the module has not.
    private func missingCallback(_ module: Atom) -> String? {
        guard let facts = self.change.new.modules.first(where: { $0.key.atom == module })?.value,
            !facts.exports("system_code_change", 4)
        else { return nil }
        if facts.behaviours.contains("gen_server"), !facts.exports("code_change", 3) { return "code_change/3" }
        if facts.behaviours.contains("gen_statem"), !facts.exports("code_change", 4) { return "code_change/4" }
        return nil
    }

    // MARK: - Order

    /// Modules that are exchanged before one that they wait for, where the generated script does better. One finding for
    /// each that comes too late. Of modules that need each other another finding tells: no order of them is right.
    private func orderFindings(_ steps: [PlannedStep]) -> [Diagnostic] {
        let generated = self.change.generated.instructions(self.mode)
        let script = UpgradeScript(generated.map(\.term), origin: .caller(0))
        guard let better = try? self.change.translate(script, self.mode).get() else { return [] }
        let (ours, theirs) = (Self.positions(better), Self.positions(steps))
        let instructions = generated.flatMap { WrittenScript.parse($0.term) }
        var needs: [Atom: [Atom]] = [:]
        for instruction in instructions {
            if let module = instruction.module { needs[module, default: []] += instruction.dependencies }
        }
        var late: [(module: Atom, behind: [Atom])] = []
        for instruction in instructions {
            guard let module = instruction.module else { continue }
            for dependency in instruction.dependencies where !Self.leads(from: dependency, to: module, needs) {
                let (first, second) = self.mode == .up ? (dependency, module) : (module, dependency)
                guard let goodFirst = ours[first], let goodSecond = ours[second], goodFirst < goodSecond,
                    let isFirst = theirs[first], let isSecond = theirs[second], isFirst > isSecond
                else { continue }
                if let index = late.firstIndex(where: { $0.module == first }) {
                    late[index].behind.append(second)
                } else {
                    late.append((first, [second]))
                }
            }
        }
        return late.map { self.tooLate($0.module, $0.behind) }
    }

    private func tooLate(_ module: Atom, _ others: [Atom]) -> Diagnostic {
        let names = others.map { "`\($0)`" }.joined(separator: ", ")
        let pronoun = others.count == 1 ? "it" : "them"
        return self.finding(
            .appupWrongOrder, .error, "`\(module)` comes after \(names), and must come before \(pronoun)",
            self.script.index(of: module) ?? 0, module,
            why: "One of them calls the other: calls fail until both are exchanged.",
            help: [
                self.mode == .up
                    ? "name `\(module)` in the DepMods of \(names)" : "name \(names) in the DepMods of `\(module)`"
            ])
    }

    /// Whether one module needs another, directly or through others.
    private static func leads(from start: Atom, to end: Atom, _ needs: [Atom: [Atom]]) -> Bool {
        var seen: Set<Atom> = [start]
        var open = [start]
        while let module = open.popLast() {
            for next in needs[module] ?? [] where seen.insert(next).inserted {
                if next == end { return true }
                open.append(next)
            }
        }
        return false
    }

    /// When the code of each module is exchanged.
    private static func positions(_ steps: [PlannedStep]) -> [Atom: Int] {
        var positions: [Atom: Int] = [:]
        for (number, step) in steps.enumerated() {
            guard let instruction = try? InstructionSyntax.parse(step.instruction), let module = instruction.module
            else { continue }
            positions[module] = number
        }
        return positions
    }
}

extension UpgradeInstruction {
    fileprivate var restartsApplication: Bool {
        switch self {
        case .high(.restartApplication), .low(.restartNewEmulator), .low(.restartEmulator): true
        case .high, .low: false
        }
    }
}

extension UpgradeInstruction {
    /// How processes in older code are treated; nil for instructions that take no methods.
    fileprivate var purge: PurgePair? {
        switch self {
        case .high(.update(let update)): update.purge
        case .high(.loadModule(let load)): load.purge
        case .high, .low: nil
        }
    }
}
