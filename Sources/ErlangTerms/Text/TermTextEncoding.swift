import Diagnostics

/// How the bytes of a text of terms are to be read: as its coding comment says, else UTF-8.
struct TermTextEncoding {
    /// Latin-1 instead of UTF-8.
    var isLatin1 = false
    /// Where the text begins: behind a byte order mark.
    var start = 0
    var diagnostics: [Diagnostic] = []
    /// Whether the bytes are no text at all that we could go on with.
    var isUnreadable = false

    /// Looks for a byte order mark and a coding comment.
    init(of file: SourceFile) {
        let bytes = file.bytes
        if bytes.starts(with: [0xef, 0xbb, 0xbf]) {
            self.start = 3
            self.diagnostics.append(.byteOrderMark(at: .source(SourceRange(file, ByteRange(0, 3)))))
        } else if bytes.starts(with: [0xfe, 0xff]) || bytes.starts(with: [0xff, 0xfe]) {
            self.isUnreadable = true
            self.diagnostics.append(.utf16(at: .source(SourceRange(file, ByteRange(0, 2)))))
            return
        }
        guard let name = Self.codingName(bytes) else { return }
        let parts = bytes[name].split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map { part in
            String(decoding: part, as: UTF8.self).lowercased()
        }
        switch (parts.first, parts.dropFirst().first) {
        case ("latin", "1"): self.isLatin1 = true
        case ("utf", "8"): break
        default:
            guard bytes.contains(where: { $0 >= 0x80 }) else { return }
            self.diagnostics.append(
                .unknownCoding(
                    String(decoding: bytes[name], as: UTF8.self),
                    at: .source(SourceRange(file, ByteRange(name.lowerBound, name.upperBound)))))
        }
    }

    /// Where the coding comment's value stands, found as `epp:read_encoding/1` finds it: in the first two lines and
    /// the first 512 bytes, behind `%`, the letters `coding`, spaces, `:` or `=`, spaces.
    private static func codingName(_ bytes: [UInt8]) -> Range<Int>? {
        let end = min(bytes.count, 512)
        var index = 0
        var line = 0
        var inComment = false
        while index < end, line < 2 {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") {
                line += 1
                inComment = false
            } else if !inComment {
                inComment = byte == UInt8(ascii: "%")
            } else if byte == UInt8(ascii: "c"), bytes[index..<end].starts(with: "oding".utf8) {
                index += 5
                while index < end, bytes[index] == UInt8(ascii: " ") { index += 1 }
                guard index < end, bytes[index] == UInt8(ascii: ":") || bytes[index] == UInt8(ascii: "=") else {
                    continue
                }
                index += 1
                while index < end, bytes[index] == UInt8(ascii: " ") { index += 1 }
                var last = index
                while last < end, bytes[last] == UInt8(ascii: "-") || ByteClass.digitValue(bytes[last]) != nil {
                    last += 1
                }
                return index < last ? index..<last : nil
            }
        }
        return nil
    }
}
