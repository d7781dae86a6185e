import Diagnostics
import ErlangTerms
import ReleaseModel

/// What the order of module changes says about itself.
extension ModuleChangeOrder {
    /// Why the instruction of a module stands where it does: a cause for each of its DepMods, and one for the modules that
    /// it calls besides.
    func causes(of change: ModuleChange, _ mode: UpgradeMode, _ older: String, _ newer: String) -> [Cause] {
        let order = mode == .up ? "after" : "before"
        let needs = self.needs(of: change.name).flatMap { need in
            need.reasons.map { Cause($0.text(order, need.change, change, older, newer)) }
        }
        let names = self.preferences(of: change.name).map { "`\($0)`" }
        if names.isEmpty { return needs }
        let list = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and \(names.count - 3) more" : "")
        return needs + [Cause("\(order) \(list), which it calls")]
    }

    /// Warns of modules that need each other's new code: whichever is loaded first calls for a moment what is not there.
    ///
    /// Not of circles with a single module that processes use by now: added modules are loaded before it, and nobody calls
    /// them until it is loaded; deleted ones are called by nobody when they go. And not where the processes of all are
    /// suspended meanwhile.
    func findings(old: Application, new: Application) -> [Diagnostic] {
        self.circles.compactMap { circle in
            let used = circle.filter { $0.older != nil && $0.newer != nil }
            let calling = used.filter { !$0.isSuspended }
            guard used.count > 1, !calling.isEmpty else { return nil }
            return self.circleFinding(used, calling, old, new)
        }
    }

    private func circleFinding(
        _ used: [ModuleChange], _ calling: [ModuleChange], _ old: Application, _ new: Application
    ) -> Diagnostic {
        let inCircle = Set(used.map(\.name))
        let notes = used.flatMap { change in
            self.needs(of: change.name).filter { inCircle.contains($0.change.name) }.flatMap { need in
                need.reasons.map { reason in
                    Diagnostic.Note(
                        "`\(change.name)` "
                            + reason.text("after", need.change, change, old.version.text, new.version.text))
                }
            }
        }
        return Diagnostic(
            .appupModulesNeedEachOther, .warning,
            "\(Self.list(used)) need each other's new code, and no process that uses \(Self.list(calling)) is suspended",
            at: .file(new.file),
            explanation: "One is loaded after the other; a call between the two fails when it comes in that moment.",
            notes: Array(notes.prefix(6)),
            help: [
                "let \(new.version) still offer what \(old.version) called, and remove it in the version after",
                "or restart the application: `{restart_application,\(new.name)}`",
            ],
            application: new.name.name, module: calling.first?.name.name)
    }

    private static func list(_ changes: [ModuleChange]) -> String {
        let names = changes.map { "`\($0.name)`" }
        if names.count > 4 { return names.prefix(3).joined(separator: ", ") + " and \(names.count - 3) more" }
        return names.dropLast().joined(separator: ", ") + (names.count > 1 ? " and " : "") + (names.last ?? "")
    }
}

extension ModuleChange {
    /// Whether the processes of the module are suspended while it is exchanged.
    fileprivate var isSuspended: Bool {
        switch self.kind {
        case .changed(_, _, .supervisor), .changed(_, _, .codeChange): true
        case .changed(_, _, .code), .added, .deleted: false
        }
    }
}
