import Diagnostics
import ErlangTerms
import ReleaseModel

/// The findings about what modules are to a running system.
struct RoleReport {
    private let old: Application
    private let application: Application

    init(old: Application, new: Application) {
        self.old = old
        self.application = new
    }

    /// - Parameter plans: what is done about processes of another kind, on each way.
    func findings(_ changes: [ModuleChange], _ plans: [UpgradeMode: RoleChangePlan]) -> [Diagnostic] {
        let restartsAlways = UpgradeMode.allCases.allSatisfy { plans[$0]?.restart != nil }
        return changes.flatMap { change -> [Diagnostic] in
            var findings: [Diagnostic] = []
            if let note = self.implementation(change, changes) { findings.append(note) }
            if let role = RoleChange(change) {
                let remedies = UpgradeMode.allCases.map { ($0, plans[$0]?.remedy(of: change.name) ?? .none) }
                if remedies.contains(where: { $0.1 != .none }) { findings.append(self.changed(role, remedies)) }
            }
            // A restart lets nothing of the old code live on.
            if restartsAlways { return findings }
            guard case .changed(_, let facts, let handling) = change.kind, let old = change.oldRoles,
                let new = change.newRoles
            else { return findings }
            if old.contains(.nativeFunctions), new.contains(.nativeFunctions) { findings.append(self.native(change)) }
            if let kinds = Self.atOdds(old, new, facts, handling) { findings.append(self.several(change, kinds)) }
            for case .unknownBehaviour(let behaviour) in new.all where Self.hasCodeChange(facts) && handling == .code {
                findings.append(self.unknown(behaviour, change))
            }
            return findings
        }
    }

    private func finding(
        _ id: Diagnostic.ID, _ summary: String, _ module: ModuleName, at place: Diagnostic.Place? = nil, why: String,
        notes: [String] = [], help: [String]
    ) -> Diagnostic {
        Diagnostic(
            id, .warning, summary, at: place ?? .file(self.application.file), explanation: why,
            notes: notes.map { Diagnostic.Note($0) }, help: help, application: self.application.name.name,
            module: module.name)
    }

    // MARK: - Another kind of process

    private func changed(_ role: RoleChange, _ remedies: [(UpgradeMode, RoleChangePlan.Remedy)]) -> Diagnostic {
        let name = self.application.name
        var notes: [String] = []
        var restarts = false
        for (mode, remedy) in remedies {
            let way = mode == .up ? "up" : "down"
            switch remedy {
            case .none: break
            case .children:
                notes.append("\(way): its process has to end before and start anew after; its state is lost")
            case .restart(let reason):
                restarts = true
                notes.append(
                    "\(way): the application has to restart, since its processes cannot be restarted alone: \(reason)")
            }
        }
        let hasOwnProcesses = self.old.specification.callback != nil || self.application.specification.callback != nil
        if restarts, [.kernel, .stdlib, .sasl].contains(name) {
            notes.append("`\(name)` cannot be restarted without the runtime system")
        } else if restarts, !hasOwnProcesses {
            notes.append("`\(name)` has no `mod`: its restart ends no process that another application started")
        }
        return self.finding(
            .appupBehaviourChanged, "`\(role.module)` \(role.text)", role.module,
            why: "A running process stays what it was started as; the new code does not fit it.", notes: notes,
            help: restarts
                ? [
                    hasOwnProcesses
                        ? "see that `\(name)` may be restarted: all of its processes lose their states"
                        : "restart the application that starts its processes, too, or the node: `restart_emulator`",
                    "or give the new module another name, and let the supervisor have a new child for it",
                ] : ["see that it may lose its state, or give the new module another name"])
    }

    // MARK: - Roles that need care

    private func native(_ change: ModuleChange) -> Diagnostic {
        self.finding(
            .appupNIFModule, "`\(change.name)` loads its native library a second time", change.name,
            at: self.application.place(in: change.name, calling: .loadNative),
            why: """
                While the old code is still there the emulator calls the library's `upgrade` function. Where it has none, \
                `erlang:load_nif/2` fails and with it the load, after the point of no return: the node restarts.
                """,
            help: [
                "see that `ERL_NIF_INIT` in the library's source names an `upgrade` function, both ways",
                "or restart the application, which removes the old code first: "
                    + "`{restart_application,\(self.application.name)}`",
            ])
    }

    /// An implementation of a protocol that comes or goes, while the protocol stays: a consolidated one has a list of its
    /// implementations in its code. Mix keeps consolidated protocols beside the applications of a release, where an
    /// upgrade does not look.
    private func implementation(_ change: ModuleChange, _ changes: [ModuleChange]) -> Diagnostic? {
        let roles: ModuleRoles?
        switch change.kind {
        case .added: roles = change.newRoles
        case .deleted: roles = change.oldRoles
        case .changed: return nil
        }
        for case .protocolImplementation(let definition) in roles?.all ?? []
        where !changes.contains(where: { $0.name.atom == definition }) {
            let isOwn = self.application.specification.modules.contains { $0.atom == definition }
            let instruction = TermPrinter.line(.tuple(.atom("load_module"), .atom(definition)))
            return Diagnostic(
                .appupProtocolImplementation, .note,
                "`\(change.name)` \(change.isDeleted ? "goes" : "comes"), and its protocol `\(definition)` is not loaded anew",
                at: .file(self.application.file),
                explanation: """
                    A protocol that was consolidated, as `mix release` does, knows the implementations that there were when \
                    it was built: the running node does not see that one came or went.
                    """,
                help: isOwn
                    ? [
                        "if protocols are consolidated, add `\(instruction)`: the one in `ebin` looks for implementations"
                    ]
                    : ["if protocols are consolidated, restart the node after the upgrade"],
                application: self.application.name.name, module: change.name.name)
        }
        return nil
    }

    /// The kinds of processes that one instruction cannot serve together; nil where it can.
    private static func atOdds(
        _ old: ModuleRoles, _ new: ModuleRoles, _ facts: ModuleFacts, _ handling: ModuleChange.Handling
    ) -> Set<ProcessKind>? {
        let kinds = new.processes.intersection(old.processes)
        guard kinds.count > 1 else { return nil }
        switch handling {
        case .supervisor: return kinds.contains { $0.codeChange != nil } ? kinds : nil
        case .codeChange:
            return kinds.contains { kind in kind.codeChange.map { !facts.exports.contains($0) } ?? false } ? kinds : nil
        case .code: return nil
        }
    }

    private func several(_ change: ModuleChange, _ kinds: Set<ProcessKind>) -> Diagnostic {
        self.finding(
            .appupSeveralBehaviours, "`\(change.name)` is \(RoleChange.text(kinds)) at once", change.name,
            why: """
                One instruction is for all processes of a module. A supervisor takes its new code after the load on both \
                ways, a server's state is converted before the load on the way down; and a process whose kind has no \
                `code_change` fails the upgrade after the point of no return.
                """,
            help: [
                "split the module: one behaviour each",
                "or restart the application: `{restart_application,\(self.application.name)}`",
            ])
    }

    private static func hasCodeChange(_ facts: ModuleFacts) -> Bool {
        facts.exports("code_change", 3) || facts.exports("code_change", 4)
    }

    private func unknown(_ behaviour: Atom, _ change: ModuleChange) -> Diagnostic {
        self.finding(
            .appupUnknownBehaviour, "nothing is known of behaviour `\(behaviour)`, which `\(change.name)` has",
            change.name,
            why: """
                The module has a `code_change`, which `load_module` does not call: whether processes wait for it cannot be \
                told, since no application of the releases has the behaviour's module.
                """,
            help: [
                "say what it is: `--behaviour \(TermPrinter.line(.atom(behaviour)))=gen_server`, or in `relift.config` "
                    + "`{appup, [{behaviours, [{\(TermPrinter.line(.atom(behaviour))), gen_server}]}]}.`",
                "`code` says that no process is the module's own",
            ])
    }
}

extension RoleChangePlan {
    func remedy(of module: ModuleName) -> Remedy {
        self.remedies.first { $0.change.module == module }?.remedy ?? .none
    }
}
