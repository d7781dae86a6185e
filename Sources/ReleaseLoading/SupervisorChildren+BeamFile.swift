import BeamFiles
import ErlangTerms
import ReleaseModel

extension SupervisorChildren {
    /// The children of the supervisor in a BEAM file, or those that an Elixir application starts without a module for
    /// their supervisor; nil when the module does neither.
    init?(_ beam: BeamFile, behaviours: [Atom]) {
        if behaviours.contains("Elixir.DynamicSupervisor") {
            // Its children come later, as those of `simple_one_for_one`.
            let none = StaticTerm.unknown("a `DynamicSupervisor`")
            self.init(
                strategy: .known(.atom("simple_one_for_one")), intensity: none, period: none, children: [],
                registeredName: none)
            return
        }
        if behaviours.contains("Elixir.Application") {
            guard let result = beam.childrenOfStart else { return nil }
            self.init(result)
            self.isOfStart = true
            return
        }
        guard behaviours.contains(where: { $0 == "supervisor" || $0 == "Elixir.Supervisor" }) else { return nil }
        switch beam.initialResult {
        case .success(let result): self.init(result)
        case .failure(let absence): self.init(unreadable: absence.phrase)
        }
    }

    /// What `supervisor` would make of each of the possible results of `init/1`.
    init(_ result: InitialResult) {
        var reading = ChildReading()
        for value in result.value.alternatives { reading.add(result: value) }
        self.init(
            strategy: .merged(reading.flags.map(\.strategy)), intensity: .merged(reading.flags.map(\.intensity)),
            period: .merged(reading.flags.map(\.period)), children: reading.merged, gaps: reading.gaps,
            registeredName: Self.name(result))
    }

    private static func name(_ result: InitialResult) -> StaticTerm {
        guard let first = result.registeredNames.first else {
            return .unknown("a module that does not call `supervisor:start_link/3`")
        }
        guard result.registeredNames.allSatisfy({ $0 == first }) else { return .unknown("several ways to start it") }
        let name = StaticTerm(first)
        guard case .known(.tuple(let parts)) = name else {
            return name.term == nil ? name : .unknown("an unknown form of name")
        }
        return parts.count == 2 && parts[0].isAtom("local") ? .known(parts[1]) : name
    }
}

extension AbstractCodeAbsence {
    /// A phrase that follows "because of".
    fileprivate var phrase: String {
        switch self {
        case .noDebugInformation: "a module without debug information and without an `init/1`"
        case .encrypted: "encrypted debug information"
        case .otherBackend(let backend): "debug information of `\(backend)`, which is not Erlang's abstract code"
        case .unreadable(let detail): "unreadable debug information (\(detail))"
        }
    }
}

extension StaticTerm {
    fileprivate init(_ value: StaticValue) {
        if let term = value.term {
            self = .known(term)
        } else {
            self = .unknown(value.unknownReason ?? "a value that is not known")
        }
    }
}

/// Collects the children of all possible results.
private struct ChildReading {
    struct Flags {
        let strategy: StaticTerm
        let intensity: StaticTerm
        let period: StaticTerm
    }

    var flags: [Flags] = []
    var gaps: [String] = []
    /// The children of each result that starts a supervisor.
    private var results: [[ChildSpecification]] = []

    mutating func add(result: StaticValue) {
        if let reason = result.rootReason { return self.addGap(reason) }
        // `ignore` and errors start nothing.
        guard let parts = result.elements, parts.count == 2 else { return }
        if let reason = parts[0].rootReason { return self.addGap(reason) }
        guard parts[0].atom == "ok" else { return }
        for value in parts[1].alternatives {
            if let reason = value.rootReason {
                self.addGap(reason)
            } else if let elements = value.elements, elements.count == 2 {
                for flags in elements[0].alternatives { self.addFlags(flags) }
                for children in elements[1].alternatives { self.add(children: children) }
            }
        }
    }

    private mutating func addGap(_ reason: String) {
        if !self.gaps.contains(reason) { self.gaps.append(reason) }
    }

    // MARK: - Flags

    private mutating func addFlags(_ value: StaticValue) {
        if let elements = value.elements, elements.count == 3 {
            self.flags.append(
                Flags(
                    strategy: StaticTerm(elements[0]), intensity: StaticTerm(elements[1]),
                    period: StaticTerm(elements[2])))
            return
        }
        let map = MapReading(value)
        self.flags.append(
            Flags(
                strategy: map["strategy", or: .atom("one_for_one")], intensity: map["intensity", or: .integer(1)],
                period: map["period", or: .integer(5)]))
    }

    // MARK: - Children

    private mutating func add(children: StaticValue) {
        guard let items = children.items else {
            return self.addGap(children.rootReason ?? "a list of children that is not known")
        }
        var result: [ChildSpecification] = []
        for item in items {
            if item.presence == .gap {
                self.addGap(item.value.unknownReason ?? "a list of children that is not known")
                continue
            }
            let alternatives = item.value.alternatives
            var specifications: [ChildSpecification] = []
            for value in alternatives {
                switch Self.specification(value) {
                case .success(let specification): specifications.insert(specification)
                case .failure(let reason): self.addGap(reason.phrase)
                }
            }
            let isConditional = item.presence == .sometimes || specifications.count > 1
            for var specification in specifications {
                specification.isConditional = isConditional || alternatives.count > 1 && specifications.count != 1
                result.insert(specification)
            }
        }
        self.results.append(result)
    }

    /// All children; those that not every result has are conditional.
    var merged: [ChildSpecification] {
        var all: [ChildSpecification] = []
        for result in self.results {
            for specification in result { all.insert(specification) }
        }
        for index in all.indices
        where !self.results.allSatisfy({ $0.contains { $0.id == all[index].id && !$0.isConditional } }) {
            all[index].isConditional = true
        }
        return all
    }

    private struct NoIdentifier: Error {
        let phrase: String
    }

    private static func specification(_ value: StaticValue) -> Result<ChildSpecification, NoIdentifier> {
        if let child = ChildSpecification(madeElsewhere: value) { return .success(child) }
        if let elements = value.elements, elements.count == 6 {
            guard let id = elements[0].term else { return .failure(self.noIdentifier(elements[0])) }
            return .success(
                ChildSpecification(
                    id: id, start: ChildSpecification.Start(elements[1]), restart: StaticTerm(elements[2]),
                    shutdown: StaticTerm(elements[3]), type: StaticTerm(elements[4]), modules: StaticTerm(elements[5]),
                    significant: .known(.atom("false"))))
        }
        guard case .map = value.shape else { return .failure(self.noIdentifier(value)) }
        let map = MapReading(value)
        guard let id = map["id"]?.term else {
            return .failure(map["id"].map(self.noIdentifier) ?? NoIdentifier(phrase: "a child without an id"))
        }
        return .success(ChildSpecification(id: id, map))
    }

    private static func noIdentifier(_ value: StaticValue) -> NoIdentifier {
        NoIdentifier(phrase: value.unknownReason ?? "a child specification of an unknown form")
    }
}

extension ChildSpecification {
    /// `Module` or `{Module,Argument}`, with values that are put over what it makes; nil for other forms.
    fileprivate init?(madeElsewhere value: StaticValue) {
        let map = MapReading(value)
        let child = map.changedChild ?? value
        let origin: Origin
        if let module = child.atom {
            origin = Origin(module: module, argument: .known(.emptyList), given: map.keys)
        } else if let parts = child.elements, parts.count == 2, let module = parts[0].atom {
            origin = Origin(module: module, argument: StaticTerm(parts[1]), given: map.keys)
        } else {
            return nil
        }
        let itself = origin.argument.term.map { Term.tuple(.atom(origin.module), $0) } ?? .atom(origin.module)
        if let id = map["id"], id.term == nil { return nil }
        self.init(id: map["id"]?.term ?? itself, map)
        self.origin = origin
    }

    /// A map, with OTP's defaults filled in.
    fileprivate init(id: Term, _ map: MapReading) {
        let start = Start(map["start"])
        let type = map["type", or: .atom("worker")]
        let shutdown: StaticTerm =
            switch type {
            case .known(.atom("supervisor")): map["shutdown", or: .atom("infinity")]
            case .known: map["shutdown", or: .integer(5000)]
            case .unknown(let reason): map["shutdown"].map(StaticTerm.init) ?? .unknown(reason)
            }
        let modules: StaticTerm =
            switch start.module {
            case .known(let module): map["modules", or: .list([module])]
            case .unknown(let reason): map["modules"].map(StaticTerm.init) ?? .unknown(reason)
            }
        self.init(
            id: id, start: start, restart: map["restart", or: .atom("permanent")], shutdown: shutdown, type: type,
            modules: modules, significant: map["significant", or: .atom("false")])
    }
}

extension ChildTemplate {
    /// What `child_spec/1` of the module makes, whatever it is called with; nil where not even the identifier is known.
    init?(_ beam: BeamFile) {
        guard let value = beam.childSpecification else { return nil }
        let map = MapReading(value)
        guard case .map = value.shape, let id = map["id"]?.term else { return nil }
        let arguments = map["start"]?.elements.flatMap { $0.count == 3 ? $0[2].items : nil } ?? []
        self.init(
            specification: ChildSpecification(id: id, map),
            passesArgument: arguments.count == 1 && arguments[0].presence == .always
                && arguments[0].value == BeamFile.argumentOfChild)
    }
}

extension ChildSpecification.Start {
    fileprivate init(_ value: StaticValue?) {
        guard let elements = value?.elements, elements.count == 3 else {
            let reason = value?.unknownReason ?? "a start of an unknown form"
            self.init(module: .unknown(reason), function: .unknown(reason), arguments: .unknown(reason))
            return
        }
        self.init(
            module: StaticTerm(elements[0]), function: StaticTerm(elements[1]), arguments: StaticTerm(elements[2]))
    }
}

/// A map with atoms as keys, parts of which may not be known.
private struct MapReading {
    private let entries: [Atom: StaticValue]
    private let isComplete: Bool
    private let reason: String
    /// The Elixir child that this changes, by a call of `Supervisor.child_spec/2`.
    let changedChild: StaticValue?

    init(_ value: StaticValue) {
        self.reason = value.unknownReason ?? "a value of an unknown form"
        guard case .map(let entries, let isComplete) = value.shape else {
            (self.entries, self.isComplete, self.changedChild) = ([:], false, nil)
            return
        }
        self.changedChild = entries.first { $0.key == ElixirSupervisors.changedChild }?.value
        self.entries = Dictionary(
            entries.compactMap { entry in entry.key.atomValue.map { ($0, entry.value) } }, uniquingKeysWith: { $1 })
        self.isComplete = isComplete
    }

    var keys: Set<Atom> { Set(self.entries.keys) }

    subscript(key: Atom) -> StaticValue? { self.entries[key] }

    subscript(key: Atom, or standard: Term) -> StaticTerm {
        if let value = self.entries[key] { return StaticTerm(value) }
        return self.isComplete ? .known(standard) : .unknown(self.reason)
    }
}

extension StaticValue {
    /// Why the value as a whole is not known.
    fileprivate var rootReason: String? {
        if case .unknown(let reason) = self.shape { reason } else { nil }
    }
}
