extension PatternParser {
    /// A single character that an escape stands for, or a class of them, or what only makes sense outside of brackets.
    enum Escape {
        case character(UInt32)
        case set(PatternSet)
        case node(PatternNode, isRepeatable: Bool)
    }

    mutating func escape() throws(VersionPattern.Problem) -> (PatternNode, Bool)? {
        switch try self.escape(inBrackets: false) {
        case .character(let character): return (try self.literal(character), true)
        case .set(let set): return (.set(set), true)
        case .node(let node, let isRepeatable): return (node, isRepeatable)
        }
    }

    /// What follows a backslash, which is the current character.
    mutating func escape(inBrackets: Bool) throws(VersionPattern.Problem) -> Escape {
        self.position += 1
        guard let character = self.current, let scalar = Unicode.Scalar(character) else {
            throw self.malformed("`\\` at the end")
        }
        self.position += 1
        switch scalar {
        case "a": return .character(0x07)
        case "e": return .character(0x1b)
        case "f": return .character(0x0c)
        case "n": return .character(0x0a)
        case "r": return .character(0x0d)
        case "t": return .character(0x09)
        case "c":
            guard let next = self.current, next < 0x80 else { throw self.malformed("`\\c` without a character") }
            guard (0x20...0x7e).contains(next) else { throw self.unsupported("`\\c` with a control character") }
            self.position += 1
            return .character(((0x61...0x7a).contains(next) ? next - 0x20 : next) ^ 0x40)
        case "x": return .character(try self.hexadecimal())
        case "o": return .character(try self.bracedOctal())
        case "0": return .character(self.octal(from: 0, digits: 2))
        case "1"..."9": return try self.numeric(character - 0x30, inBrackets: inBrackets)
        case "d", "D": return .set(PatternSet(.digit, isNegated: scalar == "D"))
        case "s", "S": return .set(PatternSet(.space, isNegated: scalar == "S"))
        case "w", "W": return .set(PatternSet(.word, isNegated: scalar == "W"))
        case "h", "H": return .set(PatternSet(.horizontalSpace, isNegated: scalar == "H"))
        case "v", "V": return .set(PatternSet(.verticalSpace, isNegated: scalar == "V"))
        case "b" where inBrackets: return .character(0x08)
        case "a"..."z", "A"..."Z":
            if inBrackets { throw self.unsupported("`\\\(scalar)` in brackets") }
            return try self.letter(scalar)
        default: return .character(character)
        }
    }

    /// Escapes of letters that are not characters.
    private mutating func letter(_ scalar: Unicode.Scalar) throws(VersionPattern.Problem) -> Escape {
        switch scalar {
        case "A", "G": return .node(.anchor(.start), isRepeatable: false)
        case "Z": return .node(.anchor(.endOrLastNewline), isRepeatable: false)
        case "z": return .node(.anchor(.end), isRepeatable: false)
        case "b": return .node(.anchor(.wordBoundary), isRepeatable: false)
        case "B": return .node(.anchor(.noWordBoundary), isRepeatable: false)
        case "N":
            if self.peek("{") { throw self.malformed("`\\N{…}` is not for this kind of pattern") }
            return .node(.any(includingNewline: false), isRepeatable: true)
        case "R": return .node(.lineBreak, isRepeatable: true)
        case "k":
            for (open, close) in [("{", "}"), ("<", ">"), ("'", "'")]
            where self.skip(open) {
                return .node(self.reference(.name(try self.name(until: close))), isRepeatable: true)
            }
            throw self.malformed("`\\k` without a name")
        case "g": return .node(try self.groupReference(), isRepeatable: true)
        case "L", "l", "U", "u": throw self.malformed("`\\\(scalar)` is not for this kind of pattern")
        default: throw self.unsupported("`\\\(scalar)`")
        }
    }

    /// `\g1`, `\g-1`, `\g{1}`, `\g{-1}`, `\g{name}`
    private mutating func groupReference() throws(VersionPattern.Problem) -> PatternNode {
        if self.peek("<") || self.peek("'") { throw self.unsupported("a call of a group") }
        let isBraced = self.skip("{")
        let isRelative = self.skip("-")
        var digits = 0
        var number = 0
        while let character = self.current, CharacterClass.digit.contains(character) {
            number = min(number * 10 + Int(character - 0x30), 1_000_000)
            digits += 1
            self.position += 1
        }
        if digits == 0 {
            guard isBraced, !isRelative, !self.peek("+") else { throw self.malformed("`\\g` without a number") }
            return self.reference(.name(try self.name(until: "}")))
        }
        if isBraced, !self.skip("}") { throw self.malformed("`\\g{` without `}`") }
        if isRelative { number = self.groupCount - number + 1 }
        if number < 1 || (isRelative && number > self.groupCount) { throw self.malformed("there is no such group") }
        return self.reference(.number(number))
    }

    /// Digits after a backslash: a reference to a group, or the number of a character in octal.
    private mutating func numeric(_ first: UInt32, inBrackets: Bool) throws(VersionPattern.Problem) -> Escape {
        let start = self.position
        if !inBrackets {
            var number = Int(first)
            while let character = self.current, CharacterClass.digit.contains(character) {
                number = min(number * 10 + Int(character - 0x30), 1_000_000)
                self.position += 1
            }
            if number < 8 || number <= self.groupCount {
                return .node(self.reference(.number(number)), isRepeatable: true)
            }
            self.position = start
        }
        if first >= 8 { return .character(first + 0x30) }
        return .character(self.octal(from: first, digits: 2))
    }

    /// Adds at most `digits` octal digits to a value.
    private mutating func octal(from value: UInt32, digits: Int) -> UInt32 {
        var value = value
        for _ in 0..<digits {
            guard let character = self.current, (0x30...0x37).contains(character) else { break }
            value = value * 8 + (character - 0x30)
            self.position += 1
        }
        return value
    }

    private mutating func bracedOctal() throws(VersionPattern.Problem) -> UInt32 {
        guard self.skip("{") else { throw self.malformed("`\\o` without `{`") }
        return try self.braced(radix: 8)
    }

    private mutating func hexadecimal() throws(VersionPattern.Problem) -> UInt32 {
        if self.skip("{") { return try self.braced(radix: 16) }
        var value: UInt32 = 0
        for _ in 0..<2 {
            guard let digit = self.digit(radix: 16) else { break }
            value = value * 16 + digit
            self.position += 1
        }
        return value
    }

    private mutating func braced(radix: UInt32) throws(VersionPattern.Problem) -> UInt32 {
        var value: UInt32 = 0
        var digits = 0
        while let digit = self.digit(radix: radix) {
            value = value * radix + digit
            if value > 0x10ffff { throw self.malformed("character number too big") }
            digits += 1
            self.position += 1
        }
        guard self.skip("}"), digits > 0 else { throw self.malformed("digits and `}` expected") }
        if (0xd800...0xdfff).contains(value) { throw self.malformed("a surrogate is not a character") }
        return value
    }

    private func digit(radix: UInt32) -> UInt32? {
        guard let character = self.current else { return nil }
        let value: UInt32
        switch character {
        case 0x30...0x39: value = character - 0x30
        case 0x41...0x46: value = character - 0x37
        case 0x61...0x66: value = character - 0x57
        default: return nil
        }
        return value < radix ? value : nil
    }

    // MARK: - Brackets

    /// `[…]`
    mutating func bracketed() throws(VersionPattern.Problem) -> PatternNode {
        let start = self.position
        self.position += 1
        if try self.beginsNamedClass(self.position) {
            throw self.malformed("a class such as `[:alpha:]` stands only inside of brackets")
        }
        var set = PatternSet()
        set.isCaseless = self.flags.caseless
        set.isNegated = self.skip("^")
        var isFirst = true
        while isFirst || !self.skip("]") {
            guard self.current != nil else { throw .malformed("`[` without `]`", offset: start) }
            isFirst = false
            guard let lower = try self.bracketItem(&set) else {
                if self.peek("-"), !self.peek("]", after: 1) {
                    throw self.unsupported("`-` behind a class, which newer PCRE refuses")
                }
                continue
            }
            if self.peek("-"), !self.peek("]", after: 1), self.position + 1 < self.text.count {
                self.position += 1
                guard let upper = try self.bracketItem(&set) else { throw self.malformed("a range ends in a class") }
                if upper < lower { throw self.malformed("range out of order") }
                set.ranges.append(lower...upper)
            } else {
                set.ranges.append(lower...lower)
            }
            if set.isCaseless, let last = set.ranges.last, last.upperBound > 0x7f {
                throw self.unsupported("a character outside of ASCII with the flag `i`")
            }
        }
        return .set(set)
    }

    /// One character, or nil after a class was added to the set.
    private mutating func bracketItem(_ set: inout PatternSet) throws(VersionPattern.Problem) -> UInt32? {
        if self.peek("["), try self.beginsNamedClass(self.position + 1) {
            try self.namedClass(&set)
            return nil
        }
        if self.peek("\\") {
            switch try self.escape(inBrackets: true) {
            case .character(let character): return character
            case .set(let escaped):
                set.classes += escaped.classes
                return nil
            case .node: throw self.unsupported("this escape in brackets")
            }
        }
        guard let character = self.current else { throw self.malformed("`[` without `]`") }
        self.position += 1
        return character
    }

    /// Whether the character at the index begins `:…:]`, `.….]` or `=…=]`; the bracket before it is not looked at.
    private func beginsNamedClass(_ index: Int) throws(VersionPattern.Problem) -> Bool {
        guard index < self.text.count, [0x3a, 0x2e, 0x3d].contains(self.text[index]) else { return false }
        let mark = self.text[index]
        var end = index + 1
        while end + 1 < self.text.count {
            let (character, next) = (self.text[end], self.text[end + 1])
            if character == mark, next == 0x5d { return true }
            if character == 0x5d || (character == 0x5b && next == mark) { return false }
            end += character == 0x5c && (next == 0x5d || next == 0x5c) ? 2 : 1
            if end > index + 64 { throw self.unsupported("a class with a long name") }
        }
        return false
    }

    private mutating func namedClass(_ set: inout PatternSet) throws(VersionPattern.Problem) {
        self.position += 1
        guard self.skip(":") else { throw self.malformed("collating elements are not supported") }
        let isNegated = self.skip("^")
        var name = ""
        while let character = self.current, character != 0x3a, let scalar = Unicode.Scalar(character) {
            name.unicodeScalars.append(scalar)
            self.position += 1
        }
        self.position += 2
        if name == "<" || name == ">" { throw self.unsupported("`[[:\(name):]]`") }
        guard var characterClass = CharacterClass(rawValue: name), !name.hasPrefix("\\") else {
            throw self.malformed("there is no class `[:\(name):]`")
        }
        if self.flags.caseless, characterClass == .lower || characterClass == .upper { characterClass = .alpha }
        set.classes.append(PatternSet.Member(characterClass: characterClass, isNegated: isNegated))
    }
}
