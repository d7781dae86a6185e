import ByteParsing
import Compression
package import ErlangTerms

/// A compiled Erlang module: the bytes of the file and an index of its chunks.
///
///     "FOR1" size "BEAM" { name(4) size(4) data padding-to-4 }…
///
/// Making one costs a walk over the chunk headers and the module's name; everything else is decoded when it is asked
/// for, and not kept. Ask for ``facts`` when several of the usual things are needed.
package struct BeamFile: Sendable {
    /// Where a chunk lies.
    package struct Chunk: Hashable, Sendable {
        package let name: ChunkName
        /// Offset of the first byte of its data in ``BeamFile/bytes``.
        package let offset: Int
        /// Bytes of data, without the padding.
        package let size: Int

        package var range: Range<Int> { self.offset..<(self.offset + self.size) }
    }

    /// The whole file, inflated if it was compressed.
    package let bytes: [UInt8]
    /// Whether the file on disk is compressed (the compiler's option `compressed`).
    package let isCompressed: Bool
    /// In the order of the file.
    package let chunks: [Chunk]
    /// The name of the module.
    package let module: Atom
    let limits: BeamFileLimits

    /// Indexes the chunks of a file, which is inflated first where it is compressed.
    package init(parsing bytes: [UInt8], limits: BeamFileLimits = .default) throws(BeamFileError) {
        guard bytes.count <= limits.fileBytes else {
            throw BeamFileError(.fileTooLarge(limit: limits.fileBytes), offset: 0)
        }
        self.limits = limits
        self.isCompressed = Inflate.isGzip(bytes)
        if self.isCompressed {
            do {
                self.bytes = try Inflate.gzip(bytes, limit: limits.fileBytes)
            } catch {
                throw BeamFileError(.compression(error), offset: 0)
            }
        } else {
            self.bytes = bytes
        }
        self.chunks = try Self.index(self.bytes, limit: limits.chunks)
        self.module = try AtomTable.moduleName(self.bytes, self.chunks)
    }

    /// The first chunk of that name, as in `beam_lib` and the code loader.
    package func chunk(_ name: ChunkName) -> Chunk? { Self.chunk(name, in: self.chunks) }

    /// The data of a chunk of this file.
    package func data(of chunk: Chunk) -> ArraySlice<UInt8> { self.bytes[chunk.range] }

    static func chunk(_ name: ChunkName, in chunks: [Chunk]) -> Chunk? { chunks.first { $0.name == name } }

    private static func index(_ bytes: [UInt8], limit: Int) throws(BeamFileError) -> [Chunk] {
        var cursor = ByteCursor(bytes.span)
        guard bytes.starts(with: "FOR1".utf8) else { throw BeamFileError(.notBeamFile, offset: 0) }
        try cursor.advance(count: 4)
        let size = try cursor.number()
        guard bytes.dropFirst(8).starts(with: "BEAM".utf8) else { throw BeamFileError(.notBeamFile, offset: 8) }
        guard size <= cursor.remaining else {
            throw BeamFileError(.truncated(missing: size - cursor.remaining), offset: bytes.count)
        }
        guard size == cursor.remaining else {
            throw BeamFileError(.trailingBytes(count: cursor.remaining - size), offset: cursor.offset + size)
        }
        try cursor.advance(count: 4)
        var chunks: [Chunk] = []
        while !cursor.isAtEnd {
            guard chunks.count < limit else {
                throw BeamFileError(.tooManyChunks(limit: limit), offset: cursor.offset)
            }
            let name = ChunkName(code: try cursor.integer(UInt32.self))
            do throws(BeamFileError) {
                let size = try cursor.number()
                chunks.append(Chunk(name: name, offset: cursor.offset, size: size))
                try cursor.advance(count: size)
                // Some writers leave out the padding of the last chunk.
                try cursor.advance(count: min(-size & 3, cursor.remaining))
            } catch {
                throw BeamFileError(error.code, chunk: name, offset: error.offset)
            }
        }
        return chunks
    }

    // MARK: - Reading chunks

    /// Decodes all data of the first chunk of that name, or returns nil when there is none.
    func read<Result>(
        _ name: ChunkName, _ decode: (inout ByteCursor) throws(BeamFileError) -> Result
    ) throws(BeamFileError) -> Result? {
        guard let chunk = self.chunk(name) else { return nil }
        return try Self.read(chunk, of: self.bytes, decode)
    }

    /// Decodes all data of a chunk that every module has.
    func readRequired<Result>(
        _ name: ChunkName, _ decode: (inout ByteCursor) throws(BeamFileError) -> Result
    ) throws(BeamFileError) -> Result {
        guard let result = try self.read(name, decode) else { throw self.missing(name) }
        return result
    }

    func missing(_ name: ChunkName) -> BeamFileError {
        BeamFileError(.missingChunk(name), offset: self.bytes.count)
    }

    static func read<Result>(
        _ chunk: Chunk, of bytes: [UInt8], _ decode: (inout ByteCursor) throws(BeamFileError) -> Result
    ) throws(BeamFileError) -> Result {
        do throws(BeamFileError) {
            var cursor = ByteCursor(bytes.span.extracting(chunk.range), base: chunk.offset)
            let result = try decode(&cursor)
            guard cursor.isAtEnd else {
                throw BeamFileError(.trailingBytes(count: cursor.remaining), offset: cursor.offset)
            }
            return result
        } catch {
            throw BeamFileError(error.code, chunk: chunk.name, offset: error.offset)
        }
    }

    /// The term that a chunk holds, or nil when the chunk is missing or empty.
    func term(_ name: ChunkName) throws(BeamFileError) -> Term? {
        guard let chunk = self.chunk(name), chunk.size > 0 else { return nil }
        do {
            return try ExternalTerm.decode(
                self.bytes.span.extracting(chunk.range), base: chunk.offset, limits: self.limits.terms)
        } catch {
            throw BeamFileError(.term(error), chunk: name, offset: error.offset)
        }
    }

    /// The number of entries at the start of a table, which must fill the rest of its chunk.
    static func count(_ cursor: inout ByteCursor, entrySize: Int) throws(BeamFileError) -> Int {
        let start = cursor.offset
        let count = try cursor.number()
        guard count == cursor.remaining / entrySize, cursor.remaining % entrySize == 0 else {
            throw BeamFileError(.invalidCount(count), offset: start)
        }
        return count
    }
}
