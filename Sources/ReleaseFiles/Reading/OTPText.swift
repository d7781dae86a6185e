import ErlangTerms

/// What systools makes of a term where it wants a string: it compares the term with its
/// `unicode:characters_to_list/1`, which raises for some terms.
enum OTPText {
    case text(String)
    /// Not a flat list of characters; systools refuses it.
    case notText
    /// `characters_to_list` raises `badarg`, and systools answers `{'EXIT', …}`.
    case crash

    init(_ term: Term) {
        if let text = term.stringValue {
            self = .text(text)
        } else {
            self = Self.isCharacterData(term, inList: false) ? .notText : .crash
        }
    }

    var text: String? { if case .text(let text) = self { text } else { nil } }

    /// `{'EXIT', {badarg, Stack}}` with an empty stack.
    static let crashReason = Term.tuple(.atom("EXIT"), .tuple(.atom("badarg"), .emptyList))

    /// Integers of any value, binaries, and lists of those: what the conversion looks through without raising.
    private static func isCharacterData(_ term: Term, inList: Bool) -> Bool {
        if case .binary = term { return true }
        if case .integer = term { return inList }
        if case .bigInteger = term { return inList }
        if case .list(let elements) = term {
            return elements.allSatisfy { Self.isCharacterData($0, inList: true) }
        }
        if case .improperList(let list) = term {
            return list.elements.allSatisfy { Self.isCharacterData($0, inList: true) }
                && Self.isCharacterData(list.tail, inList: false)
        }
        return false
    }
}
