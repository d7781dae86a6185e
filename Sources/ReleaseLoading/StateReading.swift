import BeamFiles
import ErlangTerms
import ReleaseModel

/// The shapes of states among the values that callbacks return.
struct StateReading {
    /// The fields of the records that the module defines.
    let records: [Atom: [Atom]]
    /// Without repetition, in the order of finding.
    private(set) var shapes: [StateShape] = []
    var gaps: [String] = []
    /// Whether a state to begin with was found, or a reason why it is not known.
    private(set) var hasBeginning = false

    private static let maximumGaps = 8

    init(records: [Atom: [Atom]]) { self.records = records }

    /// Adds what a callback can return.
    mutating func add(_ outcome: SymbolicExecution.Outcome, of callback: StateCallback) {
        let name = "`\(callback.name)/\(callback.arity)`"
        if !outcome.isComplete { self.gap("code of \(name) that is too complex to follow", callback) }
        for result in outcome.returns {
            guard let elements = result.facts.elements(result.value) else {
                switch result.facts.kind(of: result.value) {
                case nil, .tuple?:
                    if callback.isCertain { self.gap("\(Self.phrase(result.value)) in \(name)", callback) }
                // `ignore`, `keep_state_and_data`, `remove_handler`; nothing else can be a result.
                case .atom?, .number?, .map?, .list?, .binary?, .function?, .identifier?: break
                }
                continue
            }
            guard let first = elements.first, let tag = result.facts.constant(first)?.atomValue else {
                if callback.isCertain { self.gap("\(Self.phrase(result.value)) in \(name)", callback) }
                continue
            }
            for form in callback.forms where form.tag == tag && form.arities.contains(elements.count) {
                self.add(elements[form.state], result.facts, callback, name)
            }
        }
    }

    /// Adds the state of a process that goes into the loop of its behaviour by itself.
    mutating func add(handOver arguments: [SymbolicValue], _ facts: SymbolicFacts, _ behaviour: StateShapes.Behaviour) {
        // `enter_loop(Module, Options, State, …)`, `enter_loop(Module, Options, StateName, Data, …)`.
        let index = behaviour == .server ? 2 : 3
        guard arguments.indices.contains(index) else { return }
        self.hasBeginning = true
        if let shape = self.shape(arguments[index], facts) {
            self.insert(shape)
        } else {
            self.gap("\(Self.phrase(arguments[index])) in a call of `enter_loop`", nil)
        }
    }

    private mutating func add(
        _ state: SymbolicValue, _ facts: SymbolicFacts, _ callback: StateCallback, _ name: String
    ) {
        if callback.state == nil { self.hasBeginning = true }
        let argument = callback.state.map { SymbolicValue.argument($0) }
        if let shape = self.shape(state, facts) { return self.insert(shape) }
        // As it came in, perhaps with other values for keys that it had.
        if let argument, state == argument { return }
        if case .map(_, _, base: let base?) = state, let argument, base == argument { return }
        self.gap("\(Self.phrase(state)) in \(name)", callback)
    }

    private mutating func insert(_ shape: StateShape) {
        if !self.shapes.contains(shape) { self.shapes.append(shape) }
    }

    private mutating func gap(_ reason: String, _ callback: StateCallback?) {
        if callback?.state == nil { self.hasBeginning = true }
        if self.gaps.count < Self.maximumGaps, !self.gaps.contains(reason) { self.gaps.append(reason) }
    }

    // MARK: - Shapes

    /// The shape of a value, or nil where it is not known.
    func shape(_ value: SymbolicValue, _ facts: SymbolicFacts) -> StateShape? {
        if let elements = facts.elements(value) {
            guard let first = elements.first, let tag = facts.constant(first)?.atomValue else {
                return .tuple(arity: elements.count)
            }
            if let fields = self.records[tag], fields.count + 1 == elements.count {
                return .record(name: tag, fields: fields)
            }
            return .tagged(name: tag, arity: elements.count)
        }
        switch value {
        case .map(let keys, let structure, base: nil): return Self.map(keys, structure)
        case .map: return nil
        case .term(.map(let map)):
            return Self.map(Set(map.pairs.map(\.key)), map[.atom("__struct__")]?.atomValue)
        case .argument, .opaque, .element, .term, .tuple, .list, .unknown:
            switch facts.kind(of: value) {
            case nil, .tuple?, .map?: return nil
            case .atom?, .number?, .list?, .binary?, .function?, .identifier?:
                return facts.kind(of: value).map { .value(StateShape.Kind($0)) }
            }
        }
    }

    private static func map(_ keys: Set<Term>, _ structure: Atom?) -> StateShape {
        let sorted = keys.subtracting([.atom("__struct__")]).sorted { TermPrinter.line($0) < TermPrinter.line($1) }
        if let structure { return .structure(name: structure, keys: sorted) }
        return .map(keys: sorted)
    }

    /// What a way through `code_change` makes of the state.
    func conversionResult(_ result: SymbolicExecution.Return, state: Int) -> StateConversion.Result {
        guard let elements = result.facts.elements(result.value) else {
            return result.facts.kind(of: result.value) == nil ? .unknown : .refused
        }
        guard let first = elements.first, let tag = result.facts.constant(first) else { return .unknown }
        guard tag == .atom("ok"), elements.count == state + 1 else { return .refused }
        let value = elements[state]
        if value == .argument(state) { return .same }
        return self.shape(value, result.facts).map { .shape($0) } ?? .unknown
    }

    private static func phrase(_ value: SymbolicValue) -> String {
        guard case .opaque(_, let origin) = value.root else { return "a value that cannot be followed" }
        return switch origin {
        case .call(let target): "what `\(target.module):\(target.function)/\(target.arity)` returns"
        case .localCall(let name, let arity): "what `\(name)/\(arity)` returns"
        case .fun: "what a fun returns"
        case .message: "a part of a message"
        }
    }
}
