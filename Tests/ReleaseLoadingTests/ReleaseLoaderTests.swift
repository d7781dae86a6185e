import Diagnostics
import HostFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@Suite struct ReleaseLoaderTests {
    static func loader(_ libraries: FilePath...) -> ReleaseLoader {
        ReleaseLoader(files: HostFileSystem(), libraries: libraries, otp: nil, parallelism: 2)
    }

    @Test func aResourceFileIsLoadedWithItsApplicationsInStartOrder() async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            var findings: [Diagnostic] = []
            let loaded = await Self.loader(folder.appending("lib")).load(
                folder.appending("small.rel").string, reading: [.appups, .packedModules], &findings)
            #expect(findings.map(\.id.rawValue) == [])
            #expect(loaded?.release.applicationsInStartOrder.map(\.name.name) == ["kernel", "stdlib", "sasl", "a"])
        }
    }

    @Test func anApplicationOfAnotherVersionIsAFindingAtItsEntry() async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let resource = folder.appending("small.rel")
            let text = String(decoding: try File.read(resource), as: UTF8.self)
            try File.write(Array(text.replacing("{a,\"1\"}", with: "{a,\"2\"}").utf8), to: resource)
            var findings: [Diagnostic] = []
            let loaded = await Self.loader(folder.appending("lib")).load(resource.string, reading: [], &findings)
            #expect(loaded == nil)
            #expect(findings.map(\.id.rawValue) == ["release/version-not-found"])
            guard case .source = findings.first?.place else {
                Issue.record("no place in the .rel file: \(findings)")
                return
            }
        }
    }

    @Test func theFirstLibraryThatHasTheVersionWins() async throws {
        try await withTemporaryFolder { folder in
            for name in ["one", "two"] { try await SmallRelease.write(in: folder.appending(name)) }
            var findings: [Diagnostic] = []
            let loaded = await Self.loader(folder.appending("two/lib"), folder.appending("one/lib")).load(
                folder.appending("one/small.rel").string, reading: [], &findings)
            let directory = loaded?.release.applications.last?.application.directory
            #expect(directory == folder.appending("two/lib/a-1/ebin").string)
        }
    }

    @Test func whatIsNotAReleaseSaysSo() async {
        var findings: [Diagnostic] = []
        let loaded = await Self.loader().load("/nowhere", reading: [], &findings)
        #expect(loaded == nil)
        #expect(findings.map(\.id.rawValue) == ["release/not-found"])
    }

    @Test func aFolderWithoutReleasesSaysSo() async throws {
        try await withTemporaryFolder { folder in
            var findings: [Diagnostic] = []
            let loaded = await Self.loader().load(folder.string, reading: [], &findings)
            #expect(loaded == nil)
            #expect(findings.map(\.id.rawValue) == ["release/not-a-release-folder"])
        }
    }

    @Test func aFileThatIsNoTarballSaysSo() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("x.tar.gz")
            try File.write(Array("not an archive".utf8), to: path)
            var findings: [Diagnostic] = []
            let loaded = await Self.loader().load(path.string, reading: [], &findings)
            #expect(loaded == nil)
            #expect(findings.hasErrors)
        }
    }

    /// What `make_script` never notices.
    @Test func modulesWithoutObjectFilesAreNamed() async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let ebin = folder.appending("lib/a-1/ebin")
            let text = String(decoding: try File.read(ebin.appending("a.app")), as: UTF8.self)
            try File.write(
                Array(text.replacing("{modules,[]}", with: "{modules,[one,two,three]}").utf8),
                to: ebin.appending("a.app"))
            var findings: [Diagnostic] = []
            let loaded = try #require(
                await Self.loader(folder.appending("lib")).load(
                    folder.appending("small.rel").string, reading: [], &findings))
            let files = HostFileSystem()
            func missing() -> [String] {
                loaded.missingObjectFiles(files).flatMap { $0.diagnostics(loaded.places) }.map(\.summary)
            }
            #expect(missing() == ["`a` has no object files for 3 modules: `one`, `two`, `three`"])
            for name in ["one", "three"] { try File.write([], to: ebin.appending("\(name).beam")) }
            #expect(missing() == ["`a` has no object file for `two`"])
            try File.write([], to: ebin.appending("two.beam"))
            #expect(missing() == [])
            #expect(loaded.missingObjectFiles(files).allSatisfy { $0.otpWarning == nil })
        }
    }
}
