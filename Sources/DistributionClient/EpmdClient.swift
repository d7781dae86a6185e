import DistributionProtocol
import NIOCore

/// Performs the actions of an ``EpmdLookupMachine``: one connection at a time. Belongs to its event loop.
final class EpmdClient {
    private var machine: EpmdLookupMachine
    private let host: String
    private let port: Int
    private let opener: SocketOpener
    private let isFinished: (Result<EpmdRegistration, NodeError.Code>) -> Void
    /// Tells the handlers of the current connection from those of an earlier one.
    private var attempt = 0
    private var channel: (any Channel)?
    private var isOver = false

    /// `completion` is called once, on the event loop, unless ``cancel()`` comes first.
    init(
        target: NodeName, port: Int, limits: ProtocolLimits, opener: SocketOpener,
        completion: @escaping (Result<EpmdRegistration, NodeError.Code>) -> Void
    ) {
        self.machine = EpmdLookupMachine(target: target, limits: limits)
        self.host = target.host
        self.port = port
        self.opener = opener
        self.isFinished = completion
    }

    func start() { self.perform(self.machine.started()) }

    /// Drops the look-up.
    func cancel() {
        self.isOver = true
        self.channel?.close(promise: nil)
        self.channel = nil
    }

    private func perform(_ action: EpmdLookupMachine.Action) {
        guard !self.isOver else { return }
        switch action {
        case .connect: self.connect()
        case .send(let bytes): self.channel?.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
        case .wait: break
        case .finish(let registration):
            self.cancel()
            self.isFinished(.success(registration))
        case .fail(let code):
            self.cancel()
            self.isFinished(.failure(code))
        }
    }

    private func connect() {
        // First the number: closing the old channel reports at once that it is closed.
        self.attempt += 1
        self.channel?.close(promise: nil)
        self.channel = nil
        let attempt = self.attempt
        let client = NIOLoopBound(self, eventLoop: self.opener.eventLoop)
        let opened = self.opener.open(host: self.host, port: self.port) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Handler(client: client.value, attempt: attempt))
            }
        }
        opened.assumeIsolated().whenComplete { result in self.connected(result, attempt) }
    }

    private func connected(_ result: Result<any Channel, any Error>, _ attempt: Int) {
        switch result {
        case .success(let channel):
            guard !self.isOver, attempt == self.attempt else {
                channel.close(promise: nil)
                return
            }
            self.channel = channel
            self.perform(self.machine.connected())
        case .failure(let error):
            guard !self.isOver else { return }
            switch SocketErrors.connectFailure(error) {
            case .hostNotFound(let detail): self.perform(.fail(.hostNotFound(host: self.host, detail: detail)))
            case .timedOut: self.perform(.fail(.timedOut(.epmd)))
            case .unreachable(let detail):
                self.perform(self.machine.connectionFailed(host: self.host, port: self.port, detail: detail))
            }
        }
    }

    private func received(_ bytes: [UInt8], _ attempt: Int) {
        guard attempt == self.attempt, !self.isOver else { return }
        self.perform(self.machine.bytesReceived(bytes))
    }

    private func closed(_ attempt: Int) {
        guard attempt == self.attempt, !self.isOver else { return }
        self.perform(self.machine.connectionClosed())
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let client: EpmdClient
        private let attempt: Int

        init(client: EpmdClient, attempt: Int) {
            self.client = client
            self.attempt = attempt
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.client.received(Array(self.unwrapInboundIn(data).readableBytesView), self.attempt)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            // A broken connection is also a closed one.
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { self.client.closed(self.attempt) }
    }
}
