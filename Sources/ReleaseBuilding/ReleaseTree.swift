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
        /// Permission bits in place of 0644 and 0755; nil for those.
        package var mode: UInt16?

        package init(_ path: FilePath, _ content: Content, isExecutable: Bool = false, mode: UInt16? = nil) {
            self.path = path
            self.content = content
            self.isExecutable = isExecutable
            self.mode = mode
        }
    }

    package private(set) var entries: [Entry] = []
    /// The place of each path in ``entries``.
    private var places: [FilePath: Int] = [:]
    /// Every folder that an entry lies in.
    private var folders: Set<FilePath> = []

    package init() {}

    /// Adds an entry unless its path is taken: the first one stays, as `unpack_release` would keep it.
    package mutating func add(_ entry: Entry) {
        guard self.places[entry.path] == nil else { return }
        self.places[entry.path] = self.entries.count
        self.entries.append(entry)
        var folder = entry.path.removingLastComponent()
        while !folder.isEmpty, self.folders.insert(folder).inserted { folder.removeLastComponent() }
    }

    package mutating func add(_ entries: some Sequence<Entry>) {
        for entry in entries { self.add(entry) }
    }

    package func contains(_ path: FilePath) -> Bool { self.places[path] != nil }

    package subscript(path: FilePath) -> Entry? { self.places[path].map { self.entries[$0] } }

    /// Whether a path is a folder of the tree, with something in it or empty.
    package func isFolder(_ path: FilePath) -> Bool {
        self.folders.contains(path) || path.isEmpty || self[path]?.content == .folder
    }

    // MARK: - Changing what is there

    /// Adds an entry in place of what has its path: of a file, or, for a link, of a whole folder. False, and nothing
    /// changes, when a file would stand where a folder is, or the other way round.
    package mutating func put(_ entry: Entry) -> Bool {
        var above = entry.path.removingLastComponent()
        while !above.isEmpty {
            if let other = self[above], other.content != .folder { return false }
            above.removeLastComponent()
        }
        switch entry.content {
        case .folder:
            if self.folders.contains(entry.path) { return true }
            if let other = self[entry.path] { return other.content == .folder }
        case .symbolicLink:
            if self.isFolder(entry.path) { self.remove(entry.path) }
        case .file, .bytes:
            if self.isFolder(entry.path) { return false }
        }
        if let place = self.places[entry.path] {
            self.entries[place] = entry
        } else {
            self.add(entry)
        }
        return true
    }

    /// Sets the permission bits of a file or folder; false when there is none, or only a link.
    package mutating func setMode(_ mode: UInt16, of path: FilePath) -> Bool {
        if self.places[path] == nil, self.folders.contains(path) { self.add(Entry(path, .folder)) }
        guard let place = self.places[path] else { return false }
        switch self.entries[place].content {
        case .symbolicLink: return false
        case .file, .bytes, .folder: self.entries[place].mode = mode
        }
        return true
    }

    /// Removes a path with all that is below it.
    private mutating func remove(_ path: FilePath) {
        let kept = self.entries.filter { !$0.path.starts(with: path) }
        self = ReleaseTree()
        self.add(kept)
    }
}
