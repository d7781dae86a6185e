package import ErlangTerms

/// What the functions of Elixir's `Supervisor` make of their arguments, as its documentation says.
package enum ElixirSupervisors {
    /// The key under which a child specification has the child that it changes: a module, or `{Module,Argument}`.
    package static let changedChild = Term.tuple(.atom("Elixir.Supervisor"), .atom("child_spec"))

    /// What a call returns; nil where it is another function.
    static func result(of target: BeamFile.Import, _ arguments: [StaticValue]) -> StaticValue? {
        guard arguments.count == target.arity else { return nil }
        switch (target.module.name, target.function.name, target.arity) {
        case ("Elixir.Supervisor", "init", 2): return self.initialResult(arguments[0], arguments[1])
        case ("Elixir.Supervisor", "child_spec", 2): return self.specification(arguments[0], arguments[1])
        // What `{Module,Argument}` stands for.
        case (let module, "child_spec", 1) where module != "Elixir.Supervisor":
            return .tuple([.atom(target.module), arguments[0]])
        default: return nil
        }
    }

    /// `{:ok, {flags, children}}`, as `supervisor` takes it.
    static func initialResult(_ children: StaticValue, _ options: StaticValue) -> StaticValue {
        let options = KeywordList(options)
        let flags = [
            ("strategy", options["strategy"]),
            ("intensity", options["max_restarts", or: .integer(3)]),
            ("period", options["max_seconds", or: .integer(5)]),
        ]
        let entries = flags.map { name, value in
            StaticValue.Entry(
                key: .atom(Atom(name)), value: value ?? StaticValue(unknown: "an option that is not known"))
        }
        return .tuple([.atom("ok"), .tuple([.map(entries, isComplete: true), children])])
    }

    /// A child specification with other values under some keys.
    private static func specification(_ child: StaticValue, _ changes: StaticValue) -> StaticValue {
        let changes = KeywordList(changes)
        guard changes.isComplete else { return StaticValue(unknown: "changes of a child specification") }
        var entries: [StaticValue.Entry] = []
        var isComplete = false
        switch child.shape {
        case .map(let known, let complete): (entries, isComplete) = (known, complete)
        case .term(.atom), .tuple: entries = [StaticValue.Entry(key: self.changedChild, value: child)]
        case .term, .list, .choice, .function, .unknown: return StaticValue(unknown: "a child that is not known")
        }
        for (key, value) in changes.entries {
            entries.removeAll { $0.key == .atom(key) }
            entries.append(StaticValue.Entry(key: .atom(key), value: value))
        }
        return .map(entries, isComplete: isComplete)
    }

    /// The first argument of `supervisor:start_link/3` that says the same as the options of `Supervisor.start_link`.
    static func name(_ options: StaticValue) -> StaticValue {
        let options = KeywordList(options)
        guard let name = options["name"] else {
            return StaticValue(unknown: options.isComplete ? "a start without a name" : "options that are not known")
        }
        return name.atom == nil ? name : .tuple([.atom("local"), name])
    }
}

/// A list of pairs of an atom and a value.
private struct KeywordList {
    private(set) var entries: [(key: Atom, value: StaticValue)] = []
    /// Whether there are no others.
    private(set) var isComplete = true

    init(_ list: StaticValue) {
        guard let items = list.items else {
            self.isComplete = false
            return
        }
        for item in items {
            guard item.presence == .always, let pair = item.value.elements, pair.count == 2, let key = pair[0].atom
            else {
                self.isComplete = false
                continue
            }
            // The first of several holds.
            if self.isComplete, self[key] == nil { self.entries.append((key, pair[1])) }
        }
    }

    subscript(key: Atom) -> StaticValue? { self.entries.first { $0.key == key }?.value }

    subscript(key: Atom, or standard: Term) -> StaticValue? {
        self[key] ?? (self.isComplete ? StaticValue(standard) : nil)
    }
}
