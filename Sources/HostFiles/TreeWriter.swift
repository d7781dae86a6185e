package import SystemPackage

/// Writes files into a tree of folders below one open folder, each by descriptor: nothing can get outside it, whatever
/// names are given and whoever puts symbolic links into the tree meanwhile.
///
/// Paths are relative to the root and have plain components only. Folders on the way are made when they are needed.
/// Nothing is synced: who has written everything syncs once.
package struct TreeWriter: ~Copyable {
    private let root: HostFolder
    /// The folder that was written to last: members of archives come folder by folder.
    private var current: HostFolder?
    private var currentPath = FilePath()
    /// The modes of folders that do not get 0755, by path.
    private let folderModes: [FilePath: UInt16]

    package init(_ root: consuming HostFolder, folderModes: [FilePath: UInt16] = [:]) {
        self.root = root
        self.folderModes = folderModes
    }

    /// Makes a folder and the missing ones around it.
    package mutating func makeFolder(_ path: FilePath) throws(HostFileError) { try self.enter(path) }

    /// Starts a new file; nothing may stand there.
    package mutating func makeFile(_ path: FilePath, mode: UInt16) throws(HostFileError) -> HostOutputFile {
        let (folder, name) = try path.folderAndName(for: .create)
        try self.enter(folder)
        let files = self.root.files
        guard let made = try self.current?.makeFile(name, mode: mode) else {
            throw HostFileError(.create, path, .notAnEntry)
        }
        return HostOutputFile(path: self.root.path.pushing(path), files: files, descriptor: made)
    }

    /// Makes a symbolic link with this text; nothing may stand there.
    package mutating func makeSymbolicLink(_ path: FilePath, to target: FilePath) throws(HostFileError) {
        let (folder, name) = try path.folderAndName(for: .link)
        try self.enter(folder)
        try self.current?.makeSymbolicLink(name, to: target)
    }

    /// Makes a folder, and the missing ones around it, the one that is written to.
    private mutating func enter(_ path: FilePath) throws(HostFileError) {
        if self.current != nil, self.currentPath == path { return }
        guard !path.isAbsolute else { throw HostFileError(.makeFolder, path, .notAnEntry) }
        self.current = nil
        var folder = try self.root.reopened()
        var reached = FilePath()
        for component in path.components {
            guard component.kind == .regular else { throw HostFileError(.makeFolder, path, .notAnEntry) }
            reached.append(component)
            if try !folder.hasEntry(component) {
                try folder.makeFolder(component, mode: self.folderModes[reached] ?? 0o755)
            }
            folder = try folder.openFolder(component)
        }
        self.current = consume folder
        self.currentPath = path
    }
}

/// A new file that is written piece by piece.
package struct HostOutputFile: ~Copyable, Sendable {
    package let path: FilePath
    private let files: HostFileSystem
    private let descriptor: OpenDescriptor

    init(path: FilePath, files: HostFileSystem, descriptor: consuming OpenDescriptor) {
        self.path = path
        self.files = files
        self.descriptor = descriptor
    }

    /// Appends bytes.
    package func write(_ bytes: [UInt8]) throws(HostFileError) {
        try self.files.write(bytes.span, to: self.descriptor.number, path: self.path)
    }
}
