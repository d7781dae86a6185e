import Diagnostics
import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseInstalling

/// A plan that was kept is applied exactly, or not at all.
@Suite struct SavedPlanTests {
    private static func plan(up: [Term] = [.atom("point_of_no_return")]) throws -> SavedPlan {
        let from = try #require(ReleaseVersion(validating: "1.4.2"))
        let to = try #require(ReleaseVersion(validating: "1.5.0"))
        return SavedPlan(
            name: "shop", from: .init(version: from, digest: "aa"), to: .init(version: to, digest: "bb"),
            verdict: "hot", up: up, down: [])
    }

    @Test func theFileIsReadBack() throws {
        let plan = try Self.plan()
        var findings: [Diagnostic] = []
        #expect(SavedPlan.read(SourceFile(path: "p", bytes: plan.file), &findings) == plan)
        #expect(findings.isEmpty)
        #expect(plan.id.utf8.count == 64)
        #expect(try Self.plan(up: []).id != plan.id)
    }

    @Test func whatIsNoTextIsOneFinding() {
        var findings: [Diagnostic] = []
        #expect(SavedPlan.read(SourceFile(path: "p", bytes: [0x1f, 0x8b, 8, 0, 0, 0, 0]), &findings) == nil)
        #expect(findings.map(\.id.rawValue) == ["plan/unreadable"])
    }

    @Test(.enabled(if: OTP.isInstalled)) func erlangReadsTheFile() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("hop.plan")
            try File.write(try Self.plan().file, to: path)
            let printed = try await OTP.evaluate(
                """
                [File] = init:get_plain_arguments(),
                {ok, [{relift_plan, 1, _, Contents}]} = file:consult(File), io:format("~p", [proplists:get_value(from, Contents)])
                """, arguments: [path.string])
            #expect(String(decoding: printed, as: UTF8.self) == #"{"1.4.2","aa"}"#)
        }
    }

    /// No change of a single byte is taken for the plan that somebody saw.
    @Test func everyChangeOfAByteIsRefused() throws {
        let plan = try Self.plan()
        let file = plan.file
        for position in file.indices {
            var changed = file
            changed[position] ^= 1
            var findings: [Diagnostic] = []
            let read = SavedPlan.read(SourceFile(path: "p", bytes: changed), &findings)
            // White space and comments may change; what the plan says may not.
            #expect(read == nil || read == plan)
            #expect((read == nil) == findings.hasErrors)
        }
        for length in 0..<(file.count - 1) {
            var findings: [Diagnostic] = []
            let read = SavedPlan.read(SourceFile(path: "p", bytes: Array(file.prefix(length))), &findings)
            #expect(read == nil || read == plan)
        }
    }
}
