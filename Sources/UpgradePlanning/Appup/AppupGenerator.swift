import Diagnostics
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
/// | child only in the newer version of a supervisor | `apply` that starts it | `apply`s that end it |
/// | child only in the older version | `apply`s that end it | `apply` that starts it |
///
/// The order is that of ``ModuleChangeOrder``, reversed on the way down; it does not depend on the order of the input.
/// ``ModuleComparison`` says whether a module counts as changed; it counts at all when the `.app` file lists it: the
/// release handler finds no others.
package enum AppupGenerator {
    /// Compares two versions of one application, both with the facts of their modules.
    package static func generate(old: Application, new: Application) -> GeneratedAppup {
        var findings: [Diagnostic] = []
        let oldModules = self.listedModules(old, &findings)
        let newModules = self.listedModules(new, &findings)
        let changes = Set(oldModules.keys).union(newModules.keys).compactMap {
            ModuleChange($0, old: oldModules[$0], new: newModules[$0])
        }
        let order = ModuleChangeOrder(changes)
        findings += order.changes.compactMap { self.behaviourChange($0, new) }
        findings += VersionDirection.findings(old: old, new: new)
        if old.version == new.version, !changes.isEmpty {
            findings.insert(self.versionNotBumped(new, order.changes), at: 0)
        }
        let (older, newer) = (old.version.text, new.version.text)
        func script(_ mode: UpgradeMode) -> [GeneratedAppup.Instruction] {
            let changes = mode == .up ? order.changes : order.changes.reversed()
            let supervisors = SupervisorPlan(changes, old: old, new: new, mode: mode)
            findings += supervisors.findings
            return supervisors.woven(
                changes.map { self.instruction($0, order, mode, older, newer) }, modules: changes.map(\.name))
        }
        let (up, down) = (script(.up), script(.down))
        return GeneratedAppup(
            application: new.name, from: old.version, to: new.version, up: up, down: down, findings: findings)
    }

    // MARK: - Instructions

    private static func instruction(
        _ change: ModuleChange, _ order: ModuleChangeOrder, _ mode: UpgradeMode, _ older: String, _ newer: String
    ) -> GeneratedAppup.Instruction {
        let dependencies = order.dependencies[change.name] ?? []
        return GeneratedAppup.Instruction(
            term: self.term(change, dependencies.map { .atom($0.atom) }, mode),
            cause: Cause(
                self.reason(change, older, newer),
                because: dependencies.map { self.reason(of: $0, change, mode) }))
    }

    /// The shortest form that says it all.
    private static func term(_ change: ModuleChange, _ dependencies: [Term], _ mode: UpgradeMode) -> Term {
        let module = Term.atom(change.name.atom)
        let rest = dependencies.isEmpty ? [] : [Term.list(dependencies)]
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
        case .changed(_, _, .supervisor): "\(changed); supervisor, whose `init/1` runs again"
        case .changed(_, _, .codeChange(let behaviour, let function)): "\(changed); \(behaviour) with `\(function)`"
        case .changed(_, _, .code): changed
        }
    }

    private static func reason(of dependency: ModuleName, _ change: ModuleChange, _ mode: UpgradeMode) -> Cause {
        let before = mode == .up ? "after" : "before"
        return Cause(
            change.isDeleted
                ? "\(before) `\(dependency)`, which called it" : "\(before) `\(dependency)`, which it calls")
    }

    // MARK: - Findings

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
        for module in application.modules.keys.sorted() where listed[module] == nil {
            findings.append(self.notListed(module, application))
        }
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

    private static func notListed(_ module: ModuleName, _ application: Application) -> Diagnostic {
        Diagnostic(
            .appupModuleNotListed, .warning,
            "`\(module)` lies beside `\(application.name).app` (\(application.version)), which does not list it",
            at: .file(application.file), explanation: "The release handler loads only modules that are listed.",
            help: ["add `\(module)` to `modules`, or delete its object file"], application: application.name.name,
            module: module.name)
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

    /// A module whose processes are of another kind than before.
    private static func behaviourChange(_ change: ModuleChange, _ application: Application) -> Diagnostic? {
        guard case .changed(let old, let new, _) = change.kind else { return nil }
        let (before, after) = (
            ModuleChange.Handling.processBehaviours(old), ModuleChange.Handling.processBehaviours(new)
        )
        if before.isEmpty || after.isEmpty || before == after { return nil }
        func names(_ behaviours: Set<Atom>) -> String { behaviours.sorted().map { "`\($0)`" }.joined(separator: ", ") }
        return Diagnostic(
            .appupBehaviourChanged, .warning,
            "`\(change.name)` was \(names(before)) and is \(names(after)) now", at: .file(application.file),
            explanation: "A running process stays what it was started as; the new code does not fit it.",
            help: ["restart the application: `{restart_application,\(application.name)}`", "or rename the module"],
            application: application.name.name, module: change.name.name)
    }
}
