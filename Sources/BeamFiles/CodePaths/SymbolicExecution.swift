package import ErlangTerms

/// Follows the paths through compiled functions without running them, to say what they can return.
///
/// Every path is followed on its own as long as its values differ from those of the others; functions of the module that
/// are called are followed with the values they are called with. What cannot be told is unknown: a result is
/// never wrong, but it may be missing, and then the outcome says that it is not complete.
package struct SymbolicExecution {
    /// One thing that a function can return.
    package struct Return: Hashable, Sendable {
        package let value: SymbolicValue
        /// What is known of the arguments where it returns this.
        package let facts: SymbolicFacts
    }

    package struct Outcome: Hashable, Sendable {
        /// In the order of the code.
        package fileprivate(set) var returns: [Return] = []
        /// Whether it can return nothing else.
        package fileprivate(set) var isComplete = true
    }

    /// A call that hands a process over to `gen_server:enter_loop` or its like, which never return.
    package struct HandOver: Hashable, Sendable {
        let offset: Int
        package let arguments: [SymbolicValue]
        package let facts: SymbolicFacts
    }

    /// What is on the registers on one path.
    struct Path: Hashable {
        var x = SymbolicRegisters()
        var y = SymbolicRegisters()
        var facts: SymbolicFacts

        /// Forgets what was learnt of values that are no longer there, so that paths that differ in nothing else are one.
        mutating func forgetUnused() {
            guard self.facts.dependOnSites else { return }
            var sites: Set<Int> = []
            self.x.addSites(to: &sites)
            self.y.addSites(to: &sites)
            self.facts.keep(sites: sites)
        }
    }

    /// One function that is being followed.
    struct Frame {
        let code: FunctionCode
        let depth: Int
        /// Paths yet to be followed, the next one last.
        var open: [(position: Int, path: Path)] = []
        var visited: [Int: Set<Path>] = [:]
        var outcome = Outcome()
        private var returned: Set<Return> = []

        init(_ code: FunctionCode, depth: Int) {
            self.code = code
            self.depth = depth
        }

        /// Goes on at a label later; labels of other functions raise an exception.
        mutating func fork(_ label: Int?, _ path: Path) {
            guard let label, let position = self.code.places[label] else { return }
            self.open.append((position, path))
        }

        mutating func end(_ value: SymbolicValue, _ facts: SymbolicFacts) {
            let result = Return(value: value, facts: facts)
            guard self.returned.insert(result).inserted else { return }
            guard self.outcome.returns.count < SymbolicExecution.maximumReturns else {
                self.outcome.isComplete = false
                return
            }
            self.outcome.returns.append(result)
        }
    }

    private struct CallKey: Hashable {
        let function: Int
        let arguments: [SymbolicValue]
        let facts: SymbolicFacts
    }

    let imports: [BeamFile.Import]
    private let beam: BeamFile
    private let atoms: AtomTable
    private let layout: CodeLayout
    private let literals: [SymbolicValue]
    private var codes: [Int: FunctionCode] = [:]
    private var outcomes: [CallKey: Outcome] = [:]
    private var active: Set<Int> = []
    private var steps: Int
    private var handedOver: [HandOver] = []

    private static let maximumReturns = 256
    private static let maximumPathsPerPlace = 48
    private static let maximumDepth = 7

    /// - Parameter steps: the instructions to follow at most, on all paths together.
    package init(_ beam: BeamFile, steps: Int = 50_000) throws(BeamFileError) {
        self.beam = beam
        self.atoms = try beam.atoms
        self.layout = try CodeLayout(beam, self.atoms)
        self.imports = try beam.imports(self.atoms)
        self.literals = try beam.literals.map { SymbolicValue(literal: $0) }
        self.steps = steps
    }

    // MARK: - Functions

    /// What a function can return; nil when the module has none of the name. Its arguments are
    /// ``SymbolicValue/argument(_:)``.
    ///
    /// - Parameter tracking: the arguments that matter, from 0 on. Nothing is known of the others, which spares paths that
    ///   differ in nothing else.
    package mutating func returns(of name: Atom, _ arity: Int, tracking: Set<Int>) -> Outcome? {
        guard let number = self.layout.functions.firstIndex(where: { $0.name == name && $0.arity == arity }) else {
            return nil
        }
        let arguments = (0..<arity).map { tracking.contains($0) ? SymbolicValue.argument($0) : .unknown }
        return self.follow(number, arguments, SymbolicFacts(), depth: 0)
    }

    /// All calls of `enter_loop`, in the order of the code, with what is known of their arguments.
    package mutating func handOvers() -> [HandOver] {
        let targets = Set(self.imports.indices.filter { Self.isHandOver(self.imports[$0]) })
        guard !targets.isEmpty else { return [] }
        self.handedOver = []
        for number in self.layout.functions.indices {
            let isCaller = self.code(number)?.instructions.contains { instruction in
                [7, 8, 78].contains(instruction.opcode) && instruction.integer(1).map(targets.contains) ?? false
            }
            guard isCaller ?? false else { continue }
            let arguments = (0..<self.layout.functions[number].arity).map { SymbolicValue.argument($0) }
            _ = self.follow(number, arguments, SymbolicFacts(), depth: 0)
        }
        return self.handedOver
    }

    /// Whether a call hands its process over to a behaviour's loop.
    package static func isHandOver(_ target: BeamFile.Import) -> Bool {
        target.function == "enter_loop" && ["gen_server", "gen_statem", "gen_fsm"].contains(target.module)
    }

    /// The names of all functions.
    package var functions: [(name: Atom, arity: Int)] { self.layout.functions.map { ($0.name, $0.arity) } }

    /// The instructions of a function, or nil where they cannot be read.
    mutating func code(_ function: Int) -> FunctionCode? {
        if let known = self.codes[function] { return known }
        guard let code = try? FunctionCode(self.beam, self.atoms, body: self.layout.functions[function].body) else {
            return nil
        }
        self.codes[function] = code
        return code
    }

    private mutating func follow(
        _ function: Int, _ arguments: [SymbolicValue], _ facts: SymbolicFacts, depth: Int
    ) -> Outcome? {
        let key = CallKey(function: function, arguments: arguments, facts: facts)
        if let known = self.outcomes[key] { return known }
        guard depth < Self.maximumDepth, let code = self.code(function), self.active.insert(function).inserted else {
            return nil
        }
        defer { self.active.remove(function) }
        var frame = Frame(code, depth: depth)
        var path = Path(facts: facts)
        for (number, argument) in arguments.enumerated() { path.x[number] = argument }
        frame.open = [(0, path)]
        while let (position, path) = frame.open.popLast() { self.follow(path, from: position, &frame) }
        self.outcomes[key] = frame.outcome
        return frame.outcome
    }

    private mutating func follow(_ start: Path, from position: Int, _ frame: inout Frame) {
        var (path, position) = (start, position)
        while frame.code.instructions.indices.contains(position) {
            self.steps -= 1
            guard self.steps > 0 else {
                frame.outcome.isComplete = false
                return
            }
            let instruction = frame.code.instructions[position]
            if instruction.opcode == Opcode.label {
                path.forgetUnused()
                guard frame.visited[position, default: []].insert(path).inserted else { return }
                guard frame.visited[position, default: []].count <= Self.maximumPathsPerPlace else {
                    frame.outcome.isComplete = false
                    return
                }
                position += 1
                continue
            }
            switch self.step(instruction, at: position, &path, &frame) {
            case .next: position += 1
            case .end: return
            case .jump(let label):
                guard let target = frame.code.places[label] else { return }
                position = target
            }
        }
    }

    /// Where a path goes after an instruction.
    enum Next {
        case next, end
        case jump(Int)
    }

    // MARK: - Values

    func value(_ operand: CodeInstruction.Operand, _ path: Path) -> SymbolicValue {
        switch operand {
        case .x(let number): path.x[number]
        case .y(let number): path.y[number]
        case .atom(let atom): .term(.atom(atom))
        case .emptyList: .term(.emptyList)
        case .integer(let value): .term(.integer(value))
        case .literal(let number): self.literals.indices.contains(number) ? self.literals[number] : .unknown
        case .label, .list, .other: .unknown
        }
    }

    func set(_ operand: CodeInstruction.Operand, _ value: SymbolicValue, _ path: inout Path) {
        switch operand {
        case .x(let number): path.x[number] = value.bounded
        case .y(let number): path.y[number] = value.bounded
        case .atom, .emptyList, .integer, .literal, .label, .list, .other: break
        }
    }

    // MARK: - Calls

    /// Goes on behind a call of a function of the module, or returns what it returns.
    mutating func call(
        _ instruction: CodeInstruction, at position: Int, isLast: Bool, _ path: inout Path, _ frame: inout Frame
    ) -> Next {
        guard let arity = instruction.integer(0), (0...255).contains(arity), let label = instruction.label(1),
            let function = self.layout.function(at: label)
        else { return self.goOn(.unknown, isLast, &path, &frame) }
        let arguments = (0..<arity).map { path.x[$0] }
        let target = self.layout.functions[function]
        let unknown = SymbolicValue.opaque(
            site: instruction.offset, .localCall(name: target.name, arity: target.arity))
        guard let outcome = self.follow(function, arguments, path.facts, depth: frame.depth + 1) else {
            path.facts.forget(root: unknown)
            return self.goOn(unknown, isLast, &path, &frame)
        }
        var sites: Set<Int> = []
        for argument in arguments { argument.addSites(to: &sites) }
        var known = sites
        path.y.addSites(to: &known)
        var ways: [Path] = []
        var seen: Set<Path> = []
        for result in outcome.returns {
            var way = path
            way.facts = result.facts
            way.facts.keep(sites: known)
            let isOwn = result.value.hasOnly(sites: sites)
            let value = isOwn ? result.value : result.value.withoutSites(except: sites, whole: unknown)
            if value == unknown { way.facts.forget(root: unknown) }
            way.x.forgetAll()
            way.x[0] = value
            if seen.insert(way).inserted { ways.append(way) }
        }
        if !outcome.isComplete {
            var way = path
            way.facts.forget(root: unknown)
            way.x.forgetAll()
            way.x[0] = unknown
            if seen.insert(way).inserted { ways.append(way) }
        }
        if isLast {
            for way in ways { frame.end(way.x[0], way.facts) }
            return .end
        }
        for way in ways.dropFirst().reversed() { frame.open.append((position + 1, way)) }
        guard let first = ways.first else { return .end }
        path = first
        return .next
    }

    /// Goes on behind a call of a function of another module, or returns what it returns.
    mutating func remoteCall(
        _ instruction: CodeInstruction, isLast: Bool, _ path: inout Path, _ frame: inout Frame
    ) -> Next {
        guard let arity = instruction.integer(0), (0...255).contains(arity), let number = instruction.integer(1),
            self.imports.indices.contains(number)
        else { return self.goOn(.unknown, isLast, &path, &frame) }
        let target = self.imports[number]
        let arguments = (0..<arity).map { path.x[$0] }
        if Self.isHandOver(target) {
            let call = HandOver(offset: instruction.offset, arguments: arguments, facts: path.facts)
            if !self.handedOver.contains(call) { self.handedOver.append(call) }
            return .end
        }
        if BuiltIns.raises(target) { return .end }
        let value =
            BuiltIns.result(of: target, arguments, path.facts) ?? .opaque(site: instruction.offset, .call(target))
        path.facts.forget(root: .opaque(site: instruction.offset, .call(target)))
        return self.goOn(value, isLast, &path, &frame)
    }

    /// Goes on with the result of a call; a call leaves no register as it was.
    func goOn(_ value: SymbolicValue, _ isLast: Bool, _ path: inout Path, _ frame: inout Frame) -> Next {
        if isLast {
            frame.end(value, path.facts)
            return .end
        }
        path.x.forgetAll()
        self.set(.x(0), value, &path)
        return .next
    }
}

extension SymbolicValue {
    /// A literal of the code, as far as it is small enough to be carried along.
    init(literal term: Term) {
        var nodes = 0
        self = Self.isSmall(term, &nodes) ? .term(term) : Self(large: term)
    }

    private init(large term: Term) {
        switch term {
        case .list, .improperList: self = .list
        case .map(let map) where map.count <= Self.maximumSize:
            var nodes = 0
            let keys = map.pairs.map(\.key)
            self =
                keys.allSatisfy { Self.isSmall($0, &nodes) }
                ? .map(keys: Set(keys), structure: map[.atom("__struct__")]?.atomValue, base: nil) : .unknown
        case .tuple(let elements) where elements.count <= Self.maximumSize / 2:
            self = .tuple(
                elements.map { element in
                    var nodes = 0
                    return Self.isSmall(element, &nodes) && nodes <= 4 ? .term(element) : .unknown
                })
        default: self = .unknown
        }
    }

    private static func isSmall(_ term: Term, _ nodes: inout Int) -> Bool {
        nodes += 1
        guard nodes <= self.maximumSize else { return false }
        switch term {
        case .tuple(let elements), .list(let elements):
            return elements.allSatisfy { self.isSmall($0, &nodes) }
        case .map(let map):
            return map.pairs.allSatisfy { self.isSmall($0.key, &nodes) && self.isSmall($0.value, &nodes) }
        case .improperList(let list): return list.elements.allSatisfy { self.isSmall($0, &nodes) }
        case .binary(let bytes): return bytes.count <= 4096
        case .atom, .integer, .bigInteger, .float, .bitString, .pid, .port, .reference, .externalFunction, .closure,
            .nativeRecord:
            return true
        }
    }

    /// Adds the sites of all opaque values in it.
    func addSites(to sites: inout Set<Int>) {
        switch self {
        case .opaque(let site, _): sites.insert(site)
        case .element(of: let whole, _): whole.addSites(to: &sites)
        case .tuple(let elements): for element in elements { element.addSites(to: &sites) }
        case .map(_, _, let base): base?.addSites(to: &sites)
        case .argument, .term, .list, .unknown: break
        }
    }

    /// Whether all opaque values in it are of these sites.
    func hasOnly(sites: Set<Int>) -> Bool {
        switch self {
        case .opaque(let site, _): sites.contains(site)
        case .element(of: let whole, _): whole.hasOnly(sites: sites)
        case .tuple(let elements): elements.allSatisfy { $0.hasOnly(sites: sites) }
        case .map(_, _, let base): base?.hasOnly(sites: sites) ?? true
        case .argument, .term, .list, .unknown: true
        }
    }

    /// Without what only the function knew that was called: its opaque values are others at each call.
    func withoutSites(except sites: Set<Int>, whole: SymbolicValue) -> SymbolicValue {
        switch self {
        case .opaque(let site, _): sites.contains(site) ? self : whole
        case .element: self.hasOnly(sites: sites) ? self : whole
        case .tuple(let elements):
            .tuple(elements.map { $0.withoutSites(except: sites, whole: .unknown) })
        case .map(let keys, let structure, let base):
            .map(keys: keys, structure: structure, base: base?.withoutSites(except: sites, whole: .unknown))
        case .argument, .term, .list, .unknown: self
        }
    }
}
