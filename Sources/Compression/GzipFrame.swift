import CDeflate

/// What stands around the deflate stream of a gzip file, and what its trailer says about the input so far.
package struct GzipFrame: Hashable, Sendable {
    /// The header that OTP writes too: deflate, no flags, no time, the usual level, Unix. No name and no time, so
    /// that it is the same for every file.
    package static let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]

    private var checksum: UInt32 = 0
    private var count: UInt32 = 0

    package init() {}

    /// Takes the next bytes of the input into account.
    package mutating func add(_ input: Span<UInt8>) {
        // The pointer is valid for the count that comes with it, until the call returns.
        self.checksum = unsafe input.withUnsafeBufferPointer {
            unsafe libdeflate_crc32(self.checksum, $0.baseAddress, $0.count)
        }
        self.count &+= UInt32(truncatingIfNeeded: input.count)
    }

    /// CRC-32 of the input and its length modulo 2^32, both little-endian.
    package var trailer: [UInt8] {
        [self.checksum, self.count].flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
    }
}
