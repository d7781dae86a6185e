import ErlangTerms
import ReleaseModel

/// How the states of a module's processes differ between two versions, and whether the newer version's `code_change` takes
/// what the other version left.
///
/// Only what is certain counts as a change: a record or tagged tuple of another size under the same tag, other fields or
/// another order of them, a struct with other keys, or another state altogether where both versions have one only.
struct StateComparison: Hashable, Sendable {
    /// A state of the older version that the newer one has not, and what it has in its place.
    struct Change: Hashable, Sendable {
        let before: StateShape
        let after: StateShape
    }

    /// What is wrong with a change on one way.
    enum Fault: Hashable, Sendable {
        /// The code cannot take the state apart.
        case unfit
        /// It may go on with it: nothing tells that it looks into the state.
        case doubtful
        /// The code asks for these keys, which the state does not have.
        case missingKeys([Term])
    }

    let old: StateShapes
    let new: StateShapes
    private(set) var changes: [Change] = []

    /// Nil when a version keeps no state, or processes of another kind do, and when the states of both versions come from
    /// the same code.
    init?(old: ProcessStates, new: ProcessStates) {
        guard !old.areSame(as: new), let old = old.shapes, let new = new.shapes, old.behaviour == new.behaviour else {
            return nil
        }
        (self.old, self.new) = (old, new)
        for before in old.shapes where !new.shapes.contains(where: { $0.isSame(as: before) }) {
            guard let after = self.counterpart(of: before) else { continue }
            self.changes.append(Change(before: before, after: after))
        }
    }

    /// What certainly stands in the newer version for a shape that it does not have.
    private func counterpart(of before: StateShape) -> StateShape? {
        if let tag = before.tag {
            let candidates = self.new.shapes.filter { $0.tag == tag }
            if let after = candidates.first { return candidates.count == 1 ? after : nil }
        }
        if case .structure(let name, _) = before {
            let candidates = self.new.shapes.filter { $0.structureName == name }
            if let after = candidates.first { return candidates.count == 1 ? after : nil }
        }
        guard self.old.gaps.isEmpty, self.new.gaps.isEmpty, self.old.shapes.count == 1, self.new.shapes.count == 1,
            let after = self.new.shapes.first
        else { return nil }
        // Values without parts come and go: `undefined` for `[]` is no other state.
        if case (.value, .value) = (before, after) { return nil }
        return after
    }

    // MARK: - Conversion

    /// What is wrong on this way; nil where nothing is known to be.
    func fault(_ change: Change, _ mode: UpgradeMode) -> Fault? {
        let (from, to) = mode == .up ? (change.before, change.after) : (change.after, change.before)
        let target = mode == .up ? self.new : self.old
        guard let conversions = self.new.conversions, !conversions.contains(where: { $0.converts(from, to, mode) })
        else { return nil }
        if from.kind == .map, to.kind == .map {
            let missing = (to.keys ?? []).filter { target.neededKeys.contains($0) && !(from.keys ?? []).contains($0) }
            return missing.isEmpty ? nil : .missingKeys(missing)
        }
        if let tag = from.tag, let arity = from.arity, from.arity != to.arity,
            target.knownTags.contains(StateShapes.Tag(name: tag, arity: arity))
        {
            // The code knows the other form too, and may convert it when it meets it.
            return nil
        }
        // The same field may have another name.
        if let tag = from.tag, to.tag == tag, from.arity == to.arity, !change.hasMovedFields { return nil }
        // Whether the code looks into the state at all is known of tagged tuples only.
        guard let tag = to.tag, let arity = to.arity else { return .doubtful }
        return target.knownTags.contains(StateShapes.Tag(name: tag, arity: arity)) ? .unfit : .doubtful
    }
}

extension StateComparison.Change {
    /// What is different, for the cause of an instruction.
    var text: String {
        guard let old = self.before.names, let new = self.after.names, self.before.kind == self.after.kind else {
            return "state changed from `\(self.before)` to `\(self.after)`"
        }
        let (added, removed) = (new.filter { !old.contains($0) }, old.filter { !new.contains($0) })
        func list(_ names: [String]) -> String {
            names.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (names.count > 5 ? ", …" : "")
        }
        if added.isEmpty, removed.isEmpty { return "\(self.subject) has its fields in another order" }
        let parts = [
            added.isEmpty ? nil : "grew by \(list(added))", removed.isEmpty ? nil : "lost \(list(removed))",
        ].compactMap { $0 }
        return "\(self.subject) \(parts.joined(separator: " and "))"
    }

    private var subject: String {
        switch self.after {
        case .record(let name, _): "state record `\(TermPrinter.line(.atom(name)))`"
        case .structure: "state struct"
        case .map: "state map"
        case .tagged, .tuple, .value: "state"
        }
    }

    /// Whether a field that both have is in another place.
    var hasMovedFields: Bool {
        guard let old = self.before.names, let new = self.after.names else { return false }
        return old.enumerated().contains { place, name in
            guard let other = new.firstIndex(of: name) else { return false }
            return other != place
        }
    }
}

extension StateConversion {
    /// Whether it makes such a state of the other; yes when in doubt.
    func converts(_ from: StateShape, _ to: StateShape, _ mode: UpgradeMode) -> Bool {
        guard self.version != (mode == .up ? .down : .notDown), self.takes.canTake(from) else { return false }
        switch self.gives {
        case .unknown: return true
        case .shape(let shape):
            let isTagFit = shape.tag == nil || to.tag == nil || shape.tag == to.tag
            return shape.kind == to.kind && (shape.arity == to.arity || shape.arity == nil || to.arity == nil)
                && isTagFit
        case .same, .refused: return false
        }
    }
}

extension StateShape {
    /// The names of its fields or keys.
    var names: [String]? {
        switch self {
        case .record(_, let fields): fields.map { TermPrinter.line(.atom($0)) }
        case .map(let keys), .structure(_, let keys): keys.map { TermPrinter.line($0) }
        case .tagged, .tuple, .value: nil
        }
    }

    /// The module of an Elixir struct.
    var structureName: Atom? {
        if case .structure(let name, _) = self { name } else { nil }
    }

    /// Whether code that knows the one can go on with the other, as far as is known of both.
    func isSame(as other: StateShape) -> Bool {
        guard self.kind == .tuple, other.kind == .tuple else { return self == other }
        if let tag = self.tag, let otherTag = other.tag, tag != otherTag { return false }
        if let fields = self.names, let others = other.names { return fields == others }
        // `a tuple` is of any size.
        return self.arity == other.arity || self.arity == nil || other.arity == nil
    }
}
