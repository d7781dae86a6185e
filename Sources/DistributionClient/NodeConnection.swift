package import DistributionProtocol
package import ErlangTerms
import Logging
import NIOCore

/// A live connection with a node. Ends with the closure of ``withNodeConnection(to:cookie:options:_:)``; calls made after that, or
/// after the node was lost, fail at once.
package struct NodeConnection: Sendable {
    /// Both ends, as the handshake established them.
    package let peer: Peer
    private let handler: NIOLoopBound<NodeChannelHandler>
    private let channel: any Channel
    private let limits: ProtocolLimits
    private let logger: Logger

    init(peer: Peer, handler: NIOLoopBound<NodeChannelHandler>, channel: any Channel, options: ConnectionOptions) {
        self.peer = peer
        self.handler = handler
        self.channel = channel
        self.limits = options.limits
        self.logger = options.logger
    }

    /// Calls a function of the node and waits for what it returns.
    ///
    /// The function runs in a process of its own there, so a call that hangs holds up no other. Its group leader is the node's `user`. After
    /// `time` (30 s unless said otherwise), or when the calling task is cancelled, nobody waits any more; whether the function then goes on is
    /// what `abandonment` says.
    package func call(
        _ module: Atom, _ function: Atom, _ arguments: [Term], within time: Duration = .seconds(30),
        method: RemoteCall.Method = .spawnedProcess, abandonment: RemoteCall.Abandonment = .leaveRunning
    ) async throws(CallError) -> Term {
        let call = RemoteCall(module, function, arguments, method: method, abandonment: abandonment)
        self.logger.trace("call", metadata: ["function": "\(module):\(function)/\(arguments.count)"])
        do throws(CallError.Code) {
            switch await self.end(of: call, within: TimeAmount(clamping: time)) {
            case .answered(let answer): return try await Self.value(of: answer, limits: self.limits.terms)
            case .deadline: throw .noAnswer(within: time)
            case .cancelled: throw .cancelled
            }
        } catch {
            self.logger.trace("call failed", metadata: ["function": "\(module):\(function)/\(arguments.count)"])
            throw CallError(
                error, node: self.peer.node, module: module, function: function, arity: arguments.count)
        }
    }

    private func end(of call: RemoteCall, within time: TimeAmount) async -> CallWaiter.End {
        let eventLoop = self.channel.eventLoop
        let handler = self.handler
        let waiter = CallWaiter.Box.makeBoxSendingValue(.notStarted, eventLoop: eventLoop)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.execute { handler.value.call(call, within: time, waiter, continuation) }
            }
        } onCancel: {
            eventLoop.execute { handler.value.cancel(waiter) }
        }
    }

    /// Decodes on the shared pool: neither the event loop nor the caller's actor should be busy with ten megabytes.
    @concurrent
    private static func value(
        of answer: CallAnswer, limits: ExternalTermLimits
    ) async throws(CallError.Code) -> Term {
        try answer.value(limits: limits)
    }

    /// Closes and waits until it is closed. Calls that have no answer yet fail.
    func close() async {
        let handler = self.handler
        self.channel.eventLoop.execute { handler.value.close() }
        // The close future of a channel never fails.
        try? await self.channel.closeFuture.get()
        self.logger.trace("closed", metadata: ["node": "\(self.peer.node)"])
    }
}
