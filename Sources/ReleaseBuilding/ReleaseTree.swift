package import SystemPackage

/// The files of a release with where each comes from: what is staged on disk and what goes into the tarball.
///
/// The order of the entries is the order of the tarball's members.
package struct ReleaseTree: Sendable {
    package struct Entry: Hashable, Sendable {
        package enum Content: Hashable, Sendable {
            /// A copy of a file on this host.
            case file(FilePath)
            case bytes([UInt8])
            /// A folder with nothing in it; other folders follow from the paths of their files.
            case folder
            case symbolicLink(to: FilePath)
        }

        /// Relative to the root of the release.
        package let path: FilePath
        package let content: Content
        package let isExecutable: Bool

        package init(_ path: FilePath, _ content: Content, isExecutable: Bool = false) {
            self.path = path
            self.content = content
            self.isExecutable = isExecutable
        }
    }

    package private(set) var entries: [Entry] = []
    private var paths: Set<FilePath> = []

    package init() {}

    /// Adds an entry unless its path is taken: the first one stays, as `unpack_release` would keep it.
    package mutating func add(_ entry: Entry) {
        guard self.paths.insert(entry.path).inserted else { return }
        self.entries.append(entry)
    }

    package mutating func add(_ entries: some Sequence<Entry>) {
        for entry in entries { self.add(entry) }
    }

    package func contains(_ path: FilePath) -> Bool { self.paths.contains(path) }
}
