package import DistributionProtocol
import Glibc
import Logging
import NIOCore
import NIOPosix

/// Connects to a node, gives the connection to `body`, and closes it when `body` ends, however it ends.
///
/// The node sees a hidden node with a name of its own. Throws a ``NodeError`` when no connection comes about, else what `body` throws.
package func withNodeConnection<Result>(
    to target: NodeTarget, cookie: Cookie, options: ConnectionOptions = ConnectionOptions(),
    _ body: (NodeConnection) async throws -> Result
) async throws -> Result {
    let connection = try await NodeConnection.open(to: target, cookie: cookie, options: options)
    do {
        let result = try await body(connection)
        await connection.close()
        return result
    } catch {
        await connection.close()
        throw error
    }
}

extension NodeConnection {
    fileprivate static func open(
        to target: NodeTarget, cookie: Cookie, options: ConnectionOptions
    ) async throws(NodeError) -> NodeConnection {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let deadline = NIODeadline.now() + TimeAmount(clamping: options.connectTimeout)
        var generator = SystemRandomNumberGenerator()
        let random = ClientIdentity(
            connectingTo: target.name, processIdentifier: Int(getpid()), hostName: options.hostName, using: &generator)
        let identity =
            options.isNamedByNode
            ? ClientIdentity(
                naming: .givenByNode(host: target.name.host), creation: random.creation, challenge: random.challenge)
            : random
        let opener = SocketOpener(eventLoop: eventLoop, deadline: deadline, ownHostName: options.hostName)
        return try await self.open(target, cookie, identity, options, opener).get()
    }

    private static func open(
        _ target: NodeTarget, _ cookie: Cookie, _ identity: ClientIdentity, _ options: ConnectionOptions,
        _ opener: SocketOpener
    ) async -> Result<NodeConnection, NodeError> {
        let eventLoop = opener.eventLoop
        let box = NIOLoopBoundBox<NodeConnector?>.makeEmptyBox(valueType: NodeConnector.self, eventLoop: eventLoop)
        let isCancelled = NIOLoopBoundBox.makeBoxSendingValue(false, eventLoop: eventLoop)
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                eventLoop.execute {
                    let connector = NodeConnector(
                        target: target, cookie: cookie, identity: identity, options: options, opener: opener)
                    box.value = connector
                    if isCancelled.value { connector.cancel() }
                    connector.start { result in
                        box.value = nil
                        continuation.resume(
                            returning: result.map { peer, handler, channel in
                                options.logger.trace("connected", metadata: ["node": "\(peer.node)"])
                                return NodeConnection(
                                    peer: peer, handler: NIOLoopBound(handler, eventLoop: eventLoop),
                                    channel: channel, options: options)
                            })
                    }
                }
            }
        } onCancel: {
            eventLoop.execute {
                isCancelled.value = true
                box.value?.cancel()
            }
        }
    }
}
