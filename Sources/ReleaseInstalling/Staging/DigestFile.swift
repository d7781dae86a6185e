package import Diagnostics
package import HostFiles
package import SystemPackage

/// The file `TARBALL.sha256` beside a tarball, as `sha256sum` and `relift build` write it.
package enum DigestFile {
    /// Whether somebody said what the SHA-256 of a tarball must be; a finding when it is another.
    ///
    /// - Parameters:
    ///   - digest: the one that it has, in hexadecimal digits.
    ///   - expected: the one that the caller knows; the file beside the tarball is asked, too.
    package static func check(
        _ digest: String, of tarball: FilePath, expected: String? = nil, _ files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) -> Bool {
        let beside = self.digest(for: tarball, files, &findings)
        for (wanted, source) in [(expected, "what was asked for"), (beside, "`\(tarball).sha256`")] {
            guard let wanted, wanted.lowercased() != digest else { continue }
            findings.append(
                Diagnostic(
                    .stageDigestMismatch, .error, "`\(tarball)` is not the tarball that it should be",
                    at: .file(tarball.string), explanation: "Its SHA-256 is not that of \(source).",
                    notes: [.init("the tarball: \(digest)"), .init("\(source): \(wanted.lowercased())")],
                    help: ["copy or download it again"]))
        }
        return expected != nil || beside != nil
    }

    /// Its digest in hexadecimal digits, or nil when there is no such file. One that says nothing of the tarball is a finding.
    static func digest(
        for tarball: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> String? {
        let path = FilePath(bytes: tarball.bytes + Array(".sha256".utf8))
        let bytes: [UInt8]
        do {
            guard try files.factsIfPresent(of: path) != nil else { return nil }
            bytes = try files.readFile(path, limit: 1 << 20)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n")).compactMap(self.entry)
        // A tarball may have been renamed; in a list of several its own line is the one that counts.
        let name = tarball.lastComponent?.bytes ?? []
        if let line = lines.first(where: { $0.name == name }) ?? (lines.count == 1 ? lines.first : nil) {
            return line.digest
        }
        findings.append(
            Diagnostic(
                .stageNoDigest, .error, "`\(path)` does not say what the digest of the tarball is",
                at: .file(path.string), explanation: "The tarball cannot be held against it.",
                help: ["write it again (`sha256sum TARBALL > TARBALL.sha256`), or remove it"]))
        return nil
    }

    /// The digest and file name of a line, `DIGEST  NAME` or `DIGEST *NAME`; the name is empty when there is only a digest.
    private static func entry(_ line: ArraySlice<UInt8>) -> (digest: String, name: [UInt8])? {
        let digits = line.prefix { self.isDigit($0) }
        guard digits.count == 64 else { return nil }
        let rest = line.dropFirst(64).drop { $0 == UInt8(ascii: " ") }.filter { $0 != UInt8(ascii: "\r") }
        guard rest.isEmpty || line.dropFirst(64).first == UInt8(ascii: " ") else { return nil }
        let path = rest.first == UInt8(ascii: "*") ? Array(rest.dropFirst()) : rest
        let name = path.split(separator: UInt8(ascii: "/")).last.map { Array($0) } ?? []
        return (String(decoding: digits, as: UTF8.self).lowercased(), name)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
