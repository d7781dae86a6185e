import CLibArchive
import SystemPackage

/// Turns members into the bytes of a tar archive, through libarchive.
///
/// The format is ustar, with a pax header in front of a member only where ustar has no place for its name, link target or
/// size. The bytes depend on the arguments alone: owner 0, the given time, modes 0644 and 0755 unless the member has its own, no locale.
@safe struct TarFormatter: ~Copyable {
    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let names: UnicodeNames
    private let output: TarBytes
    /// The archive's path, for errors.
    let path: FilePath
    private let modified: Int64

    init(_ path: FilePath, modified: Int64) throws(ArchiveError) {
        guard let names = UnicodeNames() else { throw ArchiveError(.noUnicodeNames, path) }
        let output = TarBytes()
        guard let archive = unsafe archive_write_new() else { throw ArchiveError(.outOfMemory, path) }
        guard let entry = unsafe archive_entry_new() else {
            unsafe archive_write_free(archive)
            throw ArchiveError(.outOfMemory, path)
        }
        // With blocks of size 0 every piece goes to the output at once; nothing is added after the two zero blocks.
        let steps: [() -> CInt] = [
            { unsafe archive_write_set_format_pax_restricted(archive) },
            { unsafe archive_write_set_bytes_per_block(archive, 0) },
            { unsafe archive_write_set_bytes_in_last_block(archive, 1) },
            {
                // The output lives as long as the formatter, which frees the archive before it goes.
                unsafe archive_write_open(
                    archive, Unmanaged.passUnretained(output).toOpaque(), nil, TarBytes.receive, nil)
            },
        ]
        for step in steps {
            let result = unsafe LibArchiveResult(step(), archive)
            guard case .ok = result else {
                unsafe archive_entry_free(entry)
                unsafe archive_write_free(archive)
                throw ArchiveError(.library, path, detail: "\(result)")
            }
        }
        self.names = names
        self.output = output
        unsafe self.archive = archive
        unsafe self.entry = entry
        self.path = path
        self.modified = modified
    }

    deinit {
        // Both came from their allocators in `init` and are used by nobody else.
        unsafe archive_entry_free(self.entry)
        unsafe archive_write_free(self.archive)
    }

    /// What the format has come to since the last call.
    func takeBytes() -> [UInt8] { self.output.take() }

    /// How many bytes wait to be taken.
    var count: Int { self.output.count }

    /// Starts a member; `size` bytes of contents must follow for a file.
    func start(_ member: TarMember, size: Int, isExecutable: Bool) throws(ArchiveError) {
        unsafe archive_entry_clear(self.entry)
        var name = member.name
        var type = RELIFT_AE_IFREG
        var mode: UInt32 = isExecutable ? 0o755 : 0o644
        switch member.content {
        case .bytes, .file:
            break
        case .folder:
            name.append(UInt8(ascii: "/"))
            (type, mode) = (RELIFT_AE_IFDIR, 0o755)
        case .symbolicLink(let target):
            (type, mode) = (RELIFT_AE_IFLNK, 0o777)
            unsafe Self.withCString(target) { unsafe archive_entry_set_symlink(self.entry, $0) }
        }
        switch member.content {
        case .bytes, .file, .folder: mode = member.mode.map(UInt32.init) ?? mode
        case .symbolicLink: break
        }
        unsafe Self.withCString(name) { unsafe archive_entry_set_pathname(self.entry, $0) }
        unsafe archive_entry_set_filetype(self.entry, type)
        unsafe archive_entry_set_perm(self.entry, mode)
        unsafe archive_entry_set_size(self.entry, Int64(size))
        unsafe archive_entry_set_uid(self.entry, 0)
        unsafe archive_entry_set_gid(self.entry, 0)
        unsafe archive_entry_set_mtime(self.entry, Int(self.modified), 0)
        let code = self.names.during { unsafe archive_write_header(self.archive, self.entry) }
        try self.require(code, member)
    }

    /// Adds contents to the started member.
    func write(_ bytes: [UInt8], _ member: TarMember) throws(ArchiveError) {
        guard !bytes.isEmpty else { return }
        // The buffer is valid for its count until the call returns.
        let written = unsafe bytes.withUnsafeBytes { unsafe archive_write_data(self.archive, $0.baseAddress, $0.count) }
        guard written == bytes.count else {
            let code = written < 0 ? CInt(truncatingIfNeeded: written) : ARCHIVE_FATAL
            let result = unsafe LibArchiveResult(code, self.archive)
            throw ArchiveError(.library, self.path, member: member.name, detail: "\(result)")
        }
    }

    /// Ends the started member: pads its contents.
    func finish(_ member: TarMember) throws(ArchiveError) {
        try self.require(unsafe archive_write_finish_entry(self.archive), member)
    }

    /// Ends the archive: two zero blocks.
    func close() throws(ArchiveError) {
        try self.require(unsafe archive_write_close(self.archive), nil)
    }

    /// Anything but success is an error: a warning means that a header is not what was asked for.
    private func require(_ code: CInt, _ member: TarMember?) throws(ArchiveError) {
        let result = unsafe LibArchiveResult(code, self.archive)
        switch result {
        case .ok:
            return
        case .retry(let detail), .warn(let detail), .failed(let detail), .fatal(let detail):
            throw ArchiveError(.library, self.path, member: member?.name, detail: detail)
        case .endOfArchive:
            throw ArchiveError(.library, self.path, member: member?.name)
        }
    }

    /// Calls with the bytes as a C string; they were checked to have no NUL.
    private static func withCString(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Void) {
        let characters = bytes.map { CChar(bitPattern: $0) } + [0]
        unsafe characters.withUnsafeBufferPointer {
            guard let start = $0.baseAddress else { return }
            unsafe body(start)
        }
    }
}

/// Where libarchive's writer puts what it makes.
private final class TarBytes {
    private var bytes: [UInt8] = []

    var count: Int { self.bytes.count }

    func take() -> [UInt8] {
        let taken = self.bytes
        self.bytes = []
        return taken
    }

    /// libarchive's write callback.
    static let receive: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Int = {
        _, object, start, count in
        guard let object = unsafe object, let start = unsafe start, count > 0 else { return 0 }
        // The object is the one given at opening, kept alive by the formatter that makes the call; the bytes are valid
        // until this returns.
        let output = unsafe Unmanaged<TarBytes>.fromOpaque(object).takeUnretainedValue()
        unsafe output.bytes.append(contentsOf: UnsafeRawBufferPointer(start: start, count: count))
        return count
    }
}
