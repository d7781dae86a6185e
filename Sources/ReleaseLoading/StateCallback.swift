import BeamFiles
import ErlangTerms
import ReleaseModel

/// A callback that returns a state, and where the state is in what it returns.
struct StateCallback {
    let name: Atom
    let arity: Int
    /// The argument that is the state, from 0 on; nil for `init/1`.
    let state: Int?
    let forms: [Form]
    /// Whether everything it returns must be of one of the forms: a function that may be no callback at all tells
    /// nothing by what it returns otherwise.
    var isCertain = true

    /// `{tag, …}`: the sizes it may have, and the element that is the state, from 0 on.
    struct Form {
        let tag: Atom
        let arities: ClosedRange<Int>
        let state: Int
    }

    /// The callbacks of a behaviour that a module exports, as the documentation of the behaviour has them.
    static func all(_ behaviour: StateShapes.Behaviour, _ exports: [BeamFile.Function]) -> [StateCallback] {
        let callbacks =
            switch behaviour {
            case .server: self.server
            case .machine: self.machine + self.stateFunctions(exports)
            case .handler: self.handler
            case .oldMachine: self.oldMachine
            }
        return callbacks.filter { callback in
            exports.contains { $0.name == callback.name && $0.arity == callback.arity }
        }
    }

    private static let server: [StateCallback] = {
        let none = Form(tag: "noreply", arities: 2...3, state: 1)
        return [
            StateCallback(name: "init", arity: 1, state: nil, forms: [Form(tag: "ok", arities: 2...3, state: 1)]),
            StateCallback(
                name: "handle_call", arity: 3, state: 2, forms: [Form(tag: "reply", arities: 3...4, state: 2), none]),
            StateCallback(name: "handle_cast", arity: 2, state: 1, forms: [none]),
            StateCallback(name: "handle_info", arity: 2, state: 1, forms: [none]),
            StateCallback(name: "handle_continue", arity: 2, state: 1, forms: [none]),
        ]
    }()

    private static let machineForms = [
        Form(tag: "next_state", arities: 3...4, state: 2), Form(tag: "keep_state", arities: 2...3, state: 1),
        Form(tag: "repeat_state", arities: 2...3, state: 1),
    ]

    private static let machine = [
        StateCallback(name: "init", arity: 1, state: nil, forms: [Form(tag: "ok", arities: 3...4, state: 2)]),
        StateCallback(name: "handle_event", arity: 4, state: 3, forms: Self.machineForms),
    ]

    /// `StateName(EventType, EventContent, Data)`.
    private static func stateFunctions(_ exports: [BeamFile.Function]) -> [StateCallback] {
        exports.filter { $0.arity == 3 && $0.name != "terminate" }.map {
            StateCallback(name: $0.name, arity: 3, state: 2, forms: self.machineForms, isCertain: false)
        }
    }

    private static let handler: [StateCallback] = {
        let ok = Form(tag: "ok", arities: 2...3, state: 1)
        return [
            StateCallback(name: "init", arity: 1, state: nil, forms: [ok]),
            StateCallback(name: "handle_event", arity: 2, state: 1, forms: [ok]),
            StateCallback(name: "handle_info", arity: 2, state: 1, forms: [ok]),
            StateCallback(
                name: "handle_call", arity: 2, state: 1, forms: [Form(tag: "ok", arities: 3...4, state: 2)]),
        ]
    }()

    private static let oldMachine: [StateCallback] = {
        let next = Form(tag: "next_state", arities: 3...4, state: 2)
        return [
            StateCallback(name: "init", arity: 1, state: nil, forms: [Form(tag: "ok", arities: 3...4, state: 2)]),
            StateCallback(name: "handle_event", arity: 3, state: 2, forms: [next]),
            StateCallback(
                name: "handle_sync_event", arity: 4, state: 3,
                forms: [next, Form(tag: "reply", arities: 4...5, state: 3)]),
            StateCallback(name: "handle_info", arity: 3, state: 2, forms: [next]),
        ]
    }()
}
