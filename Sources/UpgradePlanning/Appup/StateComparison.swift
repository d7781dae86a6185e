import ErlangTerms
import ReleaseModel

/// How the states of a module's processes differ between two versions, and whether the newer version's `code_change` takes
/// what the other version left.
///
/// Only what is certain counts as a change: a record or tagged tuple of another size under the same tag, fields in another
/// order, a struct or map with other keys, or another kind of state where all states of both versions are known.
struct StateComparison: Hashable, Sendable {
    struct Change: Hashable, Sendable {
        let before: StateShape
        let after: StateShape

        /// What came, in words that follow "state record `state`" and the like; the same both ways.
        var text: String {
            if let old = self.before.names, let new = self.after.names, self.before.kind == self.after.kind {
                let added = new.filter { !old.contains($0) }
                let removed = old.filter { !new.contains($0) }
                if added.isEmpty, removed.isEmpty { return "\(self.subject) has its fields in another order" }
                let parts = [
                    added.isEmpty ? nil : "grew by \(added.map { "`\($0)`" }.joined(separator: ", "))",
                    removed.isEmpty ? nil : "lost \(removed.map { "`\($0)`" }.joined(separator: ", "))",
                ].compactMap { $0 }
                return "\(self.subject) \(parts.joined(separator: " and "))"
            }
            return "state changed from `\(self.before)` to `\(self.after)`"
        }

        private var subject: String {
            switch self.after {
            case .record(let name, _): "state record `\(TermPrinter.line(.atom(name)))`"
            case .structure: "state struct"
            case .map: "state map"
            case .tagged, .tuple, .value: "state"
            }
        }

        /// The states to come from and to go to.
        func ends(_ mode: UpgradeMode) -> (from: StateShape, to: StateShape) {
            mode == .up ? (self.before, self.after) : (self.after, self.before)
        }

        /// A state of the one map may do for code that knows the other.
        var isBetweenMaps: Bool { self.before.kind == .map && self.after.kind == .map }
    }

    let old: StateShapes
    let new: StateShapes
    private(set) var changes: [Change] = []

    /// Nil when a version keeps no state.
    init?(old: StateShapes?, new: StateShapes?) {
        guard let old, let new, old.behaviour == new.behaviour else { return nil }
        (self.old, self.new) = (old, new)
        for before in old.shapes where !new.shapes.contains(where: { $0.isSame(as: before) }) {
            if let after = self.counterpart(of: before) {
                self.changes.append(Change(before: before, after: after))
            }
        }
    }

    /// What certainly stands in the newer version for a shape that it does not have.
    private func counterpart(of before: StateShape) -> StateShape? {
        if let tag = before.tag {
            let candidates = self.new.shapes.filter { $0.tag == tag }
            if candidates.count == 1, let after = candidates.first {
                // Fields with other names in the same places may be the same under new names.
                return after.arity != before.arity || after.names.map(Set.init) == before.names.map(Set.init)
                    ? after : nil
            }
        }
        if case .structure(let name, _) = before {
            let candidates = self.new.shapes.filter { if case .structure(name, _) = $0 { true } else { false } }
            if candidates.count == 1 { return candidates.first }
        }
        guard self.old.gaps.isEmpty, self.new.gaps.isEmpty, self.old.shapes.count == 1, self.new.shapes.count == 1,
            let after = self.new.shapes.first
        else { return nil }
        // Values without parts come and go: `undefined` for `[]` is no other state.
        if case (.value, .value) = (before, after) { return nil }
        return before.kind != after.kind || before.arity != after.arity || before.keys != after.keys ? after : nil
    }

    // MARK: - Conversion

    /// Whether processes cannot go on with what the other version left; an error is certain.
    func isUnconverted(_ change: Change, _ mode: UpgradeMode) -> Bool {
        let (from, to) = change.ends(mode)
        let target = mode == .up ? self.new : self.old
        if change.isBetweenMaps {
            let missing = Set(to.keys ?? []).subtracting(from.keys ?? [])
            if missing.isDisjoint(with: target.neededKeys) { return false }
        } else if let tag = from.tag, let arity = from.arity, from.arity != to.arity,
            target.knownTags.contains(StateShapes.Tag(name: tag, arity: arity))
        {
            // The code knows the other form too, and may convert it when it meets it.
            return false
        }
        guard let conversions = self.new.conversions else { return false }
        return !conversions.contains { conversion in
            let isOnTheWay = conversion.version != (mode == .up ? .down : .notDown)
            guard isOnTheWay, conversion.takes.canTake(from) else { return false }
            switch conversion.gives {
            case .unknown: return true
            case .shape(let shape): return shape.isSame(as: to) || shape.tag == to.tag && shape.arity == to.arity
            case .same, .refused: return false
            }
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

    /// Whether code that knows the one can go on with the other, as far as is known of both.
    func isSame(as other: StateShape) -> Bool {
        if let fields = self.names, let others = other.names, self.kind == .tuple, other.kind == .tuple {
            return self.tag == other.tag && fields == others
        }
        if self.kind == .tuple, other.kind == .tuple {
            if let tag = self.tag, let otherTag = other.tag, tag != otherTag { return false }
            return self.arity == other.arity
        }
        return self == other
    }
}
