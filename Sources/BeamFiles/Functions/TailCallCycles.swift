/// The functions that lead back to themselves by tail calls.
///
/// Tarjan's strongly connected components, without recursion: code decides how deep it would go.
struct TailCallCycles {
    private var isInCycle: [Bool]

    func contains(_ function: Int) -> Bool { self.isInCycle[function] }

    /// - Parameter calls: for each function the functions that it ends with a call of.
    init(_ calls: [[Int]]) {
        self.isInCycle = Array(repeating: false, count: calls.count)
        let unseen = -1
        var index = Array(repeating: unseen, count: calls.count)
        var lowest = Array(repeating: 0, count: calls.count)
        var isOnStack = Array(repeating: false, count: calls.count)
        var stack: [Int] = []
        var next = 0
        var path: [(function: Int, position: Int)] = []
        for root in calls.indices where index[root] == unseen {
            path.append((root, 0))
            while let (function, position) = path.last {
                if position == 0 {
                    index[function] = next
                    lowest[function] = next
                    next += 1
                    stack.append(function)
                    isOnStack[function] = true
                }
                if position < calls[function].count {
                    path[path.count - 1].position += 1
                    let target = calls[function][position]
                    if target == function { self.isInCycle[function] = true }
                    if index[target] == unseen {
                        path.append((target, 0))
                    } else if isOnStack[target] {
                        lowest[function] = min(lowest[function], index[target])
                    }
                    continue
                }
                path.removeLast()
                if let caller = path.last?.function { lowest[caller] = min(lowest[caller], lowest[function]) }
                guard lowest[function] == index[function] else { continue }
                let isAlone = stack.last == function
                while let member = stack.popLast() {
                    isOnStack[member] = false
                    if !isAlone { self.isInCycle[member] = true }
                    if member == function { break }
                }
            }
        }
    }
}
