import Diagnostics
import ErlangTerms
import ReleaseModel

/// The children that `start/2` of an Elixir application hands to `Supervisor.start_link/2`, in two versions.
///
/// Their supervisor has no `init/1` of a module that could be updated: it keeps the specifications that it was started
/// with. So children that come are handed to it whole, with `supervisor:start_child/2`.
struct ChildrenOfStart {
    private let module: ModuleName
    private let before: SupervisorChildren
    private let after: SupervisorChildren

    /// Nil for other modules.
    init?(_ change: ModuleChange) {
        guard case .changed(let old, let new, _) = change.kind, let before = old.supervisor, before.isOfStart,
            let after = new.supervisor, after.isOfStart
        else { return nil }
        (self.module, self.before, self.after) = (change.name, before, after)
    }

    /// What a person has to do; nil where all children are the same. One finding tells both ways.
    func finding(_ application: Application, _ mode: UpgradeMode) -> Diagnostic? {
        guard mode == .up else { return nil }
        let comparison = SupervisorComparison(from: self.before, to: self.after)
        let added = comparison.added + comparison.perhapsAdded
        let removed = comparison.removed + comparison.perhapsRemoved
        let differences =
            added.map { "`\(TermPrinter.line($0.id))` comes" } + removed.map { "`\(TermPrinter.line($0.id))` goes" }
            + comparison.changed.map { change in
                "`\(TermPrinter.line(change.before.id))` has another \(change.keys.map { "`\($0)`" }.joined(separator: ", "))"
            }
        if differences.isEmpty, comparison.gaps.isEmpty { return nil }
        var notes = differences.prefix(8).map { Diagnostic.Note($0) }
        notes += comparison.gaps.prefix(5).map { Diagnostic.Note("not all of them can be told because of \($0)") }
        let name = self.before.registeredName.term ?? .atom("SUPERVISOR")
        let explanation = """
            They are handed to `Supervisor.start_link/2`, which keeps them for good: the supervisor has no `init/1` of its \
            own that an update could run again.
            """
        guard !differences.isEmpty else {
            return Diagnostic(
                .appupChildrenNotReadable, .note, "not all children that `\(self.module)` starts can be told",
                at: application.place(in: self.module, of: .start), explanation: explanation, notes: notes,
                help: self.help([.unknownChild], [.unknownChild], [], name), application: application.name.name,
                module: self.module.name)
        }
        return Diagnostic(
            .appupChildrenOfStartChanged, .warning,
            "the children that `start/2` of `\(self.module)` starts changed; the running supervisor keeps the old ones",
            at: application.place(in: self.module, of: .start), explanation: explanation, notes: notes,
            help: self.help(added, removed, comparison.changed, name), application: application.name.name,
            module: self.module.name)
    }

    private func help(
        _ added: [ChildSpecification], _ removed: [ChildSpecification],
        _ changed: [SupervisorComparison.ChildChange], _ name: Term
    ) -> [String] {
        var help: [String] = []
        if !removed.isEmpty {
            help.append("to end what goes, put before all others, on the way up:")
            help += removed.flatMap { SupervisorCalls.end($0.id, of: name) }.map(SupervisorCalls.line)
        }
        if !added.isEmpty {
            help.append("to start what comes, put at the end of the way up:")
            help += added.map { SupervisorCalls.line(SupervisorCalls.startNew($0, of: name)) }
        }
        if !changed.isEmpty {
            help.append("to start anew what changed, put at the end of the way up:")
            help += changed.flatMap {
                SupervisorCalls.end($0.before.id, of: name) + [SupervisorCalls.startNew($0.after, of: name)]
            }.map(SupervisorCalls.line)
        }
        help.append("on the way down the same the other way round")
        help.append("or give the supervisor a module with an `init/1`: `use Supervisor`")
        return help
    }
}

extension ChildSpecification {
    /// A child to fill in.
    fileprivate static let unknownChild = ChildSpecification(
        id: .atom("CHILD"),
        start: Start(module: .known(.atom("CHILD")), function: .known(.atom("start_link")), arguments: .unknown("")),
        restart: .known(.atom("permanent")), shutdown: .known(.integer(5000)), type: .known(.atom("worker")),
        modules: .unknown(""), significant: .unknown(""))
}
