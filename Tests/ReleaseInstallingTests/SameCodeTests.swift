import Diagnostics
import HostFiles
import ReleaseInstalling
import SystemPackage
import TestSupport
import Testing

/// A library that was compiled anew on another machine.
@Suite(.enabled(if: OTP.isInstalled)) struct SameCodeTests {
    typealias Fixture = StagingFixture

    /// Compiles `maps2` from a text of its own and gives the bytes of its object file.
    private static func compiled(
        answering number: Int, attribute: String = "same", options: String, in folder: FilePath
    ) async throws -> [UInt8] {
        try HostFileSystem().makeFolders(folder)
        let source = folder.appending("maps2.erl")
        try File.write(
            Array("-module(maps2).\n-mark(\(attribute)).\n-export([f/0]).\nf() -> \(number).\n".utf8), to: source)
        _ = try await OTP.evaluate(
            "[File, D] = init:get_plain_arguments(), {ok, maps2} = compile:file(File, [{outdir, D} | \(options)])",
            arguments: [source.string, folder.string])
        return try File.read(folder.appending("maps2.beam"))
    }

    private func findings(_ fixture: Fixture, host: [UInt8], packed: [UInt8]) async throws -> [Diagnostic] {
        try File.write(host, to: fixture.root.appending("lib/stdlib-1/ebin/maps2.beam"))
        try await fixture.pack(objectFiles: ["lib/stdlib-1/ebin/maps2.beam": packed])
        return try fixture.stage().findings
    }

    @Test func anotherCompilationOfTheSameCodeIsAWarning() async throws {
        try await Fixture.with { fixture in
            let host = try await Self.compiled(answering: 1, options: "[]", in: fixture.folder.appending("here"))
            let packed = try await Self.compiled(
                answering: 1, options: "[debug_info]", in: fixture.folder.appending("elsewhere"))
            #expect(host != packed)
            for (host, packed) in [(host, packed), (packed, host)] {
                let findings = try await self.findings(fixture, host: host, packed: packed)
                #expect(findings.map(\.id) == [.stageOtherBuild] && findings[0].severity == .warning, "\(findings)")
                // The host's file stays.
                #expect(try File.read(fixture.root.appending("lib/stdlib-1/ebin/maps2.beam")) == host)
            }
        }
    }

    @Test func otherCodeAndOtherAttributesAreRefused() async throws {
        try await Fixture.with { fixture in
            let host = try await Self.compiled(answering: 1, options: "[]", in: fixture.folder.appending("here"))
            for (number, attribute) in [(2, "same"), (1, "other")] {
                let packed = try await Self.compiled(
                    answering: number, attribute: attribute, options: "[]", in: fixture.folder.appending("elsewhere"))
                let findings = try await self.findings(fixture, host: host, packed: packed)
                #expect(findings.map(\.id) == [.stageOtherContent], "\(number) \(attribute)")
            }
        }
    }

    @Test func aFileOfTheSameCodeDoesNotHideAnother() async throws {
        try await Fixture.with(["lib/stdlib-1/ebin/maps.beam": "maps CODE"]) { fixture in
            let host = try await Self.compiled(answering: 1, options: "[]", in: fixture.folder.appending("here"))
            let packed = try await Self.compiled(
                answering: 1, options: "[debug_info]", in: fixture.folder.appending("elsewhere"))
            let findings = try await self.findings(fixture, host: host, packed: packed)
            #expect(findings.map(\.id) == [.stageOtherContent])
            #expect(findings[0].notes.count == 1 && findings[0].notes[0].text.contains("maps.beam"))
        }
    }

    @Test(arguments: ["src/lists.erl", "include/x.hrl", "doc/x.txt", "README", "ebin/stdlib.appup"])
    func whatTheHostHasNoUseForMayBeMissing(_ path: String) async throws {
        try await Fixture.with { fixture in
            try await fixture.pack(["lib/stdlib-1/\(path)": "text"])
            let (release, findings) = try fixture.stage()
            #expect(findings.isEmpty && release?.placement.moves.contains("lib/stdlib-1") == false)
        }
    }

    @Test(arguments: ["priv/lists.so", "ebin/more.beam"])
    func whatTheLibraryNeedsMayNot(_ path: String) async throws {
        try await Fixture.with { fixture in
            try await fixture.pack(["lib/stdlib-1/\(path)": "text"])
            #expect(try fixture.stage().findings.map(\.id) == [.stageHalfUnpacked])
        }
    }
}
