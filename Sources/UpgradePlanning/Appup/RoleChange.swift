import ReleaseModel

/// A module that both versions have, and that processes of other kinds run in one than in the other.
struct RoleChange: Hashable, Sendable {
    let module: ModuleName
    /// In the older version, and in the newer one; empty for a module that no process runs.
    let before: Set<ProcessKind>
    let after: Set<ProcessKind>
    /// The same in words: "a `gen_server`".
    let beforeText: String
    let afterText: String
    /// Whether a process may run a loop of the module's own, of which no behaviour tells.
    private let loopsBefore: Bool
    private let loopsAfter: Bool

    /// Nil where the kinds are the same, or where a version does not tell them any more since it was stripped.
    init?(_ change: ModuleChange) {
        guard case .changed(let old, let new, _) = change.kind, let oldRoles = change.oldRoles,
            let newRoles = change.newRoles
        else { return nil }
        self.module = change.name
        self.before = oldRoles.processes
        self.after = newRoles.processes
        self.beforeText = Self.text(oldRoles)
        self.afterText = Self.text(newRoles)
        self.loopsBefore = self.before.isEmpty && Self.hasLoop(old)
        self.loopsAfter = self.after.isEmpty && Self.hasLoop(new)
        if self.before == self.after { return nil }
        if self.before.isEmpty, old.attributes == nil { return nil }
        if self.after.isEmpty, new.attributes == nil { return nil }
    }

    /// What its processes are before a script of this way and after it.
    func kinds(_ mode: UpgradeMode) -> (source: Set<ProcessKind>, target: Set<ProcessKind>) {
        mode == .up ? (self.before, self.after) : (self.after, self.before)
    }

    /// Whether processes may run that the other code does not fit.
    func strands(_ mode: UpgradeMode) -> Bool {
        let (source, target) = self.kinds(mode)
        return !source.isSubset(of: target) || (mode == .up ? self.loopsBefore : self.loopsAfter)
    }

    private static func hasLoop(_ facts: ModuleFacts) -> Bool {
        guard case .functions(let functions, _) = facts.code else { return false }
        return functions.contains(where: \.hasLocalReceiveLoop)
    }

    var hasSupervisors: Bool { self.before.union(self.after).contains(where: \.runsInitAgain) }

    /// "was a `gen_server` and is a `gen_statem` now".
    var text: String { "was \(self.beforeText) and is \(self.afterText) now" }

    private static func text(_ roles: ModuleRoles) -> String {
        guard roles.processes.isEmpty else { return self.text(roles.processes) }
        for role in roles.all {
            switch role {
            case .wrapped(_, let behaviour), .unknownBehaviour(let behaviour): return "of behaviour `\(behaviour)`"
            case .process, .callbacks, .application, .behaviour, .nativeFunctions, .parseTransform, .protocolDefinition,
                .protocolImplementation, .structure, .exception:
                continue
            }
        }
        return "of no behaviour"
    }

    static func text(_ kinds: Set<ProcessKind>) -> String {
        ProcessKind.allCases.filter(kinds.contains).map { "a `\($0.text)`" }.joined(separator: " and ")
    }
}
