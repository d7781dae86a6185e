package import Diagnostics

/// The kinds of findings of the text syntax, except those about structure.
extension Diagnostic.ID {
    package static let termTooLarge = Self("term/file-too-large")
    package static let termNotUTF8 = Self("term/not-utf8")
    package static let termUTF16 = Self("term/utf-16")
    package static let termByteOrderMark = Self("term/byte-order-mark")
    package static let termUnknownCoding = Self("term/unknown-coding")
    package static let termIllegalCharacter = Self("term/illegal-character")
    package static let termTypographicQuote = Self("term/typographic-quote")
    package static let termUnquotedText = Self("term/unquoted-text")
    package static let termUnterminated = Self("term/unterminated")
    package static let termBadEscape = Self("term/bad-escape")
    package static let termAdjacentStrings = Self("term/adjacent-strings")
    package static let termBadSigil = Self("term/bad-sigil")
    package static let termTripleQuote = Self("term/bad-triple-quote")
    package static let termAtomTooLong = Self("term/atom-too-long")
    package static let termBadNumber = Self("term/bad-number")
    package static let termUnquotedVersion = Self("term/unquoted-version")
    package static let termNumberTooLong = Self("term/number-too-long")
    package static let termFloatOutOfRange = Self("term/float-out-of-range")
}

/// What was opened and never closed.
enum UnterminatedKind: String {
    case string
    case atom = "quoted atom"
    case character
    case tripleQuotedString = "triple-quoted string"
}

/// Which rule an escape sequence breaks.
enum EscapeProblem {
    case control, twoDigits, braces, codePoint
}

extension Diagnostic {
    // MARK: - The file

    @inline(never)
    static func tooLarge(_ count: Int, limit: Int, file: SourceFile) -> Self {
        Self(
            .termTooLarge, .error, "the file has \(count) bytes; at most \(limit) are read", at: .file(file.path),
            explanation: "A file of terms that belongs to a release has a few kilobytes. This one is not read at all.")
    }

    @inline(never)
    static func notUTF8(byte: UInt8, at place: Place) -> Self {
        let hexadecimal = String(byte, radix: 16)
        return Self(
            .termNotUTF8, .error, "byte `16#\(hexadecimal)` is not UTF-8", at: place,
            explanation:
                "Files of terms are UTF-8 unless a comment in the first two lines says otherwise; Erlang refuses "
                + "the file, even when the byte stands in a comment.",
            help: [
                "save the file as UTF-8", "or, if it is in Latin-1, make its first line `%% coding: latin-1`",
            ])
    }

    @inline(never)
    static func utf16(at place: Place) -> Self {
        Self(
            .termUTF16, .error, "the file is in UTF-16", at: place,
            explanation: "Erlang reads files of terms in UTF-8 or Latin-1 only.", help: ["save the file as UTF-8"])
    }

    @inline(never)
    static func byteOrderMark(at place: Place) -> Self {
        Self(
            .termByteOrderMark, .error, "the file begins with a byte order mark", at: place,
            explanation: "Some editors write this invisible character in front of UTF-8 text; Erlang stops at it with "
                + "\"illegal character\".",
            help: ["save the file as \"UTF-8 without BOM\"", "or remove it: `sed -i '1s/^\\xef\\xbb\\xbf//' FILE`"])
    }

    @inline(never)
    static func unknownCoding(_ name: String, at place: Place) -> Self {
        Self(
            .termUnknownCoding, .warning, "`\(name)` is not an encoding that Erlang knows", at: place,
            explanation: "Erlang ignores this comment without a word and reads the file as UTF-8.",
            help: ["write `coding: utf-8` or `coding: latin-1`"])
    }

    // MARK: - Characters

    private static func name(of scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }

    @inline(never)
    static func illegalCharacter(_ scalar: UInt32, at place: Place) -> Self {
        Self(
            .termIllegalCharacter, .error, "illegal character \(self.name(of: scalar))", at: place,
            explanation:
                "This character must not stand here, not even in quotes or comments if it is U+FFFE or U+FFFF.",
            help: ["remove it; in many editors it is invisible"])
    }

    /// Scalars that no token can begin with, and what follows them without a gap.
    @inline(never)
    static func illegalText(_ bytes: ArraySlice<UInt8>, scalar: UInt32, at place: Place) -> Self {
        switch scalar {
        case 0x2018...0x201f, 0xab, 0xbb, 0x2039, 0x203a:
            return Self(
                .termTypographicQuote, .error, "typographic quotation mark \(self.name(of: scalar))", at: place,
                explanation:
                    "Text that went through a word processor, a web page or a chat often has these in place of "
                    + "straight quotes.",
                help: ["use `\"` for strings and `'` for atoms"])
        case 0x200b...0x200f, 0x2028...0x202f, 0x2060...0x206f, 0xfeff, 0xad, 0x2000...0x200a, 0x3000:
            return Self.illegalCharacter(scalar, at: place)
        default:
            let text = String(decoding: bytes, as: UTF8.self)
            return Self(
                .termUnquotedText, .error, "`\(text)` needs quotes", at: place,
                explanation: "Outside quotes, only ASCII and the letters of Latin-1 can make up an atom.",
                help: ["write `'\(text)'` for an atom or `\"\(text)\"` for a string"])
        }
    }

    // MARK: - Quotes

    @inline(never)
    static func unterminated(_ kind: UnterminatedKind, at place: Place) -> Self {
        Self(
            .termUnterminated, .error, "unterminated \(kind.rawValue)", at: place,
            explanation: kind == .character
                ? "The file ends behind the `$`, which stands for the character that follows it."
                : "It begins here and goes on to the end of the file.",
            help: kind == .tripleQuotedString
                ? [
                    "close it with as many quotes, on a line of their own",
                    "for an empty string or a string of one line, use `\"`",
                ]
                : kind == .character ? [] : ["close the quotes; a quote inside is written with a backslash before it"])
    }

    @inline(never)
    static func badEscape(_ problem: EscapeProblem, at place: Place) -> Self {
        let explanation =
            switch problem {
            case .control: "`\\^` is followed by `?` or by a letter or mark between `@` and `_`."
            case .twoDigits: "`\\x` is followed by two hexadecimal digits, or by more in braces: `\\x41`, `\\x{1f600}`."
            case .braces: "Between `\\x{` and `}` stand hexadecimal digits, one at least, and nothing else."
            case .codePoint:
                "Characters go up to 16#10ffff, without the surrogates 16#d800 to 16#dfff, 16#fffe and 16#ffff."
            }
        return Self(
            .termBadEscape, .error, "this escape sequence is not one", at: place, explanation: explanation,
            help: ["a backslash itself is written `\\\\`"])
    }

    @inline(never)
    static func adjacentStrings(at place: Place) -> Self {
        Self(
            .termAdjacentStrings, .warning, "a string begins right behind another", at: place,
            explanation: "OTP 25 and 26 join the two; OTP 27 and later refuse them unless white space stands between.",
            help: ["put a space between the strings, or make them one"])
    }

    @inline(never)
    static func textBehindTripleQuote(at place: Place) -> Self {
        Self(
            .termTripleQuote, .error, "text behind the opening quotes of a triple-quoted string", at: place,
            explanation: "Three or more quotes open a string whose text begins on the next line (since OTP 27; earlier "
                + "releases took them for an empty string and another string).",
            help: ["begin the text on a new line", "or use a single `\"` on either side"])
    }

    @inline(never)
    static func tripleQuoteIndentation(mixesTabs: Bool, at place: Place) -> Self {
        Self(
            .termTripleQuote, .error, "this line is indented less than the closing quotes", at: place,
            explanation:
                "The white space before the closing quotes is taken from every line, so each must begin with it"
                + (mixesTabs ? ", tabs and spaces in the same order." : "."),
            help: ["indent this line like the closing quotes, or move those to the left"])
    }

    @inline(never)
    static func sigilWithoutString(at place: Place) -> Self {
        Self(
            .termBadSigil, .error, "`~` without a string behind it", at: place,
            explanation: "A sigil is `~`, perhaps one of `b B s S`, and a string without a space between.",
            help: ["write `~\"text\"`"])
    }

    @inline(never)
    static func unknownSigil(_ name: String, at place: Place) -> Self {
        Self(
            .termBadSigil, .error, "`~\(name)` is not a sigil", at: place,
            explanation:
                "There are `~`, `~b`, `~B` for UTF-8 binaries and `~s`, `~S` for strings; the upper-case ones know "
                + "no escape sequences.")
    }

    @inline(never)
    static func sigilSuffix(at place: Place) -> Self {
        Self(
            .termBadSigil, .error, "text touches the end of a sigil", at: place,
            explanation: "No sigil takes a suffix. With brackets as delimiters the first closing one ends the text.",
            help: ["choose delimiters that do not occur in the text: `\" ' / | ` #` or a kind of brackets"])
    }

    @inline(never)
    static func atomTooLong(_ count: Int, at place: Place) -> Self {
        Self(
            .termAtomTooLong, .error, "this atom has \(count) characters; 255 is the most", at: place,
            help: ["was it meant to be a string? Use `\"`"])
    }

    // MARK: - Numbers

    @inline(never)
    static func numberTooLong(limit: Int, at place: Place) -> Self {
        Self(.termNumberTooLong, .error, "this number has more than \(limit) digits", at: place)
    }

    @inline(never)
    static func floatOutOfRange(at place: Place) -> Self {
        Self(
            .termFloatOutOfRange, .error, "this float is too large", at: place,
            explanation: "The largest float is 1.7976931348623157e308; Erlang has no infinity.")
    }

    @inline(never)
    static func badNumber(_ problem: NumberProblem, at place: Place, number: String = "") -> Self {
        switch problem {
        case .version:
            return Self(
                .termUnquotedVersion, .error, "`\(number)` is not a number", at: place,
                explanation: "Versions are strings; a dot between digits makes a float, and there can be only one.",
                help: ["write `\"\(number)\"`"])
        case .base:
            return Self(
                .termBadNumber, .error, "bases go from 2 to 36", at: place,
                explanation: "`Base#Digits` is a number in another base.")
        case .noDigits(let base):
            return Self(.termBadNumber, .error, "`\(base)#` has no digits behind it", at: place)
        case .digit(let base):
            return Self(
                .termBadNumber, .error, "no digit of base \(base)", at: place,
                explanation: "A number must not touch letters, digits of other bases, `_` or `@`.")
        case .exponent:
            return Self(
                .termBadNumber, .error, "the exponent has no digits", at: place, help: ["write it like `1.0e-3`"])
        case .missingFraction:
            let parts = number.split { $0 == "e" || $0 == "E" }
            let help = parts.count == 2 ? "`\(parts[0]).0e\(parts[1])`" : "`1.0e3`"
            return Self(
                .termBadNumber, .error, "a float needs a dot and a digit before its exponent", at: place,
                help: ["write \(help)"])
        case .prefix:
            return Self(
                .termBadNumber, .error, "Erlang writes hexadecimal numbers as `16#…`", at: place,
                help: ["write `16#\(number.dropFirst(2))`"])
        case .separator:
            return Self(
                .termBadNumber, .error, "`_` stands only between two digits of a number", at: place,
                help: ["write one `_`, with a digit on either side"])
        case .letters:
            return Self(
                .termBadNumber, .error, "a number touches letters", at: place,
                explanation: "Atoms cannot begin with a digit.",
                help: ["write `'\(number)'` for an atom or `\"\(number)\"` for a string"])
        }
    }
}
