package import SystemPackage

/// A file operation on the host failed: what was tried, on what, and why it did not work.
package struct HostFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Operation: String, Hashable, Sendable {
        case read = "read"
        case list = "list"
        case inspect = "look at"
        case makeFolder = "create folder"
        case create = "create"
        case write = "write"
        case copy = "copy"
        case setMode = "set the mode of"
        case setOwner = "set the owner of"
        case link = "create symbolic link"
        case sync = "sync"
        case rename = "rename"
        case remove = "remove"
        case lock = "lock"
    }

    package enum Reason: Hashable, Sendable {
        case system(Errno)
        /// More bytes than the caller accepts.
        case tooLarge(limit: Int)
        /// More folders inside each other than the caller accepts.
        case tooDeep(limit: Int)
        /// More entries in a tree than the caller accepts.
        case tooMany(limit: Int)
        /// Some other kind of thing stands there.
        case wrongKind(HostFileKind, wanted: HostFileKind)
        /// The file was written to while it was read.
        case changedWhileRead
        /// A symbolic link leads back to a folder that it lies in.
        case linkLoop
        /// Another process has the lock; its process ID if it left one.
        case locked(holder: Int?)
        /// The path does not name an entry of a folder: it is empty, `/`, or ends in `.` or `..`.
        case notAnEntry
        /// A crash test killed the process here.
        case stopped
    }

    package var operation: Operation
    package var path: FilePath
    /// The second path of a rename or copy.
    package var destination: FilePath?
    package var reason: Reason

    package init(_ operation: Operation, _ path: FilePath, to destination: FilePath? = nil, _ reason: Reason) {
        self.operation = operation
        self.path = path
        self.destination = destination
        self.reason = reason
    }

    /// The system's answer, if the reason is one.
    package var errno: Errno? {
        if case .system(let errno) = self.reason { errno } else { nil }
    }

    /// Nothing of that name is there.
    package var isMissing: Bool { self.errno == .noSuchFileOrDirectory }

    /// One line: `cannot rename `a` to `b`: permission denied`.
    package var description: String {
        let target = self.destination.map { " to `\($0.string)`" } ?? ""
        return "cannot \(self.operation.rawValue) `\(self.path.string)`\(target): \(self.reason.words)"
    }
}

extension HostFileError.Reason {
    /// The reason as the second half of a sentence.
    package var words: String {
        switch self {
        case .system(let errno): errno.words
        case .tooLarge(let limit): "it is larger than the limit of \(limit) bytes"
        case .tooDeep(let limit): "its folders are nested deeper than the limit of \(limit)"
        case .tooMany(let limit): "it has more entries than the limit of \(limit)"
        case .wrongKind(let found, let wanted): "it is \(found.words), not \(wanted.words)"
        case .changedWhileRead: "it changed while it was read"
        case .linkLoop: "a symbolic link leads back to a folder around it"
        case .locked(let holder?): "process \(holder) holds the lock"
        case .locked(holder: nil): "another process holds the lock"
        case .notAnEntry: "the path does not name an entry of a folder"
        case .stopped: "the process was stopped"
        }
    }
}

extension Errno {
    /// What the system answered, in words that need no manual; the system's own text for the rare ones.
    package var words: String {
        switch self {
        case .noSuchFileOrDirectory: "no such file or folder"
        case .permissionDenied, .notPermitted: "permission denied"
        case .readOnlyFileSystem: "the file system is read-only"
        case .noSpace: "no space left on the file system"
        case Self(rawValue: Self.diskQuotaExceeded): "the disk quota is used up"
        case .notDirectory: "a part of the path is not a folder"
        case .isDirectory: "it is a folder"
        case .fileExists: "it exists already"
        case .tooManySymbolicLinkLevels: "it is a symbolic link, or too many follow each other"
        case .directoryNotEmpty: "the folder is not empty"
        case .tooManyOpenFiles: "this process has too many open files"
        case .improperLink: "the two are on different file systems"
        case .fileNameTooLong: "the name is too long"
        case .ioError: "the disk failed to read or write"
        case .resourceBusy: "it is in use"
        case .textFileBusy: "the program is running"
        default: self.description.prefix(1).lowercased() + self.description.dropFirst()
        }
    }

    /// `EDQUOT`, under the number Linux gives it.
    private static var diskQuotaExceeded: CInt { 122 }
}
