import Diagnostics
import HostFiles
import ReleaseInstalling
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import Commands

@Suite struct HostStatusTests {
    private static func release(_ version: String, _ status: ReleaseRecord.Status) -> NodeRelease {
        NodeRelease(name: "shop", version: version, libraries: [], status: status)
    }

    private static func status(
        live: [NodeRelease]?, boots: String?, last: (operation: Operation, end: OperationEnd)? = nil
    ) -> HostStatus {
        HostStatus(
            root: "/opt/shop", node: "shop@host", live: live, trial: nil, records: [], bootVersion: boots,
            unfinished: nil, last: last, findings: [])
    }

    /// Of a host on which an install was cut off before its first step.
    private static var cutOff: HostStatus {
        var status = Self.status(live: nil, boots: "1")
        status.unfinished = JournalText(Array("{operation,1,\"1\",install,[{began,1800000000}]}.\n".utf8))
        return status
    }

    private static func schema(_ name: String) -> JSONSchema {
        JSONSchema(Repository.root.appending("Templates/schemas/\(name).schema.json"))
    }

    @Test func theFirstLineSaysWhatRunsAndWhatBoots() {
        let committed = Self.status(live: [Self.release("2", .permanent), Self.release("1", .old)], boots: "2")
        #expect(committed.text == "node shop@host runs release 2\n  2  permanent, runs now, boots next\n  1  old\n")
        let onTrial = Self.status(live: [Self.release("2", .current), Self.release("1", .permanent)], boots: "1")
        #expect(onTrial.text.hasPrefix("node shop@host runs release 2; a restart boots 1\n"))
        #expect(Self.status(live: nil, boots: "1").text == "node shop@host does not answer; a start boots 1\n")
        #expect(Self.status(live: nil, boots: nil).text.contains("does not know what to boot"))
    }

    @Test func anOperationUnderWayIsNotOneThatWasCutOff() {
        var status = Self.cutOff
        #expect(status.text.contains("unfinished: install, begun by ? at 2027-01-15T08:00:00Z, cut off"))
        #expect(status.text.contains("`relift repair --root /opt/shop`"))
        status.holder = .process(42)
        #expect(status.text.contains("under way: install, begun by ? at 2027-01-15T08:00:00Z, now before its first"))
        #expect(status.text.contains("process 42") && !status.text.contains("repair"))
        #expect(status.json.text.contains("\"underWay\":true,\"process\":42"))
    }

    @Test func theLastOperationIsALine() {
        let operation = Operation(
            id: "1", kind: .install, user: "amy", began: HostTime(seconds: 1_800_000_000), from: "1", to: "2")
        let end = OperationEnd(
            result: "rolled-back", at: HostTime(seconds: 1_800_000_009), longestPause: 2500, reasons: ["a queue grows"])
        let text = Self.status(live: nil, boots: "1", last: (operation, end)).text
        #expect(
            text.hasSuffix(
                "last: 2027-01-15T08:00:00Z  amy  install  1 -> 2  rolled-back  9 s  longest pause 3 ms\n"
                    + "    a queue grows\n"))
    }

    @Test(.enabled(if: JSONSchema.hasValidator)) func jsonFollowsItsSchema() async throws {
        let operation = Operation(id: "1", kind: .install, user: "amy", began: HostTime(seconds: 1_800_000_000))
        let end = OperationEnd(result: "refused", at: HostTime(seconds: 1_800_000_009))
        for status in [
            Self.status(live: nil, boots: nil), Self.cutOff,
            Self.status(
                live: [Self.release("2", .current), Self.release("1", .permanent)], boots: "1", last: (operation, end)),
        ] {
            #expect(try await Self.schema("status").differences(of: status.json.text) == "")
        }
    }

    @Test(.enabled(if: JSONSchema.hasValidator)) func accountsFollowTheirSchema() async throws {
        let refused = InstallMachine.Outcome(result: .refused, from: nil, to: nil, running: nil, findings: [])
        let committed = InstallMachine.Outcome(
            result: .committed, from: "1", to: "2", running: "2", findings: [OutcomeTests.finding])
        for report in [
            InstallReport(outcome: refused, steps: []),
            InstallReport(outcome: committed, steps: [.init(name: .install, isDone: true, time: .milliseconds(3))]),
        ] {
            #expect(
                try await Self.schema("install").differences(
                    of: report.json(result: report.outcome.result.rawValue).text) == "")
        }
    }

    @Test(arguments: [
        (0, "0 s"), (59, "59 s"), (60, "1 min"), (552, "9 min 12 s"), (3600, "1 h"), (90_061, "25 h 1 min 1 s"),
    ])
    func timesAreWords(seconds: Int, words: String) {
        #expect(Duration.seconds(seconds).words == words)
    }
}
