import ErlangTerms

/// Who we say we are on one connection. Everything that is random is in here, so that the machines are pure.
package struct ClientIdentity: Hashable, Sendable {
    /// How the client gets its node name.
    package enum Naming: Hashable, Sendable {
        /// We bring our own name; it must be unique among the peers of the node.
        case own(NodeName)
        /// The node makes a name for us at this host and may use it again for others later, so that not every connection adds an
        /// atom to it (DFLAG_NAME_ME, "dynamic node name").
        case givenByNode(host: String)
    }

    package let naming: Naming
    /// What tells our process identifiers from those of an earlier node of our name; not zero.
    package let creation: UInt32
    /// The number the node has to answer with its digest, to prove that it knows the cookie.
    package let challenge: UInt32

    package init(naming: Naming, creation: UInt32, challenge: UInt32) {
        self.naming = naming
        self.creation = creation
        self.challenge = challenge
    }

    /// An identity for one connection to `target`: the unique name `relift-PID-RANDOM@HOST`, with a short or a long host as the target has.
    ///
    /// `hostName` is this machine's name; the target's host stands in where it does not have the right length (nobody looks the name up).
    package init(
        connectingTo target: NodeName, processIdentifier: Int, hostName: String,
        using generator: inout some RandomNumberGenerator
    ) {
        let unique = String(UInt64.random(in: 0...UInt64.max, using: &generator), radix: 36)
        let first = hostName.prefix { $0 != "." }
        let own = target.isLongName ? hostName : String(first)
        let text = "relift-\(processIdentifier)-\(unique)@"
        let naming: Naming
        if let name = try? NodeName(validating: text + own), name.isLongName == target.isLongName {
            naming = .own(name)
        } else if let name = try? NodeName(validating: text + target.host) {
            naming = .own(name)
        } else {
            naming = .givenByNode(host: target.host)
        }
        self.init(
            naming: naming, creation: UInt32.random(in: 4...UInt32.max, using: &generator),
            challenge: UInt32.random(in: 0...UInt32.max, using: &generator))
    }
}
