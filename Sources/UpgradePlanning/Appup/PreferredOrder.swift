import Graphs

/// An order of things that need, and things that prefer, others before them.
///
/// What is needed always holds. What is preferred holds wherever that does not run in a circle; within a circle the next
/// one is always that with the fewest preferences left open. Otherwise the smallest priority comes first. Priorities are
/// all different, so the order depends on nothing else.
enum PreferredOrder {
    /// - Parameters:
    ///   - needed: for each thing the ones that must come before it, without circles.
    ///   - preferred: for each thing the ones that should come before it.
    static func order(needed: [[Int]], preferred: [[Int]], priority: [Int]) -> [Int] {
        let wanted = needed.indices.map { needed[$0] + preferred[$0] }
        let components = StronglyConnectedComponents(of: wanted)
        var members: [[Int]] = Array(repeating: [], count: components.count)
        for number in wanted.indices { members[components.component[number]].append(number) }
        var waitingFor = Array(repeating: 0, count: members.count)
        var waiters: [[Int]] = Array(repeating: [], count: members.count)
        for number in wanted.indices {
            for other in wanted[number] where !components.areSame(number, other) {
                waitingFor[components.component[number]] += 1
                waiters[components.component[other]].append(components.component[number])
            }
        }
        let first = members.map { $0.map { priority[$0] }.min() ?? 0 }
        var ready = SmallestFirstQueue()
        for component in members.indices where waitingFor[component] == 0 {
            ready.insert(component, priority: first[component])
        }
        var order: [Int] = []
        while let component = ready.removeFirst() {
            order += Self.withinCircle(members[component], needed, preferred, priority)
            for waiter in waiters[component] {
                waitingFor[waiter] -= 1
                if waitingFor[waiter] == 0 { ready.insert(waiter, priority: first[waiter]) }
            }
        }
        return order
    }

    private static func withinCircle(
        _ members: [Int], _ needed: [[Int]], _ preferred: [[Int]], _ priority: [Int]
    ) -> [Int] {
        if members.count == 1 { return members }
        var left = Set(members)
        // Of the needs and the preferences how many are not yet in the order.
        var needs: [Int: Int] = [:]
        var wishes: [Int: Int] = [:]
        var neededBy: [Int: [Int]] = [:]
        var preferredBy: [Int: [Int]] = [:]
        for number in members {
            for other in needed[number] where left.contains(other) {
                needs[number, default: 0] += 1
                neededBy[other, default: []].append(number)
            }
            for other in preferred[number] where left.contains(other) {
                wishes[number, default: 0] += 1
                preferredBy[other, default: []].append(number)
            }
        }
        var order: [Int] = []
        while !left.isEmpty {
            let free = left.lazy.filter { needs[$0, default: 0] == 0 }
            guard
                let next = free.min(by: {
                    (wishes[$0, default: 0], priority[$0]) < (wishes[$1, default: 0], priority[$1])
                })
            else { break }
            left.remove(next)
            order.append(next)
            for other in neededBy[next] ?? [] { needs[other, default: 0] -= 1 }
            for other in preferredBy[next] ?? [] { wishes[other, default: 0] -= 1 }
        }
        // Needs without circles leave nothing over; should they have one, nothing may get lost.
        return order + left.sorted { priority[$0] < priority[$1] }
    }
}
