/// Runs a ``PatternProgram``: a backtracking search whose memory is on a stack of its own, with a limit on its steps.
struct PatternMatcher {
    /// What to undo or to try when the search fails.
    private enum Frame {
        case alternative(instruction: Int, position: Int)
        case register(Int, value: Int)
    }

    private static let newline: UInt32 = 0x0a

    private let program: PatternProgram
    private let subject: [UInt32]
    private let limit: Int
    private var steps = 0
    private var registers: [Int]
    private var frames: [Frame] = []
    private var position = 0
    private var instruction = 0

    init(_ program: PatternProgram, _ subject: [UInt32], limit: Int) {
        self.program = program
        self.subject = subject
        self.limit = limit
        self.registers = Array(repeating: -1, count: program.registerCount)
    }

    /// The end of the first match that begins at the start of the subject; nil when there is none.
    mutating func firstMatchEnd() throws(VersionPattern.Problem) -> Int? {
        while true {
            self.steps += 1
            if self.steps > self.limit { throw .tooExpensive }
            let instruction = self.program.instructions[self.instruction]
            if case .accept = instruction { return self.position }
            if self.execute(instruction) { continue }
            guard self.backtrack() else { return nil }
        }
    }

    /// Executes one instruction and goes on to the next one; false when it fails.
    private mutating func execute(_ instruction: PatternProgram.Instruction) -> Bool {
        self.instruction += 1
        switch instruction {
        case .character(let expected, let caseless):
            return self.take { caseless ? CharacterCase.fold($0) == expected : $0 == expected }
        case .set(let set): return self.take(set.contains)
        case .any(let includingNewline): return self.take { includingNewline || $0 != Self.newline }
        case .lineBreak:
            if self.take({ $0 == 0x0d }) {
                _ = self.take { $0 == Self.newline }
                return true
            }
            return self.take(CharacterClass.verticalSpace.contains)
        case .anchor(let anchor): return self.holds(anchor)
        case .jump(let target): self.instruction = target
        case .orElse(let target): self.frames.append(.alternative(instruction: target, position: self.position))
        case .mark(let register): self.set(register, self.position)
        case .capture(let start, let end, let mark):
            self.set(start, self.registers[mark])
            self.set(end, self.position)
        case .reference(let start, let end, let caseless): return self.repeatGroup(start, end, caseless)
        case .beginLoop(let count): self.set(count, 0)
        case .loop(let loop, let exit): self.decide(loop, exit)
        case .endLoop(let loop, let top):
            let matchedNothing = self.registers[loop.start] == self.position
            let isEnough = self.registers[loop.count] >= loop.minimum
            if !(loop.maximum == nil && matchedNothing && isEnough) { self.instruction = top }
        case .open(let register): self.set(register, self.frames.count)
        case .commit(let register): self.forgetAlternatives(above: self.registers[register])
        case .restore(let register): self.position = self.registers[register]
        case .openNegative(let register, let otherwise):
            self.set(register, self.frames.count)
            self.frames.append(.alternative(instruction: otherwise, position: self.position))
        case .failNegative(let register):
            let height = self.registers[register]
            while self.frames.count > height { self.undo() }
            return false
        case .back(let count):
            if count > self.position { return false }
            self.position -= count
        case .accept: break
        }
        return true
    }

    private mutating func take(_ isFitting: (UInt32) -> Bool) -> Bool {
        guard self.position < self.subject.count, isFitting(self.subject[self.position]) else { return false }
        self.position += 1
        return true
    }

    private mutating func decide(_ loop: PatternProgram.Loop, _ exit: Int) {
        let count = self.registers[loop.count]
        if let maximum = loop.maximum, count >= maximum {
            self.instruction = exit
            return
        }
        let body = self.instruction
        if count >= loop.minimum {
            if !loop.isGreedy {
                // The body is tried last: by way of this very instruction, as if one more were required.
                self.frames.append(.alternative(instruction: -body, position: self.position))
                self.instruction = exit
                return
            }
            self.frames.append(.alternative(instruction: exit, position: self.position))
        }
        self.enterBody(loop)
    }

    private mutating func enterBody(_ loop: PatternProgram.Loop) {
        self.set(loop.count, self.registers[loop.count] + 1)
        self.set(loop.start, self.position)
    }

    private mutating func repeatGroup(_ start: Int, _ end: Int, _ caseless: Bool) -> Bool {
        let (from, to) = (self.registers[start], self.registers[end])
        // A group that did not take part cannot be repeated.
        guard from >= 0, to >= from, self.subject.count - self.position >= to - from else { return false }
        self.steps += to - from
        for offset in 0..<(to - from) {
            let (one, other) = (self.subject[from + offset], self.subject[self.position + offset])
            let isEqual = caseless ? CharacterCase.fold(one) == CharacterCase.fold(other) : one == other
            if !isEqual { return false }
        }
        self.position += to - from
        return true
    }

    private func holds(_ anchor: PatternNode.Anchor) -> Bool {
        let (position, count) = (self.position, self.subject.count)
        switch anchor {
        case .start: return position == 0
        case .lineStart:
            return position == 0 || (position < count && self.subject[position - 1] == Self.newline)
        case .end: return position == count
        case .endOrLastNewline:
            return position == count || (position == count - 1 && self.subject[position] == Self.newline)
        case .lineEnd: return position == count || self.subject[position] == Self.newline
        case .wordBoundary, .noWordBoundary:
            let before = position > 0 && CharacterClass.word.contains(self.subject[position - 1])
            let after = position < count && CharacterClass.word.contains(self.subject[position])
            return (before != after) == (anchor == .wordBoundary)
        }
    }

    // MARK: - Going back

    private mutating func set(_ register: Int, _ value: Int) {
        self.frames.append(.register(register, value: self.registers[register]))
        self.registers[register] = value
    }

    private mutating func undo() {
        if case .register(let register, let value)? = self.frames.popLast() { self.registers[register] = value }
    }

    /// Returns to the last open alternative; false when there is none.
    private mutating func backtrack() -> Bool {
        while let frame = self.frames.popLast() {
            switch frame {
            case .register(let register, let value): self.registers[register] = value
            case .alternative(let instruction, let position):
                self.position = position
                self.instruction = abs(instruction)
                if instruction < 0, case .loop(let loop, _) = self.program.instructions[self.instruction - 1] {
                    self.enterBody(loop)
                }
                return true
            }
        }
        return false
    }

    /// Keeps only what must be undone of what was noted since.
    private mutating func forgetAlternatives(above height: Int) {
        self.steps += self.frames.count - height
        var kept = height
        for index in height..<self.frames.count {
            if case .register = self.frames[index] {
                self.frames[kept] = self.frames[index]
                kept += 1
            }
        }
        self.frames.removeLast(self.frames.count - kept)
    }
}
