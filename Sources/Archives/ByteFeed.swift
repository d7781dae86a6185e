import CLibArchive
import Compression
import HostFiles
import SystemPackage

/// Where a libarchive reader gets its bytes from, block by block.
protocol ByteFeed: AnyObject {
    /// The next bytes, valid until the next call; empty at the end.
    func next() throws(ArchiveError) -> UnsafeRawBufferPointer
}

/// The bytes of a file, or of an array.
@safe final class FileFeed: ByteFeed {
    private enum Source: ~Copyable {
        case file(HostInputFile)
        case bytes([UInt8])
    }

    static let blockSize = 256 << 10

    private let source: Source
    private let path: FilePath
    private let block = UnsafeMutableRawBufferPointer.allocate(byteCount: FileFeed.blockSize, alignment: 16)
    /// Bytes to give before the source is asked again.
    private var lookedAt: [UInt8] = []
    /// How many bytes were given out.
    private(set) var count = 0
    /// The last bytes that were given out, at most 8: where the trailer of a gzip file is.
    private(set) var tail: [UInt8] = []
    /// Takes every byte that is read, if there is one.
    private var digest: (any ContentDigest)?

    init(_ path: FilePath, _ files: HostFileSystem) throws(ArchiveError) {
        do throws(HostFileError) {
            self.source = .file(try HostInputFile(path, files))
        } catch {
            throw ArchiveError(.host(error), path)
        }
        self.path = path
    }

    init(_ bytes: [UInt8], path: FilePath) {
        self.source = .bytes(bytes)
        self.path = path
    }

    deinit {
        // Readers that got the pointer are freed before their feeds.
        unsafe self.block.deallocate()
    }

    /// Goes back to the first byte; `digest` takes all bytes from there on.
    func restart(_ digest: any ContentDigest) throws(ArchiveError) {
        switch self.source {
        case .file(let file):
            do throws(HostFileError) { try file.rewind() } catch { throw ArchiveError(.host(error), self.path) }
        case .bytes: break
        }
        self.lookedAt = []
        self.count = 0
        self.tail = []
        self.digest = digest
    }

    /// The digest of the whole file, of which everything must have been given out, and which must be what it was when it
    /// was opened.
    func finish() throws(ArchiveError) -> [UInt8] {
        let rest = self.lookedAt.isEmpty ? try self.read() : self.lookedAt
        guard rest.isEmpty else {
            throw ArchiveError(.damaged, self.path, detail: "something follows the end of the gzip data")
        }
        switch self.source {
        case .file(let file):
            do throws(HostFileError) {
                try file.requireUnchanged()
                guard file.facts.size == self.count else { throw HostFileError(.read, self.path, .changedWhileRead) }
            } catch {
                throw ArchiveError(.host(error), self.path)
            }
        case .bytes: break
        }
        return self.digest?.finish() ?? []
    }

    /// The name of the format in which the file is compressed, if it is one that is not read.
    func otherCompression() throws(ArchiveError) -> String? {
        if self.lookedAt.isEmpty { self.lookedAt = try self.read() }
        return Self.otherCompressions.first { self.lookedAt.starts(with: $0.start) }?.name
    }

    /// What files of other compressors start with.
    private static let otherCompressions: [(name: String, start: [UInt8])] = [
        ("bzip2", Array("BZh".utf8)), ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), ("zstd", [0x28, 0xB5, 0x2F, 0xFD]),
        ("lz4", [0x04, 0x22, 0x4D, 0x18]), ("lzip", Array("LZIP".utf8)), ("lzma", [0x5D, 0x00, 0x00]),
        ("compress", [0x1F, 0x9D]),
    ]

    /// Whether the bytes start like a gzip file. Asked before anything is given out.
    func startsLikeGzip() throws(ArchiveError) -> Bool {
        if self.lookedAt.isEmpty { self.lookedAt = try self.read() }
        return self.lookedAt.starts(with: GzipFrame.header.prefix(2))
    }

    func next() throws(ArchiveError) -> UnsafeRawBufferPointer {
        let bytes = self.lookedAt.isEmpty ? try self.read() : self.lookedAt
        self.lookedAt = []
        self.count += bytes.count
        self.tail = Array((self.tail + bytes.suffix(8)).suffix(8))
        // Reads are at most as large as the block.
        unsafe self.block.copyBytes(from: bytes)
        return unsafe UnsafeRawBufferPointer(rebasing: self.block[..<bytes.count])
    }

    private func read() throws(ArchiveError) -> [UInt8] {
        let piece = try self.readSource()
        self.digest?.update(piece)
        return piece
    }

    private func readSource() throws(ArchiveError) -> [UInt8] {
        switch self.source {
        case .file(let file):
            do throws(HostFileError) {
                return try file.read(upTo: Self.blockSize)
            } catch {
                throw ArchiveError(.host(error), self.path)
            }
        case .bytes(let bytes):
            let start = min(self.count, bytes.count)
            return Array(bytes[start..<min(start + Self.blockSize, bytes.count)])
        }
    }
}

/// The decompressed bytes of a gzip file.
///
/// libarchive inflates but looks neither at the checksum nor at what follows the first member; this does. A file of
/// several members, which Erlang cannot read, is damaged here too: its last checksum is not that of everything.
final class GzipFeed: ByteFeed {
    private let compressed: FileFeed
    private let handle: ReadHandle
    private let path: FilePath
    private let limits: ArchiveLimits
    private var frame = GzipFrame()
    private var count = 0
    /// Reads the headers that libarchive reads, if somebody wants to be stricter.
    private var headers: TarHeaderGuard?

    init(
        _ compressed: FileFeed, path: FilePath, limits: ArchiveLimits, headers: TarHeaderGuard? = nil
    ) throws(ArchiveError) {
        self.compressed = compressed
        self.headers = headers
        self.path = path
        self.limits = limits
        self.handle = try ReadHandle(.gzip, compressed, path: path)
        switch try self.handle.nextHeader() {
        case .ok: break
        case .endOfArchive: throw ArchiveError(.notAnArchive, path)
        case .retry(let detail), .warn(let detail), .failed(let detail), .fatal(let detail):
            throw ArchiveError(.damaged, path, detail: detail)
        }
    }

    func next() throws(ArchiveError) -> UnsafeRawBufferPointer {
        switch unsafe try self.handle.nextBlock() {
        case .endOfData:
            guard self.compressed.tail == self.frame.trailer, self.handle.consumedInputCount == self.compressed.count
            else {
                throw ArchiveError(
                    .damaged, self.path, detail: "its checksum is wrong, or something follows the end of the gzip data")
            }
            return unsafe UnsafeRawBufferPointer(start: nil, count: 0)
        case .block(let block, _):
            self.count += block.count
            unsafe self.frame.add(block.bindMemory(to: UInt8.self).span)
            guard self.count <= self.limits.totalBytes else {
                throw ArchiveError(.overLimit(.totalBytes(self.limits.totalBytes)), self.path)
            }
            guard self.count <= ArchiveLimits.ratioFreeBytes || self.count / self.limits.ratio <= self.compressed.count
            else {
                throw ArchiveError(.overLimit(.ratio(self.limits.ratio)), self.path)
            }
            try unsafe self.headers?.add(block.bindMemory(to: UInt8.self).span)
            return unsafe block
        }
    }
}
