/// A regular expression as instructions for ``PatternMatcher``.
///
/// Repetitions count in registers, so that the program is as long as the pattern, whatever its numbers.
struct PatternProgram: Sendable {
    enum Instruction: Sendable {
        case character(UInt32, caseless: Bool)
        case set(PatternSet)
        case any(includingNewline: Bool)
        case lineBreak
        case anchor(PatternNode.Anchor)
        case jump(Int)
        /// Goes on behind it; if that fails, at the target.
        case orElse(Int)
        /// Stores the position.
        case mark(Int)
        /// Closes a group: its bounds are the position marked in the last register and the one now.
        case capture(start: Int, end: Int, mark: Int)
        /// Registers of the group's bounds.
        case reference(start: Int, end: Int, caseless: Bool)
        /// Sets a counter to zero.
        case beginLoop(count: Int)
        /// Decides whether to go through the body, which follows, once more.
        case loop(Loop, exit: Int)
        /// Behind the body: back to `loop`, unless the body of an unbounded one matched nothing.
        case endLoop(Loop, top: Int)
        /// Notes how many alternatives are open.
        case open(Int)
        /// Forgets the alternatives opened since.
        case commit(Int)
        /// Goes back to a marked position.
        case restore(Int)
        /// Begins an assertion that its body does not match; goes on at the target when it does not.
        case openNegative(Int, otherwise: Int)
        /// The body of such an assertion matched.
        case failNegative(Int)
        /// Steps back this many characters.
        case back(Int)
        case accept
    }

    struct Loop: Sendable {
        var minimum: Int
        var maximum: Int?
        var isGreedy: Bool
        var count: Int
        var start: Int
    }

    private(set) var instructions: [Instruction] = []
    private(set) var registerCount: Int
    private let names: [String: Int]

    /// - Parameter groups: how many capturing groups there are; group `n` has the registers `2n` and `2n + 1`.
    init(_ root: PatternNode, groups: Int, names: [String: Int]) {
        self.registerCount = 2 * (groups + 1)
        self.names = names
        self.emit(root)
        self.instructions.append(.accept)
    }

    private mutating func newRegister() -> Int {
        self.registerCount += 1
        return self.registerCount - 1
    }

    private mutating func emit(_ node: PatternNode) {
        switch node {
        case .character(let character, let caseless):
            self.instructions.append(
                .character(caseless ? CharacterCase.fold(character) : character, caseless: caseless))
        case .set(let set): self.instructions.append(.set(set))
        case .any(let includingNewline): self.instructions.append(.any(includingNewline: includingNewline))
        case .lineBreak: self.instructions.append(.lineBreak)
        case .anchor(let anchor): self.instructions.append(.anchor(anchor))
        case .sequence(let nodes): for node in nodes { self.emit(node) }
        case .alternatives(let nodes): self.alternatives(nodes, isBehind: false)
        case .capture(let number, let body):
            let mark = self.newRegister()
            self.instructions.append(.mark(mark))
            self.emit(body)
            self.instructions.append(.capture(start: 2 * number, end: 2 * number + 1, mark: mark))
        case .atomic(let body): self.atomic(body)
        case .look(let look, let body): self.look(look, body)
        case .reference(let reference, let caseless):
            let number =
                switch reference {
                case .number(let number): number
                case .name(let name): self.names[name] ?? 0
                }
            self.instructions.append(.reference(start: 2 * number, end: 2 * number + 1, caseless: caseless))
        case .repetition(let body, let repetition): self.repetition(body, repetition)
        }
    }

    private mutating func alternatives(_ nodes: [PatternNode], isBehind: Bool) {
        var jumps: [Int] = []
        for (index, node) in nodes.enumerated() {
            let choice = self.instructions.count
            if index < nodes.count - 1 { self.instructions.append(.orElse(0)) }
            if isBehind { self.instructions.append(.back(node.fixedLength ?? 0)) }
            self.emit(node)
            if index < nodes.count - 1 {
                jumps.append(self.instructions.count)
                self.instructions.append(.jump(0))
                self.instructions[choice] = .orElse(self.instructions.count)
            }
        }
        for jump in jumps { self.instructions[jump] = .jump(self.instructions.count) }
    }

    private mutating func atomic(_ body: PatternNode) {
        let height = self.newRegister()
        self.instructions.append(.open(height))
        self.emit(body)
        self.instructions.append(.commit(height))
    }

    private mutating func look(_ look: PatternNode.Look, _ body: PatternNode) {
        let height = self.newRegister()
        let position = self.newRegister()
        let opening = self.instructions.count
        self.instructions.append(.open(height))
        if !look.isNegative { self.instructions.append(.mark(position)) }
        if look.isBehind {
            if case .alternatives(let nodes) = body {
                self.alternatives(nodes, isBehind: true)
            } else {
                self.alternatives([body], isBehind: true)
            }
        } else {
            self.emit(body)
        }
        if look.isNegative {
            self.instructions.append(.failNegative(height))
            self.instructions[opening] = .openNegative(height, otherwise: self.instructions.count)
        } else {
            self.instructions.append(.commit(height))
            self.instructions.append(.restore(position))
        }
    }

    private mutating func repetition(_ body: PatternNode, _ repetition: PatternNode.Repetition) {
        switch repetition.greed {
        case .possessive:
            var greedy = repetition
            greedy.greed = .greedy
            self.atomic(.repetition(body, greedy))
        case .greedy, .lazy:
            let loop = Loop(
                minimum: repetition.minimum, maximum: repetition.maximum, isGreedy: repetition.greed == .greedy,
                count: self.newRegister(), start: self.newRegister())
            self.instructions.append(.beginLoop(count: loop.count))
            let top = self.instructions.count
            self.instructions.append(.loop(loop, exit: 0))
            self.emit(body)
            self.instructions.append(.endLoop(loop, top: top))
            self.instructions[top] = .loop(loop, exit: self.instructions.count)
        }
    }
}
