/// Makes gzip files (RFC 1952) of one member: the same bytes for the same input, whoever compresses how many chunks at
/// a time.
///
/// The input is cut every `chunkSize` bytes. Each chunk is compressed on its own (`GzipChunk`), which may
/// happen in parallel; the compressed chunks follow each other between the header and the trailer of `GzipFrame`:
///
///     header | chunk | chunk | … | last chunk | trailer
///
/// One member, because Erlang's reader of compressed files (`erl_tar`, `release_handler:unpack_release`) refuses more.
package enum GzipCompressor {
    /// How many bytes of input become one chunk. Nothing refers across a chunk's start, which costs about 0.1% of size.
    package static let chunkSize = 2 << 20

    /// Compresses bytes that are in memory, one chunk after the other.
    package static func compress(_ bytes: [UInt8]) throws(GzipError) -> [UInt8] {
        var frame = GzipFrame()
        var result = GzipFrame.header
        var start = 0
        repeat {
            let end = min(bytes.count - start, Self.chunkSize) + start
            let chunk = Array(bytes[start..<end])
            frame.add(chunk.span)
            result += try GzipChunk.compress(chunk, isLast: end == bytes.count)
            start = end
        } while start < bytes.count
        return result + frame.trailer
    }
}

/// Compression failed.
package enum GzipError: Error, Hashable, Sendable {
    /// libdeflate got no memory for its tables.
    case outOfMemory
}
