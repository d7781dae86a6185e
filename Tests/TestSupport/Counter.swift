import Synchronization

/// Counts from 0, for closures that may be called from anywhere.
package final class Counter: Sendable {
    private let value = Mutex(0)

    package init() {}

    package func next() -> Int {
        self.value.withLock { value in
            value += 1
            return value - 1
        }
    }
}
