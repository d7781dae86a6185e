import Glibc
package import SystemPackage

/// One open folder: the names below are looked up in it, whatever happens to the path that led to it.
///
/// Names of entries are single components and symbolic links are never followed, so nothing outside the folder can be
/// reached or changed through one of these functions.
package struct HostFolder: ~Copyable, Sendable {
    package let files: HostFileSystem
    /// The path it was opened by, for messages.
    package let path: FilePath
    let descriptor: OpenDescriptor

    /// Opens a folder; symbolic links on the way, and the path itself being one, are followed.
    package init(_ path: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        let name: FilePath = path.isEmpty ? "." : path
        let number = try files.ask(.list, path) { () throws(Errno) in
            try SystemCalls.open(name, in: SystemCalls.workingFolder, flags: O_RDONLY | O_DIRECTORY)
        }
        self.init(path, files, OpenDescriptor(number))
    }

    private init(_ path: FilePath, _ files: HostFileSystem, _ descriptor: consuming OpenDescriptor) {
        self.path = path
        self.files = files
        self.descriptor = descriptor
    }

    /// Opens a folder in this one; a symbolic link is refused with `ENOTDIR` or `ELOOP`.
    package func openFolder(_ name: FilePath.Component) throws(HostFileError) -> HostFolder {
        let number = try self.files.ask(.list, self.path(of: name)) { () throws(Errno) in
            try SystemCalls.open(
                name.path, in: self.descriptor.number, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        }
        return HostFolder(self.path(of: name), self.files, OpenDescriptor(number))
    }

    /// The same folder, opened once more.
    package func reopened() throws(HostFileError) -> HostFolder {
        let number = try self.files.ask(.list, self.path) { () throws(Errno) in
            try SystemCalls.open(".", in: self.descriptor.number, flags: O_RDONLY | O_DIRECTORY)
        }
        return HostFolder(self.path, self.files, OpenDescriptor(number))
    }

    /// Opens a folder below this one, component by component: a symbolic link anywhere on the way is refused, and so is a
    /// path with `..` or a root.
    package func openFolder(at path: FilePath) throws(HostFileError) -> HostFolder {
        guard !path.isAbsolute else { throw HostFileError(.list, path, .notAnEntry) }
        var folder = try self.reopened()
        for component in path.components {
            guard component.kind == .regular else {
                throw HostFileError(.list, self.path.pushing(path), .notAnEntry)
            }
            folder = try folder.openFolder(component)
        }
        return folder
    }

    /// What is left of the file system that the folder lies on.
    package func space() throws(HostFileError) -> HostSpace {
        try self.files.ask(.inspect, self.path) { () throws(Errno) in
            try SystemCalls.space(of: self.descriptor.number)
        }
    }

    /// The path of an entry, for messages.
    package func path(of name: FilePath.Component) -> FilePath { self.path.appending(name) }

    /// The entries sorted by the bytes of their names.
    package func entries() throws(HostFileError) -> [HostFolderEntry] {
        let entries = try self.files.ask(.list, self.path) { () throws(Errno) in
            try SystemCalls.entries(of: self.descriptor.number)
        }
        return entries.map { (key: $0.name.bytes, entry: $0) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map(\.entry)
    }

    /// Facts of the folder itself.
    package func facts() throws(HostFileError) -> HostFileFacts {
        try self.files.ask(.inspect, self.path) { () throws(Errno) in
            try SystemCalls.facts(of: self.descriptor.number)
        }
    }

    /// Facts of an entry; of a symbolic link itself.
    package func facts(of name: FilePath.Component) throws(HostFileError) -> HostFileFacts {
        try self.files.ask(.inspect, self.path(of: name)) { () throws(Errno) in
            try SystemCalls.facts(name.path, in: self.descriptor.number, followLinks: false)
        }
    }

    /// Makes a folder with exactly this mode, whatever the umask.
    package func makeFolder(_ name: FilePath.Component, mode: UInt16 = 0o755) throws(HostFileError) {
        let path = self.path(of: name)
        try self.files.perform(.makeFolder(path), .makeFolder, path) { () throws(Errno) in
            try SystemCalls.makeFolder(name.path, in: self.descriptor.number, mode: mode)
        }
        let made = try self.openFolder(name)
        try made.setMode(mode)
        if let owner = self.files.newOwner { try made.setOwner(owner) }
    }

    /// Sets the mode of the folder itself.
    package func setMode(_ mode: UInt16) throws(HostFileError) {
        try self.files.perform(.setMode(self.path), .setMode, self.path) { () throws(Errno) in
            try SystemCalls.setMode(self.descriptor.number, mode)
        }
    }

    /// Gives the folder itself to a user and a group.
    package func setOwner(_ owner: HostFileOwner) throws(HostFileError) {
        try self.files.perform(.setOwner(self.path), .setOwner, self.path) { () throws(Errno) in
            try SystemCalls.setOwner(self.descriptor.number, owner)
        }
    }

    package func makeSymbolicLink(_ name: FilePath.Component, to target: FilePath) throws(HostFileError) {
        let path = self.path(of: name)
        try self.files.perform(.makeSymbolicLink(path), .link, path) { () throws(Errno) in
            try SystemCalls.makeSymbolicLink(name.path, in: self.descriptor.number, to: target)
        }
        guard let owner = self.files.newOwner else { return }
        try self.files.perform(.setOwner(path), .setOwner, path) { () throws(Errno) in
            try SystemCalls.setOwner(ofLink: name.path, in: self.descriptor.number, owner)
        }
    }

    /// Gives an entry another name in this folder; whatever had that name is replaced, as `rename(2)` does it.
    package func rename(_ name: FilePath.Component, to other: FilePath.Component) throws(HostFileError) {
        let (path, otherPath) = (self.path(of: name), self.path(of: other))
        try self.files.perform(.rename(path, to: otherPath), .rename, path, to: otherPath) { () throws(Errno) in
            let folder = self.descriptor.number
            try SystemCalls.rename(name.path, in: folder, to: other.path, in: folder)
        }
    }

    /// Moves an entry into another folder of the same file system, where nothing of its name, or of the new one, may stand:
    /// that is `EEXIST`, and both stay as they are.
    package func move(
        _ name: FilePath.Component, to other: borrowing HostFolder, as newName: FilePath.Component? = nil
    ) throws(HostFileError) {
        let newName = newName ?? name
        let (path, otherPath) = (self.path(of: name), other.path(of: newName))
        let (from, to) = (self.descriptor.number, other.descriptor.number)
        do {
            try self.files.perform(.rename(path, to: otherPath), .rename, path, to: otherPath) { () throws(Errno) in
                try SystemCalls.move(name.path, in: from, to: newName.path, in: to)
            }
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            guard try !other.hasEntry(newName) else {
                throw HostFileError(.rename, path, to: otherPath, .system(.fileExists))
            }
            try self.files.ask(.rename, path, to: otherPath) { () throws(Errno) in
                try SystemCalls.rename(name.path, in: from, to: newName.path, in: to)
            }
        }
    }

    /// Lets two entries change places in one step; the file systems that cannot answer `EINVAL` or `ENOSYS`.
    package func exchange(_ name: FilePath.Component, with other: FilePath.Component) throws(HostFileError) {
        let (path, otherPath) = (self.path(of: name), self.path(of: other))
        try self.files.perform(.exchange(path, otherPath), .rename, path, to: otherPath) { () throws(Errno) in
            try SystemCalls.exchange(name.path, with: other.path, in: self.descriptor.number)
        }
    }

    /// Removes anything but a folder.
    package func removeFile(_ name: FilePath.Component) throws(HostFileError) {
        let path = self.path(of: name)
        try self.files.perform(.removeFile(path), .remove, path) { () throws(Errno) in
            try SystemCalls.remove(name.path, in: self.descriptor.number, isFolder: false)
        }
    }

    /// Removes an empty folder.
    package func removeFolder(_ name: FilePath.Component) throws(HostFileError) {
        let path = self.path(of: name)
        try self.files.perform(.removeFolder(path), .remove, path) { () throws(Errno) in
            try SystemCalls.remove(name.path, in: self.descriptor.number, isFolder: true)
        }
    }

    /// How deep `removeTree` goes: each level keeps a descriptor open.
    package static let depthLimit = 256

    /// Removes an entry with everything in it. Symbolic links are removed, not followed; a missing entry is no error.
    package func removeTree(_ name: FilePath.Component) throws(HostFileError) {
        try self.removeTree(name, depth: 0)
    }

    private func removeTree(_ name: FilePath.Component, depth: Int) throws(HostFileError) {
        guard depth < Self.depthLimit else {
            throw HostFileError(.remove, self.path(of: name), .tooDeep(limit: Self.depthLimit))
        }
        do {
            guard try self.facts(of: name).kind == .folder else {
                try self.removeFile(name)
                return
            }
            try self.emptyFolder(name, depth: depth)
            try self.removeFolder(name)
        } catch  where error.isMissing {
            // Somebody else removed it first, which is what was wanted.
        }
    }

    private func emptyFolder(_ name: FilePath.Component, depth: Int) throws(HostFileError) {
        let folder = try self.openFolder(name)
        for entry in try folder.entries() {
            try folder.removeTree(entry.name, depth: depth + 1)
        }
    }

    /// Brings the names in this folder to the disk.
    package func sync() throws(HostFileError) {
        do {
            try self.files.perform(.syncFolder(self.path), .sync, self.path) { () throws(Errno) in
                try SystemCalls.sync(self.descriptor.number)
            }
        } catch  where error.errno == .invalidArgument {
            // Some network file systems cannot sync a folder and say so; they have no names in memory to lose.
        }
    }

    /// Brings everything on the file system of this folder to the disk.
    package func syncFileSystem() throws(HostFileError) {
        try self.files.perform(.syncFileSystem(self.path), .sync, self.path) { () throws(Errno) in
            try SystemCalls.syncFileSystem(of: self.descriptor.number)
        }
    }
}

extension FilePath.Component {
    /// The component as a relative path.
    var path: FilePath { FilePath(root: nil, [self]) }
}
