import Diagnostics
import ErlangTerms
import ReleaseModel

/// The instructions that end and start children of updated supervisors, on one way, and where they stand.
///
/// Children that go are ended before everything else: afterwards their modules may be deleted, which would kill them as
/// crashed, and their supervisor would start them again until it gives up. Children that come are started after the
/// update of their supervisor, which brings their specifications, and after the instruction for the module that starts
/// them. The translation moves instructions only forward, with others they depend on, and never past the first of the
/// script; so this order is also that of the relup (``DependencyOrder``).
struct SupervisorPlan {
    /// At the start of the script.
    private(set) var ends: [GeneratedAppup.Instruction] = []
    private var starts: [Start] = []
    private(set) var findings: [Diagnostic] = []

    private struct Start {
        let instruction: GeneratedAppup.Instruction
        /// Modules whose instructions come first.
        let after: Set<Atom>
    }

    /// The children that it ends, by the module of their supervisor.
    private var ended: [ModuleName: Set<Term>] = [:]
    /// The findings about children that start in another way.
    private var changedChildren: [ModuleName: [Term: Diagnostic]] = [:]
    private let mode: UpgradeMode
    private let old: Application
    private let application: Application
    private let running: RunningSupervisors
    /// The version that this way leads to.
    private let version: String
    /// Modules that are not there after this way.
    private let vanishing: Set<Atom>

    /// - Parameters:
    ///   - changes: in the order of their instructions on this way.
    ///   - old: the older version, whichever way.
    init(_ changes: [ModuleChange], old: Application, new: Application, mode: UpgradeMode) {
        self.mode = mode
        self.old = old
        self.application = new
        self.running = RunningSupervisors(old: old, new: new)
        let target = mode == .up ? new : old
        self.version = target.version.text
        self.vanishing = Set(
            changes.lazy.filter { change in
                switch (change.kind, mode) {
                case (.deleted, .up), (.added, .down): true
                case (.deleted, .down), (.added, .up), (.changed, _): false
                }
            }.map(\.name.atom))
        for change in changes {
            if let finding = ChildrenOfStart(change)?.finding(new, mode) { self.findings.append(finding) }
            guard case .changed(let old, let new, .supervisor) = change.kind, let older = old.supervisor,
                let newer = new.supervisor
            else { continue }
            let (from, to) = mode == .up ? (older, newer) : (newer, older)
            if !to.unrepeatableCalls.isEmpty {
                self.findings.append(
                    SupervisorReport(change.name, self.application, mode)
                        .notRepeatable(to.unrepeatableCalls, target))
            }
            self.add(change.name, from, to)
        }
    }

    /// The instructions of the script, with those for children among them.
    ///
    /// - Parameter modules: the module of each instruction.
    func woven(
        _ instructions: [GeneratedAppup.Instruction], modules: [ModuleName]
    ) -> [GeneratedAppup.Instruction] {
        var pending = self.starts
        var result = self.ends
        var left = Set(modules.lazy.map(\.atom))
        for (instruction, module) in zip(instructions, modules) {
            result.append(instruction)
            left.remove(module.atom)
            while let start = pending.first, start.after.isDisjoint(with: left) {
                result.append(start.instruction)
                pending.removeFirst()
            }
        }
        return result + pending.map(\.instruction)
    }

    // MARK: - One supervisor

    private mutating func add(_ supervisor: ModuleName, _ from: SupervisorChildren, _ to: SupervisorChildren) {
        let report = SupervisorReport(supervisor, self.application, self.mode)
        if from.isSimpleOneForOne || to.isSimpleOneForOne {
            if from.strategy.certainlyDiffers(from: to.strategy), self.mode == .up {
                self.findings.append(report.otherKind(from, to))
            }
            return
        }
        let comparison = SupervisorComparison(from: from, to: to)
        if self.mode == .up {
            // These are the same both ways.
            if !comparison.gaps.isEmpty {
                self.findings.append(report.notReadable(comparison.gaps, from.registeredName.term))
            }
            if let orders = comparison.reordered {
                self.findings.append(report.reordered(orders.before, orders.after))
            }
        }
        let name = self.name(supervisor, from, to)
        for child in comparison.removed {
            guard case .success(let name) = name else { continue }
            self.end(child, supervisor, name, "`\(self.text(child))` is no child of `\(supervisor)` in \(self.version)")
        }
        for child in comparison.added {
            guard case .success(let name) = name else { continue }
            self.start(child, supervisor, name, "`\(self.text(child))` is a new child of `\(supervisor)`")
        }
        if case .failure(let reason) = name, !comparison.added.isEmpty || !comparison.removed.isEmpty {
            self.findings.append(
                report.notAddressable(added: comparison.added, removed: comparison.removed, reason.phrase))
        }
        if !comparison.perhapsAdded.isEmpty || !comparison.perhapsRemoved.isEmpty {
            self.findings.append(
                report.uncertain(
                    added: comparison.perhapsAdded, removed: comparison.perhapsRemoved, try? name.get()))
        }
        for change in comparison.changed { self.add(change, supervisor, try? name.get(), report) }
    }

    private mutating func add(
        _ change: SupervisorComparison.ChildChange, _ supervisor: ModuleName, _ name: Term?,
        _ report: SupervisorReport
    ) {
        guard change.needsRestart else {
            if self.mode == .up { self.findings.append(report.updated(change)) }
            return
        }
        // A process of a module that goes must end before that, and start anew after the update.
        if let module = change.before.start.module.term?.atomValue, self.vanishing.contains(module), let name {
            let child = self.text(change.before)
            self.end(
                change.before, supervisor, name,
                "`\(child)` of `\(supervisor)` runs `\(module)`, which is not there in \(self.version)")
            self.start(change.after, supervisor, name, "`\(child)` of `\(supervisor)` has another `start`")
            return
        }
        guard self.mode == .up else { return }
        let finding = report.changed(change, name)
        self.changedChildren[supervisor, default: [:]][change.before.id] = finding
        self.findings.append(finding)
    }

    private func text(_ child: ChildSpecification) -> String { TermPrinter.line(child.id) }

    private mutating func end(_ child: ChildSpecification, _ supervisor: ModuleName, _ name: Term, _ reason: String) {
        self.ended[supervisor, default: []].insert(child.id)
        self.ends += SupervisorCalls.end(child.id, of: name).map {
            GeneratedAppup.Instruction(term: $0, cause: Cause(reason))
        }
    }

    private mutating func start(
        _ child: ChildSpecification, _ supervisor: ModuleName, _ name: Term, _ reason: String
    ) {
        var after: Set<Atom> = [supervisor.atom]
        if let module = child.start.module.term?.atomValue { after.insert(module) }
        self.starts += SupervisorCalls.start(child.id, of: name).map {
            Start(
                instruction: GeneratedAppup.Instruction(
                    term: $0,
                    cause: Cause("\(reason); its update starts nobody, and the answer of this call is discarded")),
                after: after)
        }
    }

    // MARK: - Children whose module became something else

    /// Whether the script ends this child before everything else.
    func ends(_ child: Term, of supervisor: ModuleName) -> Bool { self.ended[supervisor]?.contains(child) ?? false }

    /// What to call a supervisor by that both versions have, changed or not.
    func address(of supervisor: ModuleName) -> Result<Term, NotAddressable> {
        guard let older = self.old.modules[supervisor]?.supervisor,
            let newer = self.application.modules[supervisor]?.supervisor
        else { return .failure(NotAddressable(phrase: "it is no supervisor in one of the versions")) }
        return self.name(supervisor, older, newer)
    }

    /// Ends a child before its module is exchanged, and starts it afterwards.
    mutating func restart(
        _ child: ChildSpecification, _ supervisor: ModuleName, of module: ModuleName, _ reason: String
    ) {
        guard case .success(let name) = self.address(of: supervisor) else { return }
        self.ended[supervisor, default: []].insert(child.id)
        self.findings.removeAll { $0 == self.changedChildren[supervisor]?[child.id] }
        let terms = SupervisorCalls.restart(child.id, of: name)
        let (ends, starts) = (terms.dropLast(), terms.suffix(1))
        self.ends += ends.map { GeneratedAppup.Instruction(term: $0, cause: Cause(reason)) }
        let cause = Cause("`\(self.text(child))` of `\(supervisor)` starts again with the other code of `\(module)`")
        self.starts += starts.map {
            Start(
                instruction: GeneratedAppup.Instruction(term: $0, cause: cause),
                after: Set([supervisor.atom, module.atom] + [child.start.module.term?.atomValue].compactMap(\.self)))
        }
    }

    // MARK: - The process

    struct NotAddressable: Error {
        let phrase: String
    }

    /// What to call the supervisor's process by, when it certainly runs.
    private func name(
        _ supervisor: ModuleName, _ from: SupervisorChildren, _ to: SupervisorChildren
    ) -> Result<Term, NotAddressable> {
        if let reason = self.running.doubt(supervisor.atom) { return .failure(NotAddressable(phrase: reason)) }
        switch (from.registeredName, to.registeredName) {
        case (.known(let before), .known(let after)):
            guard before == after else {
                return .failure(NotAddressable(phrase: "it registers under another name than before"))
            }
            return .success(before)
        case (.unknown(let reason), _), (_, .unknown(let reason)):
            return .failure(NotAddressable(phrase: "its name is not known because of \(reason)"))
        }
    }
}
