package import DistributionProtocol

/// Which node to connect to, and how its port is found.
package struct NodeTarget: Hashable, Sendable {
    /// How the port of the node is known.
    package enum Port: Hashable, Sendable {
        /// EPMD, on the node's host, is asked; it listens on this port itself.
        case askEpmd(port: Int)
        /// The node's own distribution port: EPMD is not needed.
        case known(Int)
    }

    package var name: NodeName
    package var port: Port

    package init(name: NodeName, port: Port = .askEpmd(port: NodeTarget.usualEpmdPort)) {
        self.name = name
        self.port = port
    }

    /// Where EPMD listens unless `ERL_EPMD_PORT` says otherwise.
    package static let usualEpmdPort = 4369
}
