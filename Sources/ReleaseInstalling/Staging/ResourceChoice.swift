import Diagnostics
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// Which `.rel` file of a tarball says what release it is.
///
/// systools and relx write `releases/NAME.rel`, which stock unpacking reads; Elixir only `releases/VSN/NAME.rel`.
struct ResourceChoice {
    static let sizeLimit = 1 << 20
    /// Files of this kind that are read at most.
    static let countLimit = 64

    let resource: ReleaseResource
    /// The name of the file without extension.
    let archiveName: String
    /// The contents of the file.
    let bytes: [UInt8]

    /// Whether a member can be such a file, by its name.
    static func isCandidate(_ name: [UInt8]) -> Bool {
        let parts = name.split(separator: UInt8(ascii: "/"))
        guard let last = parts.last, (2...3).contains(parts.count) else { return false }
        return parts[0].elementsEqual("releases".utf8) && last.count > 4 && last.suffix(4).elementsEqual(".rel".utf8)
    }

    /// Chooses one of the files; nil after a finding of error severity.
    init?(_ kept: [[UInt8]: [UInt8]], in tarball: FilePath, _ findings: inout [Diagnostic]) {
        let names = kept.keys.sorted { $0.lexicographicallyPrecedes($1) }
        func depth(_ name: [UInt8]) -> Int { name.count { $0 == UInt8(ascii: "/") } }
        let direct = names.filter { depth($0) == 1 }
        var candidates = direct.isEmpty ? names : direct
        if candidates.count > 1 {
            let file = tarball.lastComponent?.bytes ?? []
            let fitting = candidates.filter { name in
                let stem = Self.stem(of: name)
                return file.starts(with: stem)
                    && [UInt8(ascii: "."), UInt8(ascii: "-")].contains(file.dropFirst(stem.count).first)
            }
            if fitting.count == 1 { candidates = fitting }
        }
        guard let name = candidates.first, let bytes = kept[name] else {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("release/no-resource-file"), .error, "`\(tarball)` is not the tarball of a release",
                    at: .file(tarball.string),
                    explanation: "There is no `releases/NAME.rel` in it, nor `releases/VSN/NAME.rel`.",
                    help: ["make it with `relift build`, `relift tar` or `systools:make_tar`"]))
            return nil
        }
        guard candidates.count == 1 else {
            findings.append(
                Diagnostic(
                    .stageSeveralReleases, .error, "`\(tarball)` holds more than one `.rel` file",
                    at: .file(tarball.string), explanation: "Which release it is cannot be told.",
                    notes: candidates.map { .init(String(decoding: $0, as: UTF8.self)) },
                    help: ["make a tarball of one release, or call it `NAME.tar.gz` like one of them"]))
            return nil
        }
        let text = String(decoding: name, as: UTF8.self)
        guard let resource = ReleaseResourceFile.read(SourceFile(path: "\(tarball):\(text)", bytes: bytes), &findings)
        else { return nil }
        self.resource = resource
        self.archiveName = String(decoding: Self.stem(of: name), as: UTF8.self)
        self.bytes = bytes
    }

    private static func stem(of name: [UInt8]) -> [UInt8] {
        Array((name.split(separator: UInt8(ascii: "/")).last ?? []).dropLast(4))
    }
}
