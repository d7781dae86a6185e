import Diagnostics
import ErlangTerms
import ReleaseFiles
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// Files that OTP reads while a node runs or starts.
@Suite struct RunTimeFileTests {
    private func read(_ text: String, _ path: String) -> (isRead: Bool, diagnostics: [Diagnostic]) {
        AnyFile.read(Array(text.utf8), path: path)
    }

    /// What a node starts with, we read without error, and the other way round.
    @Test(
        .enabled(if: OTP.isInstalled), .serialized,
        arguments: [
            ("sys", "[{a,[{k,1},{k,2}]}]."), ("sys", "[{a,[{k,1}]},{a,[{j,1}]}]."), ("sys", "[{a,[{\"k\",1}]}]."),
            ("sys", "[{a,[k]}]."), ("sys", "[{a,b}]."), ("sys", "{a,b}."), ("sys", "[a]."), ("sys", "[{a,[]}]. []."),
            ("sys", "[{\"a\",[]}]."), ("sys", "[{a,[],b}]."), ("sys", "[[]]."), ("sys", ""), ("sys", "[]."),
            ("sys", "[\"more\",{a,[{z,#{x=>1.5}}]}]."), ("other", "[\"more\"]."), ("other", "[{a,[]},{a,[]}]."),
            ("other", "[{a,[{k,1}|x]}]."), ("other", "[{a,[{k,1}]}]."),
        ])
    func aConfigurationIsRefusedIfTheNodeDoesNotStartWithIt(_ base: String, _ text: String) async throws {
        let name = "\(base).config"
        let starts = try await withTemporaryFolder { folder in
            try Files.write(Array(text.utf8), to: folder.appending(name))
            try Files.write(Array("[{b,[{x,1}]}].".utf8), to: folder.appending("more.config"))
            return await Command.succeeds(
                ["erl", "-noshell", "-config", base, "-eval", "halt()."],
                in: folder)
        }
        #expect(self.read(text, name).isRead == starts, "\(name): \(text)")
    }

    @Test func recordsAreStoredAsReleaseHandlerStoresThem() throws {
        let records = ReleaseRecord.Status.allCases.map { status in
            ReleaseRecord(name: "s", version: status.rawValue, runtime: nil, libraries: [], status: status)
        }
        var diagnostics: [Diagnostic] = []
        let source = SourceFile(path: "RELEASES", bytes: ReleasesFile.write(records))
        let read = try #require(ReleasesFile.read(source, &diagnostics))
        // `current` is a matter of the running node and never reaches the disk.
        #expect(read.map(\.status) == records.map { $0.status == .current ? .unpacked : $0.status })
        #expect(read.allSatisfy { $0.runtime == nil })
    }

    @Test(arguments: ["13.1.5 1.0", "13.1.5 1.0\n", "  13.1.5\t1.0\r\n", "13.1.5\n1.0"])
    func startErlDataIsTwoWords(_ text: String) throws {
        var diagnostics: [Diagnostic] = []
        let source = SourceFile(path: "start_erl.data", bytes: Array(text.utf8))
        let data = try #require(StartErlData.read(source, &diagnostics))
        #expect(String(decoding: StartErlData.write(data), as: UTF8.self) == "13.1.5 1.0")
    }

    /// At build time only the first term counts, at run time there may be no other.
    @Test(arguments: [("{\"2\",[],[]}. junk", true, false), ("{\"2\",[],[]}.\n% end\n", true, true)])
    func theReadingRuleDecidesOverASecondTerm(_ text: String, _ atBuildTime: Bool, _ atRunTime: Bool) {
        let source = SourceFile(path: "x.appup", bytes: Array(text.utf8))
        var diagnostics: [Diagnostic] = []
        #expect((AppupFile.read(source, &diagnostics, rule: .firstTerm) != nil) == atBuildTime)
        #expect((AppupFile.read(source, &diagnostics, rule: .onlyTerm) != nil) == atRunTime)
    }

    @Test(arguments: [
        ("{\"2\",[]}", "{file_problem,{\"x.appup\",{ok,{\"2\",[]}}}}"),
        ("foo", "{file_problem,{\"x.appup\",{ok,foo}}}"),
    ]) func aMalformedAppupHasTheReasonOfSystools(_ text: String, _ reason: String) throws {
        let term = LocatedTerm(try TermText.parseTerm(text), everywhere: .empty)
        let reading = AppupFile.reading(term, in: SourceFile(path: "x.appup", bytes: []))
        let expected = try TermText.parseTerm(reason)
        #expect(reading.otpReason == expected)
    }
}
