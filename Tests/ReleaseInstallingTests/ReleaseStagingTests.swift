import Archives
import Diagnostics
import HostFiles
import ReleaseInstalling
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// From a tarball to the root, by way of the staging folder.
@Suite struct ReleaseStagingTests {
    typealias Fixture = StagingFixture

    @Test func aReleaseTakesItsPlaceAndNothingElseChanges() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack(["etc/shop/new.conf": "new", "bin/tool": "tool"])
            let before = try fixture.tree()
            let (staged, findings) = try fixture.stage()
            let release = try #require(staged)
            #expect(findings.isEmpty)
            #expect(release.name == "shop" && release.version.text == "2" && !release.digestWasChecked)
            #expect(
                release.placement.moves.map(\.string) == ["lib/shop-2", "bin/tool", "etc", "releases/2"])
            #expect(release.applications.map(\.origin) == [.same, .same, .new])
            #expect(release.members.count == Fixture.packed.count + 2)
            // Only what is new was unpacked, and nothing is in its place yet.
            let tree = "releases/.relift/staging/\(release.digest)/tree"
            let there = try fixture.tree()
            #expect(there.keys.filter { $0.hasPrefix("\(tree)/lib/") && !$0.contains("shop-2") } == [])
            #expect(there["\(tree)/lib/shop-2/ebin/shop.beam"] == "shop code")
            #expect(there.filter { !$0.key.hasPrefix("releases/.relift") } == before)
            var ignored: [Diagnostic] = []
            #expect(
                Placement.read(release.digest, in: fixture.root, fixture.files, &ignored) == release.placement)

            try release.placement.place(in: fixture.root, fixture.files)
            var expected = before
            for (path, text) in [
                "lib/shop-2": "folder", "lib/shop-2/ebin": "folder", "lib/shop-2/priv": "folder",
                "lib/shop-2/ebin/shop.app": "two", "lib/shop-2/ebin/shop.beam": "shop code",
                "lib/shop-2/priv/big": "data", "releases/2": "folder",
                "releases/2/shop.rel": Fixture.packed["releases/shop.rel"], "releases/2/start.boot": "boot 2",
                "releases/2/relup": "relup", "releases/2/sys.config": "[].\n", "etc": "folder", "etc/shop": "folder",
                "etc/shop/new.conf": "new", "bin/tool": "tool", "releases/.relift": "folder",
                "releases/.relift/staging": "folder",
            ] { expected[path] = text }
            #expect(try fixture.tree() == expected)

            // Once more, from the list and from the tarball.
            try release.placement.place(in: fixture.root, fixture.files)
            let again = try #require(try fixture.stage().release)
            #expect(again.placement.moves.isEmpty && again.digest == release.digest)
            try again.placement.place(in: fixture.root, fixture.files)
            #expect(try fixture.tree() == expected)
        }
    }

    @Test func aTarballOfElixirHasItsResourceFileInTheFolderOfTheVersion() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack(["releases/shop.rel": nil, "releases/COOKIE": "other"])
            let release = try #require(try fixture.stage().release)
            try release.placement.place(in: fixture.root, fixture.files)
            #expect(try fixture.tree()["releases/2/shop.rel"] == Fixture.packed["releases/shop.rel"])
            #expect(try fixture.tree()["releases/COOKIE"] == "secret")
        }
    }

    @Test func theResourceFileIsCopiedIntoTheFolderOfTheVersion() async throws {
        for onHost in [false, true] {
            try await Fixture.with { fixture in
                try await fixture.pack(["releases/2/shop.rel": nil])
                if onHost {
                    try fixture.write(
                        Fixture.packed.filter { $0.key.hasPrefix("releases/2/") && !$0.key.hasSuffix(".rel") },
                        below: fixture.root)
                }
                let release = try #require(try fixture.stage().release)
                #expect(release.placement.moves.last == (onHost ? "releases/2/shop.rel" : "releases/2"))
                try release.placement.place(in: fixture.root, fixture.files)
                #expect(try fixture.tree()["releases/2/shop.rel"] == Fixture.packed["releases/shop.rel"])
                #expect(try fixture.tree()["releases/2/relup"] == "relup")
            }
        }
    }

    @Test func libAndReleasesMayBeLinksOfTheOperator() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack()
            try fixture.files.rename(fixture.root.appending("lib"), to: fixture.folder.appending("libraries"))
            try fixture.files.makeSymbolicLink(fixture.root.appending("lib"), to: "../libraries")
            let release = try #require(try fixture.stage().release)
            #expect(release.placement.moves == ["lib/shop-2", "releases/2"])
            try release.placement.place(in: fixture.root, fixture.files)
            #expect(
                try fixture.files.readFile(fixture.folder.appending("libraries/shop-2/ebin/shop.app"))
                    == Array("two".utf8))
        }
    }

    // MARK: - Refusals

    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var id: String
        /// Changes of the root and of the tarball.
        var host: [String: String?] = [:]
        var packed: [String: String?] = [:]
        var links: [String: String] = [:]
        var note: String?
        var severity = Diagnostic.Severity.error
    }

    static let refusals: [Refusal] = [
        Refusal(
            testDescription: "another library of the same version", id: "stage/same-version-other-content",
            host: ["lib/stdlib-1/ebin/maps.beam": "maps CODE"], note: "SHA-256"),
        Refusal(
            testDescription: "another folder of the version", id: "stage/same-version-other-content",
            host: ["releases/2/relup": "other", "releases/2/sys.config": "[].\n"], note: "`releases/2/relup`: SHA-256"),
        Refusal(
            testDescription: "another runtime system of the same version", id: "stage/same-version-other-content",
            host: ["erts-13.1/bin/beam.smp": "#!MACHINE"], note: "erts-13.1/bin/beam.smp"),
        Refusal(
            testDescription: "a longer file", id: "stage/same-version-other-content",
            host: ["lib/stdlib-1/ebin/maps.beam": "maps code and more"], note: "maps.beam"),
        Refusal(
            testDescription: "a shorter file that starts in another way", id: "stage/same-version-other-content",
            host: ["lib/stdlib-1/ebin/maps.beam": "mops"], note: "maps.beam"),
        Refusal(
            testDescription: "a folder in the place of a file", id: "stage/same-version-other-content",
            host: ["lib/stdlib-1/ebin/maps.beam": nil, "lib/stdlib-1/ebin/maps.beam/x": ""],
            note: "of another kind"),
        Refusal(
            testDescription: "a link in the place of nothing", id: "stage/half-unpacked",
            links: ["lib/stdlib-1/priv": "ebin"], note: "`lib/stdlib-1/priv` is missing"),
        Refusal(
            testDescription: "a missing file", id: "stage/half-unpacked",
            host: ["lib/stdlib-1/ebin/lists.beam": nil], note: "`lib/stdlib-1/ebin/lists.beam` is missing"),
        Refusal(
            testDescription: "a file that ends too early", id: "stage/half-unpacked",
            host: ["lib/stdlib-1/ebin/lists.beam": "lists"], note: "has 5 of 10 bytes"),
        Refusal(
            testDescription: "an empty file", id: "stage/half-unpacked", host: ["lib/stdlib-1/ebin/maps.beam": ""],
            note: "has 0 of 9 bytes"),
        Refusal(
            testDescription: "half a folder of the version", id: "stage/half-unpacked",
            host: ["releases/2/start.boot": "boot 2"], note: "is missing"),
        Refusal(
            testDescription: "something for relift itself", id: "stage/reserved-name",
            packed: ["releases/.relift/journal": "lies"]),
        Refusal(
            testDescription: "keys that the host should trust", id: "stage/reserved-name",
            packed: ["etc/relift/allowed_signers": "me ssh-ed25519 AAAA"]),
        Refusal(
            testDescription: "something for another release", id: "stage/other-version",
            packed: ["releases/1/relup": "evil"]),
        Refusal(
            testDescription: "several releases", id: "stage/several-releases",
            packed: ["releases/shop.rel": nil, "releases/a.rel": "x", "releases/b.rel": "x"]),
        Refusal(
            testDescription: "no release", id: "release/no-resource-file",
            packed: ["releases/shop.rel": nil, "releases/2/shop.rel": nil]),
        Refusal(
            testDescription: "another file in bin", id: "stage/kept-file", packed: ["bin/shop": "#!newer"],
            severity: .note),
        Refusal(
            testDescription: "a link out of the root", id: "archive/link-leaves-root", links: ["lib/x-1/priv": "/etc"]),
    ]

    @Test(arguments: refusals) func whatDoesNotFitTheHostIsTold(_ refusal: Refusal) async throws {
        try await Fixture.with(refusal.host) { fixture in
            try await fixture.pack(refusal.packed, links: refusal.links)
            let before = try fixture.tree()
            let (release, findings) = try fixture.stage()
            let finding = try #require(findings.first { $0.id.rawValue == refusal.id }, "\(findings.map(\.id))")
            #expect(finding.severity == refusal.severity)
            if let note = refusal.note {
                #expect(finding.notes.contains { $0.text.contains(note) }, "\(finding.notes)")
            }
            if refusal.testDescription.contains("library") { #expect(finding.application == "stdlib") }
            guard refusal.severity == .error else {
                try release?.placement.place(in: fixture.root, fixture.files)
                #expect(try fixture.tree()["bin/shop"] == "#!start")
                return
            }
            #expect(findings.count { $0.severity == .error } == 1)
            #expect(try fixture.tree() == before)
        }
    }

    @Test func aFileBehindALinkOfTheHostIsLeftOut() async throws {
        try await Fixture.with { fixture in
            let outside = fixture.folder.appending("outside")
            try fixture.files.makeFolders(outside)
            try fixture.files.makeSymbolicLink(fixture.root.appending("log"), to: outside)
            try await fixture.pack(["log/old/x": "x", "log": nil])
            let (staged, findings) = try fixture.stage()
            #expect(findings.map(\.id.rawValue) == ["stage/behind-host-link"])
            try #require(staged).placement.place(in: fixture.root, fixture.files)
            #expect(try fixture.files.entries(of: outside).isEmpty)
        }
    }

    // MARK: - Digests and space

    @Test func theDigestMustBeTheOneThatIsAskedFor() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack()
            let digest = try #require(try fixture.stage().release).digest
            let sum = try await Program.run("sha256sum", ["shop-2.tar.gz"], in: fixture.folder)
            #expect(sum.output.hasPrefix(digest))
            let beside = FilePath(fixture.tarball.string + ".sha256")
            for (text, ids) in [
                (sum.output, []), (sum.output.uppercased(), []), ("\(digest) *dist/shop-2.tar.gz\n", []),
                (digest, []), ("\(digest)  renamed.tar.gz", []),
                (String(repeating: "0", count: 64) + "  other.tar.gz\n" + sum.output, []),
                (String(repeating: "0", count: 64) + "  shop-2.tar.gz\n", ["stage/digest-mismatch"]),
                ("", ["stage/no-digest"]), ("no digest\n", ["stage/no-digest"]),
                (String(digest.dropLast()), ["stage/no-digest"]),
            ] {
                try File.write(Array(text.utf8), to: beside)
                let (release, findings) = try fixture.stage()
                #expect(findings.map(\.id.rawValue) == ids, "\(text)")
                #expect(release?.digestWasChecked == (ids.isEmpty ? true : nil))
            }
            try fixture.files.removeFile(beside)
            #expect(try fixture.stage(expectedDigest: digest).release?.digestWasChecked == true)
            let other = try fixture.stage(expectedDigest: String(repeating: "1", count: 64))
            #expect(other.findings.map(\.id.rawValue) == ["stage/digest-mismatch"])
        }
    }

    @Test func tooLittleSpaceIsSeenBeforeAnythingIsWritten() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack()
            var reserve = ReleaseStaging.Reserve()
            reserve.bytes = 1 << 60
            let (_, findings) = try fixture.stage(reserve: reserve)
            #expect(findings.map(\.id.rawValue) == ["stage/no-space"])
            let notes = try #require(findings.first).notes.map(\.text)
            #expect(notes[0].hasPrefix("needed: ") && notes[0].contains("\(1 << 60)") && notes[1].hasPrefix("free: "))
            #expect(try fixture.files.entries(of: Placement.area(in: fixture.root)).isEmpty)
        }
    }

    // MARK: - Crashes

    /// A root is as it was, as it should be, or in between with whole folders only, the one of the version last.
    private func check(_ fixture: Fixture, _ before: [String: String], _ after: [String: String], _ place: String)
        throws
    {
        let now = try fixture.tree().filter { !$0.key.hasPrefix("releases/.relift") }
        for (path, text) in before { #expect(now[path] == text, "\(place): \(path)") }
        for unit in ["lib/shop-2", "releases/2", "etc"] {
            let parts = now.filter { $0.key == unit || $0.key.hasPrefix("\(unit)/") }
            let whole = after.filter { $0.key == unit || $0.key.hasPrefix("\(unit)/") }
            #expect(parts.isEmpty || parts == whole, "\(place): \(unit)")
        }
        if now["releases/2"] != nil { #expect(now["lib/shop-2"] != nil && now["etc"] != nil, "\(place)") }
    }

    @Test func killedAtAnyEffectItIsFinishedByTheNextOne() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack(["etc/shop/new.conf": "new"])
            let before = try fixture.tree()
            let all = FaultyFiles()
            let release = try #require(try fixture.stage(all.files).release)
            let stagingEffects = all.effects.count
            try release.placement.place(in: fixture.root, all.files)
            let after = try fixture.tree()
            let effects = all.effects.count
            #expect(stagingEffects > 20 && effects > stagingEffects + 8)
            for index in 0..<effects {
                try await removeTree(fixture.root)
                try fixture.write(Fixture.installed, below: fixture.root)
                let faulty = FaultyFiles(.kill(at: index))
                if let release = try fixture.stage(faulty.files).release {
                    #expect(throws: HostFileError.self, "effect \(index)") {
                        try release.placement.place(in: fixture.root, faulty.files)
                    }
                } else {
                    #expect(index < stagingEffects)
                }
                try self.check(fixture, before, after, "killed at \(index), \(all.effects[index])")
                // By the list alone, if it is there, or else from the tarball.
                var findings: [Diagnostic] = []
                let left = Placement.read(release.digest, in: fixture.root, fixture.files, &findings)
                if index.isMultiple(of: 2), let left {
                    try left.place(in: fixture.root, fixture.files)
                } else {
                    try #require(try fixture.stage().release).placement.place(in: fixture.root, fixture.files)
                }
                #expect(try fixture.tree() == after, "killed at \(index), \(all.effects[index])")
            }
        }
    }

    @Test func afterAFailureNothingIsLeftInStaging() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack()
            let before = try fixture.tree()
            let all = FaultyFiles()
            let release = try #require(try fixture.stage(all.files).release)
            for index in all.effects.indices {
                try await removeTree(fixture.root.appending("releases/.relift"))
                let faulty = FaultyFiles(.failure(at: index, .noSpace))
                let (staged, findings) = try fixture.stage(faulty.files)
                #expect(staged == nil && findings.map(\.id) == [.hostNoSpace], "\(all.effects[index])")
                #expect(try fixture.tree().filter { !$0.key.hasPrefix("releases/.relift") } == before)
                let left = try fixture.tree().keys.filter { $0.contains(release.digest) }
                #expect(left.isEmpty, "\(all.effects[index])")
            }
        }
    }

    @Test func nothingIsReplacedThatAppearedMeanwhile() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack()
            let release = try #require(try fixture.stage().release)
            try fixture.write(["lib/shop-2/ebin/shop.app": "somebody else's"], below: fixture.root)
            let error = try #require(throws: HostFileError.self) {
                try release.placement.place(in: fixture.root, fixture.files)
            }
            #expect(error.errno == .fileExists)
            #expect(try fixture.tree()["lib/shop-2/ebin/shop.app"] == "somebody else's")
            #expect(try fixture.tree()["releases/2"] == nil)
        }
    }

    @Test func aChangedListIsNotFollowed() async throws {
        try await Fixture.with { fixture in
            try await fixture.pack()
            let release = try #require(try fixture.stage().release)
            let path = Placement.folder(of: release.digest, in: fixture.root).appending("STAGED")
            let good = String(decoding: try File.read(path), as: UTF8.self)
            for (old, new) in [
                ("lib/shop-2", "../shop-2"), ("lib/shop-2", "/tmp/shop-2"), ("relift_staged", "x"),
                ("{moves", "{mooves"),
            ] {
                #expect(good.contains(old))
                try File.write(Array(good.replacing(old, with: new).utf8), to: path)
                var findings: [Diagnostic] = []
                #expect(Placement.read(release.digest, in: fixture.root, fixture.files, &findings) == nil)
                #expect(findings.map(\.id.rawValue).last == "stage/unreadable")
            }
        }
    }
}
