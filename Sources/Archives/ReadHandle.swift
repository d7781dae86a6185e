import CLibArchive
import SystemPackage

/// A libarchive reader of one format, with the feed it reads from.
@safe final class ReadHandle {
    enum Format {
        /// Members of a tar archive.
        case tar
        /// The whole content of a gzip file, as one member.
        case gzip
    }

    /// What a member's contents go on with.
    @unsafe enum Block {
        case endOfData
        /// Bytes that are valid until the next call, and their offset in the member.
        case block(UnsafeRawBufferPointer, offset: Int)
    }

    private let archive: OpaquePointer
    private let feed: any ByteFeed
    private let names: UnicodeNames
    private let path: FilePath
    /// Why the feed failed, while libarchive unwinds.
    private var feedError: ArchiveError?
    /// The header of the current member, which libarchive owns and overwrites with the next one.
    private(set) var record: OpaquePointer?
    /// What the feed gave last, and how much it gave up to its end.
    private(set) var lastBlock = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var fedCount = 0

    init(_ format: Format, _ feed: any ByteFeed, path: FilePath) throws(ArchiveError) {
        guard let names = UnicodeNames() else { throw ArchiveError(.noUnicodeNames, path) }
        guard let archive = unsafe archive_read_new() else { throw ArchiveError(.outOfMemory, path) }
        unsafe self.archive = archive
        self.names = names
        self.feed = feed
        self.path = path
        // Only what is named here is ever tried on the bytes: no other format, no other filter, none twice.
        let steps: [() -> CInt] =
            switch format {
            case .tar: [{ unsafe archive_read_support_format_tar(archive) }]
            case .gzip:
                [
                    { unsafe archive_read_support_format_raw(archive) },
                    { unsafe archive_read_append_filter(archive, ARCHIVE_FILTER_GZIP) },
                ]
            }
        for step in steps { try self.require(step(), orElse: .library) }
        // The handle frees the archive before it goes, and is not moved: it is an object.
        let code = unsafe archive_read_open(
            archive, Unmanaged.passUnretained(self).toOpaque(), nil, Self.feedArchive, nil)
        // Opening reads the first bytes, and fails where they are not of the format.
        try self.require(code, orElse: format == .tar ? .notAnArchive : .damaged)
    }

    deinit {
        // From its allocator in `init`, used by nobody else.
        unsafe archive_read_free(self.archive)
    }

    private func require(_ code: CInt, orElse failure: ArchiveError.Code) throws(ArchiveError) {
        if let error = self.feedError { throw error }
        switch unsafe LibArchiveResult(code, self.archive) {
        case .ok: return
        case .endOfArchive: throw ArchiveError(failure, self.path)
        case .retry(let detail), .warn(let detail), .failed(let detail), .fatal(let detail):
            throw ArchiveError(failure, self.path, detail: detail)
        }
    }

    /// Goes to the next member, whose header is in `record` then.
    func nextHeader() throws(ArchiveError) -> LibArchiveResult {
        unsafe self.record = nil
        let code = self.names.during { unsafe archive_read_next_header(self.archive, &self.record) }
        if let error = self.feedError { throw error }
        return unsafe LibArchiveResult(code, self.archive)
    }

    /// The next contents of the member.
    func nextBlock() throws(ArchiveError) -> Block {
        var start: UnsafeRawPointer?
        var count = 0
        var offset: Int64 = 0
        let code = unsafe archive_read_data_block(self.archive, &start, &count, &offset)
        if let error = self.feedError { throw error }
        switch unsafe LibArchiveResult(code, self.archive) {
        case .ok:
            // What libarchive says is valid until the next call on the archive.
            return unsafe .block(UnsafeRawBufferPointer(start: start, count: count), offset: Int(offset))
        case .endOfArchive:
            return unsafe .endOfData
        case .retry(let detail), .warn(let detail), .failed(let detail), .fatal(let detail):
            throw ArchiveError(.damaged, self.path, detail: detail)
        }
    }

    /// How many of the feed's bytes libarchive has gone over.
    var consumedCount: Int { unsafe Int(archive_filter_bytes(self.archive, 0)) }

    /// How many bytes of the feed the filters have used up; those that they only looked at do not count.
    var consumedInputCount: Int { unsafe Int(archive_filter_bytes(self.archive, -1)) }

    /// Whether libarchive has recognised the format.
    var isRecognised: Bool { unsafe archive_format(self.archive) != 0 }

    /// Goes over what the feed still has; true if all of it, from what libarchive has gone over on, is zero.
    func drain() throws(ArchiveError) -> Bool {
        let seen = unsafe max(0, self.consumedCount - (self.fedCount - self.lastBlock.count))
        var isZero = unsafe self.lastBlock.dropFirst(seen).allSatisfy { $0 == 0 }
        while true {
            let block = unsafe try self.feed.next()
            if unsafe block.isEmpty { return isZero }
            isZero = unsafe isZero && block.allSatisfy { $0 == 0 }
        }
    }

    /// libarchive's read callback.
    private static let feedArchive:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<UnsafeRawPointer?>?
        ) -> Int = { archive, object, start in
            guard let object = unsafe object, let start = unsafe start else { return -1 }
            // The object given at opening, which outlives the archive.
            let handle = unsafe Unmanaged<ReadHandle>.fromOpaque(object).takeUnretainedValue()
            do throws(ArchiveError) {
                unsafe handle.lastBlock = try handle.feed.next()
            } catch {
                handle.feedError = error
                return -1
            }
            handle.fedCount += unsafe handle.lastBlock.count
            unsafe start.pointee = handle.lastBlock.baseAddress
            return unsafe handle.lastBlock.count
        }
}
