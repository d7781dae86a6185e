import ErlangTerms
import ReleaseModel

/// A module that is not the same in both versions of its application, and how running processes take it.
struct ModuleChange: Hashable, Sendable {
    let name: ModuleName
    let kind: Kind
    /// What is different, of a module that both versions have.
    let comparison: ModuleComparison?

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
    init?(_ name: ModuleName, old: ModuleFacts?, new: ModuleFacts?) {
        self.name = name
        switch (old, new) {
        case (let old?, let new?):
            let comparison = ModuleComparison(old: old, new: new)
            if comparison.isUnchanged { return nil }
            self.comparison = comparison
            self.kind = .changed(old: old, new: new, Handling(old: old, new: new))
        case (nil, let new?):
            self.kind = .added(new)
            self.comparison = nil
        case (let old?, nil):
            self.kind = .deleted(old)
            self.comparison = nil
        case (nil, nil): return nil
        }
    }

    var isSupervisor: Bool {
        if case .changed(_, _, .supervisor) = self.kind { true } else { false }
    }

    var isDeleted: Bool {
        if case .deleted = self.kind { true } else { false }
    }

    /// The modules that this one calls in the version that has it; the newer one where both have.
    var calledModules: Set<Atom> {
        let facts =
            switch self.kind {
            case .added(let new), .changed(_, let new, _): new
            case .deleted(let old): old
            }
        return Set(facts.imports.lazy.map(\.module))
    }

    /// The modules that this one calls in the older version.
    var calledModulesBefore: Set<Atom> {
        switch self.kind {
        case .added: []
        case .changed(let old, _, _), .deleted(let old): Set(old.imports.lazy.map(\.module))
        }
    }
}

extension ModuleChange.Handling {
    /// The behaviours whose processes `sys:change_code/4` can convert, with the callback that does it.
    private static let convertible: [(behaviour: Atom, function: Atom, arity: Int)] = [
        ("gen_server", "code_change", 3), ("gen_statem", "code_change", 4), ("gen_event", "code_change", 3),
        ("gen_fsm", "code_change", 4),
    ]

    /// The newer code decides: on the way up its `code_change` runs after it was loaded, on the way down before it is
    /// exchanged. A supervisor must be one on both sides, since its `init/1` runs after the exchange both ways.
    init(old: ModuleFacts, new: ModuleFacts) {
        if new.behaviours.contains("supervisor"), old.behaviours.contains("supervisor") {
            self = .supervisor
            return
        }
        for (behaviour, function, arity) in Self.convertible
        where new.behaviours.contains(behaviour) && new.exports(function, arity) {
            self = .codeChange(behaviour: behaviour.name, function: "\(function)/\(arity)")
            return
        }
        if new.exports("system_code_change", 4) {
            self = .codeChange(behaviour: "special process", function: "system_code_change/4")
            return
        }
        self = .code
    }

    /// Behaviours of processes that live long; a change from one to another cannot be taken by a running process.
    static func processBehaviours(_ facts: ModuleFacts) -> Set<Atom> {
        Set(facts.behaviours).intersection(["supervisor", "gen_server", "gen_statem", "gen_event", "gen_fsm"])
    }
}
