package import Archives
import BeamFiles
package import Diagnostics
import SystemPackage

extension Diagnostic.ID {
    static let buildNotReproduced = Self("build/not-reproduced")
    static let buildPackedOtherwise = Self("build/packed-otherwise")
}

extension TarballComparison {
    /// What is different, as one finding that names the first difference; nil when the files are the same.
    package func diagnostic() throws(ArchiveError) -> Diagnostic? {
        if self.areSameBytes { return nil }
        guard let first = self.differences.first else {
            return Diagnostic(
                .buildPackedOtherwise, .error,
                "the same release, packed otherwise: all \(self.commonMembers) members are alike",
                at: .file(self.given.string),
                explanation: "What differs is the compression, or the form of the headers: another program packed it.",
                help: ["compare with a tarball of this version of relift for the same bytes"])
        }
        var notes = [
            Diagnostic.Note("built here: \(first.built)"), Diagnostic.Note("in the tarball: \(first.given)"),
        ]
        var (what, help) = (Self.words(first.field), Self.help(first))
        if first.field == .contents, let contents = try self.contents(of: first.member) {
            let found = ContentDifference(first.member, contents.built, contents.given)
            if let part = found.part { what += " (\(part))" }
            notes += found.notes.map { Diagnostic.Note($0) }
            if let better = found.help { help = better }
        }
        for field in Field.allCases {
            let others = self.differences.dropFirst().filter { $0.field == field }
            guard let other = others.first else { continue }
            let more = first.field == field ? " more" : ""
            notes.append(
                Diagnostic.Note(
                    "\(others.count)\(more): `\(other.member)` \(Self.words(field)): \(other.built) here, "
                        + "\(other.given) in the tarball"))
        }
        return Diagnostic(
            .buildNotReproduced, .error, "this build makes another tarball: `\(first.member)` \(what)",
            at: .binary(.init(path: self.given.string, chunk: first.member)), notes: notes, help: [help])
    }

    /// What is to be said of a member.
    private static func words(_ field: Field) -> String {
        switch field {
        case .missing: "is not in the tarball"
        case .additional: "is in the tarball only"
        case .kind: "is of another kind"
        case .contents: "has other contents"
        case .link: "leads elsewhere"
        case .mode: "has another mode"
        case .additionalFolder: "is a member in one of them only"
        case .owner: "has another owner"
        case .time: "has another time"
        case .name: "is spelt otherwise"
        case .order: "stands elsewhere"
        }
    }

    private static func help(_ difference: Difference) -> String {
        switch difference.field {
        case .missing, .additional, .kind, .link:
            "build from the same manifest, overlays and applications"
        case .contents: "build from the same sources"
        case .mode: "only whether its owner may run a file counts, and `chmod` of the overlay"
        case .time: "build with SOURCE_DATE_EPOCH=\(difference.given)"
        case .additionalFolder, .owner, .name, .order:
            "another program packed the tarball: unpacked, the two releases are alike in this"
        }
    }
}

/// Where the contents of a file differ.
struct ContentDifference {
    /// The part of the file: a chunk, a line; nil where there are no such.
    private(set) var part: String?
    private(set) var notes: [String] = []
    private(set) var help: String?

    init(_ name: String, _ built: [UInt8], _ given: [UInt8]) {
        if name.hasSuffix(".beam"), let ours = try? BeamFile(parsing: built), let theirs = try? BeamFile(parsing: given)
        {
            self.compare(ours, theirs)
        } else if let ours = String(validating: built, as: UTF8.self),
            let theirs = String(validating: given, as: UTF8.self), !built.contains(0), !given.contains(0)
        {
            self.compare(ours, theirs)
        } else {
            self.compareBytes(built, given)
        }
    }

    // MARK: - Modules

    private mutating func compare(_ ours: BeamFile, _ theirs: BeamFile) {
        var differing: [String] = []
        for chunk in ours.chunks {
            guard let other = theirs.chunk(chunk.name) else {
                differing.append("\(chunk.name)")
                self.notes.append("chunk `\(chunk.name)`: \(chunk.size) bytes here, not in the tarball")
                continue
            }
            guard ours.data(of: chunk) != theirs.data(of: other) else { continue }
            differing.append("\(chunk.name)")
            self.notes.append("chunk `\(chunk.name)`: \(chunk.size) bytes here, \(other.size) in the tarball")
        }
        for chunk in theirs.chunks where ours.chunk(chunk.name) == nil {
            differing.append("\(chunk.name)")
            self.notes.append("chunk `\(chunk.name)`: not here, \(chunk.size) bytes in the tarball")
        }
        guard let first = differing.first else {
            if ours.isCompressed != theirs.isCompressed {
                self.notes.append(
                    ours.isCompressed
                        ? "only the one built here is compressed" : "only the one in the tarball is compressed")
            } else {
                self.notes.append("all chunks are alike: the file is put together or compressed otherwise")
            }
            return
        }
        self.part = "chunk `\(first)`"
        self.compareFunctions(ours, theirs)
        let ofCompiler = ["CInf", "Dbgi", "Line", "Abst", "Docs"]
        if differing.allSatisfy(ofCompiler.contains) {
            self.help = "compile with `deterministic`: the code is the same, and only what the compiler notes differs"
        } else {
            self.help = "build from the same sources with the same compiler"
        }
    }

    private mutating func compareFunctions(_ ours: BeamFile, _ theirs: BeamFile) {
        guard let ours = try? ours.moduleCode, let theirs = try? theirs.moduleCode else { return }
        func digests(_ code: ModuleCode) -> [String: CodeDigest] {
            Dictionary(
                code.functions.map { ("\($0.name)/\($0.arity)", $0.digest) }, uniquingKeysWith: { first, _ in first })
        }
        let (here, there) = (digests(ours), digests(theirs))
        let differing = Set(here.keys).union(there.keys).filter { here[$0] != there[$0] }.sorted()
        guard !differing.isEmpty else {
            self.notes.append("all functions do the same")
            return
        }
        let shown = differing.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
        let more = differing.count > 5 ? " and \(differing.count - 5) more" : ""
        self.notes.append("other functions: \(shown)\(more)")
    }

    // MARK: - Other files

    /// Texts are the same up to a line.
    private mutating func compare(_ ours: String, _ theirs: String) {
        let here = ours.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let there = theirs.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let count = min(here.count, there.count)
        let line = (0..<count).first { !here[$0].elementsEqual(there[$0]) } ?? count
        self.part = "line \(line + 1)"
        func words(_ lines: [Substring.UTF8View.SubSequence]) -> String {
            guard line < lines.count else { return "the text ends before" }
            let text = String(decoding: lines[line], as: UTF8.self)
            return text.count > 60 ? "`\(text.prefix(60))…`" : "`\(text)`"
        }
        self.notes.append("line \(line + 1): \(words(here)) here, \(words(there)) in the tarball")
    }

    private mutating func compareBytes(_ built: [UInt8], _ given: [UInt8]) {
        let count = min(built.count, given.count)
        let offset = (0..<count).first { built[$0] != given[$0] } ?? count
        self.part = "byte \(offset)"
        func words(_ bytes: [UInt8]) -> String {
            offset < bytes.count ? ContentDigest.hexadecimal(bytes[offset...].prefix(8)) : "the file ends before"
        }
        self.notes.append("from byte \(offset): \(words(built)) here, \(words(given)) in the tarball")
    }
}
