import Compression
import SystemPackage

/// Compresses a stream to one gzip member with several chunks at work at once, and gives the pieces out in order.
///
/// Where the input is cut depends on the input alone, so the output is the same for any number of chunks at a time. Never
/// are there more than `concurrency + 2` chunks that were taken in and not given out.
struct ParallelGzip {
    /// One compressed chunk, or nil where there was no memory for it.
    struct Piece: Sendable {
        let index: Int
        let bytes: [UInt8]?
    }

    /// Takes the bytes of the file in order.
    typealias Emit = ([UInt8]) throws(ArchiveError) -> Void

    /// The archive's path, for errors.
    private let path: FilePath
    private let concurrency: Int
    private var frame = GzipFrame()
    /// Input that does not fill a chunk yet, or that may be the last one.
    private var waiting: [UInt8] = []
    private var started = 0
    private var emitted = 0
    private var finished: [Int: [UInt8]] = [:]
    /// How much was taken in and given out so far.
    private(set) var inputCount = 0
    private(set) var outputCount = 0

    init(_ path: FilePath, concurrency: Int) {
        self.path = path
        self.concurrency = max(1, concurrency)
        self.waiting.reserveCapacity(GzipCompressor.chunkSize * 2)
    }

    /// Takes the next bytes in, and gives out what is ready.
    mutating func add(_ bytes: [UInt8], _ group: inout TaskGroup<Piece>, _ emit: Emit) async throws(ArchiveError) {
        self.inputCount += bytes.count
        self.waiting += bytes
        // The chunk that the input ends with is the last one, so a chunk starts only when something follows it.
        while self.waiting.count > GzipCompressor.chunkSize {
            let chunk = Array(self.waiting.prefix(GzipCompressor.chunkSize))
            self.waiting.removeFirst(GzipCompressor.chunkSize)
            try await self.start(chunk, isLast: false, &group, emit)
        }
    }

    /// Takes the end of the input, and gives out all the rest.
    mutating func finish(_ group: inout TaskGroup<Piece>, _ emit: Emit) async throws(ArchiveError) {
        let chunk = self.waiting
        self.waiting = []
        try await self.start(chunk, isLast: true, &group, emit)
        while self.emitted < self.started { try await self.emitNext(&group, emit) }
        try self.give(self.frame.trailer, emit)
    }

    private mutating func start(
        _ chunk: [UInt8], isLast: Bool, _ group: inout TaskGroup<Piece>, _ emit: Emit
    ) async throws(ArchiveError) {
        if self.started == 0 { try self.give(GzipFrame.header, emit) }
        while self.started - self.emitted > self.concurrency { try await self.emitNext(&group, emit) }
        self.frame.add(chunk.span)
        let index = self.started
        self.started += 1
        group.addTask {
            do throws(GzipError) {
                return Piece(index: index, bytes: try GzipChunk.compress(chunk, isLast: isLast))
            } catch {
                return Piece(index: index, bytes: nil)
            }
        }
    }

    /// Waits for the piece that comes next and gives it out.
    private mutating func emitNext(_ group: inout TaskGroup<Piece>, _ emit: Emit) async throws(ArchiveError) {
        while self.finished[self.emitted] == nil {
            guard let piece = await group.next() else { return }
            guard let bytes = piece.bytes else { throw ArchiveError(.outOfMemory, self.path) }
            self.finished[piece.index] = bytes
        }
        guard let bytes = self.finished.removeValue(forKey: self.emitted) else { return }
        self.emitted += 1
        try self.give(bytes, emit)
    }

    private mutating func give(
        _ bytes: [UInt8], _ emit: Emit
    ) throws(ArchiveError) {
        self.outputCount += bytes.count
        try emit(bytes)
    }
}
