import Graphs

/// The functions that lead back to themselves by tail calls.
struct TailCallCycles {
    private let isInCycle: [Bool]

    func contains(_ function: Int) -> Bool { self.isInCycle[function] }

    /// - Parameter calls: for each function the functions that it ends with a call of.
    init(_ calls: [[Int]]) {
        let components = StronglyConnectedComponents(of: calls)
        var sizes = Array(repeating: 0, count: components.count)
        for component in components.component { sizes[component] += 1 }
        self.isInCycle = calls.indices.map { function in
            sizes[components.component[function]] > 1 || calls[function].contains(function)
        }
    }
}
