package import ErlangTerms

/// What must be taken out of a script and put into it to get another one, in the order of both.
package enum ScriptDifference {
    package enum Line: Hashable, Sendable {
        case same(Term)
        /// Only in the first script.
        case removed(Term)
        /// Only in the second script.
        case added(Term)

        package var isSame: Bool { if case .same = self { true } else { false } }
    }

    /// The shortest such list. Scripts of which one is longer than `limit` are compared by what they begin and end with.
    package static func lines(_ old: [Term], _ new: [Term], limit: Int = 4000) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let (restOfOld, restOfNew) = (old.dropFirst(head), new.dropFirst(head))
        let tail = zip(restOfOld.reversed(), restOfNew.reversed()).prefix { $0 == $1 }.count
        let middle = self.middle(Array(restOfOld.dropLast(tail)), Array(restOfNew.dropLast(tail)), limit)
        return old.prefix(head).map(Line.same) + middle + old.suffix(tail).map(Line.same)
    }

    private static func middle(_ old: [Term], _ new: [Term], _ limit: Int) -> [Line] {
        guard max(old.count, new.count) <= limit else { return old.map(Line.removed) + new.map(Line.added) }
        let changes = new.difference(from: old)
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in changes {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var lines: [Line] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                lines.append(.removed(old[left]))
                left += 1
            } else if right < new.count, added.contains(right) {
                lines.append(.added(new[right]))
                right += 1
            } else if left < old.count {
                lines.append(.same(old[left]))
                left += 1
                right += 1
            }
        }
        return lines
    }
}
