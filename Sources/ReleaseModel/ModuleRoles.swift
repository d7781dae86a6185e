package import ErlangTerms

/// Something that a module is to a running system.
package enum ModuleRole: Hashable, Sendable {
    /// The callback module of processes; the behaviour is nil where the exports alone show it, since the attribute was
    /// stripped or never written.
    case process(ProcessKind, behaviour: Atom?)
    /// It has a behaviour whose own module runs as such a process.
    case wrapped(ProcessKind, behaviour: Atom)
    /// It has a behaviour whose functions others call.
    case callbacks(behaviour: Atom)
    /// It has a behaviour of which nothing is known.
    case unknownBehaviour(Atom)
    /// The callback module of an application, which keeps no process after `start/2`.
    case application
    /// It defines a behaviour.
    case behaviour
    /// It calls `erlang:load_nif/2`.
    case nativeFunctions
    case parseTransform
    /// Elixir's protocols, their implementations, structs and exceptions.
    case protocolDefinition
    case protocolImplementation(of: Atom)
    case structure
    case exception
}

/// All that a module is to a running system; nothing for a plain library.
package struct ModuleRoles: Hashable, Sendable {
    /// Behaviours first, in the order of the file.
    package let all: [ModuleRole]

    package init(_ facts: ModuleFacts, _ behaviours: BehaviourMapping = BehaviourMapping()) {
        var all: [ModuleRole] = []
        func add(_ role: ModuleRole) { if !all.contains(role) { all.append(role) } }
        for behaviour in facts.behaviours { add(Self.role(behaviour, facts, behaviours)) }
        if facts.behaviours.isEmpty, let kind = Self.kind(byExportsOf: facts) { add(.process(kind, behaviour: nil)) }
        if all.allSatisfy({ $0.processKind == nil }), facts.exports("system_code_change", 4) {
            add(.process(.special, behaviour: nil))
        }
        if facts.exports("__protocol__", 1) {
            add(.protocolDefinition)
        } else if facts.exports("behaviour_info", 1) {
            add(.behaviour)
        }
        if facts.imports.contains(ModuleFacts.ImportedFunction(module: "erlang", function: "load_nif", arity: 2)) {
            add(.nativeFunctions)
        }
        if facts.exports("parse_transform", 2) { add(.parseTransform) }
        if facts.exports("__struct__", 1), !all.contains(.exception) { add(.structure) }
        self.all = all
    }

    /// The kinds of processes that certainly have it as their callback module.
    package var processes: Set<ProcessKind> { Set(self.all.compactMap(\.processKind)) }

    package func contains(_ role: ModuleRole) -> Bool { self.all.contains(role) }

    private static func role(
        _ behaviour: Atom, _ facts: ModuleFacts, _ behaviours: BehaviourMapping
    ) -> ModuleRole {
        switch behaviours.meaning(of: behaviour) {
        case .process(let kind): return .process(kind, behaviour: behaviour)
        case .code: return .callbacks(behaviour: behaviour)
        case nil: break
        }
        switch behaviour {
        case "application", "Elixir.Application": return .application
        case "Elixir.Exception": return .exception
        default: break
        }
        if facts.exports("__impl__", 1) { return .protocolImplementation(of: behaviour) }
        return switch behaviours.definition(of: behaviour) {
        case .wrapper(let kind): .wrapped(kind, behaviour: behaviour)
        case .code: .callbacks(behaviour: behaviour)
        case nil: .unknownBehaviour(behaviour)
        }
    }

    /// What a module without any behaviour is by the callbacks that its behaviour must have.
    private static func kind(byExportsOf facts: ModuleFacts) -> ProcessKind? {
        guard facts.exports("init", 1) else { return nil }
        if facts.exports("handle_call", 3), facts.exports("handle_cast", 2) { return .server }
        if facts.exports("callback_mode", 0) { return .stateMachine }
        if facts.exports("handle_event", 2), facts.exports("handle_call", 2) { return .eventHandler }
        let starts = facts.imports.contains {
            ($0.module == "supervisor" || $0.module == "Elixir.Supervisor") && $0.function == "start_link"
        }
        return starts ? .supervisor : nil
    }
}

extension ModuleRole {
    /// The kind of process that the module certainly is the callback module of.
    package var processKind: ProcessKind? { if case .process(let kind, _) = self { kind } else { nil } }
}
