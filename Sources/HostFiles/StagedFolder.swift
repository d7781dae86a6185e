package import SystemPackage

/// A folder that is built beside its destination and takes its name in one step when it is complete.
///
/// Until `publish` the destination keeps what it had; a value that goes away unpublished removes what was built. A killed
/// process leaves a folder that `HostFileSystem.isTemporaryName` knows.
package struct StagedFolder: ~Copyable, Sendable {
    /// Where the folder goes.
    package let destination: FilePath
    private let name: FilePath.Component
    private let parent: HostFolder
    /// The name it has until it is published; nil afterwards.
    private var temporaryName: FilePath.Component?
    /// Where to build it.
    package let path: FilePath

    /// Starts an empty folder; the folder around the destination must be there.
    package init(for destination: FilePath, mode: UInt16 = 0o755, _ files: HostFileSystem) throws(HostFileError) {
        let (parentPath, name) = try destination.folderAndName(for: .makeFolder)
        let parent = try HostFolder(parentPath, files)
        let temporaryName = try parent.makeTemporaryFolder(mode: mode)
        self.path = parent.path(of: temporaryName)
        self.destination = destination
        self.name = name
        self.parent = parent
        self.temporaryName = temporaryName
    }

    /// Puts the folder in its place. What stood there is removed afterwards; without `replacing` it must be nothing.
    ///
    /// With `durable` everything in it is on the disk before it has the name, and the name before this returns. Where the
    /// file system can let two names change places, there is no moment without the destination; elsewhere the old one
    /// is moved aside first, and back again if the second step fails.
    package consuming func publish(replacing: Bool = true, durable: Bool = true) throws(HostFileError) {
        guard let temporaryName = self.temporaryName else { return }
        if durable { try self.parent.syncFileSystem() }
        let isPresent = try self.parent.hasEntry(self.name)
        guard isPresent else {
            try self.parent.rename(temporaryName, to: self.name)
            self.temporaryName = nil
            if durable { try self.parent.sync() }
            return
        }
        guard replacing else {
            throw HostFileError(.rename, self.path, to: self.destination, .system(.fileExists))
        }
        var old = temporaryName
        do {
            try self.parent.exchange(temporaryName, with: self.name)
        } catch  where error.errno == .invalidArgument || error.errno == .noFunction {
            old = try self.parent.moveAside(self.name)
            do {
                try self.parent.rename(temporaryName, to: self.name)
            } catch {
                try? self.parent.rename(old, to: self.name)
                throw error
            }
        }
        self.temporaryName = nil
        if durable { try self.parent.sync() }
        try self.parent.removeTree(old)
    }

    /// Removes what was built, and says when that did not work.
    package consuming func abandon() throws(HostFileError) {
        guard let temporaryName = self.temporaryName else { return }
        self.temporaryName = nil
        try self.parent.removeTree(temporaryName)
    }

    deinit {
        guard let temporaryName = self.temporaryName else { return }
        // Only after a failure that is on its way to the caller: a second one adds nothing.
        try? self.parent.removeTree(temporaryName)
    }
}
