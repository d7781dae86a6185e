import BeamFiles
import ErlangTerms
import ReleaseModel

extension StateShapes {
    /// The states of the processes whose callbacks are in a BEAM file; nil when it has no callbacks that keep one, or
    /// cannot be read.
    ///
    /// - Parameter records: ``BeamFile/recordFields``, where the caller has them already.
    init?(_ beam: BeamFile, behaviours: [Atom], records: [Atom: [Atom]]? = nil) {
        guard let behaviour = Behaviour(among: behaviours),
            let exports = try? beam.exports, var execution = try? SymbolicExecution(beam)
        else { return nil }
        var reading = StateReading(records: records ?? beam.recordFields)
        let callbacks = StateCallback.all(behaviour, exports)
        for callback in callbacks {
            let tracked: Set<Int> = callback.state.map { [$0] } ?? []
            guard let outcome = execution.returns(of: callback.name, callback.arity, tracking: tracked) else {
                continue
            }
            reading.add(outcome, of: callback)
        }
        for loop in execution.handOvers() { reading.add(handOver: loop.arguments, loop.facts, behaviour) }
        if !reading.hasBeginning { reading.gaps.append("processes that begin in another way than with `init/1`") }
        let mentions = execution.mentions(except: "code_change")
        self.init(
            behaviour: behaviour, shapes: reading.shapes, gaps: reading.gaps,
            knownTags: Set(mentions.tags.map { Tag(name: $0.name, arity: $0.arity) }), neededKeys: mentions.keys,
            conversions: Self.conversions(behaviour, exports, &execution, reading))
        if behaviour == .machine {
            self.names = StateNames(beam, callbacks, exports, &execution) { Self.version($0) }
        }
    }

    /// The ways through `code_change`; nil where they are too many.
    private static func conversions(
        _ behaviour: Behaviour, _ exports: [BeamFile.Function], _ execution: inout SymbolicExecution,
        _ reading: StateReading
    ) -> [StateConversion]? {
        let arity = behaviour.conversionArity
        guard exports.contains(where: { $0.name == "code_change" && $0.arity == arity }) else { return [] }
        // `code_change(Version, State, Extra)`, `code_change(Version, StateName, Data, Extra)`.
        let state = arity - 2
        guard let outcome = execution.returns(of: "code_change", arity, tracking: [0, state]), outcome.isComplete
        else { return nil }
        return outcome.returns.map { result in
            let facts = result.facts
            return StateConversion(
                version: self.version(facts),
                takes: StatePattern(facts[.argument(state)], tag: facts[.element(of: .argument(state), 0)]),
                gives: reading.conversionResult(result, state: state))
        }
    }

    private static func version(_ facts: SymbolicFacts) -> StateConversion.Version {
        let (version, first) = (SymbolicValue.argument(0), SymbolicValue.element(of: .argument(0), 0))
        if facts.constant(first) == .atom("down") { return .down }
        guard let fact = facts[version] else { return .any }
        if let kind = facts.kind(of: version), kind != .tuple { return .notDown }
        let isNoPair = fact.otherArities.contains(2) || fact.arity.map { $0 != 2 } ?? false
        let isOtherPair = facts[first]?.otherConstants.contains(.atom("down")) ?? false
        if fact.otherKinds.contains(.tuple) || isNoPair || isOtherPair
            || fact.otherTags.contains(SymbolicFact.Tag(name: "down", arity: 2))
        {
            return .notDown
        }
        return .any
    }
}

extension StateShapes.Behaviour {
    /// The first of a module's behaviours whose processes keep a state.
    init?(among behaviours: [Atom]) {
        guard let first = behaviours.lazy.compactMap(Self.init(attribute:)).first else { return nil }
        self = first
    }

    /// Of the value of a `behaviour` attribute.
    init?(attribute: Atom) {
        switch attribute.name {
        case "gen_server", "Elixir.GenServer": self = .server
        case "gen_statem": self = .machine
        case "gen_event": self = .handler
        case "gen_fsm": self = .oldMachine
        default: return nil
        }
    }
}

extension StatePattern {
    fileprivate init(_ fact: SymbolicFact?, tag: SymbolicFact?) {
        guard let fact else {
            self.init()
            return
        }
        let constant = fact.constant.map { SymbolicFacts().kind(of: .term($0)) } ?? nil
        self.init(
            kind: (fact.kind ?? constant).map(StateShape.Kind.init),
            otherKinds: Set(fact.otherKinds.map(StateShape.Kind.init)), arity: fact.arity,
            otherArities: fact.otherArities, tag: tag?.constant?.atomValue,
            otherTags: Set(fact.otherTags.map { StateShapes.Tag(name: $0.name, arity: $0.arity) }), keys: fact.keys)
    }
}

extension StateShape.Kind {
    init(_ kind: SymbolicValue.Kind) {
        switch kind {
        case .atom: self = .atom
        case .number: self = .number
        case .tuple: self = .tuple
        case .map: self = .map
        case .list: self = .list
        case .binary: self = .binary
        case .function: self = .function
        case .identifier: self = .identifier
        }
    }
}
