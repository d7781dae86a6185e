import Archives
import Diagnostics
import HostFiles
import SystemPackage

/// A folder of the tarball that the host has with other contents, or only in part.
struct DifferingUnit {
    private let unit: TarballLayout.Unit
    private let archive: FilePath
    private let root: FilePath
    private let differences: [(member: VerifiedArchive.Member, difference: HostComparison.Difference)]

    init(
        _ unit: TarballLayout.Unit, _ differences: [Int: HostComparison.Difference],
        _ archive: borrowing VerifiedArchive, _ comparison: HostComparison
    ) {
        self.unit = unit
        self.archive = archive.path
        self.root = comparison.root
        var sorted: [(VerifiedArchive.Member, HostComparison.Difference)] = []
        for (index, difference) in differences.sorted(by: { $0.key < $1.key }) {
            sorted.append((archive.members[index], difference))
        }
        self.differences = sorted
    }

    /// Files that a finding names at most.
    private static let shown = 5

    /// Whether a killed `unpack_release` can have left this: files are missing or end too early, and nothing is different.
    private var isHalf: Bool {
        self.differences.allSatisfy { entry in
            switch entry.difference {
            case .missing, .short, .sameCode: true
            case .other: false
            }
        }
    }

    /// Whether all that differs is what debuggers and readers are told.
    private var isSameCode: Bool { self.differences.allSatisfy { $0.difference == .sameCode } }

    private var what: String {
        let name = self.unit.path.lastComponent?.string ?? ""
        return switch self.unit.kind {
        case .library: "library `\(name)`"
        case .runtime: "runtime system `\(name)`"
        case .version: "release `\(name)`"
        }
    }

    var finding: Diagnostic {
        var finding = self.isSameCode ? self.sameCode : self.isHalf ? self.half : self.other
        if self.unit.kind == .library, let name = self.unit.path.lastComponent?.string {
            finding.application = String(name[..<(name.lastIndex(of: "-") ?? name.endIndex)])
        }
        return finding
    }

    private var sameCode: Diagnostic {
        Diagnostic(
            .stageOtherBuild, .warning, "\(self.what) was compiled anew: the host's files stay",
            at: .file(self.root.pushing(self.unit.path).string),
            explanation: "The code is the same. Only what the object files tell debuggers and readers differs.",
            notes: self.notes { $0 == .sameCode },
            help: ["compile with `+deterministic`, so that the same source makes the same files"])
    }

    private var half: Diagnostic {
        Diagnostic(
            .stageHalfUnpacked, .error, "\(self.what) is only half unpacked on the host",
            at: .file(self.root.pushing(self.unit.path).string),
            explanation: "Files are missing or end too early, as when a node is killed while it unpacks. "
                + "`unpack_release` would keep them.",
            notes: self.notes { $0 != .sameCode },
            help: [
                "mend it: `relift repair --root \(self.root)`",
                "where that leaves it, since a release uses it: unpack `\(self.unit.path)` again from its tarball",
                "if the tarball was made anew since: give what was changed another version",
            ])
    }

    private var other: Diagnostic {
        Diagnostic(
            .stageOtherContent, .error,
            "\(self.what) has other content on the host: the same version with other content is refused",
            at: .file(self.root.pushing(self.unit.path).string),
            explanation:
                "What runs would depend on which of the two came first: `unpack_release` keeps the host's files.",
            notes: self.notes { if case .other = $0 { true } else { false } },
            help: ["give what was changed another version and build the release again"])
    }

    private func notes(_ isShown: (HostComparison.Difference) -> Bool) -> [Diagnostic.Note] {
        let shown = self.differences.filter { isShown($0.difference) }
        var notes = shown.prefix(Self.shown).map { member, difference in
            let name = String(decoding: member.name, as: UTF8.self)
            let place = Diagnostic.Place.file(self.root.pushing(FilePath(bytes: member.name)).string)
            switch difference {
            case .sameCode: return Diagnostic.Note("`\(name)`: another file of the same code", at: place)
            case .missing: return Diagnostic.Note("`\(name)` is missing", at: place)
            case .short(let bytes):
                return Diagnostic.Note("`\(name)` has \(bytes) of \(member.entry.size) bytes", at: place)
            case .other(let digest):
                guard let digest, !member.digest.isEmpty else {
                    return Diagnostic.Note("`\(name)` is of another kind, or another link", at: place)
                }
                return Diagnostic.Note(
                    "`\(name)`: SHA-256 \(SHA256Digest.hexadecimal(digest)) on the host, "
                        + "\(SHA256Digest.hexadecimal(member.digest)) in the tarball", at: place)
            }
        }
        if shown.count > Self.shown { notes.append(.init("and \(shown.count - Self.shown) more")) }
        return notes
    }
}
