import DistributionProtocol
import NIOCore

/// Feeds a ``ConnectionMachine`` with what happens on its channel and performs its actions. Decides nothing.
final class NodeChannelHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    /// The outcome of connecting; called at most once.
    typealias Completion = (Result<Peer, NodeError>) -> Void

    private var machine: ConnectionMachine
    private let eventLoop: any EventLoop
    private let tickInterval: TimeAmount
    private var context: ChannelHandlerContext?
    private var completion: Completion?
    private var tickTimer: RepeatedTask?
    private var waiters: [CallID: CallWaiter.Box] = [:]
    private var isReadHeld = false

    init(machine: consuming ConnectionMachine, eventLoop: any EventLoop, tickInterval: TimeAmount) {
        self.machine = machine
        self.eventLoop = eventLoop
        self.tickInterval = tickInterval
    }

    // MARK: - The channel

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = self.unwrapInboundIn(data)
        self.perform(self.machine.bytesReceived(buffer.readBytes(length: buffer.readableBytes) ?? []))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if TLSErrors.isUncleanClose(error) {
            self.perform(self.machine.connectionClosed())
        } else if let failure = TLSErrors.failure(error, nil) {
            // With TLS 1.3 our side is done before the node has seen our certificate.
            self.perform(self.machine.tlsFailed(failure))
        } else {
            self.perform(self.machine.connectionLost(detail: SocketErrors.detail(error)))
        }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { self.perform(self.machine.connectionClosed()) }

    /// Nothing is read from a node that does not read: what it sends makes us answer, and answers would pile up. An Erlang node
    /// always reads, whatever it still has to write.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable { context.read() } else { self.isReadHeld = true }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if self.isReadHeld, context.channel.isWritable {
            self.isReadHeld = false
            context.read()
        }
    }

    // MARK: - Connecting

    /// This channel is the one: begin.
    func start(_ completion: @escaping Completion) {
        self.completion = completion
        self.perform(self.machine.connected())
    }

    func connectTimeoutFired() { self.perform(self.machine.connectTimeoutFired()) }

    func close() { self.perform(self.machine.closeRequested()) }

    // MARK: - Calls

    func call(
        _ call: RemoteCall, within time: TimeAmount, _ waiter: CallWaiter.Box,
        _ continuation: CheckedContinuation<CallWaiter.End, Never>
    ) {
        if case .cancelledEarly = waiter.value {
            waiter.value = .over
            continuation.resume(returning: .cancelled)
            return
        }
        let (id, actions) = self.machine.callRequested(call)
        let timer = self.eventLoop.assumeIsolated().scheduleTask(in: time) { self.abandon(waiter, .deadline) }
        waiter.value = .waiting(id, continuation, deadline: timer)
        self.waiters[id] = waiter
        self.perform(actions)
    }

    func cancel(_ waiter: CallWaiter.Box) { self.abandon(waiter, .cancelled) }

    private func abandon(_ waiter: CallWaiter.Box, _ end: CallWaiter.End) {
        switch waiter.value {
        case .notStarted: waiter.value = .cancelledEarly
        case .cancelledEarly, .over: break
        case .waiting(let id, _, _):
            self.finish(id, end)
            self.perform(self.machine.callAbandoned(id))
        }
    }

    private func finish(_ id: CallID, _ end: CallWaiter.End) {
        guard let waiter = self.waiters.removeValue(forKey: id),
            case .waiting(_, let continuation, let timer) = waiter.value
        else { return }
        waiter.value = .over
        timer.cancel()
        continuation.resume(returning: end)
    }

    // MARK: - Actions

    private func perform(_ actions: [ConnectionAction]) {
        var hasWritten = false
        for action in actions {
            switch action {
            case .send(let bytes):
                self.context?.write(self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
                hasWritten = true
            case .establish(let peer):
                self.startTicking()
                self.complete(.success(peer))
            case .finish(let id, let answer): self.finish(id, .answered(answer))
            case .fail(let error):
                self.stop()
                self.complete(.failure(error))
            case .close: self.stop()
            }
        }
        if hasWritten { self.context?.flush() }
    }

    private func startTicking() {
        let handler = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.tickTimer = self.eventLoop.scheduleRepeatedTask(
            initialDelay: self.tickInterval, delay: self.tickInterval
        ) { _ in
            let handler = handler.value
            handler.perform(handler.machine.tickTimerFired())
        }
    }

    private func stop() {
        self.tickTimer?.cancel()
        self.tickTimer = nil
        self.context?.flush()
        self.context?.close(promise: nil)
    }

    private func complete(_ result: Result<Peer, NodeError>) {
        guard let completion = self.completion else { return }
        self.completion = nil
        completion(result)
    }
}
