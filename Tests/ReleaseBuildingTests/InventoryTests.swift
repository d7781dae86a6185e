import Diagnostics
import HostFiles
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseBuilding

/// Where applications are from, and what they are called in bills of materials.
@Suite struct InventoryTests {
    // MARK: - Names

    struct Named: Sendable, CustomTestStringConvertible {
        let name: String
        let version: String
        let source: ComponentSource
        let url: String
        var testDescription: String { self.url }
    }

    /// As in the examples and tests of purl-spec, `types/hex-definition.json`, `types/otp-definition.json` and
    /// `tests/types/otp-test.json`.
    static let named: [Named] = [
        Named(name: "jason", version: "1.1.2", source: hex("jason", "1.1.2"), url: "pkg:hex/jason@1.1.2"),
        Named(name: "foo", version: "2.3", source: hex("Foo", "2.3", "hexpm:Acme"), url: "pkg:hex/acme/foo@2.3"),
        // The package of another repository is not the public one of its name.
        Named(
            name: "oban_pro", version: "1.5.0", source: hex("oban_pro", "1.5.0", "oban"), url: "pkg:otp/oban_pro@1.5.0"),
        Named(name: "hex", version: "2.1.1", source: .folder, url: "pkg:otp/hex@2.1.1"),
        Named(
            name: "stdlib", version: "3.11.2", source: .otp,
            url: "pkg:otp/stdlib@3.11.2?repository_url=https:%2F%2Fgithub.com%2Ferlang%2Fotp"),
        Named(
            name: "dns", version: "0.1.0", source: .git(url: "https://github.com/x/dns.git", commit: "abc5"),
            url: "pkg:otp/dns@0.1.0?vcs_url=git%2Bhttps:%2F%2Fgithub.com%2Fx%2Fdns.git%40abc5"),
        Named(name: "Ünï code", version: "1.0+a", source: .folder, url: "pkg:otp/%C3%BCn%C3%AF%20code@1.0%2Ba"),
    ]

    private static func hex(_ name: String, _ version: String, _ repository: String = "hexpm") -> ComponentSource {
        .hex(HexPackage(name: name, version: version, repository: repository, checksum: nil))
    }

    @Test(arguments: named) func packageURLs(of named: Named) {
        #expect(
            PackageURL(application: named.name, version: named.version, from: named.source).description == named.url)
    }

    @Test(
        arguments: [
            ("Apache-2.0", "Apache-2.0"), ("apache 2.0", "Apache-2.0"), ("mit", "MIT"), ("BSD", nil), ("", nil),
            ("MIT OR Apache-2.0", "MIT OR Apache-2.0"), ("(MIT AND ISC) OR 0BSD", "(MIT AND ISC) OR 0BSD"),
            ("MIT OR", nil), ("OR MIT", nil), ("MIT ISC", nil), ("(MIT", nil), ("MIT)", nil), ("()", nil),
            ("MIT (ISC)", nil),
            ("MIT OR Ours", nil),
        ] as [(String, String?)])
    func licences(_ name: String, _ expression: String?) {
        #expect(Licence(name).expression == expression)
    }

    @Test func licencesTogetherAreOneExpression() {
        func expression(_ names: String...) -> String? { SPDXDocument.expression(names.map { Licence($0) }) }
        #expect(expression() == nil)
        #expect(expression("MIT OR ISC") == "MIT OR ISC")
        #expect(expression("MIT OR ISC", "Apache 2") == "(MIT OR ISC) AND Apache-2.0")
        #expect(expression("Our own, ask us") == "LicenseRef-Our-own--ask-us")
    }

    /// `date` says the same.
    @Test(arguments: [0, 1, 86_399, 68_169_599, 68_169_600, 951_782_400, 951_868_800, 1_764_000_000, 4_107_542_399])
    func timesAreThoseOfDate(seconds: Int) async throws {
        let run = try await Program.run("date", ["-u", "-d", "@\(seconds)", "+%Y-%m-%dT%H:%M:%SZ"])
        #expect(UTCTime.text(seconds) + "\n" == run.output)
    }

    @Test func timesOutsideOfFourDigitsAreCut() {
        #expect(UTCTime.text(-5) == "1970-01-01T00:00:00Z" && UTCTime.text(.max) == "9999-12-31T23:59:59Z")
    }

    // MARK: - Locks

    private func lock(_ name: String, _ text: String) async throws -> (DependencyLock, [Diagnostic]) {
        try await withTemporaryFolder { folder in
            try File.write(Array(text.utf8), to: folder.appending(name))
            var findings: [Diagnostic] = []
            return (DependencyLock(in: folder, HostFileSystem(), &findings), findings)
        }
    }

    @Test func rebarsLockNamesPackagesAndCommits() async throws {
        let (lock, findings) = try await self.lock(
            "rebar.lock",
            """
            {"1.2.0",
            [{<<"cowlib">>,{pkg,<<"cowlib">>,<<"2.12.1">>},1},
             {<<"chatterbox">>,{pkg,<<"ts_chatterbox">>,<<"0.9.1">>},1},
             {<<"dns">>,
              {git,"https://token:x@github.com/tsloughter/dns_erlang.git",
                   {ref,"abc562548e8a232289eec06cf96ce7066261cc9d"}},
              0},
             {<<"sub">>,{git_subdir,"git@example.org:a/b.git",{ref,"12"},"apps/sub"},0},
             {<<"odd">>,{hg,"x"},0}, odd]}.
            [
            {pkg_hash,[{<<"cowlib">>, <<"00">>}]},
            {pkg_hash_ext,[
             {<<"cowlib">>, <<"163B73F6367A7341B33C794C4E88E7DBFE6498AC42DCD69EF44C5BC5507C8DB0">>}]}
            ].
            """)
        #expect(findings == [])
        #expect(
            lock.sources == [
                "cowlib": .hex(
                    HexPackage(
                        name: "cowlib", version: "2.12.1", repository: "hexpm",
                        checksum: "163b73f6367a7341b33c794c4e88e7dbfe6498ac42dcd69ef44c5bc5507c8db0")),
                "chatterbox": Self.hex("ts_chatterbox", "0.9.1"),
                "dns": .git(
                    url: "https://github.com/tsloughter/dns_erlang.git",
                    commit: "abc562548e8a232289eec06cf96ce7066261cc9d"),
                "sub": .git(url: "ssh://git@example.org/a/b.git", commit: "12"),
            ])
    }

    @Test func mixLockNamesPackagesAndCommits() async throws {
        let (lock, findings) = try await self.lock(
            "mix.lock",
            """
            %{
              "certifi": {:hex, :certifi, "2.5.1", "867ce3", [:rebar3], [{:parse_trans, "~>3.3", [hex: :parse_trans, repo: "hexpm", optional: false]}], "hexpm"},
              "jason": {:hex, :jason, "1.4.5", "2e3a00", [:mix], [{:decimal, "~> 1.0 or ~> 2.0", [hex: :decimal, repo: "hexpm", optional: true]}], "hexpm", "B0C823"},
              "oban_pro": {:hex, :oban_pro, "1.5.0", "aa", [:mix], [], "oban", "bb"},
              "inner": {:hex, :inner, "1.0.0", "aa", [:mix], [], "hexpm:acme", "cc"},
              "g": {:git, "https://github.com/a/g.git", "abc123", [branch: "main"]},
            }
            """)
        #expect(findings == [])
        func hex(_ name: String, _ version: String, _ repository: String, _ sum: String?) -> ComponentSource {
            .hex(HexPackage(name: name, version: version, repository: repository, checksum: sum))
        }
        #expect(
            lock.sources == [
                "certifi": hex("certifi", "2.5.1", "hexpm", nil),
                "jason": hex("jason", "1.4.5", "hexpm", "b0c823"),
                "oban_pro": hex("oban_pro", "1.5.0", "oban", "bb"),
                "inner": hex("inner", "1.0.0", "hexpm:acme", "cc"),
                "g": .git(url: "https://github.com/a/g.git", commit: "abc123"),
            ])
    }

    @Test(arguments: [("rebar.lock", "{\"1.2.0\", [{<<"), ("rebar.lock", "locks."), ("mix.lock", "<<<<<<< HEAD\n%{}")])
    func aLockThatCannotBeReadIsToldOf(_ name: String, _ text: String) async throws {
        let (lock, findings) = try await self.lock(name, text)
        #expect(lock.sources.isEmpty && findings.map(\.id.rawValue) == ["build/unreadable-lock"])
    }

    /// No prefix of a lock makes the reader trap.
    @Test func everyPrefixOfALockIsRead() async throws {
        let text =
            "%{\n  \"j\": {:hex, :j, \"1\", \"a\", [:mix], [{:d, \"~> \\\"1\", [hex: :d]}], \"hexpm\", \"b\"},\n}"
        for count in 0...text.utf8.count { _ = try await self.lock("mix.lock", String(text.prefix(count))) }
    }
}
