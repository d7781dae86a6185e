package import ErlangTerms

/// Both ends of a connection, as the handshake established them.
package struct Peer: Hashable, Sendable {
    /// The node.
    package let node: NodeName
    /// Tells this run of the node from earlier ones.
    package let creation: UInt32
    /// What the node announced.
    package let flags: CapabilityFlags
    /// The name that the node knows us by.
    package let clientName: Atom
    package let clientCreation: UInt32

    package init(
        node: NodeName, creation: UInt32, flags: CapabilityFlags, clientName: Atom, clientCreation: UInt32
    ) {
        self.node = node
        self.creation = creation
        self.flags = flags
        self.clientName = clientName
        self.clientCreation = clientCreation
    }
}
