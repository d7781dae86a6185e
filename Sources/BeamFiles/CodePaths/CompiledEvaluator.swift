import ErlangTerms

/// Follows the instructions of compiled functions as far as the values they make can be told, and never runs anything:
/// what ``StaticEvaluator`` does with abstract code, for files that have none, as all of Elixir and whatever was stripped.
///
/// Every way through a function is followed whose tests are not known to go otherwise. Literals, constructions of tuples,
/// lists and maps, functions of the module, and a few of `lists`, `maps` and Elixir's `Supervisor` are followed;
/// everything else is a hole at its place. Steps and ways are bounded.
struct CompiledEvaluator {
    /// A call of `supervisor:start_link` or `Supervisor.start_link`.
    struct Start: Hashable {
        let isElixir: Bool
        let arguments: [StaticValue]
    }

    /// What is in the registers on one way.
    struct Path: Hashable {
        var x: [Int: StaticValue] = [:]
        var y: [Int: StaticValue] = [:]
    }

    /// Where a way goes after an instruction.
    enum Next {
        case next, end
        case jump(Int)
        case result(StaticValue)
    }

    /// Instructions on all ways together.
    static let maximumSteps = 20_000
    /// Results of one function, and ways yet to be followed.
    private static let maximumWays = 32
    private static let maximumDepth = 12

    let module: Atom
    let imports: [BeamFile.Import]
    private let beam: BeamFile
    private let atoms: AtomTable
    private let layout: CodeLayout
    private let literals: [Term]
    private var codes: [Int: FunctionCode] = [:]
    private var active: Set<Int> = []
    private var steps = Self.maximumSteps
    /// Calls of known functions; it has no code of its own.
    private var known: StaticEvaluator
    /// Those that were come by, in the order of following.
    private(set) var starts: [Start] = []

    init(_ beam: BeamFile) throws(BeamFileError) {
        self.beam = beam
        self.module = beam.module
        self.atoms = try beam.atoms
        self.layout = try CodeLayout(beam, self.atoms)
        self.imports = try beam.imports(self.atoms)
        self.literals = try beam.literals
        // No module is called like this, so that no call is taken for one of its own.
        self.known = StaticEvaluator(AbstractCode(module: "", forms: []))
    }

    // MARK: - Functions

    /// What a function can return; nil when the module has none of this name.
    mutating func call(_ name: Atom, _ arguments: [StaticValue]) -> StaticValue? {
        let number = self.layout.functions.firstIndex { $0.name == name && $0.arity == arguments.count }
        return number.map { self.follow($0, arguments) }
    }

    /// Follows all functions that call `start_link` of a supervisor, so that ``starts`` has their arguments.
    mutating func findStarts() {
        let targets = Set(self.imports.indices.filter { Self.isStart(self.imports[$0]) })
        guard !targets.isEmpty else { return }
        for number in self.layout.functions.indices {
            let isCaller = self.code(number)?.instructions.contains { instruction in
                [7, 8, 78].contains(instruction.opcode) && instruction.integer(1).map(targets.contains) ?? false
            }
            guard isCaller ?? false else { continue }
            let unknown = StaticValue(unknown: "an argument of `\(self.layout.functions[number].name)`")
            _ = self.follow(number, Array(repeating: unknown, count: self.layout.functions[number].arity))
        }
    }

    private static func isStart(_ target: BeamFile.Import) -> Bool {
        target.function == "start_link" && (target.module == "supervisor" || target.module == "Elixir.Supervisor")
    }

    private mutating func code(_ function: Int) -> FunctionCode? {
        if let known = self.codes[function] { return known }
        guard let code = try? FunctionCode(self.beam, self.atoms, body: self.layout.functions[function].body) else {
            return nil
        }
        self.codes[function] = code
        return code
    }

    private mutating func follow(_ function: Int, _ arguments: [StaticValue]) -> StaticValue {
        guard self.active.count < Self.maximumDepth, let code = self.code(function) else { return Self.tooLong }
        guard self.active.insert(function).inserted else {
            let target = self.layout.functions[function]
            return StaticValue(unknown: "`\(target.name)/\(target.arity)`, which calls itself")
        }
        defer { self.active.remove(function) }
        var results: [StaticValue] = []
        var visited: [Int: Set<Path>] = [:]
        var path = Path()
        for (number, argument) in arguments.enumerated() { path.x[number] = argument }
        var open = [(position: 0, path: path)]
        while let (position, path) = open.popLast() {
            guard open.count < Self.maximumWays, results.count < Self.maximumWays else { return Self.tooLong }
            if let result = self.follow(path, from: position, code, &open, &visited), !results.contains(result) {
                results.append(result)
            }
        }
        return self.known.union(results)
    }

    private mutating func follow(
        _ start: Path, from position: Int, _ code: FunctionCode, _ open: inout [(position: Int, path: Path)],
        _ visited: inout [Int: Set<Path>]
    ) -> StaticValue? {
        var (path, position) = (start, position)
        while code.instructions.indices.contains(position) {
            self.steps -= 1
            guard self.steps > 0 else { return Self.tooLong }
            let instruction = code.instructions[position]
            if instruction.opcode == Opcode.label, !visited[position, default: []].insert(path).inserted { return nil }
            var forks: [Int] = []
            switch self.step(instruction, &path, &forks) {
            case .next: position += 1
            case .end: return nil
            case .result(let value): return value
            case .jump(let label):
                // Labels of other functions raise an exception.
                guard let target = code.places[label] else { return nil }
                position = target
            }
            for label in forks {
                if let target = code.places[label] { open.append((target, path)) }
            }
        }
        return nil
    }

    private static let tooLong = StaticValue(unknown: "code that is too long to follow")

    // MARK: - Instructions

    /// What one instruction does; the numbers are those of `beam_opcodes`, which are never used again.
    ///
    /// - Parameter forks: labels that it may go to instead, with the registers as they are afterwards.
    private mutating func step(_ instruction: CodeInstruction, _ path: inout Path, _ forks: inout [Int]) -> Next {
        switch instruction.opcode {
        case Opcode.label, 12...16, 18, 21, 22, 68, Opcode.line, 105, 150, 151, 183, 184: return .next
        case 2, 3, 72, 73, 74, 107, 108, 161, 180: return .end  // exceptions, and the end of the code
        case 4: return self.goOn(self.localCall(instruction, path), isLast: false, &path)
        case 5, 6: return self.goOn(self.localCall(instruction, path), isLast: true, &path)
        case 7: return self.goOn(self.remoteCall(instruction, path), isLast: false, &path)
        case 8, 78: return self.goOn(self.remoteCall(instruction, path), isLast: true, &path)
        case 75, 112, 178, 20: return self.goOn(StaticValue(unknown: "a call of a fun"), isLast: false, &path)
        case 113: return .result(StaticValue(unknown: "a call of a fun"))
        case 19: return .result(path.x[0] ?? Self.noValue)
        case 136:
            let count = instruction.integer(0) ?? 0
            path.y = Dictionary(
                path.y.compactMap { $0.key >= count ? ($0.key - count, $0.value) : nil },
                uniquingKeysWith: { first, _ in first })
        case 61: return instruction.label(0).map { .jump($0) } ?? .end
        case 62, 104:
            // Where an exception goes. Which registers the body changes beforehand is not looked at.
            if let label = instruction.label(1) { forks.append(label) }
        case 63, 106, 160: path.x = [:]
        case 39...60, 77, 114, 115, 129, 156, 157: return self.test(instruction, path, &forks)
        case 64: self.set(instruction[1], self.value(instruction[0], path), &path)
        case 69:
            let list = self.known.append(
                .list([self.value(instruction[0], path)]), self.value(instruction[1], path))
            self.set(instruction[2], list, &path)
        case 66:
            let tuple = self.value(instruction[0], path)
            let index = instruction.integer(1) ?? -1
            let element = tuple.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil }
            self.set(instruction[2], element ?? StaticValue(unknown: "a part of a value that is not known"), &path)
        case 164: self.set(instruction[0], .tuple(instruction.list(1).map { self.value($0, path) }), &path)
        case 169:
            let (left, right) = (self.value(instruction[0], path), self.value(instruction[1], path))
            self.set(instruction[0], right, &path)
            self.set(instruction[1], left, &path)
        case 154, 155:
            let map = self.map(self.value(instruction[1], path), adding: instruction.list(4), path)
            if let label = instruction.label(0) { forks.append(label) }
            self.set(instruction[2], map, &path)
        case 9...11, 124, 125, 152, 185: self.builtIn(instruction, &path, &forks)
        default:
            // It may fail, and it may write to any register that it names.
            for operand in instruction.operands { if case .label(let label) = operand { forks.append(label) } }
            self.forget(instruction.operands, &path)
            if instruction.opcode == 103 || instruction.opcode == 133 { path.x[0] = nil }
        }
        return .next
    }

    private static let noValue = StaticValue(unknown: "a value that is not followed")

    private func value(_ operand: CodeInstruction.Operand, _ path: Path) -> StaticValue {
        switch operand {
        case .x(let number): path.x[number] ?? Self.noValue
        case .y(let number): path.y[number] ?? Self.noValue
        case .atom(let atom): .atom(atom)
        case .emptyList: .list([])
        case .integer(let value): StaticValue(.integer(value))
        case .literal(let number):
            self.literals.indices.contains(number) ? StaticValue(self.literals[number]) : Self.noValue
        case .label, .list, .other: Self.noValue
        }
    }

    private func set(_ operand: CodeInstruction.Operand, _ value: StaticValue?, _ path: inout Path) {
        switch operand {
        case .x(let number): path.x[number] = value
        case .y(let number): path.y[number] = value
        case .atom, .emptyList, .integer, .literal, .label, .list, .other: break
        }
    }

    private func forget(_ operands: [CodeInstruction.Operand], _ path: inout Path) {
        for operand in operands {
            if case .list(let inner) = operand { self.forget(inner, &path) }
            self.set(operand, nil, &path)
        }
    }

    private func map(
        _ base: StaticValue, adding pairs: [CodeInstruction.Operand], _ path: Path
    ) -> StaticValue {
        var entries: [StaticValue.Entry] = []
        var isComplete = false
        if case .map(let known, let complete) = base.shape { (entries, isComplete) = (known, complete) }
        for index in stride(from: 0, to: pairs.count - 1, by: 2) {
            guard let key = self.value(pairs[index], path).term else {
                // It may be any of the keys, or another.
                (entries, isComplete) = ([], false)
                continue
            }
            entries.removeAll { $0.key == key }
            entries.append(StaticValue.Entry(key: key, value: self.value(pairs[index + 1], path)))
        }
        return .map(entries, isComplete: isComplete)
    }

    /// A function that is an instruction; `++` is the only one that makes what is looked for.
    private mutating func builtIn(_ instruction: CodeInstruction, _ path: inout Path, _ forks: inout [Int]) {
        let operand = Opcode.importOperand(instruction.opcode) ?? 0
        if let label = instruction.operands.first.flatMap({ if case .label(let label) = $0 { label } else { nil } }) {
            forks.append(label)
        }
        guard let destination = instruction.operands.last else { return }
        guard let number = instruction.integer(operand), self.imports.indices.contains(number) else {
            return self.set(destination, nil, &path)
        }
        let arguments = instruction.operands.dropFirst(operand + 1).dropLast().map { self.value($0, path) }
        let target = self.imports[number]
        self.set(destination, self.known.call(target.module, target.function, arguments), &path)
    }

    // MARK: - Tests

    private func test(_ instruction: CodeInstruction, _ path: Path, _ forks: inout [Int]) -> Next {
        if instruction.opcode == 59 || instruction.opcode == 60 { return self.select(instruction, path, &forks) }
        let outcome = self.outcome(instruction, path)
        if outcome != true, let label = instruction.label(0) {
            if outcome == false { return .jump(label) }
            forks.append(label)
        }
        return .next
    }

    /// How a test goes; nil where that is not known.
    private func outcome(_ instruction: CodeInstruction, _ path: Path) -> Bool? {
        let value = self.value(instruction[1], path)
        switch instruction.opcode {
        case 43, 44:
            guard let left = value.term, let right = self.value(instruction[2], path).term else { return nil }
            return (left == right) == (instruction.opcode == 43)
        case 52: return self.shape(value) { $0.items.map { items in items.isEmpty } ?? false }
        case 55: return self.shape(value) { $0.items != nil }
        case 56: return self.shape(value) { $0.items.map { items in !items.isEmpty } ?? false }
        case 57: return self.shape(value) { $0.elements != nil }
        case 58: return self.shape(value) { $0.elements?.count == instruction.integer(2) }
        case 48: return self.shape(value) { $0.atom != nil }
        case 156: return self.shape(value) { if case .map = $0.shape { true } else { false } }
        default: return nil
        }
    }

    /// Whether a value is of a form; nil where nothing is known of it.
    private func shape(_ value: StaticValue, _ isOfForm: (StaticValue) -> Bool) -> Bool? {
        switch value.shape {
        case .unknown, .choice, .term(.improperList): nil
        case .list(let items): items.contains { $0.presence != .always } ? nil : isOfForm(value)
        case .term, .tuple, .map, .function: isOfForm(value)
        }
    }

    /// `select_val` and `select_tuple_arity`.
    private func select(_ instruction: CodeInstruction, _ path: Path, _ forks: inout [Int]) -> Next {
        let value = self.value(instruction[0], path)
        let choices = instruction.list(2)
        let term = instruction.opcode == 59 ? value.term : value.elements.map { .integer($0.count) }
        for index in stride(from: 0, to: choices.count - 1, by: 2) {
            guard case .label(let label) = choices[index + 1] else { continue }
            if let term {
                if term == self.value(choices[index], path).term { return .jump(label) }
            } else {
                forks.append(label)
            }
        }
        return instruction.label(1).map { .jump($0) } ?? .end
    }

    // MARK: - Calls

    /// Goes on with the result of a call; a call leaves no register as it was.
    private func goOn(_ value: StaticValue, isLast: Bool, _ path: inout Path) -> Next {
        if value == .never { return .end }
        if isLast { return .result(value) }
        path.x = [0: value]
        return .next
    }

    private func arguments(_ count: Int?, _ path: Path) -> [StaticValue] {
        (0..<max(0, min(count ?? 0, 255))).map { path.x[$0] ?? Self.noValue }
    }

    private mutating func localCall(_ instruction: CodeInstruction, _ path: Path) -> StaticValue {
        guard let label = instruction.label(1), let function = self.layout.function(at: label) else {
            return Self.noValue
        }
        return self.follow(function, self.arguments(instruction.integer(0), path))
    }

    private mutating func remoteCall(_ instruction: CodeInstruction, _ path: Path) -> StaticValue {
        guard let number = instruction.integer(1), self.imports.indices.contains(number) else { return Self.noValue }
        let target = self.imports[number]
        let arguments = self.arguments(instruction.integer(0), path)
        if BuiltIns.raises(target) { return .never }
        if Self.isStart(target) {
            let start = Start(isElixir: target.module != "supervisor", arguments: arguments)
            if !self.starts.contains(start) { self.starts.append(start) }
        }
        if target.module == self.module, let value = self.call(target.function, arguments) { return value }
        return ElixirSupervisors.result(of: target, arguments)
            ?? self.known.call(target.module, target.function, arguments)
    }
}
