import CDeflate

/// Inflates zlib and gzip streams whose size is known beforehand, with libdeflate.
///
/// The declared size is checked against the limit and against what deflate can do at all before memory is taken for
/// the result, so a few bytes can never claim gigabytes.
package enum Inflate {
    /// Inflates a whole zlib stream (RFC 1950), which must become exactly `inflatedSize` bytes and end where `bytes` end.
    package static func zlib(_ bytes: [UInt8], inflatedSize: Int) throws(InflateError) -> [UInt8] {
        let result = try self.zlibPrefix(bytes.span, inflatedSize: inflatedSize)
        guard result.consumed == bytes.count else {
            throw InflateError(.trailingBytes(count: bytes.count - result.consumed))
        }
        return result.bytes
    }

    /// Inflates the zlib stream at the start of `bytes`, which must become exactly `inflatedSize` bytes; also tells
    /// how many bytes of the input the stream took.
    package static func zlibPrefix(
        _ bytes: Span<UInt8>, inflatedSize: Int
    ) throws(InflateError) -> (bytes: [UInt8], consumed: Int) {
        try self.inflate(bytes, inflatedSize: inflatedSize, wrapper: .zlib)
    }

    /// Inflates a gzip file (RFC 1952) of one member, which may become at most `limit` bytes.
    ///
    /// The size is taken from the trailer; a second member is reported as trailing bytes.
    package static func gzip(_ bytes: [UInt8], limit: Int) throws(InflateError) -> [UInt8] {
        // Ten bytes of header, two of an empty stream and eight of trailer are the least there can be.
        guard bytes.count >= 20 else { throw InflateError(.corrupt) }
        let declared = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard declared <= limit else { throw InflateError(.overLimit(declared: declared, limit: limit)) }
        let result = try self.inflate(bytes.span, inflatedSize: declared, wrapper: .gzip)
        guard result.consumed == bytes.count else {
            throw InflateError(.trailingBytes(count: bytes.count - result.consumed))
        }
        return result.bytes
    }

    /// Whether the bytes start like a gzip file.
    package static func isGzip(_ bytes: [UInt8]) -> Bool {
        bytes.count > 2 && bytes[0] == 0x1f && bytes[1] == 0x8b
    }

    private enum Wrapper { case zlib, gzip }

    /// One copy of 258 bytes takes at least two bits.
    private static let largestRatio = 258 * 8 / 2

    private static func inflate(
        _ input: Span<UInt8>, inflatedSize: Int, wrapper: Wrapper
    ) throws(InflateError) -> (bytes: [UInt8], consumed: Int) {
        guard inflatedSize >= 0, inflatedSize / self.largestRatio <= input.count else {
            throw InflateError(.impossibleSize(declared: inflatedSize, compressed: input.count))
        }
        guard let decompressor = unsafe libdeflate_alloc_decompressor() else { throw InflateError(.outOfMemory) }
        // The pointer came from the allocator above and is not used after this function.
        defer { unsafe libdeflate_free_decompressor(decompressor) }

        var consumed = 0
        var status = LIBDEFLATE_BAD_DATA
        // libdeflate reads at most `count` bytes from the input and writes at most `inflatedSize` bytes to the output;
        // both buffers outlive the call. Without a place for the actual size it demands that the output is filled, so
        // every byte that is counted as initialised is.
        let output = unsafe [UInt8](unsafeUninitializedCapacity: max(inflatedSize, 1)) { buffer, initializedCount in
            unsafe input.withUnsafeBytes { bytes in
                switch wrapper {
                case .zlib:
                    status = unsafe libdeflate_zlib_decompress_ex(
                        decompressor, bytes.baseAddress, bytes.count, buffer.baseAddress, inflatedSize, &consumed, nil)
                case .gzip:
                    status = unsafe libdeflate_gzip_decompress_ex(
                        decompressor, bytes.baseAddress, bytes.count, buffer.baseAddress, inflatedSize, &consumed, nil)
                }
            }
            initializedCount = status == LIBDEFLATE_SUCCESS ? inflatedSize : 0
        }
        switch status {
        case LIBDEFLATE_SUCCESS: return (output, consumed)
        case LIBDEFLATE_SHORT_OUTPUT: throw InflateError(.shorterThanDeclared(declared: inflatedSize))
        case LIBDEFLATE_INSUFFICIENT_SPACE: throw InflateError(.longerThanDeclared(declared: inflatedSize))
        default: throw InflateError(.corrupt)
        }
    }
}
