/// One word of the text syntax of terms (`erl_scan`'s tokens, as far as terms need them apart).
enum TermToken {
    /// An atom, number, character, string or sigil: complete as it stands.
    case literal(Term, LiteralForm)
    /// Something that wants to be a literal but is wrong; the lexer has reported it.
    case broken
    /// Begins with an upper-case letter or `_`.
    case variable
    case reserved(ReservedWord)
    case open(Bracket)
    case close(Bracket)
    case comma
    case bar
    case arrow
    case colon
    case slash
    case plus
    case minus
    case hash
    case question
    /// Every other operator or mark.
    case symbol
    /// A dot with white space, a comment or the end of the file behind it: the end of a term.
    case dot
    /// A dot with anything else behind it.
    case period
    case end
}

/// How a value was written, where that decides what may be done with it.
enum LiteralForm {
    case atom
    /// Without a sign: what unary `+` and `-` accept, characters included.
    case number
    /// `"…"`, which a binary segment treats character by character.
    case string
    case other
}

/// The brackets that terms are built with.
enum Bracket {
    case brace, square, round, angle
    /// `#{`, which `}` closes.
    case map

    var opening: String {
        switch self {
        case .brace: "{"
        case .square: "["
        case .round: "("
        case .angle: "<<"
        case .map: "#{"
        }
    }

    var closing: String {
        switch self {
        case .brace, .map: "}"
        case .square: "]"
        case .round: ")"
        case .angle: ">>"
        }
    }

    /// Whether a closing bracket, which the lexer cannot tell apart from a map's, ends this one.
    func isClosed(by closing: Bracket) -> Bool { self.closing == closing.closing }
}
