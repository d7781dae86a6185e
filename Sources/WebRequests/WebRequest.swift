import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// One `GET` over a connection of its own.
package struct WebRequest: Sendable {
    package var address: WebAddress
    /// For all of it: resolving the host, connecting, and the whole answer.
    package var timeLimit: Duration
    /// Bytes of the answer's body at most.
    package var sizeLimit: Int

    package init(_ address: WebAddress, timeLimit: Duration = .seconds(5), sizeLimit: Int = 1 << 20) {
        self.address = address
        self.timeLimit = timeLimit
        self.sizeLimit = sizeLimit
    }

    /// Asks, and answers the status, such as 200. A status that points elsewhere is answered as it is.
    package func status() async throws(WebRequestError) -> Int {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = eventLoop.makePromise(of: Int.self)
        let time = TimeAmount.milliseconds(
            Int64(clamping: self.timeLimit.components.seconds) * 1000
                + self.timeLimit.components.attoseconds / 1_000_000_000_000_000)
        let limit = self.timeLimit
        let timer = eventLoop.scheduleTask(in: time) { answer.fail(WebRequestError.timedOut(limit)) }
        let request = self
        let connected = ClientBootstrap(group: eventLoop)
            .connectTimeout(time)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try request.addHandlers(to: channel, answer) }
            }
            .connect(host: self.address.host, port: self.address.port)
        connected.whenComplete { result in
            switch result {
            case .success(let channel):
                // Whatever comes of it, the connection is used once.
                answer.futureResult.whenComplete { _ in channel.close(promise: nil) }
            case .failure(let error): answer.fail(Self.failure(error))
            }
        }
        defer { timer.cancel() }
        do {
            return try await answer.futureResult.get()
        } catch let error as WebRequestError {
            throw error
        } catch {
            throw .noConnection(detail: String(describing: error))
        }
    }

    private func addHandlers(to channel: any Channel, _ answer: EventLoopPromise<Int>) throws {
        let pipeline = channel.pipeline.syncOperations
        if self.address.isEncrypted {
            let context = try NIOSSLContext(configuration: .makeClientConfiguration())
            let host = self.address.host
            // An address cannot be sent as a name; it is then held against the addresses of the certificate.
            let named = try? NIOSSLClientHandler(context: context, serverHostname: host)
            let handler = try named ?? NIOSSLClientHandler(context: context, serverHostname: nil)
            try pipeline.addHandler(handler)
        }
        try pipeline.addHTTPClientHandlers()
        try pipeline.addHandler(AnswerReader(request: self, answer: answer))
    }

    fileprivate static func failure(_ error: any Error) -> WebRequestError {
        switch error {
        case let error as WebRequestError: error
        case HTTPParserError.invalidEOFState: .brokenOff
        case let error as HTTPParserError: .notHTTP(detail: String(describing: error))
        case let error as NIOConnectionError:
            .noConnection(
                detail: error.connectionErrors.first.map { Self.words($0.error) }
                    ?? "the host `\(error.host)` is not known")
        default: .noConnection(detail: Self.words(error))
        }
    }

    private static func words(_ error: any Error) -> String {
        (error as? IOError).map(\.description) ?? String(describing: error)
    }

    /// Sends the request when the connection is up, and reads the answer to its end.
    private final class AnswerReader: ChannelInboundHandler {
        typealias InboundIn = HTTPClientResponsePart
        typealias OutboundOut = HTTPClientRequestPart

        private let request: WebRequest
        private let answer: EventLoopPromise<Int>
        private var status: Int?
        private var size = 0

        init(request: WebRequest, answer: EventLoopPromise<Int>) {
            self.request = request
            self.answer = answer
        }

        func channelActive(context: ChannelHandlerContext) {
            let headers: HTTPHeaders = [
                "Host": self.request.address.hostHeader, "User-Agent": "relift", "Accept": "*/*", "Connection": "close",
            ]
            let head = HTTPRequestHead(
                version: .http1_1, method: .GET, uri: self.request.address.target, headers: headers)
            context.write(self.wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            context.fireChannelActive()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            // What comes before the answer itself, such as `100 Continue`.
            case .head(let head) where (100..<200).contains(head.status.code) && head.status.code != 101: break
            case .head(let head): self.status = Int(head.status.code)
            case .body(let bytes):
                self.size += bytes.readableBytes
                if self.size > self.request.sizeLimit {
                    self.answer.fail(WebRequestError.tooLarge(limit: self.request.sizeLimit))
                }
            case .end:
                if let status { self.answer.succeed(status) }
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            self.answer.fail(WebRequest.failure(error))
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.answer.fail(WebRequestError.brokenOff)
            context.fireChannelInactive()
        }
    }
}
