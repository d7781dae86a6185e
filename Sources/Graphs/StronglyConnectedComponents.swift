/// The strongly connected components of a graph (Tarjan 1972), found without recursion, in time linear in its size.
package struct StronglyConnectedComponents: Sendable {
    /// For each vertex the number of its component.
    package private(set) var component: [Int]
    /// How many components there are.
    package private(set) var count = 0

    /// - Parameter edges: for each vertex the vertices it leads to.
    package init(of edges: [[Int]]) {
        let unseen = -1
        self.component = Array(repeating: unseen, count: edges.count)
        var number = Array(repeating: unseen, count: edges.count)
        var lowest = Array(repeating: 0, count: edges.count)
        var open: [Int] = []
        var path: [(vertex: Int, nextEdge: Int)] = []
        var nextNumber = 0
        for start in edges.indices where number[start] == unseen {
            path.append((start, 0))
            while let (vertex, edge) = path.last {
                if edge == 0 {
                    number[vertex] = nextNumber
                    lowest[vertex] = nextNumber
                    nextNumber += 1
                    open.append(vertex)
                }
                if edge < edges[vertex].count {
                    path[path.count - 1].nextEdge += 1
                    let other = edges[vertex][edge]
                    if number[other] == unseen {
                        path.append((other, 0))
                    } else if self.component[other] == unseen {
                        lowest[vertex] = min(lowest[vertex], number[other])
                    }
                    continue
                }
                path.removeLast()
                if let parent = path.last { lowest[parent.vertex] = min(lowest[parent.vertex], lowest[vertex]) }
                if lowest[vertex] == number[vertex] {
                    while let member = open.popLast() {
                        self.component[member] = self.count
                        if member == vertex { break }
                    }
                    self.count += 1
                }
            }
        }
    }

    /// Whether each of the two vertices is reached from the other.
    package func areSame(_ first: Int, _ second: Int) -> Bool { self.component[first] == self.component[second] }
}

/// A queue that gives the element with the smallest priority first (a binary heap).
package struct SmallestFirstQueue: Sendable {
    private var heap: [(priority: Int, element: Int)] = []

    package init() {}

    /// Adds an element.
    package mutating func insert(_ element: Int, priority: Int) {
        self.heap.append((priority, element))
        var index = self.heap.count - 1
        while index > 0, self.precedes(index, (index - 1) / 2) {
            self.heap.swapAt(index, (index - 1) / 2)
            index = (index - 1) / 2
        }
    }

    /// Takes the element with the smallest priority out; nil when none is left.
    package mutating func removeFirst() -> Int? {
        guard let first = self.heap.first else { return nil }
        let last = self.heap.removeLast()
        if self.heap.isEmpty { return first.element }
        self.heap[0] = last
        var index = 0
        while true {
            var smallest = index
            for child in [2 * index + 1, 2 * index + 2] where child < self.heap.count {
                if self.precedes(child, smallest) { smallest = child }
            }
            if smallest == index { return first.element }
            self.heap.swapAt(index, smallest)
            index = smallest
        }
    }

    private func precedes(_ first: Int, _ second: Int) -> Bool { self.heap[first] < self.heap[second] }
}
