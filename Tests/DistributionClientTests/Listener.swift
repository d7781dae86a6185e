import NIOCore
import NIOPosix

/// A server on loopback that is no Erlang node: says something to whoever connects, and then stays or goes.
enum Listener {
    enum Then: Sendable {
        case wait
        case close
    }

    /// Runs `body` with the port of a listener. `greets` is sent at once, `answers` when the first bytes came.
    static func with<Result: Sendable>(
        greets: [UInt8] = [], answers: [UInt8] = [], then: Then = .wait, host: String = "127.0.0.1",
        _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(greets: greets, answers: answers, then: then))
                }
            }
            .bind(host: host, port: 0).get()
        let port = channel.localAddress?.port ?? 0
        do {
            let result = try await body(port)
            try await channel.close()
            return result
        } catch {
            try await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let greets: [UInt8]
        private var answers: [UInt8]
        private let then: Then

        init(greets: [UInt8], answers: [UInt8], then: Then) {
            self.greets = greets
            self.answers = answers
            self.then = then
        }

        func channelActive(context: ChannelHandlerContext) {
            if !self.greets.isEmpty {
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: self.greets)), promise: nil)
            }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if !self.answers.isEmpty {
                context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: self.answers)), promise: nil)
                self.answers = []
            }
            if case .close = self.then { context.close(promise: nil) }
        }
    }
}
