package import Diagnostics

/// The kinds of findings about how a term is put together.
extension Diagnostic.ID {
    package static let termMissingComma = Self("term/missing-comma")
    package static let termExtraComma = Self("term/extra-comma")
    package static let termMissingValue = Self("term/missing-value")
    package static let termMissingDot = Self("term/missing-dot")
    package static let termMissingTerm = Self("term/missing-term")
    package static let termUnclosedBracket = Self("term/unclosed-bracket")
    package static let termWrongBracket = Self("term/wrong-bracket")
    package static let termUnexpected = Self("term/unexpected")
    package static let termVariable = Self("term/variable")
    package static let termReservedWord = Self("term/reserved-word")
    package static let termNewReservedWord = Self("term/new-reserved-word")
    package static let termExpression = Self("term/expression")
    package static let termRecord = Self("term/record")
    package static let termMacro = Self("term/macro")
    package static let termPrintedIdentifier = Self("term/printed-identifier")
    package static let termFun = Self("term/fun")
    package static let termMapSyntax = Self("term/map-syntax")
    package static let termDuplicateKey = Self("term/duplicate-key")
    package static let termSign = Self("term/sign")
    package static let termBadSegment = Self("term/bad-segment")
    package static let termTooDeep = Self("term/too-deep")
    package static let termSecondTerm = Self("term/second-term")
    package static let termTooManyFindings = Self("term/too-many-findings")
}

extension Diagnostic {
    @inline(never)
    static func missingComma(at place: Place, string: Place?) -> Self {
        var notes: [Note] = []
        if let string { notes = [Note("this string spans lines; is its closing quote missing?", at: string)] }
        return Self(
            .termMissingComma, .error, "a comma is missing before this", at: place, notes: notes,
            help: string == nil ? ["elements are separated by `,`"] : ["close the string on its line"])
    }

    @inline(never)
    static func extraComma(at place: Place, before closing: String) -> Self {
        Self(
            .termExtraComma, .error, "this comma has no element behind it", at: place,
            explanation: "Erlang does not allow a comma before `\(closing)`.", help: ["remove the comma"])
    }

    @inline(never)
    static func missingElement(at place: Place) -> Self {
        Self(
            .termMissingValue, .error, "an element is missing before this comma", at: place,
            help: ["remove the comma, or write the element"])
    }

    @inline(never)
    static func missingValue(behind mark: String, at place: Place) -> Self {
        Self(.termMissingValue, .error, "a term is missing behind `\(mark)`", at: place)
    }

    @inline(never)
    static func missingDot(at place: Place, string: Place?, isInCharacter: Bool) -> Self {
        var notes: [Note] = []
        if isInCharacter { notes = [Note("the dot before this belongs to a character: `$` takes what follows it")] }
        if let string { notes = [Note("this string spans lines; is its closing quote missing?", at: string)] }
        return Self(
            .termMissingDot, .error, "the dot at the end of a term is missing", at: place,
            explanation: "Every term of a file ends with a dot, and white space or the end of the file behind it.",
            notes: notes, help: string == nil ? ["write `.` here"] : ["close the string on its line"])
    }

    @inline(never)
    static func missingTerm(at place: Place) -> Self {
        Self(
            .termMissingTerm, .error, "a term is missing before this dot", at: place,
            help: ["remove the dot, or write the term"])
    }

    @inline(never)
    static func noTerm(at place: Place) -> Self {
        Self(
            .termMissingTerm, .error, "the file holds no term", at: place,
            explanation: "Only white space and comments were found.")
    }

    @inline(never)
    static func secondTerm(at place: Place) -> Self {
        Self(.termSecondTerm, .error, "there is a second term; one was expected", at: place)
    }

    @inline(never)
    static func unclosed(_ bracket: Bracket, at opening: Place, end: Place, isEndOfFile: Bool) -> Self {
        Self(
            .termUnclosedBracket, .error, "`\(bracket.opening)` is never closed", at: opening,
            notes: [Note(isEndOfFile ? "the file ends here" : "the term ends here", at: end)],
            help: ["write `\(bracket.closing)` where it belongs"])
    }

    @inline(never)
    static func wrongBracket(_ closing: Bracket, at place: Place, open bracket: Bracket, opening: Place) -> Self {
        Self(
            .termWrongBracket, .error, "`\(closing.closing)` where `\(bracket.closing)` was expected", at: place,
            notes: [Note("`\(bracket.opening)` is open since here", at: opening)],
            help: ["close `\(bracket.opening)` with `\(bracket.closing)` first"])
    }

    @inline(never)
    static func strayBracket(_ closing: Bracket, at place: Place) -> Self {
        Self(
            .termWrongBracket, .error, "`\(closing.closing)` closes nothing", at: place,
            help: ["remove it, or write the bracket that it should close"])
    }

    @inline(never)
    static func unexpected(_ text: String, at place: Place, expected: String) -> Self {
        Self(.termUnexpected, .error, "unexpected `\(text)`", at: place, explanation: "Expected \(expected).")
    }

    @inline(never)
    static func variable(_ name: String, at place: Place) -> Self {
        var help = ["quote it: `'\(name)'` for an atom, `\"\(name)\"` for a string"]
        let lower = name.prefix(1).lowercased() + name.dropFirst()
        if name != "_", !name.hasPrefix("_"), lower != name { help.append("or did you mean `\(lower)`?") }
        return Self(
            .termVariable, .error, "`\(name)` is a variable", at: place,
            explanation:
                "A file of terms has no variables. Names that begin with an upper-case letter or `_` are atoms only "
                + "in quotes.",
            help: help)
    }

    @inline(never)
    static func reservedWord(_ word: ReservedWord, at place: Place) -> Self {
        Self(
            .termReservedWord, .error, "`\(word.rawValue)` is a reserved word", at: place,
            explanation: word.isOperator
                ? "Terms are not evaluated, so operators have no place in them."
                : "Reserved words are atoms only in quotes.",
            help: ["write `'\(word.rawValue)'` for the atom"])
    }

    @inline(never)
    static func newReservedWord(_ word: ReservedWord, at place: Place) -> Self {
        Self(
            .termNewReservedWord, .warning, "`\(word.rawValue)` is a reserved word since OTP 27", at: place,
            explanation: "OTP 25 and 26 read it as an atom; later releases refuse the file.",
            help: ["write `'\(word.rawValue)'`, which every release understands"])
    }

    @inline(never)
    static func expression(_ text: String, at place: Place) -> Self {
        Self(
            .termExpression, .error, "unexpected `\(text)`: this is an expression, not a term", at: place,
            explanation: "Terms are read, not evaluated: no operators, calls, matches or comprehensions.",
            help: ["write the result itself"])
    }

    @inline(never)
    static func call(at place: Place) -> Self {
        Self(
            .termExpression, .error, "this is a function call, not a term", at: place,
            explanation: "Terms are read, not evaluated.",
            help: ["write the result itself; values known only at run time belong into code or `os:getenv/1` there"])
    }

    @inline(never)
    static func record(_ name: String, at place: Place) -> Self {
        Self(
            .termRecord, .error, "`#\(name)` is a record", at: place,
            explanation: "Record definitions are known to the compiler only; a file of terms holds the tuple itself.",
            help: ["write `{\(name), …}` with every field in its place"])
    }

    @inline(never)
    static func macro(at place: Place) -> Self {
        Self(
            .termMacro, .error, "macros are unknown in files of terms", at: place,
            explanation: "`?NAME` is replaced by the preprocessor of the compiler, which does not see this file.",
            help: ["write the value itself"])
    }

    @inline(never)
    static func printedIdentifier(_ kind: String, at place: Place) -> Self {
        Self(
            .termPrintedIdentifier, .error, "a \(kind) cannot be written in text", at: place,
            explanation: "This is how Erlang prints a value that exists only in a running node; it cannot be read back."
        )
    }

    @inline(never)
    static func localFun(at place: Place) -> Self {
        Self(
            .termFun, .error, "only `fun Module:Function/Arity` can stand in a term", at: place,
            explanation: "Module and function are atoms and the arity is a decimal number; functions with a body and "
                + "functions without a module are code.")
    }

    @inline(never)
    static func arity(at place: Place) -> Self {
        Self(.termFun, .error, "the arity of a function is 0 to 255", at: place)
    }

    @inline(never)
    static func mapSyntax(_ detail: String, at place: Place) -> Self {
        Self(
            .termMapSyntax, .error, "\(detail)", at: place,
            explanation: "A map is written `#{key => value, …}`.", help: ["write `=>` between key and value"])
    }

    @inline(never)
    static func duplicateKey(at place: Place, first: Place) -> Self {
        Self(
            .termDuplicateKey, .warning, "this key is in the map already", at: place,
            explanation: "The last value counts; Erlang says nothing.", notes: [Note("first written here", at: first)],
            help: ["remove one of the two"])
    }

    @inline(never)
    static func sign(_ sign: String, at place: Place) -> Self {
        Self(
            .termSign, .error, "`\(sign)` stands only before a number", at: place,
            explanation: "One sign, and a number or a number in parentheses behind it.")
    }

    @inline(never)
    static func badSegment(_ problem: SegmentProblem, at place: Place) -> Self {
        Self(
            .termBadSegment, .error, problem.summary, at: place, explanation: problem.explanation,
            help: problem.help)
    }

    @inline(never)
    static func tooDeep(limit: Int, at place: Place) -> Self {
        Self(
            .termTooDeep, .error, "brackets are nested more than \(limit) deep", at: place,
            explanation: "The rest of the file is not read.")
    }

    @inline(never)
    static func tooManyFindings(limit: Int, at place: Place) -> Self {
        Self(
            .termTooManyFindings, .note, "reading stopped here after \(limit) errors", at: place,
            explanation: "What follows a first few errors is often only their consequence.")
    }
}
