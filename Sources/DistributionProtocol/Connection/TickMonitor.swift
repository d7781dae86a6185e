/// Notices that the node is gone, and that we ought to show that we are not (kernel, `net_kernel`, `net_ticktime`).
///
/// A timer fires four times in the net tick time (60 s, so every 15 s): an interval without any byte sent asks for a tick, four
/// in a row without any received mean that the node is down. It is found between one and one and a quarter tick times.
struct TickMonitor: Hashable, Sendable {
    static let intervals = 4

    private var hasReceived = false
    private var hasSent = false
    private var silentIntervals = 0

    enum Verdict: Hashable {
        case fine
        case sendTick
        case nodeIsDown
    }

    mutating func received() { self.hasReceived = true }
    mutating func sent() { self.hasSent = true }

    mutating func timerFired() -> Verdict {
        self.silentIntervals = self.hasReceived ? 0 : self.silentIntervals + 1
        let verdict: Verdict =
            if self.silentIntervals >= Self.intervals { .nodeIsDown } else { self.hasSent ? .fine : .sendTick }
        self.hasReceived = false
        self.hasSent = false
        return verdict
    }
}
