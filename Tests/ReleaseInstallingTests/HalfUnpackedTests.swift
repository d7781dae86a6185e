import Diagnostics
import HostFiles
import ReleaseInstalling
import SystemPackage
import TestSupport
import Testing

/// What a node leaves that is killed while it unpacks, and what `relift repair` does about it.
@Suite struct HalfUnpackedTests {
    typealias Fixture = StagingFixture

    /// A root whose records and libraries are whole.
    private static let whole: [String: String?] = [
        "releases/RELEASES": #"""
        [{release,"shop","1","13.1",
          [{kernel,"1","lib/kernel-1"},{stdlib,"1","lib/stdlib-1"},{shop,"1","lib/shop-1"}],permanent}].

        """#,
        "lib/kernel-1/ebin/kernel.app": Self.resource("kernel", "1", []),
        "lib/stdlib-1/ebin/stdlib.app": Self.resource("stdlib", "1", ["lists"]),
        "lib/shop-1/ebin/shop.app": Self.resource("shop", "1", ["shop"]),
        "lib/shop-1/ebin/shop.beam": Self.module, "lib/stdlib-1/ebin/lists.beam": Self.module,
    ]

    private static func resource(_ name: String, _ version: String, _ modules: [String]) -> String {
        "{application,\(name),[{description,\"\"},{vsn,\"\(version)\"},{modules,[\(modules.joined(separator: ","))]},"
            + "{applications,[]},{registered,[]}]}.\n"
    }

    /// A container that says its length.
    private static let module = "FOR1\0\0\0\u{8}BEAMcode"

    private func repair(_ fixture: Fixture) async -> Repairer.Report {
        await Repairer(
            root: fixture.root, access: nil, files: fixture.files,
            context: OperationContext(user: "tester", mark: "1") { HostTime(seconds: 1_800_000_000) }
        ).repair()
    }

    @Test func aWholeRootIsLeftAlone() async throws {
        try await Fixture.with(Self.whole) { fixture in
            let before = try fixture.tree()
            let report = await self.repair(fixture)
            #expect(report.isSettled && report.findings.isEmpty, "\(report.findings)")
            #expect(try fixture.tree().filter { !$0.key.hasPrefix("releases/.relift") } == before)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var files: [String: String?]
    }

    static let halves: [Case] = [
        Case(
            testDescription: "a missing module",
            files: ["ebin/shop.app": Self.resource("shop", "2", ["shop", "cart"]), "ebin/shop.beam": Self.module]),
        Case(
            testDescription: "a short module",
            files: [
                "ebin/shop.app": Self.resource("shop", "2", ["shop"]), "ebin/shop.beam": "FOR1\0\0\0\u{8}BEAMco",
            ]),
        Case(
            testDescription: "an empty module",
            files: ["ebin/shop.app": Self.resource("shop", "2", ["shop"]), "ebin/shop.beam": ""]),
        Case(testDescription: "no resource file", files: ["ebin/shop.beam": Self.module]),
        Case(testDescription: "half a resource file", files: ["ebin/shop.app": "{application,shop,[{vsn,"]),
    ]

    @Test(arguments: halves) func halfALibraryThatNobodyUsesIsRemoved(_ half: Case) async throws {
        let files = Dictionary(uniqueKeysWithValues: half.files.map { ("lib/shop-2/\($0.key)", $0.value) })
        try await Fixture.with(Self.whole.merging(files) { $1 }) { fixture in
            let report = await self.repair(fixture)
            #expect(report.findings.map(\.id.rawValue) == ["repair/half-unpacked-removed"], "\(report.findings)")
            #expect(report.isSettled)
            #expect(try fixture.tree().keys.contains { $0.hasPrefix("lib/shop-2") } == false)
            #expect(try fixture.tree()["lib/shop-1/ebin/shop.beam"] == Self.module)
            let history = try Journal(root: fixture.root, files: fixture.files).history()
            #expect(history.map(\.end.result) == ["repaired"])
            #expect(await self.repair(fixture).findings.isEmpty)
        }
    }

    @Test func halfALibraryOfAReleaseStaysAndIsTold() async throws {
        let half: [String: String?] = [
            "lib/shop-2/ebin/shop.app": Self.resource("shop", "2", ["shop"]),
            "releases/2/shop.rel": Fixture.packed["releases/2/shop.rel"],
        ]
        try await Fixture.with(Self.whole.merging(half) { $1 }) { fixture in
            let report = await self.repair(fixture)
            #expect(report.findings.map(\.id.rawValue) == ["repair/half-unpacked"] && !report.isSettled)
            #expect(report.findings[0].summary.contains("release `2`"))
            #expect(report.findings[0].help.contains { $0.contains("relift remove 2") })
            let tree = try fixture.tree()
            #expect(tree["lib/shop-2/ebin/shop.app"] != nil)
        }
    }

    @Test(arguments: [
        ["lib/shop-2/data/precious": "x"], ["lib/notes/ebin/x": "x"], ["lib/shop-2/ebin/shop.app": "wrong."],
        ["lib/shop-2/ebin/shop.beam": "x", "releases/25/OTP_VERSION": "25.2.3"],
    ]) func whatMayBeSomebodysStays(_ files: [String: String]) async throws {
        let more = files.mapValues { Optional($0) }
        try await Fixture.with(Self.whole.merging(more) { $1 }) { fixture in
            let report = await self.repair(fixture)
            #expect(report.isSettled && report.findings.isEmpty, "\(report.findings)")
            let tree = try fixture.tree()
            for (path, text) in files { #expect(tree[path] == text) }
        }
    }

    @Test func aReleaseOfMixGetsItsRecords() async throws {
        try await Fixture.with(Self.whole.merging(["releases/RELEASES": nil]) { $1 }) { fixture in
            let report = await self.repair(fixture)
            #expect(report.isSettled && report.findings.map(\.id.rawValue) == ["repair/releases-made"], "\(report)")
            let text = try #require(try fixture.tree()["releases/RELEASES"])
            for part in ["\"shop\"", "lib/shop-1", "lib/kernel-1", "permanent"] { #expect(text.contains(part)) }
        }
    }

    @Test func whoHoldsTheLockIsNotDisturbed() async throws {
        try await Fixture.with(Self.whole) { fixture in
            let lock = try Journal(root: fixture.root, files: fixture.files).lock()
            let report = await self.repair(fixture)
            #expect(report.isRefused && !report.isSettled && report.findings.map(\.id.rawValue) == ["host/locked"])
            lock.unlock()
        }
    }
}
