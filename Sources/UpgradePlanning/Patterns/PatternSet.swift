/// A set of characters, as written in brackets or with an escape such as `\d`.
struct PatternSet: Hashable, Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var classes: [Member] = []
    var isNegated = false
    var isCaseless = false

    /// A class with its sign, such as `\D` or `[:^alpha:]`.
    struct Member: Hashable, Sendable {
        var characterClass: CharacterClass
        var isNegated: Bool
    }

    init() {}

    init(_ characterClass: CharacterClass, isNegated: Bool) {
        self.classes = [Member(characterClass: characterClass, isNegated: isNegated)]
    }

    func contains(_ character: UInt32) -> Bool {
        let isMember =
            self.classes.contains { $0.characterClass.contains(character) != $0.isNegated }
            || self.hasRange(character)
            || self.isCaseless && CharacterCase.others(character).contains { self.hasRange($0) }
        return isMember != self.isNegated
    }

    private func hasRange(_ character: UInt32) -> Bool { self.ranges.contains { $0.contains(character) } }
}

/// Case, for characters that equal an ASCII letter but for case. Patterns with other letters and the flag `i` are refused.
enum CharacterCase {
    private static let kelvin: UInt32 = 0x212a
    private static let longS: UInt32 = 0x17f

    static func fold(_ character: UInt32) -> UInt32 {
        switch character {
        case 0x41...0x5a: character + 0x20
        case self.kelvin: 0x6b
        case self.longS: 0x73
        default: character
        }
    }

    /// The other characters that equal this one but for case, as far as they can stand in a pattern.
    static func others(_ character: UInt32) -> [UInt32] {
        let lower = self.fold(character)
        guard (0x61...0x7a).contains(lower) else { return [] }
        return [lower, lower - 0x20]
    }
}

/// The classes of characters that PCRE knows by an escape or a POSIX name. Up to 255 they follow ISO 8859-1, as the
/// tables that OTP compiles PCRE with; above, a character is in none of them but white space.
enum CharacterClass: String, Hashable, Sendable {
    case alnum, alpha, ascii, blank, cntrl, digit, graph, lower, print, punct, space, upper, word, xdigit
    case horizontalSpace = "\\h"
    case verticalSpace = "\\v"

    func contains(_ character: UInt32) -> Bool {
        switch self {
        case .alnum: self.isLetter(character) || self.isDigit(character)
        case .alpha: self.isLetter(character)
        // OTP's tables count all of ISO 8859-1 here.
        case .ascii: character <= 0xff
        case .blank: character == 0x20 || character == 0x09
        case .cntrl: character <= 0x1f || (0x7f...0x9f).contains(character)
        case .digit: self.isDigit(character)
        case .graph: (0x21...0x7e).contains(character) || (0xa0...0xff).contains(character)
        case .lower: self.isLower(character)
        case .print: (0x20...0x7e).contains(character) || (0xa0...0xff).contains(character)
        case .punct:
            ((0x21...0x7e).contains(character) || (0xa0...0xff).contains(character))
                && !self.isLetter(character) && !self.isDigit(character)
        case .space: character == 0x20 || (0x09...0x0d).contains(character)
        case .upper: self.isUpper(character)
        case .word: self.isLetter(character) || self.isDigit(character) || character == 0x5f
        case .xdigit:
            self.isDigit(character) || (0x41...0x46).contains(character) || (0x61...0x66).contains(character)
        case .horizontalSpace:
            [0x09, 0x20, 0xa0, 0x1680, 0x180e, 0x202f, 0x205f, 0x3000].contains(character)
                || (0x2000...0x200a).contains(character)
        case .verticalSpace:
            (0x0a...0x0d).contains(character) || character == 0x85 || character == 0x2028 || character == 0x2029
        }
    }

    private func isDigit(_ character: UInt32) -> Bool { (0x30...0x39).contains(character) }

    private func isUpper(_ character: UInt32) -> Bool {
        (0x41...0x5a).contains(character) || (0xc0...0xde).contains(character) && character != 0xd7
    }

    private func isLower(_ character: UInt32) -> Bool {
        (0x61...0x7a).contains(character) || (0xdf...0xff).contains(character) && character != 0xf7
            || character == 0xaa || character == 0xb5 || character == 0xba
    }

    private func isLetter(_ character: UInt32) -> Bool { self.isUpper(character) || self.isLower(character) }
}
