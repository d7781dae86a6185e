import BigInt
import Diagnostics

/// Builds located terms from tokens, with a stack of its own in place of recursion.
///
/// ```
/// frames   { … [ … #{ … -          what is open, outermost first
/// values   a 1  x y  k v k         finished values; each frame owns those from its `base` on
/// ```
///
/// After a finding the parser goes on so that one run reports everything, but a cause is reported once: a skipped
/// expression is one value, a frame reports one missing comma, and after a wrong bracket the brackets of that term are
/// no longer trusted.
struct TermParser {
    /// What may come next inside a frame.
    enum Expectation {
        /// A value or the closing bracket: right behind the opening one.
        case firstValue
        /// A value, behind a comma, `|`, `=>` or a sign.
        case value
        /// A separator or the closing bracket.
        case separator
    }

    struct Frame {
        enum Kind {
            case bracket(Bracket)
            /// Unary `+` or `-`.
            case sign(isMinus: Bool)
        }

        let kind: Kind
        /// Offset of its first byte.
        let start: Int
        /// Number of values below it.
        let base: Int
        var expectation: Expectation
        /// Offset of the last separator.
        var separator = 0
        /// In a list: number of its elements, once `|` was read.
        var elementsBeforeTail: Int?
        var reportedMissingComma = false
    }

    /// A finished value and what may be done with it.
    struct Value {
        var located: LocatedTerm
        var form: LiteralForm
    }

    /// How reading one term ended.
    enum Outcome {
        /// The term, complete with its dot; after a finding its content is not to be used.
        case term(LocatedTerm)
        /// Findings were reported; the next term can be read.
        case damaged
        case endOfFile
    }

    var lexer: TermLexer
    var frames: [Frame] = []
    var values: [LocatedTerm] = []
    var builders: [BitBuilder] = []
    /// A token that was read too early, with its range.
    var pending: (token: TermToken, start: Int, end: Int)?
    /// Range of the current token.
    var start = 0
    var end = 0
    /// End of the token before it.
    var lastEnd = 0
    /// Form of the last finished value.
    var lastForm = LiteralForm.other
    /// Where the last string began that spans lines: its closing quote may be missing.
    var longString: (start: Int, end: Int)?
    /// After a wrong bracket in this term.
    var distrustsBrackets = false
    /// After a term that a dot cut short: the rest of it follows.
    var distrustsNextTerm = false
    /// Where the last missing dot was reported.
    var lastMissingDot: Int?
    var isGivingUp = false
    /// The end of the text may take the place of a dot.
    var acceptsMissingDot = false

    init(_ lexer: TermLexer) { self.lexer = lexer }

    // MARK: - Tokens

    mutating func next() -> TermToken {
        self.lastEnd = self.end
        if let pending = self.pending {
            self.pending = nil
            (self.start, self.end) = (pending.start, pending.end)
            return pending.token
        }
        let token = self.lexer.next()
        (self.start, self.end) = (self.lexer.tokenStart, self.lexer.index)
        return token
    }

    /// Reads `token`, the current one, again next time.
    mutating func putBack(_ token: TermToken) {
        self.pending = (token, self.start, self.end)
        self.end = self.lastEnd
    }

    var place: Diagnostic.Place { self.lexer.place(self.start, self.end) }

    func source(_ start: Int, _ end: Int) -> String { self.lexer.text(self.lexer.bytes[start..<end]) }

    mutating func report(_ diagnostic: Diagnostic) { self.lexer.report(diagnostic) }

    // MARK: - Terms

    /// Reads up to and including the dot that ends a term.
    mutating func readTerm() -> Outcome {
        self.frames.removeAll(keepingCapacity: true)
        self.values.removeAll(keepingCapacity: true)
        self.builders.removeAll(keepingCapacity: true)
        self.distrustsBrackets = self.distrustsNextTerm
        self.distrustsNextTerm = false
        let errors = self.errorCount
        if errors >= self.lexer.limits.findings { self.giveUp() }
        while !self.isGivingUp {
            let token = self.next()
            if self.frames.isEmpty, !self.values.isEmpty {
                guard self.readEnd(token) else { continue }
                return self.errorCount == errors ? .term(self.values[0]) : .damaged
            }
            if self.frames.isEmpty {
                if case .end = token { return self.errorCount == errors ? .endOfFile : .damaged }
                if case .dot = token {
                    if !self.distrustsBrackets { self.report(.missingTerm(at: self.place)) }
                    return .damaged
                }
                self.readValue(token)
            } else if case .separator = self.frames[self.frames.count - 1].expectation {
                self.readSeparator(token)
            } else {
                self.readValue(token)
            }
            if self.frames.isEmpty, self.values.isEmpty, self.errorCount > errors { return .damaged }
            if self.errorCount >= self.lexer.limits.findings { self.giveUp() }
        }
        return .damaged
    }

    var errorCount: Int { self.lexer.errorCount }

    /// Nothing more is read from this file.
    mutating func giveUp() { self.isGivingUp = true }

    // MARK: - Values

    private mutating func readValue(_ token: TermToken) {
        switch token {
        case .literal(let term, let form):
            if case .string = form { self.noteLongString() }
            self.complete(LocatedTerm(term: term, range: ByteRange(self.start, self.end)), form)
        case .open(let bracket): self.open(bracket, at: self.start)
        case .hash: self.readHash()
        case .minus: self.openSign(isMinus: true)
        case .plus: self.openSign(isMinus: false)
        case .close(let bracket): self.closeEarly(bracket)
        case .broken:
            if self.lexer.isExhausted { self.giveUp() }
            self.completeDamaged()
        case .reserved(.fun): self.readFun()
        case .variable, .reserved, .comma, .bar, .arrow, .colon, .slash, .question, .symbol, .dot, .period, .end:
            self.recoverValue(token)
        }
    }

    mutating func open(_ bracket: Bracket, at start: Int) {
        guard self.frames.count < self.lexer.limits.depth else {
            self.report(.tooDeep(limit: self.lexer.limits.depth, at: self.place))
            self.giveUp()
            return
        }
        if bracket == .angle { self.builders.append(BitBuilder()) }
        self.frames.append(
            Frame(kind: .bracket(bracket), start: start, base: self.values.count, expectation: .firstValue))
    }

    private mutating func openSign(isMinus: Bool) {
        if let top = self.frames.last, case .sign(let outer) = top.kind {
            self.report(.sign(outer ? "-" : "+", at: self.lexer.place(top.start, self.end)))
            self.frames.removeLast()
            self.skipRestOfValue()
            self.completeDamaged()
            return
        }
        self.frames.append(
            Frame(kind: .sign(isMinus: isMinus), start: self.start, base: self.values.count, expectation: .value))
    }

    private mutating func noteLongString() {
        if self.lexer.bytes[self.start..<self.end].contains(UInt8(ascii: "\n")) {
            self.longString = (self.start, self.start + 1)
        }
    }

    /// `#` begins a map, a record or one of the forms in which Erlang prints what cannot be read.
    private mutating func readHash() {
        let hash = self.start
        let token = self.next()
        if case .open(.brace) = token {
            self.open(.map, at: hash)
        } else {
            self.recoverHash(token, hash: hash)
        }
    }

    /// A value is finished: puts it where it belongs.
    mutating func complete(_ value: LocatedTerm, _ form: LiteralForm) {
        var value = value
        var form = form
        while let top = self.frames.last, case .sign(let isMinus) = top.kind {
            self.frames.removeLast()
            guard case .number = form else {
                self.report(.sign(isMinus ? "-" : "+", at: self.lexer.place(top.start, top.start + 1)))
                form = .other
                continue
            }
            let range = ByteRange(top.start, Int(value.range.upperBound))
            value = LocatedTerm(term: isMinus ? value.term.negated : value.term, range: range)
            form = .other
        }
        self.values.append(value)
        self.lastForm = form
        guard !self.frames.isEmpty else { return }
        self.frames[self.frames.count - 1].expectation = .separator
        if case .bracket(.angle) = self.frames[self.frames.count - 1].kind { self.finishSegment() }
    }

    /// Stands in for a value that was reported.
    mutating func completeDamaged() {
        while let top = self.frames.last, case .sign = top.kind { self.frames.removeLast() }
        let range = ByteRange(min(self.start, self.end), self.end)
        self.values.append(LocatedTerm(term: .emptyList, range: range))
        self.lastForm = .other
        guard !self.frames.isEmpty else { return }
        self.frames[self.frames.count - 1].expectation = .separator
        if case .bracket(.angle) = self.frames[self.frames.count - 1].kind {
            self.values.removeLast()
            self.skipRestOfValue()
        }
    }

    // MARK: - Separators and closing brackets

    private mutating func readSeparator(_ token: TermToken) {
        let top = self.frames.count - 1
        guard case .bracket(let bracket) = self.frames[top].kind else { return }
        switch token {
        case .comma:
            let isComplete = self.frames[top].elementsBeforeTail == nil && !(bracket == .map && self.isBehindKey)
            guard bracket != .round, isComplete else {
                self.recoverSeparator(token)
                return
            }
            self.frames[top].expectation = .value
            self.frames[top].separator = self.start
        case .close(let closing) where bracket.isClosed(by: closing):
            guard bracket != .map || !self.isBehindKey else {
                self.recoverSeparator(token)
                return
            }
            self.close()
        case .bar where bracket == .square && self.frames[top].elementsBeforeTail == nil:
            self.frames[top].elementsBeforeTail = self.values.count - self.frames[top].base
            self.frames[top].expectation = .value
            self.frames[top].separator = self.start
        case .arrow where bracket == .map && self.isBehindKey:
            self.frames[top].expectation = .value
            self.frames[top].separator = self.start
        case .literal, .broken, .variable, .reserved, .open, .close, .bar, .arrow, .colon, .slash, .plus, .minus, .hash,
            .question, .symbol, .dot, .period, .end:
            self.recoverSeparator(token)
        }
    }

    /// In a map: whether the last value is a key.
    var isBehindKey: Bool {
        guard let top = self.frames.last else { return false }
        return (self.values.count - top.base) % 2 == 1
    }

    /// Closes the innermost bracket at the current token.
    mutating func close() {
        guard let frame = self.frames.popLast(), case .bracket(let bracket) = frame.kind else { return }
        let range = ByteRange(frame.start, self.end)
        let children = Array(self.values[frame.base...])
        self.values.removeSubrange(frame.base...)
        switch bracket {
        case .brace:
            self.complete(LocatedTerm(term: .tuple(Self.terms(children)), range: range, children: children), .other)
        case .square:
            self.complete(self.list(children, elements: frame.elementsBeforeTail, range: range), .other)
        case .map:
            self.complete(self.map(children, range: range), .other)
        case .angle:
            let builder = self.builders.popLast() ?? BitBuilder()
            self.complete(LocatedTerm(term: builder.term, range: range), .other)
        case .round:
            // Parentheses add nothing but their bytes: `("a")` in a binary is still a string.
            guard let inner = children.first else { return self.completeDamaged() }
            self.complete(LocatedTerm(term: inner.term, range: range, children: inner.children), self.lastForm)
        }
    }

    private static func terms(_ located: [LocatedTerm]) -> [Term] {
        var terms: [Term] = []
        terms.reserveCapacity(located.count)
        for child in located { terms.append(child.term) }
        return terms
    }

    private func list(_ children: [LocatedTerm], elements: Int?, range: ByteRange) -> LocatedTerm {
        guard elements != nil, let tail = children.last else {
            return LocatedTerm(term: .list(Self.terms(children)), range: range, children: children)
        }
        let term = Term.list(Self.terms(children.dropLast()), tail: tail.term)
        // `[a | [b]]` is `[a, b]`: the elements of a tail that is a list are elements of the whole.
        let isListTail = tail.term.listElements != nil || tail.term.isImproperList
        guard isListTail else { return LocatedTerm(term: term, range: range, children: children) }
        var rest = tail.children
        if let elements = tail.term.listElements, rest.count != elements.count {
            rest = elements.map { LocatedTerm(term: $0, range: tail.range) }
        }
        return LocatedTerm(term: term, range: range, children: children.dropLast() + rest)
    }

    private static func terms(_ located: ArraySlice<LocatedTerm>) -> [Term] { located.map(\.term) }

    private mutating func map(_ children: [LocatedTerm], range: ByteRange) -> LocatedTerm {
        var pairs: [(key: Term, value: Term)] = []
        pairs.reserveCapacity(children.count / 2)
        for index in stride(from: 0, to: children.count - 1, by: 2) {
            pairs.append((children[index].term, children[index + 1].term))
        }
        let map = TermMap(pairs)
        // Values that stand in for damage may well be equal.
        if map.count < pairs.count, self.errorCount == 0 { self.reportDuplicateKeys(children) }
        return LocatedTerm(term: .map(map), range: range, children: children)
    }

    private mutating func reportDuplicateKeys(_ children: [LocatedTerm]) {
        var first: [Term: ByteRange] = [:]
        for index in stride(from: 0, to: children.count - 1, by: 2) {
            let key = children[index]
            guard let earlier = first[key.term] else {
                first[key.term] = key.range
                continue
            }
            self.report(
                .duplicateKey(
                    at: self.place(key.range), first: self.place(earlier)))
        }
    }

    func place(_ range: ByteRange) -> Diagnostic.Place {
        self.lexer.place(Int(range.lowerBound), Int(range.upperBound))
    }

    // MARK: - The end of a term

    /// Reads what follows a complete term; false when more of it has to be skipped.
    private mutating func readEnd(_ token: TermToken) -> Bool {
        switch token {
        case .dot: return true
        case .end:
            if !self.acceptsMissingDot { self.reportMissingDot() }
            return true
        case .literal, .broken, .variable, .reserved, .open, .close, .comma, .bar, .arrow, .colon, .slash, .plus,
            .minus, .hash, .question, .symbol, .period:
            return self.recoverEnd(token)
        }
    }

    mutating func reportMissingDot() {
        if self.distrustsBrackets { return }
        // One report a line: words without dots are one mistake.
        let last = min(self.lastMissingDot ?? self.lastEnd, self.lastEnd)
        let isRepeated =
            self.lastMissingDot != nil && !self.lexer.bytes[last..<self.lastEnd].contains(UInt8(ascii: "\n"))
        self.lastMissingDot = self.lastEnd
        if isRepeated { return }
        let string = self.longString.map { self.lexer.place($0.start, $0.end) }
        let isInCharacter = self.lexer.bytes[..<self.lastEnd].last == UInt8(ascii: ".")
        self.report(
            .missingDot(
                at: self.lexer.place(self.lastEnd, self.lastEnd), string: string, isInCharacter: isInCharacter))
    }
}

extension Term {
    /// The number with the other sign; everything else as it is.
    fileprivate var negated: Term {
        if case .integer(let value) = self {
            return value == .min ? .integer(normalizing: -BigInt(value)) : .integer(-value)
        }
        if case .bigInteger(let value) = self { return .integer(normalizing: -value.value) }
        if case .float(let float) = self { return .float(-float.value) ?? self }
        return self
    }

    fileprivate var isImproperList: Bool { if case .improperList = self { true } else { false } }
}
