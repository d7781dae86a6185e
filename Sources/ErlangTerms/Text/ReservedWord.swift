/// The words that are no atoms unless quoted (`erl_scan:reserved_word/1`).
enum ReservedWord: String, CaseIterable, Sendable {
    case after, begin, `case`, `try`, cond, `catch`, andalso, orelse, end, fun, `if`, `let`, of, receive, when
    case bnot, not, div, rem, band, and, bor, bxor, bsl, bsr, or, xor
    /// Reserved since OTP 27, where `maybe_expr` is on; plain atoms before.
    case maybe, `else`

    /// Whether the word is an atom for OTP 25 and 26.
    var isNew: Bool {
        switch self {
        case .maybe, .else: true
        case .after, .begin, .case, .try, .cond, .catch, .andalso, .orelse, .end, .fun, .if, .let, .of, .receive,
            .when, .bnot, .not, .div, .rem, .band, .and, .bor, .bxor, .bsl, .bsr, .or, .xor:
            false
        }
    }

    /// Whether the word is an operator, so that a term may have been meant as an expression.
    var isOperator: Bool {
        switch self {
        case .andalso, .orelse, .catch, .bnot, .not, .div, .rem, .band, .and, .bor, .bxor, .bsl, .bsr, .or, .xor: true
        case .after, .begin, .case, .try, .cond, .end, .fun, .if, .let, .of, .receive, .when, .maybe, .else: false
        }
    }

    /// The words of each length, each packed as ``init(_:)`` packs its bytes: atoms are looked up here by the million.
    private static let byLength: [[(packed: UInt64, word: ReservedWord)]] = (0...7).map { length in
        Self.allCases.filter { $0.rawValue.utf8.count == length }.map { (Self.pack(Array($0.rawValue.utf8)[...]), $0) }
    }

    private static func pack(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// The word that these bytes spell.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard (2...7).contains(bytes.count) else { return nil }
        let packed = Self.pack(bytes)
        for candidate in Self.byLength[bytes.count] where candidate.packed == packed {
            self = candidate.word
            return
        }
        return nil
    }
}
