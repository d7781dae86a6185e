import Crypto

extension Cookie {
    /// What proves that one knows the cookie: MD5 of the cookie and the challenge in decimal digits; 16 bytes.
    package func digest(of challenge: UInt32) -> [UInt8] {
        var hash = Insecure.MD5()
        hash.update(data: self.bytes)
        hash.update(data: Array(String(challenge).utf8))
        return Array(hash.finalize())
    }

    /// Whether `digest` is the answer to `challenge`, in a time that does not depend on where they differ.
    package func isDigest(_ digest: [UInt8], of challenge: UInt32) -> Bool {
        let expected = self.digest(of: challenge)
        guard digest.count == expected.count else { return false }
        return zip(digest, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
