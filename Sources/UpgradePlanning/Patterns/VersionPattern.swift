/// A regular expression that stands for several versions in an appup: a key written as a binary.
///
/// OTP runs it with PCRE (`re:run(Version, Pattern, [unicode, {capture, first, list}])`) and takes the entry when the text
/// of the first match is the whole version. So the order of alternatives and the greed of repetitions decide:
/// `1|1.0` matches `1` in `1.0`, and is not a hit. Only a match at the start of the version can be a hit.
///
/// What is understood is PCRE without properties, recursion, conditions, callouts and verbs. What OTP's versions read
/// differently (PCRE 8 up to OTP 27, PCRE2 since) is refused, not guessed.
package struct VersionPattern: Hashable, Sendable {
    /// The pattern as it was written.
    package let text: String
    private let program: PatternProgram
    /// The same with its end held to the end of the version.
    private let anchoredProgram: PatternProgram
    /// Whether there is no text at all that it matches, as far as its structure shows; false does not say that there is.
    package let matchesNothing: Bool

    package init(_ text: String) throws(Problem) {
        self.text = text
        var parser = PatternParser(text)
        let root = try parser.parse()
        self.program = PatternProgram(root, groups: parser.groupCount, names: parser.names)
        self.anchoredProgram = PatternProgram(
            .sequence([root, .anchor(.end)]), groups: parser.groupCount, names: parser.names)
        self.matchesNothing = root.isImpossible
    }

    /// Whether OTP takes an entry with this key for the version.
    ///
    /// - Parameter limit: how many steps the search may take; hostile patterns need exponentially many.
    package func matches(_ version: String, limit: Int = 1_000_000) throws(Problem) -> Bool {
        let subject = version.unicodeScalars.map(\.value)
        var matcher = PatternMatcher(self.program, subject, limit: limit)
        return try matcher.firstMatchEnd() == subject.count
    }

    /// Whether some way through the pattern matches the whole version, be it the first one found or not: what its
    /// author would see with the pattern anchored at both ends.
    package func covers(_ version: String, limit: Int = 1_000_000) throws(Problem) -> Bool {
        var matcher = PatternMatcher(self.anchoredProgram, version.unicodeScalars.map(\.value), limit: limit)
        return try matcher.firstMatchEnd() != nil
    }

    /// What the first match at the start of the version takes of it; nil when there is none.
    package func firstMatch(in version: String, limit: Int = 1_000_000) throws(Problem) -> String? {
        let scalars = Array(version.unicodeScalars)
        var matcher = PatternMatcher(self.program, scalars.map(\.value), limit: limit)
        return try matcher.firstMatchEnd().map { end in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars[..<end])
            return String(text)
        }
    }

    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    package func hash(into hasher: inout Hasher) { for byte in self.text.utf8 { hasher.combine(byte) } }

    /// Why a pattern cannot be used.
    package enum Problem: Error, Hashable, Sendable {
        /// Not a regular expression: OTP raises `badarg` when it reaches the entry. The offset counts characters.
        case malformed(String, offset: Int)
        /// Legal in some OTP, but not understood here or not read alike by all of them.
        case unsupported(String, offset: Int)
        /// The search did not end within the limit of steps.
        case tooExpensive
    }
}
