/// A regular expression as its parser understood it.
indirect enum PatternNode: Sendable {
    case character(UInt32, caseless: Bool)
    case set(PatternSet)
    /// `.`, `\N`
    case any(includingNewline: Bool)
    /// `\R`: a line break of one or two characters.
    case lineBreak
    case anchor(Anchor)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    /// A capturing group, numbered from 1.
    case capture(Int, PatternNode)
    /// What matched inside is not reconsidered.
    case atomic(PatternNode)
    case look(Look, PatternNode)
    case reference(Reference, caseless: Bool)
    case repetition(PatternNode, Repetition)

    enum Anchor: Hashable, Sendable {
        /// `^`, `\A`, `\G`
        case start
        /// `^` with the flag `m`
        case lineStart
        /// `\z`
        case end
        /// `$`, `\Z`: at the end, or before a newline there
        case endOrLastNewline
        /// `$` with the flag `m`
        case lineEnd
        case wordBoundary
        case noWordBoundary
    }

    /// An assertion about what follows or precedes.
    struct Look: Hashable, Sendable {
        var isBehind: Bool
        var isNegative: Bool
    }

    enum Reference: Hashable, Sendable {
        case number(Int)
        case name(String)
    }

    struct Repetition: Hashable, Sendable {
        var minimum: Int
        /// Nil for any number.
        var maximum: Int?
        var greed: Greed

        enum Greed: Hashable, Sendable {
            case greedy, lazy, possessive
        }
    }

    static let empty = PatternNode.sequence([])
}

extension PatternNode {
    /// How many characters every match of the node has, or nil when that varies: what a lookbehind needs to know.
    var fixedLength: Int? {
        switch self {
        case .character, .set, .any: return 1
        case .lineBreak, .reference: return nil
        case .anchor, .look: return 0
        case .sequence(let nodes):
            var sum = 0
            for node in nodes {
                guard let length = node.fixedLength else { return nil }
                let (next, overflow) = sum.addingReportingOverflow(length)
                if overflow { return nil }
                sum = next
            }
            return sum
        case .alternatives(let nodes):
            let lengths = Set(nodes.map(\.fixedLength))
            return lengths.count == 1 ? lengths.first ?? nil : nil
        case .capture(_, let node), .atomic(let node): return node.fixedLength
        case .repetition(let node, let repetition):
            guard repetition.minimum == repetition.maximum, let length = node.fixedLength else { return nil }
            let (product, overflow) = length.multipliedReportingOverflow(by: repetition.minimum)
            return overflow ? nil : product
        }
    }
}
