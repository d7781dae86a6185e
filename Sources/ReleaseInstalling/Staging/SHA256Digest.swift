import Archives
import Crypto

/// SHA-256, as the digest of tarballs and of files in them.
package struct SHA256Digest: ContentDigest {
    private var hash = SHA256()

    package init() {}

    package mutating func update(_ bytes: [UInt8]) { self.hash.update(data: bytes) }

    package func finish() -> [UInt8] { Array(self.hash.finalize()) }

    /// The digest as 64 digits, the way `sha256sum` prints it.
    static func hexadecimal(_ digest: [UInt8]) -> String { digest.map(SavedPlan.hexadecimal).joined() }
}
