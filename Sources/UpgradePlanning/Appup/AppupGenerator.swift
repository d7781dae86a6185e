package import Diagnostics
import ErlangTerms
package import ReleaseModel

/// Makes the upgrade instructions between two versions of an application by comparing their modules.
///
/// | module | up | down |
/// |---|---|---|
/// | only in the newer version | `add_module` | `delete_module` |
/// | only in the older version | `delete_module` | `add_module` |
/// | changed supervisor | `update … supervisor` | the same |
/// | changed, with `code_change` of its behaviour or `system_code_change/4` | `update … {advanced,[]}` | the same |
/// | otherwise changed | `load_module` | the same |
/// | … with a receive loop of its own | the same with `soft_purge` (``PurgeMethods``) | the same |
/// | … with callbacks that may wait long | `update` with a time to suspend (``SuspensionTime``) | the same |
/// | changed, and its processes cannot take it (``RoleChange``) | they end before and start after, or `restart_application` alone | the same |
/// | child only in the newer version of a supervisor | `apply` that starts it | `apply`s that end it |
/// | child only in the older version | `apply`s that end it | `apply` that starts it |
///
/// A module that needs another one to be exchanged first, as ``ModuleRelations`` tells, has it in its DepMods; modules that
/// merely call each other have not. The order is that of ``ModuleChangeOrder``, reversed on the way down; it does not
/// depend on the order of the input.
/// ``ModuleComparison`` says whether a module counts as changed; it counts at all when the `.app` file lists it: the
/// release handler finds no others.
package enum AppupGenerator {
    /// Compares two versions of one application, both with the facts of their modules.
    ///
    /// - Parameter protocols: what the consolidated protocols of the two releases ask for.
    package static func generate(
        old: Application, new: Application, _ behaviours: BehaviourMapping = BehaviourMapping(),
        protocols: ConsolidatedProtocolOrder = .none
    ) -> GeneratedAppup {
        let (old, new) = (old.withChildrenFilled, new.withChildrenFilled)
        var findings: [Diagnostic] = []
        let oldModules = self.listedModules(old, &findings)
        let newModules = self.listedModules(new, &findings)
        let changes = Set(oldModules.keys).union(newModules.keys).compactMap {
            ModuleChange($0, old: oldModules[$0], new: newModules[$0], behaviours)
        }
        let order = ModuleChangeOrder(changes)
        findings += VersionDirection.findings(old: old, new: new)
        if old.version == new.version, !changes.isEmpty {
            findings.insert(self.versionNotBumped(new, order.changes), at: 0)
        }
        let (older, newer) = (old.version.text, new.version.text)
        var roles: [UpgradeMode: RoleChangePlan] = [:]
        func script(_ mode: UpgradeMode) -> [GeneratedAppup.Instruction] {
            let changes = order.written(mode)
            var supervisors = SupervisorPlan(changes, old: old, new: new, mode: mode)
            let plan = RoleChangePlan(changes, &supervisors, old: old, new: new, mode: mode)
            roles[mode] = plan
            if let restart = plan.restart { return [restart] }
            findings += supervisors.findings
            return supervisors.woven(
                changes.map { self.instruction($0, order, protocols, mode, older, newer) }, modules: changes.map(\.name)
            )
        }
        let (up, down) = (script(.up), script(.down))
        findings += RoleReport(old: old, new: new).findings(order.changes, roles).filter {
            $0.id != .appupProtocolImplementation || !protocols.serves($0.module)
        }
        // A restart exchanges all modules while nothing of the application runs.
        if roles[.up]?.restart == nil || roles[.down]?.restart == nil {
            findings += order.findings(old: old, new: new)
        }
        // Where the application is restarted no state is left.
        let scripts = [UpgradeMode.up: up, .down: down].filter { roles[$0.key]?.restart == nil }
        let states = StateReport(old: old, new: new)
        findings += order.changes.flatMap { states.findings($0, scripts) }
        let names = StateNameReport(old: old, new: new)
        findings += order.changes.flatMap { names.findings($0, scripts) }
        return GeneratedAppup(
            application: new.name, from: old.version, to: new.version, up: up, down: down,
            exchanges: order.changes.map { self.instruction($0, order, protocols, .up, older, newer) },
            suspensions: self.suspensions(order.changes), findings: findings,
            skeletons: GeneratedAppup.skeletons(order.changes, older: older, newer: newer))
    }

    // MARK: - Instructions

    private static func instruction(
        _ change: ModuleChange, _ order: ModuleChangeOrder, _ protocols: ConsolidatedProtocolOrder,
        _ mode: UpgradeMode, _ older: String, _ newer: String
    ) -> GeneratedAppup.Instruction {
        let needs = order.needs(of: change.name).map(\.change.name) + protocols.dependencies(of: change.name)
        return GeneratedAppup.Instruction(
            term: self.term(change, needs.map { .atom($0.atom) }, mode),
            cause: Cause(
                self.reason(change, older, newer),
                because: order.causes(of: change, mode, older, newer) + protocols.causes(of: change.name, mode)
                    + PurgeMethods.causes(of: change, mode)
                    + (self.suspension(change, mode).map { [$0.cause] } ?? [])))
    }

    /// How long the processes of a module are waited for, where they convert their states.
    private static func suspension(_ change: ModuleChange, _ mode: UpgradeMode) -> SuspensionTime? {
        guard case .changed(_, _, .codeChange) = change.kind else { return nil }
        return SuspensionTime(change, mode)
    }

    private static func suspensions(_ changes: [ModuleChange]) -> [UpgradeMode: [Atom: SuspensionTime]] {
        var suspensions: [UpgradeMode: [Atom: SuspensionTime]] = [:]
        for mode in UpgradeMode.allCases {
            for change in changes { suspensions[mode, default: [:]][change.name.atom] = SuspensionTime(change, mode) }
        }
        return suspensions
    }

    /// The shortest form that says it all.
    private static func term(_ change: ModuleChange, _ dependencies: [Term], _ mode: UpgradeMode) -> Term {
        let module = Term.atom(change.name.atom)
        let rest = dependencies.isEmpty ? [] : [Term.list(dependencies)]
        if case .changed(_, _, let handling) = change.kind,
            let term = ExchangeForm.term(
                handling, module, dependencies, purge: PurgeMethods(change, mode),
                timeout: self.suspension(change, mode)?.milliseconds)
        {
            return term
        }
        switch (change.kind, mode) {
        case (.added, .up), (.deleted, .down): return .tuple([.atom("add_module"), module] + rest)
        case (.deleted, .up), (.added, .down): return .tuple([.atom("delete_module"), module] + rest)
        case (.changed(_, _, .code), _): return .tuple([.atom("load_module"), module] + rest)
        case (.changed(_, _, .codeChange), _):
            return .tuple([.atom("update"), module, .tuple(.atom("advanced"), .emptyList)] + rest)
        case (.changed(_, _, .supervisor), _):
            if dependencies.isEmpty { return .tuple(.atom("update"), module, .atom("supervisor")) }
            // The short form takes no dependencies; this is what it stands for.
            return .tuple(
                .atom("update"), module, .atom("static"), .atom("default"), .tuple(.atom("advanced"), .emptyList),
                .atom("brutal_purge"), .atom("brutal_purge"), .list(dependencies))
        }
    }

    private static func reason(_ change: ModuleChange, _ older: String, _ newer: String) -> String {
        let what = change.comparison?.summary(older: older, newer: newer).map { "`\(change.name)`: \($0)" }
        let changed = what ?? "`\(change.name)` changed"
        return switch change.kind {
        case .added: "`\(change.name)` is new in \(newer)"
        case .deleted: "`\(change.name)` is in \(older) only"
        case .changed: [changed, change.roleText, change.stateText].compactMap(\.self).joined(separator: "; ")
        }
    }

    // MARK: - Findings

    /// What is wrong with the files of an application that one of the releases has alone; those of others are compared.
    package static func findings(about application: Application) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        _ = self.listedModules(application, &findings)
        return findings
    }

    /// The modules that the `.app` file lists and whose facts are known.
    private static func listedModules(
        _ application: Application, _ findings: inout [Diagnostic]
    ) -> [ModuleName: ModuleFacts] {
        var listed: [ModuleName: ModuleFacts] = [:]
        for module in Set(application.specification.modules).sorted() {
            if let facts = application.modules[module] {
                listed[module] = facts
            } else {
                findings.append(self.noObjectFile(module, application))
            }
        }
        let unlisted = application.modules.keys.sorted().filter { listed[$0] == nil }
        if !unlisted.isEmpty { findings.append(self.notListed(unlisted, application)) }
        return listed
    }

    private static func noObjectFile(_ module: ModuleName, _ application: Application) -> Diagnostic {
        Diagnostic(
            .appupNoObjectFile, .error,
            "`\(application.name)` \(application.version) lists `\(module)`, but has no object file for it",
            at: .file(application.file), explanation: "It cannot be told whether it changed.",
            help: ["compile the application, or remove `\(module)` from `modules`"],
            application: application.name.name, module: module.name)
    }

    /// One finding for all of them: who forgot one module has often forgotten the list.
    private static func notListed(_ modules: [ModuleName], _ application: Application) -> Diagnostic {
        let one = modules.count == 1 ? modules.first : nil
        let subject = one.map { "`\($0)` lies" } ?? "\(modules.count) modules lie"
        let most = 20
        let names = modules.prefix(most).map { "`\($0)`" }.joined(separator: ", ")
        let more = modules.count > most ? " and \(modules.count - most) more" : ""
        return Diagnostic(
            .appupModuleNotListed, .warning,
            """
            \(subject) beside `\(application.name).app` (\(application.version)), which does not list \
            \(one == nil ? "them" : "it")
            """,
            at: .file(application.file), explanation: "The release handler loads only modules that are listed.",
            notes: one == nil ? [Diagnostic.Note("not listed: \(names)\(more)")] : [],
            help: [
                one.map { "add `\($0)` to `modules`, or delete its object file" }
                    ?? "add them to `modules`, or delete their object files"
            ], application: application.name.name, module: one?.name)
    }

    private static func versionNotBumped(_ application: Application, _ changes: [ModuleChange]) -> Diagnostic {
        let names = changes.map { "`\($0.name)`" }
        let list = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        return Diagnostic(
            .appupVersionNotBumped, .error,
            "the code of `\(application.name)` changed, its version \(application.version) did not",
            at: .file(application.file),
            explanation: "An upgrade skips applications with equal versions: the old code would go on running.",
            notes: [Diagnostic.Note("changed: \(list)")], help: ["give the application a new `vsn`"],
            application: application.name.name)
    }
}
