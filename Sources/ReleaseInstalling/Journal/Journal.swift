import Diagnostics
import ErlangTerms
package import HostFiles
package import SystemPackage

/// What is kept of operations on a target system, in `ROOT/releases/.relift/`.
///
/// `journal` belongs to the operation under way: a line is on the disk before a step begins and after it ends, so that
/// whoever finds it knows how far it came. `history` tells the operations that ended, oldest first.
package struct Journal: Sendable {
    /// `ROOT/releases/.relift`.
    package let folder: FilePath
    private let files: HostFileSystem

    /// Operations that the history keeps.
    package static let historyLimit = 1000
    /// Bytes of a journal or a history at most.
    private static let fileLimit = 16 << 20

    package init(root: FilePath, files: HostFileSystem) {
        self.folder = root.appending("releases").appending(".relift")
        self.files = files
    }

    private var path: FilePath { self.folder.appending("journal") }
    private var historyPath: FilePath { self.folder.appending("history") }

    /// Where copies of the node's own records lie while an operation goes on.
    package var kept: FilePath { self.folder.appending("kept") }

    /// Where what comes is unpacked, and what goes is put aside; on the file system of the root.
    package var staging: FilePath { self.folder.appending("staging") }

    /// Makes the folder, and takes the lock that lets one operation at a time go on; it dies with the process.
    package func lock() throws(HostFileError) -> HostFileLock {
        try self.files.makeFolders(self.folder)
        return try HostFileLock(self.folder.appending("lock"), self.files)
    }

    // MARK: - The operation under way

    /// Starts the journal of an operation. There must be none: the caller holds the lock and has looked.
    package func begin(_ operation: Operation) throws(HostFileError) {
        try self.files.replaceFile(self.path, with: JournalEntry.operation(operation).line)
    }

    package func append(_ entry: JournalEntry) throws(HostFileError) {
        try self.files.appendToFile(self.path, entry.line)
    }

    /// The journal of an operation that did not come to its end; nil without one.
    ///
    /// A journal of which not even the first line is whole is that of an operation that had begun nothing.
    package func unfinished() throws(HostFileError) -> JournalText? {
        guard let bytes = try self.files.readFileIfPresent(self.path, limit: Self.fileLimit) else { return nil }
        return JournalText(bytes)
    }

    /// Ends the operation: its line goes to the history, then its journal and the copies of records go away. Whoever
    /// finds a journal that has its end does the rest.
    package func finish(_ operation: Operation, _ end: OperationEnd) throws(HostFileError) {
        try self.append(.end(end))
        try self.settle(operation, end)
    }

    /// The part of ``finish(_:_:)`` that can be done again.
    package func settle(_ operation: Operation, _ end: OperationEnd) throws(HostFileError) {
        var history = try self.history()
        if !history.contains(where: { $0.operation.id == operation.id }) {
            history.append((operation, end))
            let lines = history.suffix(Self.historyLimit).flatMap { past in
                TermPrinter.lineBytes(past.operation.record(past.end)) + Array(".\n".utf8)
            }
            try self.files.replaceFile(self.historyPath, with: lines)
        }
        try self.files.removeTree(self.staging)
        try self.files.removeTree(self.kept)
        try self.discard()
    }

    /// Removes what an operation unpacked or put aside, and files that it had not finished. There must be none under way.
    func clearRemains() throws(HostFileError) {
        try self.files.removeTree(self.staging)
        for folder in [self.folder.removingLastComponent(), self.folder, self.folder.appending("digests")]
        where try self.files.factsIfPresent(of: folder) != nil {
            try self.files.removeTemporaries(in: folder)
        }
    }

    /// Removes the journal.
    package func discard() throws(HostFileError) {
        try self.files.removeFile(self.path)
        try self.files.syncFolder(self.folder)
    }

    /// Removes a journal that tells nothing, since its operation was killed before it had begun.
    func discardIfPresent() throws(HostFileError) {
        if try self.files.factsIfPresent(of: self.path) != nil { try self.discard() }
    }

    // MARK: - The past

    /// What was done, oldest first. Lines that cannot be read are left out.
    package func history() throws(HostFileError) -> [(operation: Operation, end: OperationEnd)] {
        guard let bytes = try self.files.readFileIfPresent(self.historyPath, limit: Self.fileLimit) else { return [] }
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).compactMap { line in
            (try? TermText.parseTerm(Array(line))).flatMap(Operation.fromRecord)
        }
    }

    // MARK: - What was installed

    /// The digest of the tarball that a version came from, where relift put it there.
    package func digest(of version: String) -> String? {
        let path = self.digestPath(version)
        guard let bytes = try? self.files.readFileIfPresent(path, limit: 4096) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    package func keepDigest(_ digest: String, of version: String) throws(HostFileError) {
        try self.files.makeFolders(self.folder.appending("digests"))
        try self.files.replaceFile(self.digestPath(version), with: Array(digest.utf8))
    }

    package func forgetDigest(of version: String) throws(HostFileError) {
        guard try self.files.factsIfPresent(of: self.folder.appending("digests")) != nil else { return }
        try self.files.removeFile(self.digestPath(version))
    }

    private func digestPath(_ version: String) -> FilePath {
        self.folder.appending("digests").appending(version)
    }
}

extension HostFileSystem {
    /// The bytes of a file; nil when it is not there.
    fileprivate func readFileIfPresent(_ path: FilePath, limit: Int) throws(HostFileError) -> [UInt8]? {
        guard try self.factsIfPresent(of: path) != nil else { return nil }
        return try self.readFile(path, limit: limit)
    }
}
