/// The groups of vertices that edges connect, whatever their direction.
package struct ConnectedGroups: Sendable {
    /// For each vertex the number of its group.
    package let group: [Int]
    /// The vertices of each group; groups and their members ascend.
    package let members: [[Int]]

    /// - Parameter edges: for each vertex the ones it leads to, each an index of `edges`.
    package init(of edges: [[Int]]) {
        var neighbours = edges
        for (from, targets) in edges.enumerated() { for to in targets { neighbours[to].append(from) } }
        var group = Array(repeating: -1, count: edges.count)
        var members: [[Int]] = []
        for start in edges.indices where group[start] < 0 {
            var found = [start]
            var next = 0
            group[start] = members.count
            while next < found.count {
                for other in neighbours[found[next]] where group[other] < 0 {
                    group[other] = members.count
                    found.append(other)
                }
                next += 1
            }
            members.append(found.sorted())
        }
        self.group = group
        self.members = members
    }
}
