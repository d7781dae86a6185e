import Crypto
package import HostFiles

/// The digests of a file, made in one reading of one open file.
package struct FileDigests: Hashable, Sendable {
    package let sha256: [UInt8]
    /// Nil when it was not asked for.
    package let sha512: [UInt8]?
}

extension FileDigests {
    /// Reads a file from its start to its end.
    package init(of file: borrowing HostInputFile, withSHA512: Bool) throws(HostFileError) {
        var (short, long) = (SHA256(), SHA512())
        var count = 0
        try file.rewind()
        while true {
            let piece = try file.read(upTo: 1 << 20)
            guard !piece.isEmpty else { break }
            count += piece.count
            short.update(data: piece)
            if withSHA512 { long.update(data: piece) }
        }
        try file.requireUnchanged()
        guard count == file.facts.size else { throw HostFileError(.read, file.path, .changedWhileRead) }
        self.sha256 = Array(short.finalize())
        self.sha512 = withSHA512 ? Array(long.finalize()) : nil
    }

    /// The digest that signatures with this hash are made of; nil when it was not asked for.
    package func digest(_ hash: FileSignature.Hash) -> [UInt8]? {
        switch hash {
        case .sha256: self.sha256
        case .sha512: self.sha512
        }
    }

    /// 64 digits, as `sha256sum` prints them.
    package var sha256Text: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: self.sha256.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
