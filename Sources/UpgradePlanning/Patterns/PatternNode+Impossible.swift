extension PatternNode {
    /// Whether no text matches, as the structure alone shows: a start behind characters, an end before them, a set without
    /// members. The cost is linear in the pattern.
    var isImpossible: Bool {
        switch self {
        case .character, .any, .lineBreak, .anchor, .reference: return false
        case .set(let set): return set.isEmpty
        case .alternatives(let nodes): return nodes.allSatisfy(\.isImpossible)
        case .capture(_, let body), .atomic(let body): return body.isImpossible
        case .repetition(let body, let repetition): return repetition.minimum > 0 && body.isImpossible
        case .look(let look, let body):
            if !look.isNegative { return body.isImpossible }
            // `(?!)` holds nowhere.
            if case .sequence(let nodes) = body { return nodes.isEmpty }
            return false
        case .sequence(let nodes): return nodes.contains(where: \.isImpossible) || Self.contradict(nodes)
        }
    }

    private static func contradict(_ nodes: [PatternNode]) -> Bool {
        var length = 0
        var lengthAtEnd: Int?
        for node in nodes {
            if case .anchor(let anchor) = node {
                if anchor == .start, length > 0 { return true }
                if anchor == .end { lengthAtEnd = lengthAtEnd ?? length }
            }
            length += node.takesCharacters ? 1 : 0
            if let lengthAtEnd, length > lengthAtEnd { return true }
        }
        return Self.followsEndOfLine(nodes)
    }

    /// Whether a character other than a line break stands right behind `$`.
    private static func followsEndOfLine(_ nodes: [PatternNode]) -> Bool {
        zip(nodes, nodes.dropFirst()).contains { node, next in
            guard case .anchor(.endOrLastNewline) = node, case .character(let character, _) = next else { return false }
            return character != 0x0a
        }
    }

    /// Whether every match has at least one character; false where that is not plain.
    private var takesCharacters: Bool {
        switch self {
        case .character, .set, .any, .lineBreak: true
        case .anchor, .look, .reference, .sequence, .alternatives: false
        case .capture(_, let body), .atomic(let body): body.takesCharacters
        case .repetition(let body, let repetition): repetition.minimum > 0 && body.takesCharacters
        }
    }
}

extension PatternSet {
    /// Whether it leaves no character: the complement of a class and its complement, as `[^\s\S]`.
    fileprivate var isEmpty: Bool {
        self.isNegated
            && self.classes.contains { one in
                self.classes.contains { $0.characterClass == one.characterClass && $0.isNegated != one.isNegated }
            }
    }
}
