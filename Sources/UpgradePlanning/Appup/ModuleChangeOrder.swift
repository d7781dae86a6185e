import ErlangTerms
import Graphs
import ReleaseModel

/// The order of module changes on the way up, and which change must wait for which.
///
/// A module waits for the added and changed modules of its application that it calls: their new functions must be there
/// first. A deleted module waits for those that called it: their new code must be there before it goes. These are the
/// DepMods of both directions, because the translation reverses the order on the way down by itself.
struct ModuleChangeOrder {
    /// On the way up, what is waited for first; groups of connected modules stay together, those with supervisors last,
    /// since a supervisor may name any of the others.
    let changes: [ModuleChange]
    /// For each module the ones it waits for, sorted by name.
    let dependencies: [ModuleName: [ModuleName]]

    init(_ unsorted: [ModuleChange]) {
        // From here on a module is a number; numbers are in the order of names.
        let changes = unsorted.sorted { $0.name < $1.name }
        let numbers = Dictionary(
            changes.enumerated().map { ($1.name.atom, $0) }, uniquingKeysWith: { first, _ in first })
        var edges: [[Int]] = Array(repeating: [], count: changes.count)
        for (number, change) in changes.enumerated() where !change.isDeleted {
            for module in change.calledModules {
                guard let other = numbers[module], other != number, !changes[other].isDeleted else { continue }
                edges[number].append(other)
            }
        }
        for (number, change) in changes.enumerated() {
            for module in change.calledModulesBefore {
                guard let other = numbers[module], other != number, changes[other].isDeleted else { continue }
                edges[other].append(number)
            }
        }
        for number in edges.indices { edges[number].sort() }
        self.dependencies = Dictionary(
            uniqueKeysWithValues: changes.indices.map { number in
                (changes[number].name, edges[number].map { changes[$0].name })
            })
        self.changes = Self.order(changes, edges).map { changes[$0] }
    }

    private static func order(_ changes: [ModuleChange], _ edges: [[Int]]) -> [Int] {
        let priority = self.priorities(changes, edges)
        let components = StronglyConnectedComponents(of: edges)
        var members: [[Int]] = Array(repeating: [], count: components.count)
        for number in changes.indices { members[components.component[number]].append(number) }
        for index in members.indices { members[index].sort { priority[$0] < priority[$1] } }

        var waitingFor = Array(repeating: 0, count: members.count)
        var waiters: [[Int]] = Array(repeating: [], count: members.count)
        for number in changes.indices {
            for other in edges[number] where !components.areSame(number, other) {
                waitingFor[components.component[number]] += 1
                waiters[components.component[other]].append(components.component[number])
            }
        }
        var ready = SmallestFirstQueue()
        for component in members.indices where waitingFor[component] == 0 {
            ready.insert(component, priority: priority[members[component][0]])
        }
        var order: [Int] = []
        while let component = ready.removeFirst() {
            order += members[component]
            for waiter in waiters[component] {
                waitingFor[waiter] -= 1
                if waitingFor[waiter] == 0 { ready.insert(waiter, priority: priority[members[waiter][0]]) }
            }
        }
        return order
    }

    /// Who comes first where dependencies leave it open: groups with living modules, groups of deleted ones, groups with
    /// supervisors; in a group added modules, changed ones, supervisors, deleted ones; then by name.
    private static func priorities(_ changes: [ModuleChange], _ edges: [[Int]]) -> [Int] {
        let groups = self.groups(edges)
        let (living, deletedOnly, withSupervisor) = (0, 1, 2)
        var lateness = Array(repeating: deletedOnly, count: changes.count)
        for (number, change) in changes.enumerated() {
            if change.isSupervisor { lateness[groups[number]] = withSupervisor }
            if !change.isDeleted, lateness[groups[number]] == deletedOnly { lateness[groups[number]] = living }
        }
        return changes.indices.map { number in
            let group = lateness[groups[number]] * changes.count + groups[number]
            return (group * 4 + self.kindRank(changes[number])) * changes.count + number
        }
    }

    private static func kindRank(_ change: ModuleChange) -> Int {
        switch change.kind {
        case .added: 0
        case .changed(_, _, .code), .changed(_, _, .codeChange): 1
        case .changed(_, _, .supervisor): 2
        case .deleted: 3
        }
    }

    /// For each vertex the smallest vertex it is connected with.
    private static func groups(_ edges: [[Int]]) -> [Int] {
        var neighbours = edges
        for (from, targets) in edges.enumerated() { for to in targets { neighbours[to].append(from) } }
        var group = Array(repeating: -1, count: edges.count)
        for start in edges.indices where group[start] < 0 {
            var open = [start]
            group[start] = start
            while let vertex = open.popLast() {
                for other in neighbours[vertex] where group[other] < 0 {
                    group[other] = start
                    open.append(other)
                }
            }
        }
        return group
    }
}
