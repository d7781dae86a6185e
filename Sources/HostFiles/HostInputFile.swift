package import SystemPackage

/// A regular file that is read piece by piece.
package struct HostInputFile: ~Copyable, Sendable {
    package let path: FilePath
    private let file: OpenFile
    private let files: HostFileSystem

    /// Opens a file; symbolic links are followed, devices and pipes are refused without waiting for them.
    package init(_ path: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        self.file = try files.openToRead(path)
        self.path = path
        self.files = files
    }

    /// Facts from when it was opened.
    package var facts: HostFileFacts { self.file.facts }

    /// The next bytes, at most `count`; fewer only at the end of the file, none behind it.
    package func read(upTo count: Int) throws(HostFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        let number = self.file.descriptor.number
        try self.files.ask(.read, self.path) { () throws(Errno) in
            try SystemCalls.read(number, upTo: count, appendingTo: &bytes)
        }
        return bytes
    }

    /// Goes back to the first byte.
    package func rewind() throws(HostFileError) {
        let number = self.file.descriptor.number
        try self.files.ask(.read, self.path) { () throws(Errno) in try SystemCalls.rewind(number) }
    }

    /// Throws if the size or the time of the last change is no longer what it was when the file was opened.
    package func requireUnchanged() throws(HostFileError) {
        let now = try self.files.factsOfOpenFile(self.file.descriptor, self.path)
        guard now.size == self.facts.size, now.modified == self.facts.modified else {
            throw HostFileError(.read, self.path, .changedWhileRead)
        }
    }
}
