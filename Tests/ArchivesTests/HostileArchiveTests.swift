import Archives
import Diagnostics
import HostFiles
import SystemPackage
import TestSupport
import Testing

/// The archives of `Fixtures/archives/hostile`, made by `make_hostile.py` beside it.
@Suite struct HostileArchiveTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        /// The IDs of the error, or else of all findings.
        var ids: [String]
        var testDescription: String { self.file }

        init(_ file: String, _ ids: String...) {
            self.file = file
            self.ids = ids
        }
    }

    static let cases: [Case] = [
        Case("absolute-name.tar.gz", "archive/absolute-name"),
        Case("block-device.tar.gz", "archive/device"),
        Case("bomb.tar.gz", "archive/over-limit"),
        Case("case-twins.tar.gz", "archive/case-twin"),
        Case("character-device.tar.gz", "archive/device"),
        Case("component-too-long.tar.gz", "archive/name-too-long"),
        Case("composition-twins.tar.gz", "archive/case-twin"),
        Case("control-character.tar.gz", "archive/control-character"),
        Case("damaged-header.tar.gz", "archive/damaged"),
        Case("data-after-end.tar.gz", "archive/data-after-end"),
        Case("duplicate-member.tar.gz", "archive/duplicate-member"),
        Case("empty-name.tar.gz", "archive/empty-name"),
        Case("empty.tar.gz", "archive/not-an-archive"),
        Case("fifo.tar.gz", "archive/fifo"),
        Case("file-and-link.tar.gz", "archive/conflicting-members"),
        Case("file-as-folder.tar.gz", "archive/conflicting-members"),
        Case("gzip-in-gzip.tar.gz", "archive/not-an-archive"),
        Case("gzipped-text.tar.gz", "archive/not-an-archive"),
        Case("hard-link-outside.tar.gz", "archive/hard-link"),
        Case("hard-link.tar.gz", "archive/hard-link"),
        Case("huge-size.tar.gz", "archive/damaged"),
        Case("junk-after-gzip.tar.gz", "archive/damaged"),
        Case("link-absolute.tar.gz", "archive/link-leaves-root"),
        Case("link-then-member.tar.gz", "archive/member-behind-link"),
        Case("link-to-parent-detour.tar.gz", "archive/link-leaves-root"),
        Case("link-to-parent.tar.gz", "archive/link-leaves-root"),
        Case("member-then-link.tar.gz", "archive/member-behind-link"),
        Case("name-not-utf8.tar.gz", "archive/name-not-utf8"),
        Case("name-too-long.tar.gz", "archive/over-limit"),
        Case("negative-size.tar.gz", "archive/damaged"),
        Case("only-gzip-header.tar.gz", "archive/damaged"),
        Case("parent-reference-inside.tar.gz", "archive/parent-reference"),
        Case("parent-reference.tar.gz", "archive/parent-reference"),
        // libarchive ends the name at the NUL: what is left is harmless.
        Case("pax-nul-in-name.tar.gz"),
        Case("pax-renames.tar.gz", "archive/absolute-name"),
        Case("pax-size.tar.gz", "archive/damaged"),
        Case("setuid.tar.gz", "archive/setuid", "archive/setuid"),
        Case("sparse.tar.gz", "archive/sparse-member"),
        Case("text.tar.gz", "archive/not-an-archive"),
        Case("too-deep.tar.gz", "archive/over-limit"),
        Case("truncated.tar", "archive/damaged"),
        Case("truncated.tar.gz", "archive/damaged"),
        Case("two-gzip-members.tar.gz", "archive/damaged"),
        Case("wrong-checksum.tar.gz", "archive/damaged"),
        Case("zip.tar.gz", "archive/not-an-archive"),
    ]

    static var folder: FilePath { Repository.fixtures.appending("archives/hostile") }

    @Test(arguments: cases) func hostileArchiveIsCalledWhatItIs(_ hostile: Case) throws {
        let path = Self.folder.appending(hostile.file)
        let ids: [String]
        do {
            let read = try ReadArchive(path)
            ids = (read.findings + ArchiveMemberRules.check(read.members.map(\.entry), in: path)).map(\.id.rawValue)
        } catch {
            #expect(!error.description.isEmpty)
            ids = [error.diagnostic.id.rawValue]
        }
        #expect(ids == hostile.ids)
    }

    @Test func everyHostileArchiveIsInTheTable() throws {
        let files = try HostFileSystem().entries(of: Self.folder).map(\.name.string)
        #expect(files == Self.cases.map(\.file))
    }

    @Test(arguments: cases) func changedHostileArchiveNeverTraps(_ hostile: Case) throws {
        let bytes = try HostFileSystem().readFile(Self.folder.appending(hostile.file))
        let limits = ArchiveLimits(totalBytes: 1 << 20)
        for index in stride(from: 0, to: min(bytes.count, 400), by: 3) {
            var changed = bytes
            changed[index] ^= 0x24
            _ = try? ReadArchive(bytes: changed, limits: limits)
        }
    }
}
