import ErlangTerms
import ReleaseModel

/// A module that is not the same in both versions of its application, and how running processes take it.
struct ModuleChange: Hashable, Sendable {
    let name: ModuleName
    let kind: Kind
    /// What is different, of a module that both versions have.
    let comparison: ModuleComparison?
    /// What it is to a running system in the versions that have it.
    let oldRoles: ModuleRoles?
    let newRoles: ModuleRoles?

    enum Kind: Hashable, Sendable {
        /// Only in the newer version.
        case added(ModuleFacts)
        /// Only in the older version.
        case deleted(ModuleFacts)
        case changed(old: ModuleFacts, new: ModuleFacts, Handling)
    }

    /// How a changed module gets into running processes.
    enum Handling: Hashable, Sendable {
        /// A supervisor: its `init/1` runs again.
        case supervisor
        /// Its processes convert their states with the function named here.
        case codeChange(behaviour: String, function: String)
        /// Nobody keeps a state for it: the code is exchanged.
        case code
    }

    /// The change of one module; nil when both sides do the same.
    init?(
        _ name: ModuleName, old: ModuleFacts?, new: ModuleFacts?, _ behaviours: BehaviourMapping = BehaviourMapping()
    ) {
        self.name = name
        let comparison = old.flatMap { old in new.map { ModuleComparison(old: old, new: $0) } }
        if let comparison, comparison.isUnchanged { return nil }
        let (oldRoles, newRoles) = (old.map { ModuleRoles($0, behaviours) }, new.map { ModuleRoles($0, behaviours) })
        (self.comparison, self.oldRoles, self.newRoles) = (comparison, oldRoles, newRoles)
        switch (old, new) {
        case (let old?, let new?):
            self.kind = .changed(
                old: old, new: new,
                Handling(
                    old: oldRoles ?? ModuleRoles(old), new: newRoles ?? ModuleRoles(new), older: old, newer: new))
        case (nil, let new?):
            self.kind = .added(new)
        case (let old?, nil):
            self.kind = .deleted(old)
        case (nil, nil): return nil
        }
    }

    var isSupervisor: Bool {
        if case .changed(_, _, .supervisor) = self.kind { true } else { false }
    }

    var isDeleted: Bool {
        if case .deleted = self.kind { true } else { false }
    }
}
