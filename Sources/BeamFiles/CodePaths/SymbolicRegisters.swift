/// What is on the registers of one kind, x or y; those of which nothing is known take no part in comparisons.
struct SymbolicRegisters: Hashable {
    /// By number; the last one is known.
    private var values: [SymbolicValue] = []

    /// The runtime system has no more of them.
    private static let maximumCount = 1024

    /// `unknown` also for registers that there are not.
    subscript(number: Int) -> SymbolicValue {
        get { self.values.indices.contains(number) ? self.values[number] : .unknown }
        set {
            guard (0..<Self.maximumCount).contains(number) else { return }
            if number < self.values.count {
                self.values[number] = newValue
                while self.values.last == .unknown { self.values.removeLast() }
            } else if newValue != .unknown {
                self.values += repeatElement(.unknown, count: number - self.values.count)
                self.values.append(newValue)
            }
        }
    }

    mutating func forgetAll() { self.values.removeAll(keepingCapacity: true) }

    /// Forgets the first ones, and numbers the others from 0 on.
    mutating func drop(_ count: Int) { self.values.removeFirst(min(max(count, 0), self.values.count)) }

    /// Adds the sites of all opaque values on them.
    func addSites(to sites: inout Set<Int>) {
        for value in self.values { value.addSites(to: &sites) }
    }
}
