import CLibArchive
package import Diagnostics
package import HostFiles
package import SystemPackage

/// Reads the members of a `.tar.gz` or `.tar`, one after the other, without unpacking anything to disk.
///
/// Everything that the archive says is checked against the limits before it costs memory, and the checksum of a gzip file
/// is checked when its end is reached: a caller that stops earlier has read bytes that nobody vouched for. What the
/// members are called and where links lead to is not judged here; `ArchiveMemberRules` does.
@safe package struct ArchiveReader: ~Copyable {
    package let path: FilePath
    private let limits: ArchiveLimits
    private let handle: ReadHandle
    /// The bytes of the file, and what they have to be, where that is known.
    private let file: FileFeed
    private let pin: ContentPin?
    private var current: ArchiveEntry?
    private var position = 0
    private var entryCount = 0
    private var contentBytes = 0
    private var isAtEnd = false

    /// Opens an archive file; devices and pipes are refused. With a pin, reading behind the last member fails where the file
    /// is another one.
    package init(
        _ path: FilePath, limits: ArchiveLimits = .default, pin: ContentPin? = nil, _ files: HostFileSystem
    ) throws(ArchiveError) {
        try self.init(FileFeed(path, files), path, limits, pin)
    }

    /// Opens an archive that is in memory. `path` is what errors and findings call it.
    package init(bytes: [UInt8], path: FilePath, limits: ArchiveLimits = .default) throws(ArchiveError) {
        try self.init(FileFeed(bytes, path: path), path, limits)
    }

    private init(
        _ file: FileFeed, _ path: FilePath, _ limits: ArchiveLimits, _ pin: ContentPin? = nil
    ) throws(ArchiveError) {
        if let pin { try file.restart(pin.digestType.init()) }
        let handle: ReadHandle
        if try file.startsLikeGzip() {
            handle = try ReadHandle(.tar, GzipFeed(file, path: path, limits: limits), path: path)
        } else if let other = try file.otherCompression() {
            throw ArchiveError(.otherCompression(other), path)
        } else {
            handle = try ReadHandle(.tar, file, path: path)
        }
        self.path = path
        self.limits = limits
        self.handle = handle
        self.file = file
        self.pin = pin
    }

    /// Reads a `.tar.gz` that is to be unpacked: one without gzip has no checksum and is refused, and so is every header
    /// that two readers may understand in two ways.
    init(strictly file: FileFeed, _ path: FilePath, _ limits: ArchiveLimits) throws(ArchiveError) {
        guard try file.startsLikeGzip() else {
            if let other = try file.otherCompression() { throw ArchiveError(.otherCompression(other), path) }
            throw ArchiveError(.notAnArchive, path, detail: "it is not compressed with gzip")
        }
        let headers = TarHeaderGuard(path: path, limits: limits)
        let handle = try ReadHandle(
            .tar, GzipFeed(file, path: path, limits: limits, headers: headers), path: path)
        self.path = path
        self.limits = limits
        self.handle = handle
        self.file = file
        self.pin = nil
    }

    /// Goes to the next member, over what is left of the current one; nil behind the last.
    ///
    /// Findings are what libarchive warns of, and bytes behind the end of the archive.
    package mutating func next(_ diagnostics: inout [Diagnostic]) throws(ArchiveError) -> ArchiveEntry? {
        guard !self.isAtEnd else { return nil }
        while try self.readPiece() != nil {}
        self.current = nil
        guard try self.readHeader(&diagnostics) else {
            self.isAtEnd = true
            if try !self.handle.drain() { diagnostics.append(self.dataAfterEnd) }
            if let pin = self.pin, try self.file.finish() != pin.digest {
                throw ArchiveError(.host(HostFileError(.read, self.path, .changedWhileRead)), self.path)
            }
            return nil
        }
        self.entryCount += 1
        guard self.entryCount <= self.limits.entries else { throw self.over(.entries(self.limits.entries), nil) }
        let entry = try self.makeEntry()
        self.current = entry
        self.position = 0
        return entry
    }

    /// The next bytes of the current member; nil at its end.
    package mutating func readPiece() throws(ArchiveError) -> [UInt8]? {
        guard let entry = self.current, entry.kind == .file else { return nil }
        do throws(ArchiveError) {
            switch unsafe try self.handle.nextBlock() {
            case .endOfData:
                guard self.position == entry.size else { throw ArchiveError(.damaged, self.path) }
                self.current = nil
                return nil
            case .block(let block, let offset):
                guard offset == self.position else { throw ArchiveError(.sparseMember, self.path) }
                self.position += block.count
                self.contentBytes += block.count
                guard self.position <= entry.size else { throw ArchiveError(.damaged, self.path) }
                // Copied, since libarchive's block is valid only until its next call.
                return unsafe Array(block)
            }
        } catch {
            var error = error
            if error.member == nil { error.member = entry.name }
            throw error
        }
    }

    /// The whole rest of the current member, if it is within `limit` and the limit for members in memory.
    package mutating func readContents(limit: Int? = nil) throws(ArchiveError) -> [UInt8] {
        guard let entry = self.current, entry.kind == .file else { return [] }
        let limit = min(limit ?? self.limits.memberBytes, self.limits.memberBytes)
        guard entry.size <= limit else { throw self.over(.memberBytes(limit), entry.name) }
        var bytes: [UInt8] = []
        // Not more than the archive has proved to have: the size is only what the header says.
        bytes.reserveCapacity(min(entry.size, 1 << 20))
        while let piece = try self.readPiece() { bytes += piece }
        return bytes
    }

    /// False at the end of the archive.
    private mutating func readHeader(_ diagnostics: inout [Diagnostic]) throws(ArchiveError) -> Bool {
        switch try self.handle.nextHeader() {
        case .ok:
            return true
        case .endOfArchive:
            guard self.entryCount > 0 || self.handle.isRecognised else { throw ArchiveError(.notAnArchive, self.path) }
            return false
        case .warn(let detail):
            diagnostics.append(
                Diagnostic(
                    .archiveReaderWarning, .warning, "a header of the archive is not as it should be: \(detail)",
                    at: .binary(.init(path: self.path.string, chunk: self.currentName))))
            return true
        case .retry(let detail), .failed(let detail), .fatal(let detail):
            if !self.handle.isRecognised { throw ArchiveError(.notAnArchive, self.path) }
            throw ArchiveError(.damaged, self.path, detail: detail)
        }
    }

    private var dataAfterEnd: Diagnostic {
        Diagnostic(
            .archiveDataAfterEnd, .warning, "something follows the end of the archive", at: .file(self.path.string),
            explanation: "Readers of archives do not look there, so nobody checks it.",
            help: ["make the archive again with `relift build`, `relift tar` or `systools:make_tar`"])
    }

    private func over(_ kind: ArchiveLimits.Kind, _ member: [UInt8]?) -> ArchiveError {
        ArchiveError(.overLimit(kind), self.path, member: member)
    }

    /// The name in the header that was read last, for messages.
    private var currentName: String? {
        guard let record = unsafe self.handle.record else { return nil }
        return unsafe String(decoding: Self.bytes(archive_entry_pathname(record)), as: UTF8.self)
    }

    /// The header that was read last, checked against the limits.
    private func makeEntry() throws(ArchiveError) -> ArchiveEntry {
        // libarchive's record and its strings stay valid until the next header is read.
        guard let record = unsafe self.handle.record else { throw ArchiveError(.library, self.path) }
        let name = unsafe Self.bytes(archive_entry_pathname(record))
        let hardLink = unsafe Self.bytes(archive_entry_hardlink(record))
        let link = unsafe Self.bytes(archive_entry_symlink(record))
        let kind = unsafe Self.kind(of: archive_entry_filetype(record), isHardLink: !hardLink.isEmpty)
        guard max(name.count, link.count, hardLink.count) <= self.limits.nameBytes else {
            throw self.over(.nameBytes(self.limits.nameBytes), Array(name.prefix(self.limits.nameBytes)))
        }
        guard ArchiveEntry.components(of: name).count <= self.limits.depth else {
            throw self.over(.depth(self.limits.depth), name)
        }
        if unsafe archive_entry_sparse_count(record) > 0 {
            throw ArchiveError(.sparseMember, self.path, member: name)
        }
        let size = kind == .file ? Int(unsafe archive_entry_size(record)) : 0
        guard size >= 0 else { throw ArchiveError(.damaged, self.path, member: name, detail: "a size below zero") }
        guard size <= self.limits.totalBytes - min(self.contentBytes, self.limits.totalBytes) else {
            throw self.over(.totalBytes(self.limits.totalBytes), name)
        }
        return unsafe ArchiveEntry(
            name: name, kind: kind, size: size, mode: UInt16(truncatingIfNeeded: archive_entry_perm(record)) & 0o7777,
            linkTarget: kind == .hardLink ? hardLink : link, modified: Int64(archive_entry_mtime(record)),
            owner: ArchiveEntry.Owner(
                userID: archive_entry_uid(record), groupID: archive_entry_gid(record),
                user: Self.bytes(archive_entry_uname(record)), group: Self.bytes(archive_entry_gname(record))))
    }

    private static func kind(of type: UInt32, isHardLink: Bool) -> ArchiveEntry.Kind {
        if isHardLink { return .hardLink }
        switch type {
        case RELIFT_AE_IFREG: return .file
        case RELIFT_AE_IFDIR: return .folder
        case RELIFT_AE_IFLNK: return .symbolicLink
        case RELIFT_AE_IFCHR: return .characterDevice
        case RELIFT_AE_IFBLK: return .blockDevice
        case RELIFT_AE_IFIFO: return .fifo
        default: return .other
        }
    }

    /// The bytes of a C string of libarchive's, valid until its next call; none for null.
    private static func bytes(_ start: UnsafePointer<CChar>?) -> [UInt8] {
        guard let start = unsafe start else { return [] }
        var bytes: [UInt8] = []
        var next = unsafe start
        while unsafe next.pointee != 0 {
            bytes.append(UInt8(bitPattern: unsafe next.pointee))
            unsafe next += 1
        }
        return bytes
    }
}
