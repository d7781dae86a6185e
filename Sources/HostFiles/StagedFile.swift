import Glibc
package import SystemPackage

/// A file that is written beside its destination and takes its name in one step when it is complete.
///
/// Until `publish` the destination keeps what it had; a value that goes away unpublished removes what it wrote. A killed
/// process leaves a file that `HostFileSystem.isTemporaryName` knows.
package struct StagedFile: ~Copyable, Sendable {
    /// Where the file goes.
    package let destination: FilePath
    private let name: FilePath.Component
    private let folder: HostFolder
    private let file: OpenDescriptor
    /// The name it has until it is published; nil afterwards.
    private var temporaryName: FilePath.Component?

    /// Starts a file with exactly this mode, whatever the umask; its folder must be there.
    package init(
        for destination: FilePath, mode: UInt16 = 0o644, owner: HostFileOwner? = nil, _ files: HostFileSystem
    ) throws(HostFileError) {
        let (parent, name) = try destination.folderAndName(for: .create)
        let folder = try HostFolder(parent, files)
        let made = try folder.makeTemporaryFile()
        do {
            let (path, number) = (folder.path(of: made.name), made.file.number)
            try files.perform(.setMode(path), .setMode, path) { () throws(Errno) in
                try SystemCalls.setMode(number, mode)
            }
            if let owner = owner ?? files.newOwner {
                try files.perform(.setOwner(path), .setOwner, path) { () throws(Errno) in
                    try SystemCalls.setOwner(number, owner)
                }
            }
        } catch {
            // The first failure is the one to report.
            try? folder.removeFile(made.name)
            throw error
        }
        self.temporaryName = made.name
        self.file = made.file
        self.destination = destination
        self.name = name
        self.folder = folder
    }

    /// Appends bytes.
    package mutating func write(_ bytes: [UInt8]) throws(HostFileError) {
        try self.folder.files.write(bytes.span, to: self.file.number, path: self.destination)
    }

    /// Puts the file in its place. With `durable` its bytes are on the disk before it has the name, and the name before
    /// this returns, so that a power cut leaves the old file or the new one.
    ///
    /// With `replacing` false whatever stands there stays, and that is `EEXIST`.
    package consuming func publish(durable: Bool = true, replacing: Bool = true) throws(HostFileError) {
        guard let temporaryName = self.temporaryName else { return }
        let files = self.folder.files
        if durable {
            let (path, number) = (self.destination, self.file.number)
            try files.perform(.syncFile(path), .sync, path) { () throws(Errno) in try SystemCalls.sync(number) }
        }
        if replacing {
            try self.folder.rename(temporaryName, to: self.name)
        } else {
            try self.folder.move(temporaryName, to: self.folder, as: self.name)
        }
        self.temporaryName = nil
        if durable { try self.folder.sync() }
    }

    deinit {
        guard let temporaryName = self.temporaryName else { return }
        // Only after a failure that is on its way to the caller, or when the caller gave up: a second one adds nothing.
        try? self.folder.removeFile(temporaryName)
    }
}
