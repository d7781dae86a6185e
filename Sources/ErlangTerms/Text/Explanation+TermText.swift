package import Diagnostics

/// What is wrong with the text of files of terms: characters, quotes and numbers. Brackets and commas are in
/// `Explanation+TermStructure.swift`.
extension Explanation {
    package static let termText: [Explanation] = [
        term(
            .termTooLarge, "a file of terms is too large to be read",
            """
            Files of terms that belong to a release have a few kilobytes. One over the limit is refused before it takes \
            memory, so nothing of it was looked at.
            """, nil, "Check that it is the file that was meant.", "Take data out of it that no release file needs."),
        term(
            .termNotUTF8, "a file of terms holds bytes that are not UTF-8",
            """
            Erlang reads files of terms as UTF-8 unless a comment in the first two lines names another encoding, and refuses \
            the whole file at the first byte that does not fit, also inside a comment.
            """, nil, "Save the file as UTF-8.", "Or write `%% coding: latin-1` in its first line, if it is Latin-1."),
        term(
            .termUTF16, "a file of terms is in UTF-16",
            "Some editors save text in UTF-16. Erlang reads UTF-8 and Latin-1 only and finds nothing but odd characters.",
            nil, "Save the file as UTF-8."),
        term(
            .termByteOrderMark, "a file of terms begins with a byte order mark",
            """
            Some editors put this invisible character in front of UTF-8 text. For Erlang it is an illegal character, and \
            the message about it shows nothing that could be seen.
            """, "\u{feff}\(Self.wholeRelease)", "Save the file as UTF-8 without a byte order mark."),
        term(
            .termUnknownCoding, as: .warning, "a `coding:` comment names no encoding that Erlang knows",
            """
            Erlang knows `utf-8` and `latin-1`. It passes over any other name without a word and reads the file as UTF-8, \
            whatever it is.
            """, "%% coding: latin-2\n%% caf\u{e9}\n\(Self.wholeRelease)",
            "Write `coding: utf-8` or `coding: latin-1`, or remove the comment."),
        term(
            .termIllegalCharacter, "a character that cannot stand where it is",
            """
            Controls and some other characters have no meaning in a file of terms. They come from copying out of \
            documents and are often invisible.
            """, "% \u{fffe}\n\(Self.wholeRelease)", "Remove it; the finding names the character and its place."
        ),
        term(
            .termTypographicQuote, "typographic quotation marks in place of `\"` or `'`",
            """
            Word processors, web pages and chats turn straight quotation marks into curly ones. For Erlang they are letters \
            of no alphabet it knows.
            """, Self.releaseWith("{\u{2018}kernel\u{2019},\"8.5\"}"), "Write `\"` around strings and `'` around atoms."
        ),
        term(
            .termUnquotedText, "a name has letters that need quotes",
            "Outside quotes an atom may have ASCII letters, digits, `_`, `@` and the letters of Latin-1, no others.",
            Self.releaseWith("{\u{3ba}ernel,\"8.5\"}"), "Put it in `'` for an atom or in `\"` for a string."),
        term(
            .termUnterminated, "a string, quoted atom or character has no end",
            "Everything behind the opening quote belongs to it, up to the next quote or the end of the file.",
            "{release, {\"shop\",\"1\"}, {erts,\"13.1\"}, [{kernel,\"8.5}]}.",
            "Close it with the quote that it begins with."),
        term(
            .termBadEscape, "a backslash is followed by what is no escape sequence",
            "In quotes a backslash begins an escape such as `\\n`, `\\x41` or `\\x{1F600}`.",
            Self.releaseWith("{kernel,\"8\\xg5\"}"), "Write `\\\\` for a backslash itself."),
        term(
            .termAdjacentStrings, as: .warning, "a string begins right behind another",
            """
            OTP 25 and 26 join the two, as they do with a space between. OTP 27 and later refuse the file, as `\"\"\"` opens a \
            text of several lines there.
            """, Self.wholeRelease.replacing("\"shop\"", with: "\"sh\"\"op\""),
            "Put a space between them, or write one string."),
        term(
            .termBadSigil, "a `~` without a string behind it",
            """
            Since OTP 27 a sigil such as `~b\"text\"` writes a binary. Between `~`, its letter and the string there is no \
            space, and the letters are `b`, `B`, `s` and `S`.
            """, Self.releaseWith("{kernel,~8}"), "Write `~\"text\"`, or `<<\"text\">>` for every version of OTP."),
        term(
            .termTripleQuote, "a triple-quoted string is not as it must be",
            """
            Since OTP 27 three or more quotes open a text of several lines: it begins on the next line and ends with as many \
            quotes on a line of their own. Earlier versions read an empty string and a string that follows.
            """, Self.releaseWith("{kernel,\"\"\"8.5\n\"\"\"}"),
            "Begin the text on the next line, or use single quotes of `\"`."),
        term(
            .termAtomTooLong, "an atom has more than 255 characters",
            "That is the most an atom of Erlang can have; no node reads this file.",
            Self.releaseWith("{'\(String(repeating: "kernel", count: 43))',\"8.5\"}"),
            "Write a string, if one was meant."),
        term(
            .termBadNumber, "a number that Erlang cannot read",
            "Numbers in another base are `Base#Digits` with a base from 2 to 36; a float has digits on both sides of its dot.",
            Self.releaseWith("{kernel,37#10}"), "Write the number in base ten."),
        term(
            .termUnquotedVersion, "a version is not in quotes",
            "Versions are strings. With two dots it is no number at all, with one dot it would be a float, and `1.10` be `1.1`.",
            Self.releaseWith("{kernel,8.5.1}"), "Put it in double quotes: `\"8.5.1\"`."),
        term(
            .termNumberTooLong, "a number has more digits than are read",
            "The time to read a number grows with the square of its digits, so their count is limited.", nil,
            "Write it as a string or in hexadecimal."),
        term(
            .termFloatOutOfRange, "a float is too large",
            "The largest float is 1.7976931348623157e308. Erlang has no infinity.",
            Self.releaseWith("{kernel,1.0e999}"),
            "Write a smaller number."),
    ]

    /// A release resource file that is in order.
    static let wholeRelease = """
        {release, {"shop","1"}, {erts,"13.1"},
         [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"}]}.
        """

    /// The same with something else for the entry of kernel.
    static func releaseWith(_ entry: String) -> String { self.wholeRelease.replacing("{kernel,\"8.5\"}", with: entry) }

    /// An explanation with a `shop.rel` of this text as its example; nil where the text cannot be shown.
    static func term(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ text: String?, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example(
                text.map { [File("shop.rel", $0)] } ?? [], ["relift script shop.rel --lib lib"],
                isComplete: text != nil),
            wayOut: wayOut)
    }
}
