import ErlangTerms
import Graphs

/// Stage 8: instructions about modules that depend on each other are gathered in blocks, and ordered inside them.
///
/// All module instructions of all scripts are vertices of one graph, numbered as they were written; an edge leads to
/// each module that an instruction names as its dependency. Every weakly connected component becomes one block, which
/// stands where its first instruction stood: later ones are pulled forward, past whatever stood between.
///
/// Inside a block the strongly connected components are ordered topologically, dependants first, and the modules of a
/// cycle as they were written. Where that leaves a choice, OTP lets the hash order of its virtual machine decide; here
/// the component with the smallest instruction number comes first, so that equal input gives equal output.
struct DependencyOrder {
    enum Item: Sendable {
        case fixed(Sourced<LowLevelInstruction>)
        case block([Member])
    }

    /// A module instruction in its block.
    struct Member: Sendable {
        var instruction: Sourced<ModuleInstruction>
        /// Set when the instruction was pulled forward past instructions that are not of its block.
        var move: Move?
    }

    /// Why an instruction was pulled forward.
    struct Move: Hashable, Sendable {
        /// The module it was moved next to.
        var neighbour: Atom
        /// Whether the moved module depends on the neighbour, or the neighbour on it.
        var dependsOnNeighbour: Bool
    }

    /// Who comes first where dependencies leave it open.
    enum TieBreak: Sendable {
        case instructionNumber
        /// The module with the smallest rank; how tests ask for OTP's choice. Modules without a rank come first.
        case rank([Atom: Int])
    }

    private let steps: [Sourced<ApplicationInstructions.Step>]
    /// The vertices: module instructions in the order written, with their index in `steps`.
    private var vertices: [(step: Int, instruction: Sourced<ModuleInstruction>)] = []
    /// For each vertex the vertices it depends on, and those that depend on it.
    private var dependencies: [[Int]] = []
    private var dependants: [[Int]] = []

    static func arrange(
        _ steps: [Sourced<ApplicationInstructions.Step>], scripts: [UpgradeScript],
        tieBreak: TieBreak = .instructionNumber
    ) throws(TranslationFailure) -> [Item] {
        var order = DependencyOrder(steps: steps)
        try order.makeGraph(scripts)
        return order.items(tieBreak)
    }

    private init(steps: [Sourced<ApplicationInstructions.Step>]) { self.steps = steps }

    // MARK: - Graph

    private mutating func makeGraph(_ scripts: [UpgradeScript]) throws(TranslationFailure) {
        var problems: [TranslationProblem] = []
        var vertexOfModule: [Atom: Int] = [:]
        for (index, step) in self.steps.enumerated() {
            guard case .module(let instruction) = step.value else { continue }
            if let first = vertexOfModule[instruction.module] {
                problems.append(
                    TranslationProblem(
                        .multiplyDefinedModule(instruction.module), step.source, scripts,
                        related: [self.vertices[first].instruction.source]))
            } else {
                vertexOfModule[instruction.module] = self.vertices.count
                self.vertices.append((index, Sourced(instruction, step.source)))
            }
        }
        try TranslationFailure.throwIfAny(problems)

        self.dependencies = Array(repeating: [], count: self.vertices.count)
        self.dependants = Array(repeating: [], count: self.vertices.count)
        for (vertex, (_, instruction)) in self.vertices.enumerated() {
            for module in instruction.value.dependencies {
                if let dependency = vertexOfModule[module] {
                    self.dependencies[vertex].append(dependency)
                    self.dependants[dependency].append(vertex)
                } else {
                    problems.append(TranslationProblem(.undefinedModule(module), instruction.source, scripts))
                }
            }
        }
        try TranslationFailure.throwIfAny(problems)
    }

    // MARK: - Blocks

    private func items(_ tieBreak: TieBreak) -> [Item] {
        let (blockOfVertex, links) = self.connect()
        var blocks: [[Member]] = []
        for vertex in self.sorted(tieBreak) {
            let block = blockOfVertex[vertex]
            while blocks.count <= block { blocks.append([]) }
            blocks[block].append(Member(instruction: self.vertices[vertex].instruction, move: links[vertex]))
        }

        var items: [Item] = []
        items.reserveCapacity(self.steps.count)
        var vertex = 0
        var emitted = 0
        for step in self.steps {
            switch step.value {
            case .fixed(let instruction): items.append(.fixed(Sourced(instruction, step.source)))
            case .module:
                // Blocks are numbered by their first vertex, so the next block begins at the first vertex of it.
                if blockOfVertex[vertex] == emitted {
                    items.append(.block(blocks[emitted]))
                    emitted += 1
                }
                vertex += 1
            }
        }
        return items
    }

    /// Finds the weakly connected components, numbered by their first vertex, and how each vertex that does not stand
    /// together with its component is linked to it.
    private func connect() -> (block: [Int], moves: [Move?]) {
        var block = Array(repeating: -1, count: self.vertices.count)
        var reached: [Move?] = Array(repeating: nil, count: self.vertices.count)
        var count = 0
        for start in self.vertices.indices where block[start] < 0 {
            block[start] = count
            var queue = [start]
            var next = 0
            while next < queue.count {
                let vertex = queue[next]
                next += 1
                let module = self.vertices[vertex].instruction.value.module
                for other in self.dependants[vertex] where block[other] < 0 {
                    block[other] = count
                    reached[other] = Move(neighbour: module, dependsOnNeighbour: true)
                    queue.append(other)
                }
                for other in self.dependencies[vertex] where block[other] < 0 {
                    block[other] = count
                    reached[other] = Move(neighbour: module, dependsOnNeighbour: false)
                    queue.append(other)
                }
            }
            // A vertex stays in its place when all steps since the first one belong to the component.
            let first = self.vertices[start].step
            for (rank, vertex) in queue.sorted().enumerated() where self.vertices[vertex].step == first + rank {
                reached[vertex] = nil
            }
            count += 1
        }
        return (block, reached)
    }

    // MARK: - Order

    /// All vertices in topological order of their strongly connected components, dependants first.
    private func sorted(_ tieBreak: TieBreak) -> [Int] {
        let components = StronglyConnectedComponents(of: self.dependencies)
        var members: [[Int]] = Array(repeating: [], count: components.count)
        for vertex in self.vertices.indices { members[components.component[vertex]].append(vertex) }

        let rank: (Int) -> Int =
            switch tieBreak {
            case .instructionNumber: { $0 }
            case .rank(let ranks): { ranks[self.vertices[$0].instruction.value.module] ?? -1 }
            }
        let priority = members.map { $0.map(rank).min() ?? 0 }
        var waitingFor = Array(repeating: 0, count: members.count)
        for vertex in self.vertices.indices {
            for dependency in self.dependencies[vertex] where !components.areSame(vertex, dependency) {
                waitingFor[components.component[dependency]] += 1
            }
        }

        var ready = SmallestFirstQueue()
        for component in members.indices where waitingFor[component] == 0 {
            ready.insert(component, priority: priority[component])
        }
        var order: [Int] = []
        order.reserveCapacity(self.vertices.count)
        while let component = ready.removeFirst() {
            order += members[component]
            for vertex in members[component] {
                for dependency in self.dependencies[vertex] where !components.areSame(vertex, dependency) {
                    let other = components.component[dependency]
                    waitingFor[other] -= 1
                    if waitingFor[other] == 0 { ready.insert(other, priority: priority[other]) }
                }
            }
        }
        return order
    }
}
