import Glibc
package import SystemPackage

/// An advisory lock on a file: one holder at a time on the whole host, for as long as the value lives.
///
/// It is `flock(2)`: it belongs to the open file, so the system gives it back when the process dies, however that
/// happens. The file holds the process ID of the holder for messages, and is never removed: removing it would let two
/// processes hold locks on two files of one name.
package struct HostFileLock: ~Copyable, Sendable {
    package let path: FilePath
    private let file: OpenDescriptor

    /// Takes the lock, making the file if it is not there; throws `.locked` at once if another process has it.
    package init(_ path: FilePath, mode: UInt16 = 0o644, _ files: HostFileSystem) throws(HostFileError) {
        self.file = try Self.take(path, mode, files)
        self.path = path
    }

    private static func take(
        _ path: FilePath, _ mode: UInt16, _ files: HostFileSystem
    ) throws(HostFileError) -> OpenDescriptor {
        let number = try files.perform(.createFile(path), .lock, path) { () throws(Errno) in
            try SystemCalls.open(
                path, in: SystemCalls.workingFolder, flags: O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, mode: mode)
        }
        let file = OpenDescriptor(number)
        do {
            try self.lock(number)
        } catch  where error == .wouldBlock || error == .resourceTemporarilyUnavailable {
            throw HostFileError(.lock, path, .locked(holder: Self.holder(number)))
        } catch {
            throw HostFileError(.lock, path, .system(error))
        }
        // Made by root, it could not be locked by the user of the release.
        if let owner = files.newOwner {
            try files.ask(.lock, path) { () throws(Errno) in try SystemCalls.setOwner(number, owner) }
        }
        do {
            try files.ask(.lock, path) { () throws(Errno) in try SystemCalls.truncate(number) }
            try files.write(Array("\(getpid())\n".utf8).span, to: number, path: path)
        } catch  where error.errno != nil {
            // The lock is held; only its note is missing. A full disk must not keep anyone from repairing things.
        }
        return file
    }

    /// Tries more than once: who asks for the holder has the lock for a moment.
    private static func lock(_ number: CInt) throws(Errno) {
        for _ in 0..<3 {
            do {
                return try SystemCalls.lock(number, wait: false)
            } catch  where error == .wouldBlock || error == .resourceTemporarilyUnavailable {
                usleep(10_000)
            }
        }
        try SystemCalls.lock(number, wait: false)
    }

    /// The lock is given back by word, not only by closing: a process that is just being started shares the open file
    /// until it becomes another program, and would hold the lock for that long.
    deinit { SystemCalls.unlock(self.file.number) }

    /// Gives the lock back now; otherwise that happens when the value goes away.
    package consuming func unlock() {}

    /// Who has a lock.
    package enum Holder: Hashable, Sendable {
        case nobody
        /// Another process; its process ID if it left one.
        case process(Int?)
    }

    /// Who has the lock of a file, which need not be there and stays as it is.
    package static func holder(of path: FilePath, _ files: HostFileSystem) throws(HostFileError) -> Holder {
        guard try files.factsIfPresent(of: path, followLinks: false)?.kind == .file else { return .nobody }
        let file = OpenDescriptor(
            try files.ask(.lock, path) { () throws(Errno) in
                try SystemCalls.open(
                    path, in: SystemCalls.workingFolder, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            })
        guard try files.ask(.lock, path, { () throws(Errno) in try SystemCalls.isLocked(file.number) }) else {
            return .nobody
        }
        return .process(self.holder(file.number))
    }

    /// The process ID in the file, if there is one.
    private static func holder(_ descriptor: CInt) -> Int? {
        var text: [UInt8] = []
        do { try SystemCalls.read(descriptor, upTo: 32, appendingTo: &text) } catch { return nil }
        return Int(String(decoding: text.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
