import Graphs
import TestSupport
import Testing

@Suite struct StronglyConnectedComponentsTests {
    /// Two vertices are in one component when each is reached from the other.
    @Test func areThoseThatReachEachOther() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let count = Int.random(in: 0...9, using: &generator)
            let edges = (0..<count).map { _ in
                (0..<Int.random(in: 0...2, using: &generator)).map { _ in Int.random(in: 0..<count, using: &generator) }
            }
            let components = StronglyConnectedComponents(of: edges)
            let reached = edges.indices.map { Self.reached(from: $0, edges) }
            for one in edges.indices {
                for other in edges.indices {
                    let isMutual = reached[one].contains(other) && reached[other].contains(one)
                    #expect(components.areSame(one, other) == isMutual, "\(edges)")
                }
            }
            #expect(Set(components.component).count == components.count)
        }
    }

    private static func reached(from start: Int, _ edges: [[Int]]) -> Set<Int> {
        var reached: Set<Int> = [start]
        var open = [start]
        while let vertex = open.popLast() {
            for other in edges[vertex] where reached.insert(other).inserted { open.append(other) }
        }
        return reached
    }

    @Test func theSmallestPriorityLeavesTheQueueFirst() {
        var generator = SeededGenerator(seed: 4)
        var queue = SmallestFirstQueue()
        let priorities = (0..<200).map { _ in Int.random(in: 0..<50, using: &generator) }
        for (element, priority) in priorities.enumerated() { queue.insert(element, priority: priority) }
        var order: [Int] = []
        while let element = queue.removeFirst() { order.append(priorities[element]) }
        #expect(order == priorities.sorted())
    }
}
