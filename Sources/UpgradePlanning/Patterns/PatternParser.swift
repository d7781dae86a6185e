/// Reads a regular expression. Groups nest at most as deep as PCRE2 allows by default, so recursion is bounded.
struct PatternParser {
    /// Of nested groups.
    private static let maximumDepth = 250
    /// Of characters; longer ones PCRE refuses to compile.
    private static let maximumLength = 65_535

    struct Flags: Hashable {
        var caseless = false
        var multiline = false
        var dotMatchesNewline = false
        var extended = false
    }

    let text: [UInt32]
    var position = 0
    var flags = Flags()
    /// The number of capturing groups opened so far.
    private(set) var groupCount = 0
    /// The numbers of named groups.
    private(set) var names: [String: Int] = [:]
    private var depth = 0
    private var references: [(reference: PatternNode.Reference, offset: Int)] = []

    init(_ text: String) { self.text = text.unicodeScalars.map(\.value) }

    /// The whole pattern.
    mutating func parse() throws(VersionPattern.Problem) -> PatternNode {
        if self.text.count > Self.maximumLength {
            throw .unsupported("longer than \(Self.maximumLength) characters", offset: Self.maximumLength)
        }
        if self.text.starts(with: [0x28, 0x2a]) { throw .unsupported("a verb `(*…)`", offset: 0) }
        let node = try self.alternatives()
        if self.position < self.text.count { throw self.malformed("unmatched `)`") }
        for (reference, offset) in self.references {
            switch reference {
            case .number(let number):
                if number > self.groupCount { throw .malformed("there is no group \(number)", offset: offset) }
            case .name(let name):
                if self.names[name] == nil { throw .malformed("there is no group `\(name)`", offset: offset) }
            }
        }
        return node
    }

    // MARK: - Characters

    var current: UInt32? { self.position < self.text.count ? self.text[self.position] : nil }

    func peek(_ character: Unicode.Scalar, after count: Int = 0) -> Bool {
        let index = self.position + count
        return index < self.text.count && self.text[index] == character.value
    }

    /// Takes these characters if they come next.
    mutating func skip(_ expected: String) -> Bool {
        var index = self.position
        for scalar in expected.unicodeScalars {
            guard index < self.text.count, self.text[index] == scalar.value else { return false }
            index += 1
        }
        self.position = index
        return true
    }

    func malformed(_ what: String) -> VersionPattern.Problem { .malformed(what, offset: self.position) }

    func unsupported(_ what: String) -> VersionPattern.Problem { .unsupported(what, offset: self.position) }

    // MARK: - Structure

    /// Alternatives up to the end of the group or of the pattern. Flags set inside hold to the end of it.
    private mutating func alternatives() throws(VersionPattern.Problem) -> PatternNode {
        var alternatives = [try self.sequence()]
        while self.skip("|") { alternatives.append(try self.sequence()) }
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func sequence() throws(VersionPattern.Problem) -> PatternNode {
        var nodes: [PatternNode] = []
        while true {
            try self.skipIgnored()
            guard let character = self.current, character != 0x7c, character != 0x29 else { break }
            if try self.repetition() != nil { throw self.malformed("nothing to repeat") }
            if self.skip("\\Q") {
                try self.quoted(&nodes)
                continue
            }
            if self.skip("\\E") { continue }
            guard let (node, isRepeatable) = try self.item() else { continue }
            nodes.append(try self.repeated(node, isRepeatable))
        }
        return nodes.count == 1 ? nodes[0] : .sequence(nodes)
    }

    /// The literal characters of `\Q…\E`; a repetition behind it is for the last one.
    private mutating func quoted(_ nodes: inout [PatternNode]) throws(VersionPattern.Problem) {
        var hasCharacter = false
        while let character = self.current, !self.skip("\\E") {
            self.position += 1
            nodes.append(try self.literal(character))
            hasCharacter = true
        }
        if hasCharacter, let last = nodes.popLast() { nodes.append(try self.repeated(last, true)) }
    }

    private mutating func repeated(_ node: PatternNode, _ isRepeatable: Bool) throws(VersionPattern.Problem)
        -> PatternNode
    {
        var node = node
        try self.skipIgnored()
        while self.skip("\\Q\\E") || self.skip("\\E") { try self.skipIgnored() }
        let start = self.position
        guard var repetition = try self.repetition() else { return node }
        if !isRepeatable { throw .malformed("nothing to repeat", offset: start) }
        try self.skipIgnored()
        if self.skip("?") {
            repetition.greed = .lazy
        } else if self.skip("+") {
            repetition.greed = .possessive
        }
        if case .look = node {
            // An assertion is tried at most once.
            repetition.minimum = min(repetition.minimum, 1)
            repetition.maximum = repetition.maximum == 0 ? 0 : 1
        }
        node = .repetition(node, repetition)
        return node
    }

    /// White space and comments with the flag `x`, and comments in parentheses.
    private mutating func skipIgnored() throws(VersionPattern.Problem) {
        while true {
            if self.skip("(?#") {
                while !self.skip(")") {
                    guard self.current != nil else { throw self.malformed("comment without end") }
                    self.position += 1
                }
            } else if self.flags.extended, self.skip("#") {
                while let character = self.current {
                    self.position += 1
                    if character == 0x0a { break }
                }
            } else if self.flags.extended, let character = self.current, CharacterClass.space.contains(character) {
                self.position += 1
            } else {
                return
            }
        }
    }

    /// `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`; nil when there is none. Other braces are literal.
    private mutating func repetition() throws(VersionPattern.Problem) -> PatternNode.Repetition? {
        if self.skip("*") { return PatternNode.Repetition(minimum: 0, maximum: nil, greed: .greedy) }
        if self.skip("+") { return PatternNode.Repetition(minimum: 1, maximum: nil, greed: .greedy) }
        if self.skip("?") { return PatternNode.Repetition(minimum: 0, maximum: 1, greed: .greedy) }
        guard self.peek("{") else { return nil }
        let inside = self.text[(self.position + 1)...].prefix {
            CharacterClass.digit.contains($0) || $0 == 0x2c || $0 == 0x20 || $0 == 0x09
        }
        let end = inside.endIndex
        guard end < self.text.count, self.text[end] == 0x7d else { return nil }
        let parts = inside.split(separator: 0x2c, maxSplits: 1, omittingEmptySubsequences: false)
        let isCount = { (part: ArraySlice<UInt32>) in part.allSatisfy(CharacterClass.digit.contains) }
        guard parts.allSatisfy(isCount), parts[0].count > 0 else {
            // PCRE2 also takes `{,n}` and spaces.
            if inside.contains(where: CharacterClass.digit.contains) {
                throw self.unsupported("`{` that only newer PCRE takes for a repetition")
            }
            return nil
        }
        let minimum = try self.count(parts[0])
        let maximum = parts.count == 1 ? minimum : parts[1].isEmpty ? nil : try self.count(parts[1])
        if let maximum, maximum < minimum { throw self.malformed("numbers out of order in `{}`") }
        self.position = end + 1
        return PatternNode.Repetition(minimum: minimum, maximum: maximum, greed: .greedy)
    }

    private func count(_ digits: ArraySlice<UInt32>) throws(VersionPattern.Problem) -> Int {
        var value = 0
        for digit in digits {
            value = value * 10 + Int(digit - 0x30)
            if value > 65_535 { throw self.malformed("number too big in `{}`") }
        }
        return value
    }

    // MARK: - Items

    /// The next item, and whether a repetition may follow it; nil for what stands for nothing, such as `(?i)`.
    private mutating func item() throws(VersionPattern.Problem) -> (PatternNode, Bool)? {
        guard let character = self.current else { return nil }
        switch Unicode.Scalar(character) {
        case "(":
            return try self.group().map { ($0, true) }
        case "[":
            return (try self.bracketed(), true)
        case "\\":
            return try self.escape()
        case ".":
            self.position += 1
            return (.any(includingNewline: self.flags.dotMatchesNewline), true)
        case "^":
            self.position += 1
            return (.anchor(self.flags.multiline ? .lineStart : .start), false)
        case "$":
            self.position += 1
            return (.anchor(self.flags.multiline ? .lineEnd : .endOrLastNewline), false)
        default:
            self.position += 1
            return (try self.literal(character), true)
        }
    }

    func literal(_ character: UInt32) throws(VersionPattern.Problem) -> PatternNode {
        if self.flags.caseless, character > 0x7f {
            throw self.unsupported("a character outside of ASCII with the flag `i`")
        }
        return .character(character, caseless: self.flags.caseless)
    }

    mutating func reference(_ reference: PatternNode.Reference) -> PatternNode {
        self.references.append((reference, self.position))
        return .reference(reference, caseless: self.flags.caseless)
    }

    // MARK: - Groups

    private mutating func group() throws(VersionPattern.Problem) -> PatternNode? {
        let outerFlags = self.flags
        if self.skip("(*") { throw self.unsupported("a verb `(*…)`") }
        guard self.skip("(?") else {
            self.position += 1
            self.groupCount += 1
            let number = self.groupCount
            return .capture(number, try self.body(outerFlags))
        }
        if self.skip(":") { return .sequence([try self.body(outerFlags)]) }
        if self.skip(">") { return .atomic(try self.body(outerFlags)) }
        if self.skip("=") { return .look(.init(isBehind: false, isNegative: false), try self.body(outerFlags)) }
        if self.skip("!") { return .look(.init(isBehind: false, isNegative: true), try self.body(outerFlags)) }
        if self.skip("<=") { return try self.lookbehind(isNegative: false, outerFlags) }
        if self.skip("<!") { return try self.lookbehind(isNegative: true, outerFlags) }
        if self.skip("P=") { return self.reference(.name(try self.name(until: ")"))) }
        if self.skip("P<") || self.skip("<") { return try self.named(until: ">", outerFlags) }
        if self.skip("'") { return try self.named(until: "'", outerFlags) }
        if let next = self.current.flatMap(Unicode.Scalar.init), "|(&PRC0123456789+^".unicodeScalars.contains(next) {
            throw self.unsupported("a group that begins with `(?\(next)`")
        }
        if self.peek("-"), self.position + 1 < self.text.count,
            CharacterClass.digit.contains(self.text[self.position + 1])
        {
            throw self.unsupported("a call of a group")
        }
        return try self.flagSetting(outerFlags)
    }

    /// The rest of a group, with its closing parenthesis.
    private mutating func body(_ outerFlags: Flags) throws(VersionPattern.Problem) -> PatternNode {
        self.depth += 1
        if self.depth > Self.maximumDepth { throw self.unsupported("groups nested deeper than \(Self.maximumDepth)") }
        let node = try self.alternatives()
        guard self.skip(")") else { throw self.malformed("`(` without `)`") }
        self.depth -= 1
        self.flags = outerFlags
        return node
    }

    private mutating func lookbehind(
        isNegative: Bool, _ outerFlags: Flags
    ) throws(VersionPattern.Problem) -> PatternNode {
        let start = self.position
        let body = try self.body(outerFlags)
        let alternatives: [PatternNode]
        if case .alternatives(let nodes) = body { alternatives = nodes } else { alternatives = [body] }
        if alternatives.contains(where: { $0.fixedLength == nil }) {
            throw .malformed("the length of what a lookbehind looks for varies", offset: start)
        }
        return .look(.init(isBehind: true, isNegative: isNegative), body)
    }

    private mutating func named(
        until end: String, _ outerFlags: Flags
    ) throws(VersionPattern.Problem) -> PatternNode {
        let name = try self.name(until: end)
        if self.names[name] != nil { throw self.malformed("two groups have the name `\(name)`") }
        self.groupCount += 1
        let number = self.groupCount
        self.names[name] = number
        return .capture(number, try self.body(outerFlags))
    }

    /// A group's name and what ends it.
    mutating func name(until end: String) throws(VersionPattern.Problem) -> String {
        var name = String.UnicodeScalarView()
        while let character = self.current, CharacterClass.word.contains(character), character < 0x80,
            let scalar = Unicode.Scalar(character)
        {
            name.append(scalar)
            self.position += 1
        }
        guard self.skip(end) else { throw self.malformed("the name of a group is letters, digits and `_`") }
        guard let first = name.first else { throw self.unsupported("a group with an empty name") }
        if CharacterClass.digit.contains(first.value) { throw self.malformed("a group's name begins with a digit") }
        if name.count > 32 { throw self.malformed("a group's name has more than 32 characters") }
        return String(name)
    }

    /// `(?imsx-imsx)` up to the end of the enclosing group, or `(?imsx-imsx:…)`.
    private mutating func flagSetting(_ outerFlags: Flags) throws(VersionPattern.Problem) -> PatternNode? {
        var value = true
        while let character = self.current.flatMap(Unicode.Scalar.init) {
            self.position += 1
            switch character {
            case "i": self.flags.caseless = value
            case "m": self.flags.multiline = value
            case "s": self.flags.dotMatchesNewline = value
            case "x": self.flags.extended = value
            case "-": value = false
            case ")": return nil
            case ":": return .sequence([try self.body(outerFlags)])
            case "J", "U", "X", "n", "a", "r": throw self.unsupported("the flag `\(character)`")
            default: throw self.malformed("a group cannot begin with `(?…\(character)`")
            }
        }
        throw self.malformed("`(?` without `)`")
    }
}
