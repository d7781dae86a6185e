import ErlangTerms
import ReleaseModel

/// What is done, on one way, about processes that the other version of their module does not fit.
///
/// A process that is a child of a supervisor that can be called, and that nobody else starts, is ended before the
/// exchange and started after it. Where that is not certain, the application is restarted.
struct RoleChangePlan {
    /// What becomes of the processes of one module.
    enum Remedy: Hashable, Sendable {
        /// There are none on this way.
        case none
        /// The script ends them, and starts them where the other version has them.
        case children
        /// The application is restarted; the reason is a phrase.
        case restart(because: String)
    }

    private(set) var remedies: [(change: RoleChange, remedy: Remedy)] = []
    private let application: Application
    private let old: Application
    private let source: Application
    private let target: Application
    private let mode: UpgradeMode

    /// - Parameter supervisors: gets the instructions for the children.
    init(
        _ changes: [ModuleChange], _ supervisors: inout SupervisorPlan, old: Application, new: Application,
        mode: UpgradeMode
    ) {
        self.application = new
        self.old = old
        (self.source, self.target) = mode == .up ? (old, new) : (new, old)
        self.mode = mode
        var restarts: [(SupervisedChild, RoleChange)] = []
        for change in changes.compactMap(RoleChange.init) {
            let children = SupervisedChild.all(of: change.module, in: self.source)
            // A module that no process runs may start one of another module, and that one starts it itself afterwards.
            let startsOthers = change.kinds(mode).source.isEmpty && !children.isEmpty
            guard change.strands(mode) || startsOthers else {
                self.remedies.append((change, .none))
                continue
            }
            switch self.children(children, change, supervisors) {
            case .success(let found):
                restarts += found.map { ($0, change) }
                self.remedies.append((change, .children))
            case .failure(let obstacle): self.remedies.append((change, .restart(because: obstacle.phrase)))
            }
        }
        if self.restart != nil { return }
        for (child, change) in restarts {
            supervisors.restart(child.specification, child.supervisor, of: change.module, self.cause(change))
        }
    }

    /// The only instruction of the script, where the application must be restarted.
    var restart: GeneratedAppup.Instruction? {
        let reasons = self.remedies.compactMap { change, remedy in
            if case .restart = remedy { Cause(self.cause(change)) } else { nil }
        }
        guard let first = reasons.first else { return nil }
        let cause =
            reasons.count == 1
            ? first : Cause("\(first.text), and so for \(reasons.count - 1) more", because: Array(reasons.dropFirst()))
        return GeneratedAppup.Instruction(term: self.instruction, cause: cause)
    }

    /// The runtime system's own applications cannot be restarted without it.
    private var instruction: Term {
        if [.kernel, .stdlib, .sasl].contains(self.application.name) { return .atom("restart_new_emulator") }
        return .tuple(.atom("restart_application"), .atom(self.application.name.atom))
    }

    private func cause(_ change: RoleChange) -> String {
        """
        `\(change.module)` is \(change.beforeText) in \(self.old.version) and \
        \(change.afterText) in \(self.application.version): running processes cannot take the other code
        """
    }

    // MARK: - Children

    private struct Obstacle: Error {
        let phrase: String
    }

    /// The children to end and to start again, besides those that the plan for supervisors ends anyway.
    private func children(
        _ children: [SupervisedChild], _ change: RoleChange, _ supervisors: SupervisorPlan
    ) -> Result<[SupervisedChild], Obstacle> {
        func fail(_ phrase: String) -> Result<[SupervisedChild], Obstacle> { .failure(Obstacle(phrase: phrase)) }
        if change.hasSupervisors { return fail("a supervisor has children of its own") }
        if children.isEmpty { return fail("no supervisor of the application is known to start them") }
        for (module, facts) in self.source.modules.sorted(by: { $0.key < $1.key }) {
            if let children = facts.supervisor, !children.isComplete {
                return fail("not all children of `\(module)` can be told from its code")
            }
            let starts = facts.imports.contains {
                $0.module == change.module.atom && $0.function.name.hasPrefix("start")
            }
            if starts, module != change.module { return fail("`\(module)` may start some") }
        }
        var found: [SupervisedChild] = []
        for child in children where !supervisors.ends(child.id, of: child.supervisor) {
            let others = SupervisedChild.all(of: change.module, in: self.target)
            guard let other = others.first(where: { $0.isSame(as: child) }) else {
                return fail("child `\(child.text)` of `\(child.supervisor)` is another one, or none, afterwards")
            }
            if let obstacle = child.obstacle ?? other.obstacle { return fail(obstacle) }
            if case .failure(let reason) = supervisors.address(of: child.supervisor) {
                return fail("`\(child.supervisor)` cannot be called: \(reason.phrase)")
            }
            found.append(child)
        }
        return .success(found)
    }
}

/// A child whose processes run a module, with its supervisor.
private struct SupervisedChild {
    let supervisor: ModuleName
    let strategy: StaticTerm
    let specification: ChildSpecification

    static func all(of module: ModuleName, in application: Application) -> [SupervisedChild] {
        application.modules.sorted { $0.key < $1.key }.flatMap { supervisor, facts in
            (facts.supervisor?.children ?? []).filter { $0.runs(module.atom) }.map {
                SupervisedChild(
                    supervisor: supervisor, strategy: facts.supervisor?.strategy ?? .unknown(""), specification: $0)
            }
        }
    }

    var id: Term { self.specification.id }
    var text: String { TermPrinter.line(self.id) }

    func isSame(as other: SupervisedChild) -> Bool { self.supervisor == other.supervisor && self.id == other.id }

    /// Why it cannot be ended and started for itself; nil where it can.
    var obstacle: String? {
        // Under other strategies siblings count on being started anew with it.
        if self.strategy != .known(.atom("one_for_one")) { return "`\(self.supervisor)` is not `one_for_one`" }
        if self.specification.isConditional || self.specification.restart != .known(.atom("permanent")) {
            return "child `\(self.text)` of `\(self.supervisor)` does not run always"
        }
        return nil
    }
}

extension ChildSpecification {
    /// Whether its process may have this callback module.
    fileprivate func runs(_ module: Atom) -> Bool {
        if self.start.module == .known(.atom(module)) { return true }
        guard case .known(let modules) = self.modules, let list = modules.listElements else { return false }
        return list.contains(.atom(module))
    }
}
