/// The order in which a release loads and starts its applications (`systools_make:sort_appls/4`).
///
/// A list holds the applications that wait, at first in the order of the `.rel` file. Its head is taken off, with it
/// every waiting application that the head uses, then every one it includes. If there are none the head comes next in
/// the start order; otherwise they go to the front of the list in that order with the head behind them, and the head
/// counts as visited. So an application moves directly in front of the first one that needs it, and nothing else moves.
///
/// Two things are found on the way, and reported at the end. *Circular*: an application is fetched that was visited
/// before; it then leaves the list. *Lost*: something needed neither waits nor was visited. One that waits but includes
/// the head itself ("the included one uses its includer", which is legal) is not fetched, and is lost unless it was
/// visited; so a release can be refused for the order of its `.rel` file alone, which we keep, to accept what OTP does.
struct StartOrder {
    private let members: [ReleaseResolution.Draft.Member]
    private let indices: [ApplicationName: [Int]]
    /// Counts applications of one name and version as one, which matters where an application is listed twice.
    private let identities: [Identity]
    private var waiting: WaitingList
    private var visits: [Identity: Int] = [:]
    private var visitedNames: Set<ApplicationName> = []
    /// Newest first, each in its own order, as systools collects them.
    private var lost: [[ReleaseProblem.UndefinedApplication]] = []
    private var circular: [[Int]] = []

    private struct Identity: Hashable {
        let name: ApplicationName
        let version: ApplicationVersion
    }

    /// The indices of `members` in start order.
    static func of(_ members: [ReleaseResolution.Draft.Member]) throws(ReleaseProblem) -> [Int] {
        var order = StartOrder(members)
        let result = order.run()
        guard order.lost.isEmpty, order.circular.isEmpty else {
            throw .unsortable(
                circular: order.circular.reversed().flatMap { $0 }.map { members[$0].origin }.withoutRepetitions(),
                lost: order.lost.reversed().flatMap { $0 })
        }
        return result
    }

    private init(_ members: [ReleaseResolution.Draft.Member]) {
        self.members = members
        self.indices = Dictionary(grouping: members.indices, by: { members[$0].name })
        self.identities = members.map { Identity(name: $0.name, version: $0.application.version) }
        self.waiting = WaitingList(count: members.count)
    }

    private mutating func run() -> [Int] {
        var result: [Int] = []
        while let head = self.waiting.removeFirst() {
            let member = self.members[head]
            let (uses, missedUses) = self.fetch(member.uses, for: head)
            let (includes, missedIncludes) = self.fetch(member.includes, for: head)
            let missed =
                missedUses.removing(member.specification.optionalApplications).map { name in
                    let isRepeated = self.indices[name] != nil && member.uses.filter { $0 == name }.count > 1
                    return ReleaseProblem.UndefinedApplication(
                        name: name, neededBy: member.origin, relation: isRepeated ? .usesTwice : .uses)
                }
                + missedIncludes.map {
                    ReleaseProblem.UndefinedApplication(name: $0, neededBy: member.origin, relation: .includes)
                }
            if !missed.isEmpty { self.lost.append(missed) }

            let fetched = uses + includes
            if fetched.isEmpty {
                result.append(head)
            } else {
                self.waiting.prepend(self.withoutCircular(fetched, head: head))
            }
            self.visits[self.identities[head], default: 0] += 1
            self.visitedNames.insert(member.name)
        }
        return result
    }

    /// Takes the named applications out of the waiting list, the last name first. Both results are in the order of
    /// the names.
    private mutating func fetch(
        _ names: [ApplicationName], for head: Int
    ) -> (found: [Int], missed: [ApplicationName]) {
        var found: [Int] = []
        var missed: [ApplicationName] = []
        for name in names.reversed() {
            if let index = self.firstWaiting(name), !self.members[index].includes.contains(self.members[head].name) {
                self.waiting.remove(index)
                found.append(index)
            } else if !self.visitedNames.contains(name) {
                missed.append(name)
            }
        }
        return (found.reversed(), missed.reversed())
    }

    private func firstWaiting(_ name: ApplicationName) -> Int? {
        guard let candidates = self.indices[name] else { return nil }
        if candidates.count == 1 { return self.waiting.contains(candidates[0]) ? candidates[0] : nil }
        return self.waiting.first { self.members[$0].name == name }
    }

    /// The fetched applications and the head, less those that were visited before. These are noted; each one leaves as
    /// often as it was visited, which takes more than one away only where an application is listed twice.
    private mutating func withoutCircular(_ fetched: [Int], head: Int) -> [Int] {
        var front = fetched + [head]
        let circular = fetched.flatMap { index in
            Array(repeating: index, count: self.visits[self.identities[index]] ?? 0)
        }
        guard !circular.isEmpty else { return front }
        self.circular.append([head] + circular)
        for index in circular {
            let identity = self.identities[index]
            if let position = front.firstIndex(where: { self.identities[$0] == identity }) {
                front.remove(at: position)
            } else if let other = self.waiting.first(where: { self.identities[$0] == identity }) {
                self.waiting.remove(other)
            }
        }
        return front
    }
}

/// A list of the numbers below a count, first in their order, with removal from the middle in constant time.
private struct WaitingList {
    /// For each number the one behind it; the last slot is the list's own, so `next[count]` is the first one.
    private var next: [Int]
    private var previous: [Int]
    private var isMember: [Bool]
    private let end: Int

    init(count: Int) {
        self.end = count
        self.next = (0...count).map { $0 == count ? 0 : $0 + 1 }
        self.previous = (0...count).map { $0 == 0 ? count : $0 - 1 }
        self.isMember = Array(repeating: true, count: count)
    }

    /// Whether the number is in the list.
    func contains(_ number: Int) -> Bool { self.isMember[number] }

    /// Takes the first number out; nil when the list is empty.
    mutating func removeFirst() -> Int? {
        let first = self.next[self.end]
        guard first != self.end else { return nil }
        self.remove(first)
        return first
    }

    /// Takes a number out that is in the list.
    mutating func remove(_ number: Int) {
        self.isMember[number] = false
        self.next[self.previous[number]] = self.next[number]
        self.previous[self.next[number]] = self.previous[number]
    }

    /// Puts numbers that are not in the list in front of it.
    mutating func prepend(_ numbers: [Int]) {
        for number in numbers.reversed() {
            let first = self.next[self.end]
            self.next[number] = first
            self.previous[number] = self.end
            self.previous[first] = number
            self.next[self.end] = number
            self.isMember[number] = true
        }
    }

    /// The first number, from the front, that fits.
    func first(where predicate: (Int) -> Bool) -> Int? {
        var current = self.next[self.end]
        while current != self.end {
            if predicate(current) { return current }
            current = self.next[current]
        }
        return nil
    }
}
