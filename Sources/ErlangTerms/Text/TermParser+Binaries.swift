import BigInt
import Diagnostics

extension TermParser {
    /// The value of a segment is finished: reads `:Size` and `/Types` behind it and appends its bits.
    mutating func finishSegment() {
        guard let value = self.values.popLast() else { return }
        let isString = if case .string = self.lastForm { true } else { false }
        var segment = BitSegment()
        var token = self.next()
        if case .colon = token {
            guard let size = self.readSize() else { return }
            segment.size = size
            token = self.next()
        }
        if case .slash = token {
            guard self.readTypes(into: &segment) else { return }
        } else {
            self.putBack(token)
        }
        guard !self.builders.isEmpty else { return }
        do {
            try segment.append(
                value.term, isString: isString, to: &self.builders[self.builders.count - 1],
                limit: self.lexer.limits.segmentBits)
        } catch {
            self.report(.badSegment(error, at: self.lexer.place(Int(value.range.lowerBound), self.end)))
        }
    }

    /// A number or character, or one with a sign in parentheses. Nil after a finding; the rest is skipped then.
    private mutating func readSize() -> BitSegment.Size? {
        var depth = 0
        var token = self.next()
        let start = self.start
        while case .open(.round) = token {
            depth += 1
            token = self.next()
        }
        var isNegative = false
        switch token {
        case .minus where depth > 0:
            isNegative = true
            token = self.next()
        case .plus where depth > 0: token = self.next()
        case .literal, .broken, .variable, .reserved, .open, .close, .comma, .bar, .arrow, .colon, .slash, .plus,
            .minus,
            .hash, .question, .symbol, .dot, .period, .end:
            break
        }
        var size = BitSegment.Size.wrong
        switch token {
        case .literal(.integer(let count), .number): size = .count(isNegative ? -BigInt(count) : BigInt(count))
        case .literal(.bigInteger(let count), .number): size = .count(isNegative ? -count.value : count.value)
        case .literal(.atom("all"), _): size = .all
        case .literal(.atom("undefined"), _): size = .undefined
        case .literal: break
        case .broken, .variable, .reserved, .open, .close, .comma, .bar, .arrow, .colon, .slash, .plus, .minus, .hash,
            .question, .symbol, .dot, .period, .end:
            let end = self.end
            self.putBack(token)
            self.recoverSegment(.size, start, end, depth: depth)
            return nil
        }
        while depth > 0 {
            token = self.next()
            guard case .close(.round) = token else {
                let end = self.end
                self.putBack(token)
                self.recoverSegment(.size, start, end, depth: depth)
                return nil
            }
            depth -= 1
        }
        return size
    }

    /// `integer-signed-unit:8`; false after a finding.
    private mutating func readTypes(into segment: inout BitSegment) -> Bool {
        while true {
            let token = self.next()
            guard case .literal(.atom(let word), .atom) = token else {
                let (start, end) = (self.start, self.end)
                let text = self.source(start, end)
                if case .symbol = token { self.distrustsBrackets = true }
                self.putBack(token)
                self.recoverSegment(Self.isWord(token) ? .unknownType(text) : .missingType, start, end)
                return false
            }
            if word == "unit" {
                guard self.readUnit(into: &segment) else { return false }
            } else {
                let before = segment
                if !segment.apply(word.name) {
                    var fresh = BitSegment()
                    let problem: SegmentProblem =
                        fresh.apply(word.name) ? .contradiction(word.name) : .unknownType(word.name)
                    segment = before
                    self.recoverSegment(problem, self.start, self.end)
                    return false
                }
            }
            let separator = self.next()
            guard case .minus = separator else {
                self.putBack(separator)
                return true
            }
        }
    }

    private static func isWord(_ token: TermToken) -> Bool {
        switch token {
        case .literal, .broken, .variable, .reserved: true
        case .open, .close, .comma, .bar, .arrow, .colon, .slash, .plus, .minus, .hash, .question, .symbol, .dot,
            .period, .end:
            false
        }
    }

    private mutating func readUnit(into segment: inout BitSegment) -> Bool {
        let start = self.start
        let colon = self.next()
        guard case .colon = colon else {
            let end = self.lastEnd
            self.putBack(colon)
            self.recoverSegment(.unit, start, end)
            return false
        }
        let token = self.next()
        guard case .literal(.integer(let unit), .number) = token, (1...256).contains(unit) else {
            let end = self.end
            if case .literal = token {} else { self.putBack(token) }
            self.recoverSegment(.unit, start, end)
            return false
        }
        guard segment.set(unit: unit) else {
            self.recoverSegment(.contradiction("unit"), start, self.end)
            return false
        }
        return true
    }

    /// Reports what is wrong with a segment and skips the rest of it.
    private mutating func recoverSegment(_ problem: SegmentProblem, _ start: Int, _ end: Int, depth: Int = 0) {
        self.report(.badSegment(problem, at: self.lexer.place(start, end)))
        self.skipRestOfValue(depth: depth)
    }
}
