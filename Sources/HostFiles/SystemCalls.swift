import CLinux
import Glibc
import SystemPackage

/// The system calls of this module: names relative to an open folder, interruptions retried, answers as `Errno`.
///
/// Each `unsafe` below passes NUL-terminated names and buffers that live until the call returns.
enum SystemCalls {
    /// The descriptor that stands for the working folder of the process.
    static var workingFolder: CInt { AT_FDCWD }

    static func open(
        _ name: FilePath, in folder: CInt, flags: CInt, mode: UInt16 = 0
    ) throws(Errno) -> CInt {
        try self.retrying {
            unsafe name.withPlatformString { unsafe openat(folder, $0, flags | O_CLOEXEC, mode_t(mode)) }
        }
    }

    /// Closes without asking again: on Linux the descriptor is gone even when the call was interrupted.
    static func close(_ descriptor: CInt) {
        _ = Glibc.close(descriptor)
    }

    static func facts(_ name: FilePath, in folder: CInt, followLinks: Bool) throws(Errno) -> HostFileFacts {
        var status = stat()
        let flags = followLinks ? 0 : AT_SYMLINK_NOFOLLOW
        _ = try self.retrying {
            unsafe name.withPlatformString { unsafe fstatat(folder, $0, &status, flags) }
        }
        return HostFileFacts(status)
    }

    static func facts(of descriptor: CInt) throws(Errno) -> HostFileFacts {
        var status = stat()
        _ = try self.retrying { unsafe fstat(descriptor, &status) }
        return HostFileFacts(status)
    }

    /// Reads at most `count` bytes and appends them; fewer only at the end of the file.
    static func read(_ descriptor: CInt, upTo count: Int, appendingTo bytes: inout [UInt8]) throws(Errno) {
        var wanted = count
        while wanted > 0 {
            let step = min(wanted, 1 << 20)
            var failure: Errno?
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: step) { buffer, filled in
                let result = unsafe Glibc.read(descriptor, buffer.baseAddress, step)
                if result < 0 { failure = Errno(rawValue: Glibc.errno) }
                filled = max(result, 0)
            }
            if failure == .interrupted { continue }
            if let failure { throw failure }
            if piece.isEmpty { return }
            if bytes.isEmpty && piece.count == count {
                bytes = piece
            } else {
                bytes.append(contentsOf: piece)
            }
            wanted -= piece.count
        }
    }

    /// Fills a buffer as far as the file goes; how many bytes there were.
    static func read(_ descriptor: CInt, into buffer: inout [UInt8]) throws(Errno) -> Int {
        var filled = 0
        while filled < buffer.count {
            // The call writes only between the bytes that are there and the end of the buffer.
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress?.advanced(by: filled), bytes.count - filled)
            }
            if count == 0 { break }
            if count > 0 {
                filled += count
            } else if Errno(rawValue: Glibc.errno) != .interrupted {
                throw Errno(rawValue: Glibc.errno)
            }
        }
        return filled
    }

    static func write(_ descriptor: CInt, _ bytes: Span<UInt8>) throws(Errno) {
        var start = 0
        while start < bytes.count {
            let rest = bytes.extracting(start...)
            start += try self.retrying {
                unsafe rest.withUnsafeBufferPointer { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            }
        }
    }

    /// Copies up to `count` bytes inside the kernel; 0 at the end of the file.
    static func copy(from source: CInt, to target: CInt, count: Int) throws(Errno) -> Int {
        try self.retrying { copy_file_range(source, nil, target, nil, count, 0) }
    }

    static func setMode(_ descriptor: CInt, _ mode: UInt16) throws(Errno) {
        _ = try self.retrying { fchmod(descriptor, mode_t(mode)) }
    }

    static func setOwner(_ descriptor: CInt, _ owner: HostFileOwner) throws(Errno) {
        _ = try self.retrying { fchown(descriptor, owner.userID, owner.groupID) }
    }

    /// Of the entry itself, also where it is a symbolic link.
    static func setOwner(ofLink name: FilePath, in folder: CInt, _ owner: HostFileOwner) throws(Errno) {
        // The name is lent to the call as a C string and not kept.
        _ = try self.retrying {
            unsafe name.withPlatformString {
                unsafe fchownat(folder, $0, owner.userID, owner.groupID, AT_SYMLINK_NOFOLLOW)
            }
        }
    }

    static func makeFolder(_ name: FilePath, in folder: CInt, mode: UInt16) throws(Errno) {
        _ = try self.retrying {
            unsafe name.withPlatformString { unsafe mkdirat(folder, $0, mode_t(mode)) }
        }
    }

    static func makeSymbolicLink(_ name: FilePath, in folder: CInt, to target: FilePath) throws(Errno) {
        _ = try self.retrying {
            unsafe target.withPlatformString { target in
                unsafe name.withPlatformString { unsafe symlinkat(target, folder, $0) }
            }
        }
    }

    static func linkTarget(_ name: FilePath, in folder: CInt) throws(Errno) -> FilePath {
        var capacity = 256
        while true {
            var target = [CChar](repeating: 0, count: capacity)
            let count = try self.retrying {
                unsafe name.withPlatformString { unsafe readlinkat(folder, $0, &target, capacity) }
            }
            if count < capacity { return FilePath(bytes: target.prefix(count).map { UInt8(bitPattern: $0) }) }
            capacity *= 4
        }
    }

    /// Makes a folder the working folder of the process.
    static func changeWorkingFolder(_ path: FilePath) throws(Errno) {
        // The path is lent to the call as a C string and not kept.
        _ = try self.retrying { unsafe path.withPlatformString { unsafe chdir($0) } }
    }

    static func remove(_ name: FilePath, in folder: CInt, isFolder: Bool) throws(Errno) {
        _ = try self.retrying {
            unsafe name.withPlatformString { unsafe unlinkat(folder, $0, isFolder ? AT_REMOVEDIR : 0) }
        }
    }

    static func rename(_ name: FilePath, in folder: CInt, to other: FilePath, in otherFolder: CInt) throws(Errno) {
        _ = try self.retrying {
            unsafe name.withPlatformString { name in
                unsafe other.withPlatformString { unsafe renameat(folder, name, otherFolder, $0) }
            }
        }
    }

    /// Lets two names of one folder change places; `EINVAL` or `ENOSYS` where the file system cannot.
    static func exchange(_ name: FilePath, with other: FilePath, in folder: CInt) throws(Errno) {
        _ = try self.retrying {
            unsafe name.withPlatformString { name in
                unsafe other.withPlatformString {
                    unsafe renameat2(folder, name, folder, $0, RELIFT_RENAME_EXCHANGE)
                }
            }
        }
    }

    /// Gives an entry another place where nothing stands yet; `EEXIST` where something does, `EINVAL` or `ENOSYS` where the
    /// file system cannot tell.
    static func move(_ name: FilePath, in folder: CInt, to other: FilePath, in otherFolder: CInt) throws(Errno) {
        _ = try self.retrying {
            unsafe name.withPlatformString { name in
                unsafe other.withPlatformString {
                    unsafe renameat2(folder, name, otherFolder, $0, RELIFT_RENAME_NOREPLACE)
                }
            }
        }
    }

    /// Goes to the first byte of an open file.
    static func rewind(_ descriptor: CInt) throws(Errno) {
        _ = try self.retrying { lseek(descriptor, 0, SEEK_SET) }
    }

    /// What is left of the file system that an open file or folder lies on.
    static func space(of descriptor: CInt) throws(Errno) -> HostSpace {
        var status = statvfs()
        _ = try self.retrying { unsafe fstatvfs(descriptor, &status) }
        let (bytes, isTooMany) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return HostSpace(
            bytes: isTooMany ? Int.max : Int(clamping: bytes),
            // File systems that make inodes as they need them count none.
            inodes: status.f_files == 0 ? nil : Int(clamping: UInt64(status.f_favail)),
            blockSize: max(512, min(Int(clamping: UInt64(status.f_frsize)), 1 << 20)))
    }

    static func sync(_ descriptor: CInt) throws(Errno) {
        _ = try self.retrying { fsync(descriptor) }
    }

    static func syncFileSystem(of descriptor: CInt) throws(Errno) {
        _ = try self.retrying { syncfs(descriptor) }
    }

    /// Takes the whole-file lock of the open file; `EWOULDBLOCK` when another open file has it and `wait` is false.
    static func lock(_ descriptor: CInt, wait: Bool) throws(Errno) {
        _ = try self.retrying { flock(descriptor, LOCK_EX | (wait ? 0 : LOCK_NB)) }
    }

    /// Whether another open file has the whole-file lock of the open file. Asking takes the lock for a moment, together with
    /// others who ask.
    static func isLocked(_ descriptor: CInt) throws(Errno) -> Bool {
        do {
            _ = try self.retrying { flock(descriptor, LOCK_SH | LOCK_NB) }
        } catch {
            guard error == .wouldBlock || error == .resourceTemporarilyUnavailable else { throw error }
            return true
        }
        self.unlock(descriptor)
        return false
    }

    /// Gives the whole-file lock of the open file back, whoever else has that file open. It cannot fail on an open file.
    static func unlock(_ descriptor: CInt) { _ = flock(descriptor, LOCK_UN) }

    static func truncate(_ descriptor: CInt) throws(Errno) {
        _ = try self.retrying { ftruncate(descriptor, 0) }
    }

    /// The names in an open folder without `.` and `..`, in the order of the file system. The descriptor stays open.
    static func entries(of descriptor: CInt) throws(Errno) -> [HostFolderEntry] {
        // A stream takes its descriptor over and keeps a position in it: give it one that shares nothing.
        let own = try self.open(".", in: descriptor, flags: O_RDONLY | O_DIRECTORY)
        guard let stream = unsafe fdopendir(own) else {
            let failure = Errno(rawValue: Glibc.errno)
            self.close(own)
            throw failure
        }
        defer { unsafe closedir(stream) }
        var entries: [HostFolderEntry] = []
        while true {
            Glibc.errno = 0
            guard let entry = unsafe readdir(stream) else {
                if Glibc.errno != 0 { throw Errno(rawValue: Glibc.errno) }
                return entries
            }
            // The entry is valid until the next `readdir`, and its name is NUL-terminated; only the used part of the
            // record exists, so the name is read in place and never as the whole field.
            let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
            let name = unsafe (UnsafeRawPointer(entry) + nameOffset).assumingMemoryBound(to: CChar.self)
            guard let component = unsafe FilePath.Component(platformString: name), component.kind == .regular else {
                continue
            }
            var kind = HostFileKind(directoryEntryType: unsafe entry.pointee.d_type)
            if kind == .unknown {
                kind = try self.facts(FilePath(root: nil, [component]), in: descriptor, followLinks: false).kind
            }
            entries.append(HostFolderEntry(name: component, kind: kind))
        }
    }

    /// Calls again as long as a signal interrupts; a negative answer becomes the error.
    private static func retrying<Answer: SignedInteger>(_ call: () -> Answer) throws(Errno) -> Answer {
        while true {
            let answer = call()
            if answer >= 0 { return answer }
            let failure = Errno(rawValue: Glibc.errno)
            if failure != .interrupted { throw failure }
        }
    }
}

extension HostFileKind {
    /// From the type field of a folder entry.
    fileprivate init(directoryEntryType type: UInt8) {
        switch Int(type) {
        case Int(DT_REG): self = .file
        case Int(DT_DIR): self = .folder
        case Int(DT_LNK): self = .symbolicLink
        case Int(DT_CHR): self = .characterDevice
        case Int(DT_BLK): self = .blockDevice
        case Int(DT_FIFO): self = .fifo
        case Int(DT_SOCK): self = .socket
        default: self = .unknown
        }
    }
}

extension HostFileFacts {
    fileprivate init(_ status: stat) {
        let kind: HostFileKind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .symbolicLink
            case S_IFCHR: .characterDevice
            case S_IFBLK: .blockDevice
            case S_IFIFO: .fifo
            case S_IFSOCK: .socket
            default: .unknown
            }
        self.init(
            kind: kind, mode: UInt16(status.st_mode & 0o7777), size: Int(status.st_size),
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), userID: status.st_uid,
            groupID: status.st_gid, linkCount: Int(status.st_nlink),
            modified: HostFileTime(
                seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec)))
    }
}
