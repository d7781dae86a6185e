import CDeflate

/// Compresses the chunks of a gzip file with libdeflate into pieces that follow each other on byte boundaries.
///
/// libdeflate marks the last block of everything it compresses as final, which only the last chunk of a file may keep.
/// So in every other chunk the mark is taken away where `GzipBlockWalker` finds it, and an empty stored block fills
/// up to the next byte (what zlib calls a sync flush).
package enum GzipChunk {
    /// Compresses one chunk. The level is the one for its bytes, unless given.
    package static func compress(
        _ chunk: [UInt8], isLast: Bool, level: Int? = nil
    ) throws(GzipError) -> [UInt8] {
        guard let compressor = unsafe libdeflate_alloc_compressor(CInt(clamping: level ?? Self.level(for: chunk)))
        else {
            throw .outOfMemory
        }
        // From the allocator above, not given away, and not used after this function.
        defer { unsafe libdeflate_free_compressor(compressor) }
        let bound = unsafe libdeflate_deflate_compress_bound(compressor, chunk.count)
        var count = 0
        // The walker looks at whole words, hence the spare bytes; nothing of them is used.
        var piece = unsafe [UInt8](
            unsafeUninitializedCapacity: bound + GzipBlockWalker.spareBytes
        ) { buffer, filled in
            unsafe chunk.withUnsafeBytes { input in
                // Both pointers are valid for the counts that come with them.
                count = unsafe libdeflate_deflate_compress(
                    compressor, input.baseAddress, input.count, buffer.baseAddress, bound)
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

    /// The fastest of libdeflate's levels that makes bytes like these no larger than zlib's level 6, which OTP uses.
    ///
    /// What is compressed in its parts already, as BEAM files are, has bytes that are nearly evenly distributed: there
    /// it is 4, whose result is half a percent smaller than OTP's. Level 5 takes a quarter more time for another half
    /// a percent, and is chosen where the bytes are a little less even and level 4 may come out larger than OTP. For
    /// machine code, scripts and texts it is 7. Measured on chunks of the applications of OTP 25, 27 and 29, of C
    /// headers, and of Python's and JavaScript's libraries.
    static func level(for chunk: [UInt8]) -> Int {
        var counts = [UInt32](repeating: 0, count: 256)
        // A sample is enough; the step is odd so that it does not fall in with tables of words.
        var samples: UInt64 = 0
        for index in stride(from: 0, to: chunk.count, by: 7) {
            counts[Int(chunk[index])] += 1
            samples += 1
        }
        // How likely it is that two bytes are equal: 1/256 in noise, more than 1/35 in text.
        let pairs = counts.reduce(0) { $0 + UInt64($1) * UInt64($1) }
        let evenness = pairs == 0 ? 0 : samples * samples / pairs
        return evenness > 80 ? 4 : evenness > 45 ? 5 : 7
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
