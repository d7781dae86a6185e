import Glibc
package import SystemPackage

extension HostFileSystem {
    /// Reads a whole file of at most `limit` bytes, and fails if it was written to meanwhile. Symbolic links are followed;
    /// devices and pipes are refused without waiting for them.
    package func readFile(_ path: FilePath, limit: Int = 256 << 20) throws(HostFileError) -> [UInt8] {
        let file = try self.openToRead(path)
        let (number, size) = (file.descriptor.number, file.facts.size)
        guard size <= limit else { throw HostFileError(.read, path, .tooLarge(limit: limit)) }
        var bytes: [UInt8] = []
        // The size is what the system says now: files of `/proc` say 0, and any file may grow. One byte more than the
        // size is asked for in order to see the end of the file.
        var wanted = size
        while true {
            try self.ask(.read, path) { () throws(Errno) in
                try SystemCalls.read(number, upTo: wanted, appendingTo: &bytes)
            }
            var rest: [UInt8] = []
            try self.ask(.read, path) { () throws(Errno) in
                try SystemCalls.read(number, upTo: 1, appendingTo: &rest)
            }
            guard !rest.isEmpty else {
                let after = try self.factsOfOpenFile(file.descriptor, path)
                guard after.size == size, after.modified == file.facts.modified, size == 0 || bytes.count == size else {
                    throw HostFileError(.read, path, .changedWhileRead)
                }
                return bytes
            }
            bytes += rest
            guard bytes.count <= limit else { throw HostFileError(.read, path, .tooLarge(limit: limit)) }
            wanted = min(limit - bytes.count, 1 << 20)
        }
    }

    /// Facts about what the path leads to; about a symbolic link itself when links are not followed.
    package func facts(of path: FilePath, followLinks: Bool = true) throws(HostFileError) -> HostFileFacts {
        try self.ask(.inspect, path) { () throws(Errno) in
            try SystemCalls.facts(path, in: SystemCalls.workingFolder, followLinks: followLinks)
        }
    }

    /// Facts as above, or nil where the path leads to nothing.
    package func factsIfPresent(
        of path: FilePath, followLinks: Bool = true
    ) throws(HostFileError) -> HostFileFacts? {
        do {
            return try self.facts(of: path, followLinks: followLinks)
        } catch  where error.isMissing || error.errno == .notDirectory {
            return nil
        }
    }

    /// Where a symbolic link points to, as it was written.
    package func linkTarget(of path: FilePath) throws(HostFileError) -> FilePath {
        try self.ask(.read, path) { () throws(Errno) in
            try SystemCalls.linkTarget(path, in: SystemCalls.workingFolder)
        }
    }

    /// The entries of a folder, sorted by the bytes of their names.
    package func entries(of folder: FilePath) throws(HostFileError) -> [HostFolderEntry] {
        try HostFolder(folder, self).entries()
    }

    /// Makes a folder the working folder of this process, in which relative paths are meant from now on.
    package func changeWorkingFolder(to folder: FilePath) throws(HostFileError) {
        try self.ask(.inspect, folder) { () throws(Errno) in try SystemCalls.changeWorkingFolder(folder) }
    }

    /// Opens a regular file; a pipe without a writer would block, hence non-blocking and looked at first.
    func openToRead(_ path: FilePath) throws(HostFileError) -> OpenFile {
        let number = try self.ask(.read, path) { () throws(Errno) in
            try SystemCalls.open(path, in: SystemCalls.workingFolder, flags: O_RDONLY | O_NONBLOCK | O_NOCTTY)
        }
        let descriptor = OpenDescriptor(number)
        let facts = try self.factsOfOpenFile(descriptor, path)
        guard facts.kind == .file else { throw HostFileError(.read, path, .wrongKind(facts.kind, wanted: .file)) }
        return OpenFile(descriptor: descriptor, facts: facts)
    }

    func factsOfOpenFile(_ file: borrowing OpenDescriptor, _ path: FilePath) throws(HostFileError) -> HostFileFacts {
        let number = file.number
        return try self.ask(.read, path) { () throws(Errno) in try SystemCalls.facts(of: number) }
    }
}
