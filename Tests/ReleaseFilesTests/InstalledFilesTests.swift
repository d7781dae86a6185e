import Diagnostics
import ErlangTerms
import ReleaseFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// Every file of the trade in the installed OTP is read without a finding, and written back as it was.
@Suite(.enabled(if: OTP.isInstalled)) struct InstalledFilesTests {
    private func source(_ path: FilePath) throws -> SourceFile {
        SourceFile(path: path.string, bytes: try Files.read(path))
    }

    private func term(_ source: SourceFile) throws -> Term {
        var diagnostics: [Diagnostic] = []
        let located = TermText.parseFirstTerm(source, &diagnostics)
        return try #require(located).term
    }

    @Test func applicationFiles() async throws {
        let paths = try await InstalledOTP.files(named: ["*.app"])
        #expect(paths.count > 20)
        for path in paths {
            let source = try self.source(path)
            var diagnostics: [Diagnostic] = []
            let specification = try #require(ApplicationFile.read(source, &diagnostics))
            #expect(diagnostics.isEmpty, "\(path)")
            let written = SourceFile(path: "", bytes: ApplicationFile.write(specification))
            #expect(ApplicationFile.read(written, &diagnostics) == specification, "\(path)")
        }
    }

    @Test func upgradeFiles() async throws {
        let paths = try await InstalledOTP.files(named: ["*.appup"])
        #expect(paths.count > 20)
        for path in paths {
            let source = try self.source(path)
            var diagnostics: [Diagnostic] = []
            let appup = try #require(AppupFile.read(source, &diagnostics))
            #expect(diagnostics.isEmpty, "\(path)")
            #expect(AppupFile.term(appup) == (try self.term(source)), "\(path)")
            let written = SourceFile(path: "", bytes: AppupFile.write(appup))
            #expect(AppupFile.read(written, &diagnostics) == appup, "\(path)")
        }
    }

    @Test func releaseResourceFiles() async throws {
        let paths = try await InstalledOTP.files(named: ["*.rel"])
        #expect(!paths.isEmpty)
        for path in paths {
            let source = try self.source(path)
            var diagnostics: [Diagnostic] = []
            let resource = try #require(ReleaseResourceFile.read(source, &diagnostics))
            #expect(diagnostics.isEmpty, "\(path)")
            #expect(ReleaseResourceFile.term(resource) == (try self.term(source)), "\(path)")
            let written = SourceFile(path: "", bytes: ReleaseResourceFile.write(resource))
            #expect(ReleaseResourceFile.read(written, &diagnostics) == resource, "\(path)")
        }
    }

    @Test func bootScripts() async throws {
        let paths = try await InstalledOTP.files(named: ["*.boot"])
        #expect(!paths.isEmpty)
        for path in paths {
            var diagnostics: [Diagnostic] = []
            let bytes = try Files.read(path)
            let script = try #require(BootScriptFile.readBoot(bytes, path: path.string, &diagnostics))
            #expect(diagnostics.isEmpty, "\(path)")
            #expect(BootScriptFile.writeBoot(script, for: .otp25) == bytes, "\(path)")
            // Each boot file has its text beside it.
            let text = try self.source(FilePath(path.string.dropLast(4) + "script"))
            #expect(BootScriptFile.read(text, &diagnostics) == script, "\(path)")
            let written = SourceFile(path: "", bytes: BootScriptFile.write(script))
            #expect(BootScriptFile.read(written, &diagnostics) == script, "\(path)")
        }
    }

    @Test func targetSystemFiles() async throws {
        for path in try await InstalledOTP.files(named: ["RELEASES"]) {
            let source = try self.source(path)
            var diagnostics: [Diagnostic] = []
            let records = try #require(ReleasesFile.read(source, &diagnostics))
            #expect(diagnostics.isEmpty)
            #expect(ReleasesFile.term(records) == (try self.term(source)))
        }
        for path in try await InstalledOTP.files(named: ["start_erl.data"]) {
            let source = try self.source(path)
            var diagnostics: [Diagnostic] = []
            let data = try #require(StartErlData.read(source, &diagnostics))
            let words = String(decoding: source.bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            #expect(StartErlData.write(data) == Array(words.joined(separator: " ").utf8))
        }
    }
}
