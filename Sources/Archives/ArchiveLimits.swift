/// What an archive may cost its reader.
package struct ArchiveLimits: Hashable, Sendable {
    /// Bytes after decompression, headers and padding included.
    package var totalBytes: Int
    package var entries: Int
    /// Bytes after decompression for each byte before it; what is below `ratioFreeBytes` does not count.
    package var ratio: Int
    /// Components of a member's name.
    package var depth: Int
    /// Bytes of a member's name or link target.
    package var nameBytes: Int
    /// Bytes of a member that is read into memory as a whole.
    package var memberBytes: Int

    /// Bytes of the names and link targets of all members together, where all are kept in memory.
    package var allNamesBytes: Int
    /// Symbolic links, where they are followed.
    package var links: Int

    /// How much may come out of an archive before its ratio is looked at: tables of zeros are common in small archives.
    package static let ratioFreeBytes = 16 << 20

    package static let `default` = ArchiveLimits()

    package init(
        totalBytes: Int = 4 << 30, entries: Int = 200_000, ratio: Int = 200, depth: Int = 64, nameBytes: Int = 4095,
        memberBytes: Int = 256 << 20, allNamesBytes: Int = 32 << 20, links: Int = 10_000
    ) {
        self.totalBytes = totalBytes
        self.entries = entries
        self.ratio = ratio
        self.depth = depth
        self.nameBytes = nameBytes
        self.memberBytes = memberBytes
        self.allNamesBytes = allNamesBytes
        self.links = links
    }

    /// Which limit, with its value.
    package enum Kind: Hashable, Sendable {
        case totalBytes(Int), entries(Int), ratio(Int), depth(Int), nameBytes(Int), memberBytes(Int)
        case allNamesBytes(Int), links(Int)

        /// The limit as the end of `over the limit of …`.
        package var words: String {
            switch self {
            case .totalBytes(let limit): "\(limit) bytes after decompression"
            case .entries(let limit): "\(limit) members"
            case .ratio(let limit): "\(limit) bytes for each compressed byte"
            case .depth(let limit): "\(limit) folders inside each other"
            case .nameBytes(let limit): "\(limit) bytes for a name"
            case .allNamesBytes(let limit): "\(limit) bytes for all names together"
            case .links(let limit): "\(limit) symbolic links"
            case .memberBytes(let limit): "\(limit) bytes for a member read into memory"
            }
        }
    }
}
