import NIOCore
import NIOPosix

/// Opens TCP connections to the host of a node, over IPv6 or IPv4, whichever answers first.
struct SocketOpener {
    let eventLoop: any EventLoop
    let deadline: NIODeadline
    /// This machine's name: if the resolver does not know it, it means loopback all the same, as for short node names on a machine whose
    /// name is in no `hosts` file.
    let ownHostName: String

    /// Connects; `initialize` adds the handlers. Only one of the channels that it sees becomes the one connected.
    func open(
        host: String, port: Int, initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> EventLoopFuture<any Channel> {
        let first = self.attempt(host: host, port: port, initialize: initialize)
        guard self.isThisMachine(host) else { return first }
        return first.flatMapError { error in
            guard case .hostNotFound = SocketErrors.connectFailure(error) else {
                return self.eventLoop.makeFailedFuture(error)
            }
            return self.attempt(host: "127.0.0.1", port: port, initialize: initialize).flatMapError { _ in
                self.attempt(host: "::1", port: port, initialize: initialize)
            }
        }
    }

    private func attempt(
        host: String, port: Int, initialize: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: self.eventLoop)
            .connectTimeout(self.deadline - NIODeadline.now() + .milliseconds(1))
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelInitializer(initialize)
            .connect(host: host, port: port)
    }

    /// Host names are compared as the resolver does, without regard to case; the first label alone stands for the whole name.
    private func isThisMachine(_ host: String) -> Bool {
        let own = self.ownHostName.lowercased()
        let asked = host.lowercased()
        return asked == own || asked == String(own.prefix { $0 != "." })
    }
}
