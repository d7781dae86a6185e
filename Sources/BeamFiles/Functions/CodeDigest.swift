import Crypto

/// What stands for a piece of code: equal code has equal digests, other code has others.
///
/// The first half of a SHA-256, so that nobody can make other code with the same digest.
package struct CodeDigest: Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(of bytes: [UInt8]) {
        var hash = SHA256()
        hash.update(data: bytes)
        self.init(hash.finalize())
    }

    init(_ digest: SHA256.Digest) {
        var words: (UInt64, UInt64) = (0, 0)
        for (position, byte) in digest.enumerated().prefix(16) {
            if position < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        self.high = words.0
        self.low = words.1
    }

    /// The 16 bytes.
    var bytes: [UInt8] {
        [self.high, self.low].flatMap { word in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
        }
    }
}
