package import DistributionProtocol
package import Logging

/// What may be set for a connection.
package struct ConnectionOptions: Sendable {
    /// The most time that all of it may take: resolving the host, EPMD, TCP, handshake and the first answer.
    package var connectTimeout: Duration = .seconds(10)
    /// After this time without a sign of life the node counts as down (kernel, `net_ticktime`).
    package var tickTime: Duration = .seconds(60)
    package var limits = ProtocolLimits.default
    /// The name of this machine, as `/proc/sys/kernel/hostname` has it: goes into the name we give ourselves, and a node at this host is
    /// looked for on loopback when the resolver does not know the host.
    package var hostName = "localhost"
    /// Whether the node shall make a name for us. Ours is unique otherwise, which leaves one atom more in the node each time.
    package var isNamedByNode = false
    /// How TLS is spoken with the node; nil for a connection without.
    package var tls: TLSSettings?
    /// Gets what happens on the connection, at level trace.
    package var logger = Logger(label: "relift.distribution", factory: { _ in SwiftLogNoOpLogHandler() })

    package init() {}
}
