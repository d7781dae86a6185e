import DistributionProtocol
import NIOCore
import NIOEmbedded
import Testing

@testable import DistributionClient

/// The one decision of the channel handler.
@Suite struct FloodTests {
    @Test func nothingIsReadWhileNothingCanBeWritten() throws {
        let loop = EmbeddedEventLoop()
        let reads = ReadCounter()
        let node = try NodeName(validating: "a@b")
        let machine = ConnectionMachine(
            target: node, cookie: try Cookie(validating: "c"),
            identity: ClientIdentity(naming: .own(node), creation: 1, challenge: 1))
        let handler = NodeChannelHandler(machine: machine, eventLoop: loop, tickInterval: .seconds(15))
        let channel = EmbeddedChannel(handlers: [reads, handler], loop: loop)
        channel.read()
        #expect(reads.count == 1)
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        channel.read()
        channel.read()
        #expect(reads.count == 1)
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(reads.count == 2)
        channel.pipeline.fireChannelWritabilityChanged()
        #expect(reads.count == 2)
        _ = try channel.finish(acceptAlreadyClosed: true)
    }

    private final class ReadCounter: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer
        var count = 0

        func read(context: ChannelHandlerContext) {
            self.count += 1
            context.read()
        }
    }
}
