import Crypto
package import HostFiles
import ReleaseLoading
import SystemPackage

/// SHA-256 of the files of a tree: of their paths, kinds and contents, whatever their order and wherever they lie.
package struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]
    /// Bytes of the contents of all files.
    package let byteCount: Int

    /// `sha256:` and 64 hexadecimal digits.
    package var description: String { "sha256:" + Self.hexadecimal(self.bytes) }

    /// Digests entries, whose files are read.
    package init(of entries: [ReleaseTree.Entry], _ files: HostFileSystem) throws(HostFileError) {
        var hash = SHA256()
        var byteCount = 0
        for entry in entries.map({ (key: $0.path.bytes, entry: $0) })
            .sorted(by: { $0.key.lexicographicallyPrecedes($1.key) })
        {
            let kind: String
            let contents: [UInt8]
            var isExecutable = entry.entry.isExecutable
            switch entry.entry.content {
            case .file(let path):
                (kind, contents) = ("file", try files.readFile(path))
                // As it will be in the tarball, whatever was known when the entry was made.
                isExecutable = try files.facts(of: path).isExecutable
            case .bytes(let bytes): (kind, contents) = ("file", bytes)
            case .folder: (kind, contents) = ("folder", [])
            case .symbolicLink(let target): (kind, contents) = ("link", target.bytes)
            }
            let isRun = isExecutable ? "x" : "-"
            let mode = entry.entry.mode.map { String($0, radix: 8) } ?? ""
            hash.update(data: Array("\(kind) \(isRun) \(mode) \(entry.key.count) \(contents.count)\n".utf8))
            hash.update(data: entry.key)
            hash.update(data: contents)
            if kind == "file" { byteCount += contents.count }
        }
        self.byteCount = byteCount
        self.bytes = Array(hash.finalize())
    }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
