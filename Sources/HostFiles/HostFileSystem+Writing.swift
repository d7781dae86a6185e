import Glibc
package import SystemPackage

extension HostFileSystem {
    /// Replaces a file, or makes it, in one step: readers and a power cut see the old bytes or the new ones.
    package func replaceFile(
        _ path: FilePath, with bytes: [UInt8], mode: UInt16 = 0o644, owner: HostFileOwner? = nil, durable: Bool = true
    ) throws(HostFileError) {
        var file = try StagedFile(for: path, mode: mode, owner: owner, self)
        try file.write(bytes)
        try file.publish(durable: durable)
    }

    /// Makes a file in one step; where something stands already, that is `EEXIST` and it stays.
    package func makeFile(_ path: FilePath, with bytes: [UInt8], mode: UInt16 = 0o644) throws(HostFileError) {
        var file = try StagedFile(for: path, mode: mode, self)
        try file.write(bytes)
        try file.publish(replacing: false)
    }

    /// Appends to a file, which is made with the mode if it is not there. A power cut may leave part of the bytes.
    package func appendToFile(
        _ path: FilePath, _ bytes: [UInt8], mode: UInt16 = 0o644, durable: Bool = true
    ) throws(HostFileError) {
        let (parent, name) = try path.folderAndName(for: .write)
        let folder = try HostFolder(parent, self)
        let isNew = try !folder.hasEntry(name)
        let file = try folder.openToAppend(name, mode: isNew ? mode : nil)
        let number = file.number
        try self.write(bytes.span, to: number, path: path)
        guard durable else { return }
        try self.perform(.syncFile(path), .sync, path) { () throws(Errno) in try SystemCalls.sync(number) }
        if isNew { try folder.sync() }
    }

    /// Makes a folder and the missing ones around it; those that are there stay as they are.
    package func makeFolders(_ path: FilePath, mode: UInt16 = 0o755) throws(HostFileError) {
        if let facts = try self.factsIfPresent(of: path.orWorkingFolder) {
            guard facts.kind == .folder else {
                throw HostFileError(.makeFolder, path, .wrongKind(facts.kind, wanted: .folder))
            }
            return
        }
        let (parent, name) = try path.folderAndName(for: .makeFolder)
        try self.makeFolders(parent, mode: mode)
        do {
            try HostFolder(parent, self).makeFolder(name, mode: mode)
        } catch  where error.errno == .fileExists {
            // Made by another process meanwhile, or a link to nowhere stands there.
            let kind = try self.facts(of: path).kind
            guard kind == .folder else {
                throw HostFileError(.makeFolder, path, .wrongKind(kind, wanted: .folder))
            }
        }
    }

    /// Copies a file's bytes to a new file, with mode 0755 if its owner may run it and 0644 if not.
    ///
    /// The destination must not be there. Nothing is synced: copies are made in a `StagedFolder`, which does it for all.
    package func copyFile(_ source: FilePath, to destination: FilePath) throws(HostFileError) {
        let from = try self.openToRead(source)
        let before = from.facts
        let (parent, name) = try destination.folderAndName(for: .create)
        let folder = try HostFolder(parent, self)
        let to = try folder.makeFile(name, mode: before.isExecutable ? 0o755 : 0o644)
        do throws(HostFileError) {
            let copied = try self.copyBytes(
                from.descriptor.number, source, to: to.number, destination, expecting: before.size)
            let after = try self.factsOfOpenFile(from.descriptor, source)
            guard copied == before.size, after.size == before.size, after.modified == before.modified else {
                throw HostFileError(.copy, source, to: destination, .changedWhileRead)
            }
        } catch {
            // The first failure is the one to report.
            try? folder.removeFile(name)
            throw error
        }
    }

    /// Copies to the end of the input and says how many bytes there were.
    private func copyBytes(
        _ input: CInt, _ source: FilePath, to output: CInt, _ destination: FilePath, expecting size: Int
    ) throws(HostFileError) -> Int {
        var copied = 0
        while true {
            let count = try self.perform(
                .write(destination, count: size - copied), .copy, source, to: destination
            ) { () throws(Errno) in
                try Self.copyPiece(from: input, to: output)
            }
            if count == 0 { return copied }
            copied += count
        }
    }

    /// Copies some bytes from position to position, in the kernel where the two file systems allow it.
    private static func copyPiece(from input: CInt, to output: CInt) throws(Errno) -> Int {
        do {
            return try SystemCalls.copy(from: input, to: output, count: 64 << 20)
        } catch
            where [.improperLink, .invalidArgument, .noFunction, .notSupportedOnSocket, .notSupported]
            .contains(error)
        {
            var piece: [UInt8] = []
            try SystemCalls.read(input, upTo: 1 << 20, appendingTo: &piece)
            try SystemCalls.write(output, piece.span)
            return piece.count
        }
    }

    /// Makes a symbolic link with this text; nothing may stand there.
    package func makeSymbolicLink(_ path: FilePath, to target: FilePath) throws(HostFileError) {
        let (parent, name) = try path.folderAndName(for: .link)
        try HostFolder(parent, self).makeSymbolicLink(name, to: target)
    }

    /// Gives a file or folder another path on the same file system; a file or an empty folder there is replaced.
    package func rename(
        _ path: FilePath, to destination: FilePath, durable: Bool = true
    ) throws(HostFileError) {
        let (parent, name) = try path.folderAndName(for: .rename)
        let (otherParent, otherName) = try destination.folderAndName(for: .rename)
        let folder = try HostFolder(parent, self)
        let other = try HostFolder(otherParent, self)
        let (from, to) = (folder.descriptor.number, other.descriptor.number)
        try self.perform(.rename(path, to: destination), .rename, path, to: destination) { () throws(Errno) in
            try SystemCalls.rename(name.path, in: from, to: otherName.path, in: to)
        }
        guard durable else { return }
        try other.sync()
        if parent != otherParent { try folder.sync() }
    }

    /// Removes a file or link; a missing one is no error.
    package func removeFile(_ path: FilePath) throws(HostFileError) {
        let (parent, name) = try path.folderAndName(for: .remove)
        do {
            try HostFolder(parent, self).removeFile(name)
        } catch  where error.isMissing {
            return
        }
    }

    /// Removes a file, or a folder with everything in it. Symbolic links are removed, not followed; a missing path is no
    /// error.
    package func removeTree(_ path: FilePath) throws(HostFileError) {
        let (parent, name) = try path.folderAndName(for: .remove)
        do {
            try HostFolder(parent, self).removeTree(name)
        } catch  where error.isMissing {
            return
        }
    }

    /// Removes what killed processes left unfinished in a folder. The caller holds the lock of all its writers.
    package func removeTemporaries(in folder: FilePath) throws(HostFileError) {
        let open = try HostFolder(folder, self)
        for entry in try open.entries() where Self.isTemporaryName(entry.name) {
            try open.removeTree(entry.name)
        }
    }

    /// Brings the names in a folder to the disk.
    package func syncFolder(_ path: FilePath) throws(HostFileError) { try HostFolder(path, self).sync() }

    /// Brings everything on the file system of a folder to the disk.
    package func syncFileSystem(of path: FilePath) throws(HostFileError) {
        try HostFolder(path, self).syncFileSystem()
    }
}

extension HostFolder {
    /// Makes a new file with exactly this mode and opens it for writing.
    func makeFile(_ name: FilePath.Component, mode: UInt16) throws(HostFileError) -> OpenDescriptor {
        let path = self.path(of: name)
        let number = try self.files.perform(.createFile(path), .create, path) { () throws(Errno) in
            try SystemCalls.open(
                name.path, in: self.descriptor.number, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        }
        let file = OpenDescriptor(number)
        try self.files.perform(.setMode(path), .setMode, path) { () throws(Errno) in
            try SystemCalls.setMode(number, mode)
        }
        if let owner = self.files.newOwner {
            try self.files.perform(.setOwner(path), .setOwner, path) { () throws(Errno) in
                try SystemCalls.setOwner(number, owner)
            }
        }
        return file
    }

    /// Opens a file to append to; with a mode it is a new one.
    fileprivate func openToAppend(_ name: FilePath.Component, mode: UInt16?) throws(HostFileError) -> OpenDescriptor {
        let path = self.path(of: name)
        if let mode { return try self.makeFile(name, mode: mode) }
        let number = try self.files.ask(.write, path) { () throws(Errno) in
            try SystemCalls.open(
                name.path, in: self.descriptor.number, flags: O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK)
        }
        return OpenDescriptor(number)
    }
}
