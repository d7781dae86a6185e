import CDeflate

/// Compresses chunks of a gzip file with libdeflate into pieces that follow each other on byte boundaries.
///
/// libdeflate marks the last block of everything it compresses as final, which only the last chunk of a file may keep.
/// So in every other chunk the mark is taken away where `GzipBlockWalker` finds it, and an empty stored block fills
/// up to the next byte (what zlib calls a sync flush).
///
/// One value is used by one task at a time; it keeps libdeflate's tables, about a megabyte.
@safe package struct GzipChunkCompressor: ~Copyable {
    private let compressor: OpaquePointer

    package init(level: Int = GzipCompressor.level) throws(GzipError) {
        guard let compressor = unsafe libdeflate_alloc_compressor(CInt(clamping: level)) else {
            throw .outOfMemory
        }
        unsafe self.compressor = compressor
    }

    deinit {
        // Allocated in `init`, not given away, and not used after this.
        unsafe libdeflate_free_compressor(self.compressor)
    }

    /// Compresses one chunk.
    package func compress(_ chunk: [UInt8], isLast: Bool) throws(GzipError) -> [UInt8] {
        let bound = unsafe libdeflate_deflate_compress_bound(self.compressor, chunk.count)
        var count = 0
        // The walker looks at whole words, hence the spare bytes; nothing of them is used.
        var piece = unsafe [UInt8](
            unsafeUninitializedCapacity: bound + GzipBlockWalker.spareBytes
        ) { buffer, filled in
            unsafe chunk.withUnsafeBytes { input in
                // Both pointers are valid for the counts that come with them.
                count = unsafe libdeflate_deflate_compress(
                    self.compressor, input.baseAddress, input.count, buffer.baseAddress, bound)
            }
            for index in count..<(count + GzipBlockWalker.spareBytes) { unsafe buffer[index] = 0 }
            filled = count + GzipBlockWalker.spareBytes
        }
        let lastBlock = isLast ? nil : GzipBlockWalker.lastBlock(of: piece, count: count)
        piece.removeLast(piece.count - count)
        if isLast { return piece }
        guard let lastBlock else { return Self.stored(chunk) }
        Self.open(&piece, lastBlock)
        return piece
    }

    /// Takes the final mark away and fills up to a byte boundary, so that other blocks can follow.
    private static func open(_ piece: inout [UInt8], _ lastBlock: GzipBlockWalker.LastBlock) {
        piece[lastBlock.start >> 3] &= ~(1 << UInt8(lastBlock.start & 7))
        // The header of a stored block is three zero bits, and the bits that libdeflate left over are zero.
        if piece.count * 8 - lastBlock.end < 3 { piece.append(0) }
        piece += [0, 0, 0xFF, 0xFF]
    }

    /// The chunk as stored blocks. Only for output of libdeflate that the walker does not understand, which is not
    /// known to exist: the file is larger then, but right.
    static func stored(_ chunk: [UInt8]) -> [UInt8] {
        var piece: [UInt8] = []
        piece.reserveCapacity(chunk.count + 5 * (chunk.count / 0xFFFF + 1))
        var start = 0
        while start < chunk.count {
            let end = start + min(chunk.count - start, 0xFFFF)
            let length = UInt16(truncatingIfNeeded: end - start)
            for value in [length, ~length] {
                if value == length { piece.append(0) }
                piece.append(UInt8(truncatingIfNeeded: value))
                piece.append(UInt8(truncatingIfNeeded: value >> 8))
            }
            piece += chunk[start..<end]
            start = end
        }
        return piece
    }
}
