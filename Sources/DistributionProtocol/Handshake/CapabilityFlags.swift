/// What a node can do, as it announces in the handshake (`DFLAG_…`); a connection uses what both ends announce.
package struct CapabilityFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt64
    package init(rawValue: UInt64) { self.rawValue = rawValue }

    package static let published = Self(rawValue: 1)
    package static let extendedReferences = Self(rawValue: 0x4)
    package static let monitor = Self(rawValue: 0x8)
    package static let funTags = Self(rawValue: 0x10)
    package static let monitorName = Self(rawValue: 0x20)
    package static let newFunTags = Self(rawValue: 0x80)
    package static let extendedPidsAndPorts = Self(rawValue: 0x100)
    package static let exportPointerTag = Self(rawValue: 0x200)
    package static let bitBinaries = Self(rawValue: 0x400)
    package static let newFloats = Self(rawValue: 0x800)
    package static let unicodeIO = Self(rawValue: 0x1000)
    package static let headerAtomCache = Self(rawValue: 0x2000)
    package static let smallAtomTags = Self(rawValue: 0x4000)
    package static let utf8Atoms = Self(rawValue: 0x10000)
    package static let mapTag = Self(rawValue: 0x20000)
    package static let bigCreation = Self(rawValue: 0x40000)
    package static let sendSender = Self(rawValue: 0x80000)
    package static let exitPayload = Self(rawValue: 0x400000)
    package static let fragments = Self(rawValue: 0x800000)
    package static let handshake23 = Self(rawValue: 0x1000000)
    package static let unlinkIdentifier = Self(rawValue: 0x2000000)
    package static let spawn = Self(rawValue: 1 << 32)
    package static let nameMe = Self(rawValue: 1 << 33)
    package static let version4NodeContainers = Self(rawValue: 1 << 34)
    package static let alias = Self(rawValue: 1 << 35)
    /// Stands for everything that is mandatory in OTP 25; itself mandatory from OTP 27 on.
    package static let mandatory25Digest = Self(rawValue: 1 << 36)

    /// What OTP 25 demands of its peers.
    package static let mandatory25: Self = [
        .extendedReferences, .funTags, .extendedPidsAndPorts, .utf8Atoms, .newFunTags, .bigCreation, .newFloats,
        .mapTag, .exportPointerTag, .bitBinaries, .handshake23,
    ]
    /// What OTP 26 demands beyond that.
    package static let mandatory26: Self = [.version4NodeContainers, .unlinkIdentifier]

    /// What we announce: everything mandatory, and what remote calls need.
    ///
    /// Not among them: `published` (we are a hidden node), `headerAtomCache` and `fragments` (every message then comes whole, behind one
    /// byte 112), and `alias` (nobody needs to send to an alias of ours).
    package static let announced: Self = [
        .mandatory25, .mandatory26, .mandatory25Digest, .monitor, .monitorName, .unicodeIO, .smallAtomTags,
        .exitPayload, .spawn,
    ]

    /// What a peer must announce, or we cannot read what it sends or it cannot read us. Every node since OTP 23 does; `alias`
    /// and the others we would only like are not here.
    package static let demanded: Self = [.mandatory25, .exitPayload, .monitor]

    /// A peer's announcement with what it stands for.
    package var expanded: Self { self.contains(.mandatory25Digest) ? self.union(.mandatory25) : self }

    /// Names as in OTP's documents, for messages.
    package var names: [String] {
        Self.named.compactMap { flag, name in self.contains(flag) ? name : nil }
    }

    private static let named: [(Self, String)] = [
        (.published, "PUBLISHED"), (.extendedReferences, "EXTENDED_REFERENCES"), (.monitor, "DIST_MONITOR"),
        (.funTags, "FUN_TAGS"), (.monitorName, "DIST_MONITOR_NAME"), (.newFunTags, "NEW_FUN_TAGS"),
        (.extendedPidsAndPorts, "EXTENDED_PIDS_PORTS"), (.exportPointerTag, "EXPORT_PTR_TAG"),
        (.bitBinaries, "BIT_BINARIES"), (.newFloats, "NEW_FLOATS"), (.unicodeIO, "UNICODE_IO"),
        (.headerAtomCache, "DIST_HDR_ATOM_CACHE"), (.smallAtomTags, "SMALL_ATOM_TAGS"), (.utf8Atoms, "UTF8_ATOMS"),
        (.mapTag, "MAP_TAG"), (.bigCreation, "BIG_CREATION"), (.sendSender, "SEND_SENDER"),
        (.exitPayload, "EXIT_PAYLOAD"), (.fragments, "FRAGMENTS"), (.handshake23, "HANDSHAKE_23"),
        (.unlinkIdentifier, "UNLINK_ID"), (.spawn, "SPAWN"), (.nameMe, "NAME_ME"),
        (.version4NodeContainers, "V4_NC"), (.alias, "ALIAS"), (.mandatory25Digest, "MANDATORY_25_DIGEST"),
    ]
}
