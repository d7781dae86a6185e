import DistributionProtocol
import NIOCore

/// Brings a connection about, within one deadline: EPMD, then TCP, then TLS where it is wanted, then the handshake. Belongs to its event loop.
final class NodeConnector {
    private enum Phase {
        case initial
        case epmd(EpmdClient)
        case connecting(host: String, port: Int)
        case tls(any Channel)
        case handshake(NodeChannelHandler)
        case over
    }

    /// What ``NodeConnection`` is made of.
    typealias Completion = (Result<(Peer, NodeChannelHandler, any Channel), NodeError>) -> Void

    private let target: NodeTarget
    private let cookie: Cookie
    private let identity: ClientIdentity
    private let options: ConnectionOptions
    private let opener: SocketOpener
    private var phase: Phase = .initial
    private var timer: Scheduled<Void>?
    private var completion: Completion?

    private var eventLoop: any EventLoop { self.opener.eventLoop }

    init(
        target: NodeTarget, cookie: Cookie, identity: ClientIdentity, options: ConnectionOptions, opener: SocketOpener
    ) {
        self.target = target
        self.cookie = cookie
        self.identity = identity
        self.options = options
        self.opener = opener
    }

    /// Begins; `completion` is called once.
    func start(_ completion: @escaping Completion) {
        guard case .initial = self.phase else {
            completion(.failure(NodeError(.cancelled, node: self.target.name)))
            return
        }
        self.completion = completion
        self.timer = self.eventLoop.assumeIsolated().scheduleTask(deadline: self.opener.deadline) { self.timedOut() }
        switch self.target.port {
        case .known(let port): self.connect(port: port)
        case .askEpmd(let port):
            let client = EpmdClient(
                target: self.target.name, port: port, limits: self.options.limits, opener: self.opener
            ) { result in
                switch result {
                case .success(let registration): self.connect(port: Int(registration.port))
                case .failure(let code): self.fail(code)
                }
            }
            self.phase = .epmd(client)
            client.start()
        }
    }

    /// The caller does not want the connection any more.
    func cancel() {
        switch self.phase {
        case .initial, .over: self.phase = .over
        case .epmd, .connecting, .tls, .handshake: self.fail(.cancelled)
        }
    }

    private func connect(port: Int) {
        let host = self.target.name.host
        self.phase = .connecting(host: host, port: port)
        let connector = NIOLoopBound(self, eventLoop: self.eventLoop)
        let opened = self.opener.open(host: host, port: port) { channel in
            channel.eventLoop.makeCompletedFuture {
                let connector = connector.value
                if let tls = connector.options.tls {
                    let expected = tls.verifiesNode ? tls.expectedName(host: host) : nil
                    try channel.pipeline.syncOperations.addHandlers([
                        tls.handler(host: host), TLSGate(expectedName: expected),
                    ])
                }
                try channel.pipeline.syncOperations.addHandler(connector.makeHandler())
            }
        }
        opened.assumeIsolated().whenComplete { result in self.connected(result) }
    }

    private func makeHandler() -> NodeChannelHandler {
        let tickTime = TimeAmount(clamping: self.options.tickTime)
        let machine = ConnectionMachine(
            target: self.target.name, cookie: self.cookie, identity: self.identity, limits: self.options.limits,
            tickTime: Int(tickTime.nanoseconds / 1_000_000_000),
            handshakeWidth: self.options.tls == nil ? .two : .four)
        return NodeChannelHandler(
            machine: machine, eventLoop: self.eventLoop,
            tickInterval: .nanoseconds(max(1_000_000, tickTime.nanoseconds / 4)))
    }

    private func connected(_ result: Result<any Channel, any Error>) {
        guard case .connecting(let host, let port) = self.phase else {
            // Too late: the deadline or the caller was faster.
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        do {
            let channel = try result.get()
            let handler = try channel.pipeline.syncOperations.handler(type: NodeChannelHandler.self)
            guard self.options.tls != nil else { return self.begin(handler, channel) }
            let gate = try channel.pipeline.syncOperations.handler(type: TLSGate.self)
            self.phase = .tls(channel)
            gate.whenDecided { result in
                guard case .tls = self.phase else { return }
                switch result {
                case .success: self.begin(handler, channel)
                case .failure(let failure): self.fail(.tls(failure))
                }
            }
        } catch {
            switch SocketErrors.connectFailure(error) {
            case .hostNotFound(let detail): self.fail(.hostNotFound(host: host, detail: detail))
            case .timedOut: self.fail(.timedOut(.connect))
            case .unreachable(let detail): self.fail(.portUnreachable(host: host, port: port, detail: detail))
            }
        }
    }

    private func begin(_ handler: NodeChannelHandler, _ channel: any Channel) {
        self.phase = .handshake(handler)
        handler.start { result in
            switch result {
            case .success(let peer): self.finish(.success((peer, handler, channel)))
            case .failure(let error): self.finish(.failure(error))
            }
        }
    }

    private func timedOut() {
        switch self.phase {
        case .initial, .over: break
        case .epmd: self.fail(.timedOut(.epmd))
        case .connecting: self.fail(.timedOut(.connect))
        case .tls: self.fail(.timedOut(.tls))
        case .handshake(let handler): handler.connectTimeoutFired()
        }
    }

    private func fail(_ code: NodeError.Code) { self.finish(.failure(NodeError(code, node: self.target.name))) }

    private func finish(_ result: Result<(Peer, NodeChannelHandler, any Channel), NodeError>) {
        guard let completion = self.completion else { return }
        self.completion = nil
        self.timer?.cancel()
        let phase = self.phase
        self.phase = .over
        if case .failure = result {
            switch phase {
            case .epmd(let client): client.cancel()
            case .tls(let channel): channel.close(promise: nil)
            case .handshake(let handler): handler.close()
            case .initial, .connecting, .over: break
            }
        }
        completion(result)
    }
}
