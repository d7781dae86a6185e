import DistributionProtocol
import NIOCore

/// One caller that waits for its call. The box that holds it belongs to the event loop.
enum CallWaiter {
    /// How waiting ended.
    enum End: Sendable {
        case answered(CallAnswer)
        case deadline
        case cancelled
    }

    case notStarted
    /// The caller was cancelled before its call reached the event loop.
    case cancelledEarly
    case waiting(CallID, CheckedContinuation<End, Never>, deadline: Scheduled<Void>)
    case over

    typealias Box = NIOLoopBoundBox<CallWaiter>
}
