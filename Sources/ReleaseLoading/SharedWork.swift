import Synchronization

/// Work on many items that is shared by several workers, each of which takes the next few items when it has done its own.
struct SharedWork {
    /// How many workers there are at most.
    let parallelism: Int

    /// Where the items begin that nobody has taken.
    private final class Queue: Sendable {
        private let next = Atomic(0)

        func take(_ count: Int) -> Int { self.next.add(count, ordering: .relaxed).oldValue }
    }

    /// The outputs, in the order of the items.
    ///
    /// - Parameter share: how many items a worker takes at once: many where they take little time each, few where some
    ///   take much more than others.
    /// - Parameter tool: what a worker keeps from item to item, such as its buffers.
    func map<Item: Sendable, Tool, Output: Sendable>(
        _ items: [Item], share: Int = 1, with tool: @escaping @Sendable () -> Tool,
        _ work: @escaping @Sendable (inout Tool, Item) async -> Output
    ) async -> [Output] {
        let queue = Queue()
        let workers = min(self.parallelism, (items.count + share - 1) / share)
        return await withTaskGroup(of: [(start: Int, outputs: [Output])].self) { group in
            for _ in 0..<workers {
                group.addTask {
                    var tool = tool()
                    var parts: [(start: Int, outputs: [Output])] = []
                    while true {
                        let start = queue.take(share)
                        guard start < items.count else { return parts }
                        var outputs: [Output] = []
                        for item in items[start..<min(start + share, items.count)] {
                            outputs.append(await work(&tool, item))
                        }
                        parts.append((start, outputs))
                    }
                }
            }
            var parts: [(start: Int, outputs: [Output])] = []
            for await part in group { parts += part }
            return parts.sorted { $0.start < $1.start }.flatMap(\.outputs)
        }
    }

    /// The same for work that needs no tool.
    func map<Item: Sendable, Output: Sendable>(
        _ items: [Item], share: Int = 1, _ work: @escaping @Sendable (Item) async -> Output
    ) async -> [Output] {
        await self.map(items, share: share, with: {}) { _, item in await work(item) }
    }
}
