import Diagnostics

extension TermParser {
    // MARK: - Where a value was expected

    /// A token that cannot begin a value.
    mutating func recoverValue(_ token: TermToken) {
        switch token {
        case .variable:
            self.report(.variable(self.source(self.start, self.end), at: self.place))
            self.completeBehindRest()
        case .reserved(let word):
            if word.isNew {
                self.report(.newReservedWord(word, at: self.place))
                self.complete(
                    LocatedTerm(term: .atom(word.rawValue), range: ByteRange(self.start, self.end)), .atom)
                return
            }
            self.report(.reservedWord(word, at: self.place))
            // `end` ends something that was skipped or reported; the others begin an expression.
            self.completeBehindRest()
        case .question:
            self.report(.macro(at: self.place))
            self.skipToken()
            self.completeBehindRest()
        case .comma: self.recoverComma()
        case .symbol where self.isPrintedPid:
            self.report(.printedIdentifier("process identifier", at: self.place))
            self.completeBehindRest()
        case .period:
            self.report(
                .unexpected(".", at: self.place, expected: "a term; numbers begin with a digit: `0.5`"))
            self.completeBehindRest()
        case .bar, .arrow, .colon, .slash, .symbol:
            self.report(.unexpected(self.source(self.start, self.end), at: self.place, expected: "a term"))
            self.completeBehindRest()
        case .dot, .end: self.recoverUnclosed(token)
        case .literal, .broken, .open, .close, .plus, .minus, .hash: self.completeBehindRest()
        }
    }

    private var isPrintedPid: Bool {
        self.lexer.bytes[self.start] == UInt8(ascii: "<") && self.end - self.start == 1
            && self.lexer.byte(at: self.end).map(ByteClass.isDigit) ?? false
    }

    private mutating func recoverComma() {
        guard let top = self.frames.last else {
            self.report(.unexpected(",", at: self.place, expected: "a term"))
            return
        }
        if case .sign = top.kind {
            self.report(.missingValue(behind: self.source(top.start, top.start + 1), at: self.place))
            self.putBack(.comma)
            self.completeDamaged()
            return
        }
        guard !top.reportedMissingComma else { return }
        self.frames[self.frames.count - 1].reportedMissingComma = true
        self.report(.missingElement(at: self.place))
    }

    /// A closing bracket where a value was expected.
    mutating func closeEarly(_ closing: Bracket) {
        guard let top = self.frames.last else {
            self.reportStray(closing)
            self.distrustsNextTerm = true
            return
        }
        guard case .bracket(let bracket) = top.kind else {
            self.report(.missingValue(behind: self.source(top.start, top.start + 1), at: self.place))
            self.putBack(.close(closing))
            self.completeDamaged()
            return
        }
        guard bracket.isClosed(by: closing) else {
            self.recoverBracket(closing)
            return
        }
        switch top.expectation {
        case .firstValue:
            if bracket == .round { self.report(.missingValue(behind: "(", at: self.place)) }
        case .value, .separator:
            let separator = self.source(
                top.separator,
                self.lexer.bytes[top.separator] == UInt8(ascii: "=")
                    ? top.separator + 2 : top.separator + 1)
            if separator == "," {
                self.report(
                    .extraComma(
                        at: self.lexer.place(top.separator, top.separator + 1), before: bracket.closing))
            } else {
                self.report(.missingValue(behind: separator, at: self.place))
                self.values.append(LocatedTerm(term: .emptyList, range: ByteRange(self.start, self.start)))
            }
        }
        self.close()
    }

    /// `#` without `{` behind it.
    mutating func recoverHash(_ token: TermToken, hash: Int) {
        let place = self.lexer.place(hash, self.end)
        switch token {
        case .variable where ["Ref", "Port", "Pid", "Fun"].contains(self.source(self.start, self.end)):
            let names = ["Ref": "reference", "Port": "port", "Pid": "process identifier", "Fun": "function"]
            let name = self.source(self.start, self.end)
            self.report(.printedIdentifier(names[name] ?? name, at: place))
        case .literal(.atom(let name), .atom):
            self.report(.record(name.name, at: place))
        case .literal, .broken, .variable, .reserved, .open, .close, .comma, .bar, .arrow, .colon, .slash, .plus,
            .minus,
            .hash, .question, .symbol, .dot, .period, .end:
            self.report(
                .unexpected("#", at: self.lexer.place(hash, hash + 1), expected: "a term; maps begin with `#{`"))
            self.putBack(token)
        }
        self.completeBehindRest()
    }

    /// `fun` and what follows it.
    mutating func readFun() {
        let start = self.start
        guard case .literal(.atom(let module), .atom) = self.nextOrBack(), case .colon = self.nextOrBack(),
            case .literal(.atom(let function), .atom) = self.nextOrBack(), case .slash = self.nextOrBack(),
            case .literal(let arity, .number) = self.nextOrBack(), self.isPlainInteger(arity)
        else {
            self.report(.localFun(at: self.lexer.place(start, start + 3)))
            self.completeBehindRest()
            return
        }
        guard case .integer(let count) = arity, (0...255).contains(count) else {
            self.report(.arity(at: self.place))
            self.completeDamaged()
            return
        }
        let fun = ExternalFunction(module: module, function: function, arity: count)
        self.complete(LocatedTerm(term: .externalFunction(fun), range: ByteRange(start, self.end)), .other)
    }

    /// `$a` and `1.0` are numbers too.
    private func isPlainInteger(_ term: Term) -> Bool {
        guard self.lexer.bytes[self.start] != UInt8(ascii: "$") else { return false }
        if case .float = term { return false }
        return true
    }

    /// The next token, which is read again if it ends something.
    private mutating func nextOrBack() -> TermToken {
        let token = self.next()
        switch token {
        case .open, .close, .comma, .bar, .arrow, .dot, .end: self.putBack(token)
        case .literal, .broken, .variable, .reserved, .colon, .slash, .plus, .minus, .hash, .question, .symbol, .period:
            break
        }
        return token
    }

    // MARK: - Where a separator was expected

    /// A token that cannot follow a value inside a bracket.
    mutating func recoverSeparator(_ token: TermToken) {
        let top = self.frames.count - 1
        guard case .bracket(let bracket) = self.frames[top].kind else { return }
        switch token {
        case .dot, .end: self.recoverUnclosed(token)
        case .close(let closing):
            if bracket.isClosed(by: closing) {
                // A map that ends behind a key.
                self.reportMissingMapValue()
                self.values.append(LocatedTerm(term: .emptyList, range: ByteRange(self.start, self.start)))
                self.close()
            } else {
                self.recoverBracket(closing)
            }
        case .comma:
            if bracket == .map {
                self.reportMissingMapValue()
                self.values.append(LocatedTerm(term: .emptyList, range: ByteRange(self.start, self.start)))
                self.frames[top].expectation = .value
                self.frames[top].separator = self.start
            } else {
                let expected = bracket == .round ? "`)`" : "`]` behind the tail of a list"
                self.report(.unexpected(",", at: self.place, expected: expected))
                self.skipToClosing()
            }
        case .literal, .broken, .variable, .reserved, .open, .plus, .minus, .hash, .question, .period, .symbol, .colon,
            .slash, .bar, .arrow:
            self.recoverOperand(token, bracket: bracket)
        }
    }

    private mutating func reportMissingMapValue() {
        let top = self.frames.count - 1
        guard !self.frames[top].reportedMissingComma else { return }
        self.frames[top].reportedMissingComma = true
        self.report(.mapSyntax("this key has no value", at: self.place(self.values.last?.range ?? .empty)))
    }

    /// Something between two values that is not a separator.
    private mutating func recoverOperand(_ token: TermToken, bracket: Bracket) {
        let top = self.frames.count - 1
        if bracket == .map, self.isBehindKey, self.source(self.start, self.end) == ":=" {
            self.report(.mapSyntax("`:=` updates a map; a new one is built with `=>`", at: self.place))
            self.frames[top].expectation = .value
            self.frames[top].separator = self.start
            return
        }
        if case .broken = token {
            // Reported already.
            if self.lexer.isExhausted { self.giveUp() }
            return
        }
        if bracket == .angle, case .colon = token {
            self.report(.badSegment(.sizeBehindType, at: self.place))
            self.skipRestOfValue()
            return
        }
        if self.reportExpression(token) {
            self.frames[top].reportedMissingComma = bracket == .map
            if self.source(self.start, self.end) == "->" { self.distrustsBrackets = true }
            self.skipRestOfValue()
            return
        }
        if Self.beginsValue(token), bracket != .round, self.frames[top].elementsBeforeTail == nil {
            if !self.frames[top].reportedMissingComma, !self.distrustsBrackets {
                self.frames[top].reportedMissingComma = true
                if bracket == .map, self.isBehindKey {
                    self.report(.mapSyntax("`=>` is missing before this", at: self.place))
                } else {
                    self.report(
                        .missingComma(
                            at: self.place, string: self.longString.map { self.lexer.place($0.start, $0.end) }))
                    // Every quote from there on means the opposite of what was meant.
                    if self.longString != nil { self.giveUp() }
                }
            }
            self.frames[top].expectation = .value
            self.putBack(token)
            return
        }
        var expected = bracket == .map && self.isBehindKey ? "`=>`" : "`,` or `\(bracket.closing)`"
        if case .period = token { expected += "; what has a dot inside needs quotes" }
        self.report(.unexpected(self.source(self.start, self.end), at: self.place, expected: expected))
        self.skipRestOfValue()
    }

    /// Reports an operator, a call or the like behind a value; false when `token` is none.
    private mutating func reportExpression(_ token: TermToken) -> Bool {
        switch token {
        case .open(.round):
            guard self.start == self.lastEnd, case .atom = self.lastForm else { return false }
            self.report(.call(at: self.lexer.place(self.lastStart, self.end)))
            self.putBack(token)
            return true
        case .colon:
            guard case .atom = self.lastForm else {
                self.report(.expression(":", at: self.place))
                return true
            }
            self.report(.call(at: self.lexer.place(self.lastStart, self.end)))
            return true
        case .plus, .minus, .slash:
            self.report(.expression(self.source(self.start, self.end), at: self.place))
            return true
        case .symbol:
            let text = self.source(self.start, self.end)
            if text == ";" { return false }
            self.report(.expression(text, at: self.place))
            return true
        case .reserved(let word) where word.isOperator:
            self.report(.expression(word.rawValue, at: self.place))
            return true
        case .hash where self.start == self.lastEnd:
            self.report(.expression("#", at: self.place))
            return true
        case .literal, .broken, .variable, .reserved, .open, .close, .comma, .bar, .arrow, .hash, .question, .dot,
            .period, .end:
            return false
        }
    }

    private var lastStart: Int { Int(self.values.last?.range.lowerBound ?? 0) }

    static func beginsValue(_ token: TermToken) -> Bool {
        switch token {
        case .literal, .broken, .variable, .reserved, .open, .hash, .question: true
        case .close, .comma, .bar, .arrow, .colon, .slash, .plus, .minus, .symbol, .dot, .period, .end: false
        }
    }

    // MARK: - Brackets

    private mutating func reportStray(_ closing: Bracket) {
        guard !self.distrustsBrackets else { return }
        self.distrustsBrackets = true
        self.report(.strayBracket(closing, at: self.place))
    }

    /// A closing bracket that does not fit the innermost open one.
    private mutating func recoverBracket(_ closing: Bracket) {
        guard let top = self.frames.last, case .bracket(let bracket) = top.kind else { return }
        if !self.distrustsBrackets {
            self.report(
                .wrongBracket(
                    closing, at: self.place, open: bracket,
                    opening: self.lexer.place(top.start, top.start + bracket.opening.utf8.count)))
        }
        self.distrustsBrackets = true
        let fitting = self.frames.lastIndex { frame in
            if case .bracket(let bracket) = frame.kind { bracket.isClosed(by: closing) } else { false }
        }
        // Without a fitting one it was probably meant for the innermost: a slip of one key.
        while let frame = self.frames.last {
            let isLast = self.frames.count - 1 == fitting ?? self.frames.count - 1
            guard case .bracket(let bracket) = frame.kind else {
                self.frames.removeLast()
                continue
            }
            if bracket == .map, self.isBehindKey {
                self.values.append(LocatedTerm(term: .emptyList, range: ByteRange(self.start, self.start)))
            }
            // Nothing is evaluated any more: the values stand in for those that were meant.
            self.values.removeSubrange(frame.base...)
            if bracket == .angle, !self.builders.isEmpty { self.builders.removeLast() }
            self.frames.removeLast()
            if isLast { break }
        }
        self.values.append(LocatedTerm(term: .emptyList, range: ByteRange(self.start, self.end)))
        self.lastForm = .other
        while let frame = self.frames.last, case .sign = frame.kind { self.frames.removeLast() }
        if !self.frames.isEmpty {
            self.frames[self.frames.count - 1].expectation = .separator
            if case .bracket(.angle) = self.frames[self.frames.count - 1].kind { self.values.removeLast() }
        }
    }

    /// A dot or the end of the file inside brackets: ends the term.
    private mutating func recoverUnclosed(_ token: TermToken) {
        let isEndOfFile = if case .end = token { true } else { false }
        let open = self.frames.last { frame in
            if case .bracket = frame.kind { true } else { false }
        }
        if let open, case .bracket(let bracket) = open.kind {
            if !self.distrustsBrackets {
                self.report(
                    .unclosed(
                        bracket, at: self.lexer.place(open.start, open.start + bracket.opening.utf8.count),
                        end: self.place, isEndOfFile: isEndOfFile))
            }
        } else if let sign = self.frames.last {
            self.report(.missingValue(behind: self.source(sign.start, sign.start + 1), at: self.place))
        }
        if isEndOfFile { self.giveUp() }
        self.distrustsNextTerm = true
        self.frames.removeAll()
        self.values.removeAll()
        self.builders.removeAll()
    }

    // MARK: - The end of a term

    /// A token other than a dot behind a complete term; true when the term is over all the same.
    mutating func recoverEnd(_ token: TermToken) -> Bool {
        if case .close(let closing) = token {
            self.reportStray(closing)
            return false
        }
        if case .period = token {
            self.report(
                .unexpected(
                    ".", at: self.place, expected: "white space or the end of the file behind the dot"))
            self.skipRestOfTerm()
            self.distrustsBrackets = true
            return false
        }
        if self.distrustsBrackets { return false }
        if case .broken = token {
            // Reported already.
            if self.lexer.isExhausted { self.giveUp() }
            return false
        }
        if self.reportExpression(token) {
            self.skipRestOfTerm()
            return false
        }
        if case .reserved(let word) = token, word != .fun, !word.isNew {
            self.report(.unexpected(word.rawValue, at: self.place, expected: "a dot"))
            self.skipRestOfTerm()
            return false
        }
        if Self.beginsValue(token) {
            self.reportMissingDot()
            if self.longString != nil { self.giveUp() }
            self.putBack(token)
            return true
        }
        self.report(.unexpected(self.source(self.start, self.end), at: self.place, expected: "a dot"))
        self.skipRestOfTerm()
        return false
    }

    // MARK: - Skipping

    /// Skips what belongs to a reported value, and puts one value in its place.
    private mutating func completeBehindRest() {
        self.skipRestOfValue()
        self.completeDamaged()
    }

    private mutating func skipToken() {
        let token = self.nextOrBack()
        _ = token
    }

    /// Skips to the next separator, closing bracket or dot that is not inside a bracket.
    mutating func skipRestOfValue(depth: Int = 0) { self.skip(depth: depth) { _ in true } }

    /// Skips to the next closing bracket or dot that is not inside a bracket.
    private mutating func skipToClosing() {
        self.skip { token in
            switch token {
            case .comma, .bar, .arrow: false
            case .literal, .broken, .variable, .reserved, .open, .close, .colon, .slash, .plus, .minus, .hash,
                .question,
                .symbol, .dot, .period, .end:
                true
            }
        }
    }

    /// Skips to the dot.
    private mutating func skipRestOfTerm() {
        self.skip { token in
            switch token {
            case .comma, .bar, .arrow, .close: false
            case .literal, .broken, .variable, .reserved, .open, .colon, .slash, .plus, .minus, .hash, .question,
                .symbol,
                .dot, .period, .end:
                true
            }
        }
    }

    /// Skips to a token outside brackets that ends a value and that `isTarget` accepts. Nothing is reported meanwhile.
    private mutating func skip(depth: Int = 0, to isTarget: (TermToken) -> Bool) {
        let wasMuted = self.lexer.isMuted
        self.lexer.isMuted = true
        defer { self.lexer.isMuted = wasMuted }
        var depth = depth
        while true {
            let token = self.next()
            switch token {
            case .open: depth += 1
            case .close where depth > 0: depth -= 1
            case .close, .comma, .bar, .arrow:
                if depth == 0, isTarget(token) {
                    self.putBack(token)
                    return
                }
            case .dot, .end:
                self.putBack(token)
                return
            case .literal, .broken, .variable, .reserved, .colon, .slash, .plus, .minus, .hash, .question, .symbol,
                .period:
                break
            }
        }
    }
}
