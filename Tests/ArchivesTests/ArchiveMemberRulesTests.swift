import Archives
import Diagnostics
import SystemPackage
import Testing

@Suite struct ArchiveMemberRulesTests {
    private func ids(_ entries: [ArchiveEntry]) -> [String] {
        ArchiveMemberRules.check(entries, in: "a.tar.gz").map(\.id.rawValue)
    }

    private func file(_ name: String) -> ArchiveEntry { ArchiveEntry(name: Array(name.utf8), kind: .file) }

    private func link(_ name: String, _ target: String) -> ArchiveEntry {
        ArchiveEntry(name: Array(name.utf8), kind: .symbolicLink, linkTarget: Array(target.utf8))
    }

    @Test(arguments: [
        ("lib/a", "b", true), ("lib/a", "../b", true), ("lib/a", "../../b", false), ("a", "..", false),
        ("a", "", false),
        ("a", "/b", false), ("a", ".", true), ("lib/a", "..", true), ("lib/a/b", "../.././../x", false),
        ("lib/a/b", "./../x/../../y", true), ("./lib/a", "../../b", false), ("a", "b/..", true),
        ("a", "b/../..", false),
    ])
    func linkMayStayInsideTheRoot(_ name: String, _ target: String, _ staysInside: Bool) {
        #expect(self.ids([self.link(name, target)]) == (staysInside ? [] : ["archive/link-leaves-root"]))
    }

    @Test func plainReleaseHasNoFindings() {
        let folder = ArchiveEntry(name: Array("lib/".utf8), kind: .folder, mode: 0o755)
        #expect(
            self.ids([
                folder, folder, self.file("lib/a-1/ebin/a.app"), self.file("./releases/1/a.rel"),
                self.link("releases/current", "1"), self.file("lib/ß"),
            ]) == [])
    }

    @Test func folderAroundMayComeLater() {
        let folder = ArchiveEntry(name: Array("lib".utf8), kind: .folder)
        #expect(self.ids([self.file("lib/a"), folder]) == [])
        #expect(self.ids([self.file("lib/a"), self.link("lib", "x")]) == ["archive/member-behind-link"])
        #expect(self.ids([self.file("lib/a"), self.file("lib")]) == ["archive/conflicting-members"])
    }

    @Test func placeOfAFindingIsTheMember() {
        let findings = ArchiveMemberRules.check([self.file("/etc/passwd")], in: "a.tar.gz")
        #expect(findings.map(\.place) == [.file("a.tar.gz:/etc/passwd")])
        #expect(findings.map(\.summary) == ["member `/etc/passwd` has an absolute name"])
        #expect(findings.allSatisfy { $0.severity == .error && !$0.help.isEmpty })
    }

    @Test func oneMemberMayHaveSeveralFindings() {
        let entry = ArchiveEntry(name: Array("/../\u{1}".utf8), kind: .fifo, mode: 0o4755)
        #expect(
            self.ids([entry]) == [
                "archive/absolute-name", "archive/parent-reference", "archive/control-character", "archive/fifo",
                "archive/setuid",
            ])
    }
}
