import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseBuilding
import ReleaseLoading
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// What `systools:make_tar` packs without looking whether it belongs to the release.
@Suite struct StalenessTests {
    /// A boot file of the small release, or of one that differs.
    struct Boot: Sendable {
        var name = "small"
        var version = "1"
        var applications: [(name: String, version: String)] = [("stdlib", "1"), ("sasl", "1"), ("a", "1")]
        var rest = "{progress,started}"

        func write(to path: FilePath) throws {
            let loads = self.applications.map { name, version in
                """
                {apply,{application,load,[{application,\(name),[{description,""},{vsn,"\(version)"}]}]}}
                """
            }
            let term = try TermText.parseTerm(
                """
                {script,{"\(self.name)","\(self.version)"},[\((loads + [self.rest]).joined(separator: ","))]}
                """)
            try File.write(ExternalTerm.encode(term, atoms: .utf8), to: path)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Path and contents, below the folder of the release.
        var boots: [(path: String, boot: Boot)]
        /// Other files, as text.
        var files: [(path: String, text: String)] = []
        var findings: [String] = []
        /// Of the first finding.
        var shown = ""
    }

    static let own = (path: "small.boot", boot: Boot())

    static let cases = [
        Case(testDescription: "the boot file of the release", boots: [own]),
        Case(testDescription: "the same as start.boot", boots: [("start.boot", Boot())]),
        Case(testDescription: "both, alike", boots: [own, ("start.boot", Boot())]),
        Case(
            testDescription: "another release's start.boot", boots: [own, ("start.boot", Boot(version: "0"))],
            findings: ["tar/stale-boot-file"], shown: "is that of small 0, not of small 1"),
        Case(
            testDescription: "another release's start.boot on the search path",
            boots: [own, ("other/start.boot", Boot(name: "other"))], findings: ["tar/stale-boot-file"],
            shown: "is that of other 1, not of small 1"),
        Case(
            testDescription: "another application's version",
            boots: [("small.boot", Boot(applications: [("stdlib", "1"), ("sasl", "1"), ("a", "0")]))],
            findings: ["tar/stale-boot-file"], shown: "loads `a` 0, the release has 1"),
        Case(
            testDescription: "an application too many",
            boots: [("small.boot", Boot(applications: [("stdlib", "1"), ("sasl", "1"), ("a", "1"), ("b", "1")]))],
            findings: ["tar/stale-boot-file"], shown: "loads `b`, which is not in the release"),
        Case(
            testDescription: "an application too few",
            boots: [("small.boot", Boot(applications: [("stdlib", "1"), ("sasl", "1")]))],
            findings: ["tar/stale-boot-file"], shown: "does not load `a`"),
        Case(
            testDescription: "alike but for the commands",
            boots: [own, ("start.boot", Boot(rest: "{apply,{c,erlangrc,[]}}"))], findings: ["tar/stale-boot-file"],
            shown: "differs from"),
        Case(
            testDescription: "no boot file at all", boots: [], files: [("start.boot", "not a term")],
            findings: ["boot/not-a-term"]),
        Case(
            testDescription: "the relup of the release", boots: [own],
            files: [
                ("relup", #"{"1",[{"0",[],[{load_object_code,{a,"1",[m]}},point_of_no_return]}],[{"0",[],[]}]}."#)
            ]),
        Case(
            testDescription: "another version's relup", boots: [own], files: [("relup", #"{"0",[],[]}."#)],
            findings: ["tar/stale-relup"], shown: "is that of version 0, not of 1"),
        Case(
            testDescription: "the relup of an earlier build", boots: [own],
            files: [
                ("other/relup", #"{"1",[{"0",[],[{load_object_code,{a,"0.9",[m]}},point_of_no_return]}],[]}."#)
            ], findings: ["tar/stale-relup"], shown: "loads `a` 0.9, the release has 1"),
        Case(
            testDescription: "a relup with an application that is gone", boots: [own],
            files: [("relup", #"{"1",[{"0",[],[{load_object_code,{gone,"1",[m]}},point_of_no_return]}],[]}."#)],
            findings: ["tar/stale-relup"], shown: "loads `gone` 1, which is not in the release"),
        Case(
            testDescription: "the way back loads the code of another release", boots: [own],
            files: [("relup", #"{"1",[],[{"0",[],[{load_object_code,{a,"0",[m]}},point_of_no_return]}]}."#)]),
    ]

    @Test(arguments: cases) func whatIsPackedIsHeldAgainstTheRelease(example: Case) async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            _ = try await Program.run("mkdir", [folder.appending("other").string])
            for (path, boot) in example.boots { try boot.write(to: folder.appending(path)) }
            for (path, text) in example.files { try File.write(Array(text.utf8), to: folder.appending(path)) }
            let files = HostFileSystem()
            var findings: [Diagnostic] = []
            let loader = ReleaseLoader(files: files, libraries: [folder.appending("lib")], otp: nil, parallelism: 1)
            let loaded = try #require(
                await loader.load(folder.appending("small.rel").string, reading: [], &findings))
            _ = try StandardTarball(
                of: loaded, searchFolders: [folder, folder.appending("other")], files: files
            ).contents(&findings)
            #expect(findings.map(\.id.rawValue) == example.findings)
            #expect(findings.allSatisfy { $0.severity == .warning }, "systools packs it")
            #expect(findings.first?.summary.contains(example.shown) ?? true, "\(findings)")
        }
    }
}
