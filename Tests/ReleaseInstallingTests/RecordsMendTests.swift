import Diagnostics
import ReleaseFiles
import ReleaseModel
import Testing

@testable import ReleaseInstalling

/// What the records of a host should say, whatever they are.
@Suite struct RecordsMendTests {
    static func record(_ version: String, _ status: ReleaseRecord.Status, libraries: Bool = true) -> ReleaseRecord {
        var record = ReleaseRecord(permanent: self.resource(version))
        record.status = status
        if !libraries {
            record.libraries = []
            record.runtime = nil
        }
        return record
    }

    static func resource(_ version: String) -> ReleaseResource {
        var findings: [Diagnostic] = []
        let text =
            #"{release,{"shop","\#(version)"},{erts,"13.1.5"},[{kernel,"8"},{stdlib,"4"},{shop,"\#(version)"}]}."#
        guard let resource = ReleaseResourceFile.read(SourceFile(path: "r", bytes: Array(text.utf8)), &findings) else {
            preconditionFailure("not a release: \(findings)")
        }
        return resource
    }

    static func boots(_ version: String) -> StartErlData? {
        var findings: [Diagnostic] = []
        return StartErlData.read(SourceFile(path: "s", bytes: Array("13.1.5 \(version)".utf8)), &findings)
    }

    static func live(_ version: String, _ status: ReleaseRecord.Status) -> NodeRelease {
        NodeRelease(name: "shop", version: version, libraries: [], status: status)
    }

    static let both = [WholeRelease(resource: resource("1")), WholeRelease(resource: resource("2"))]

    static func mend(
        _ releases: [ReleaseRecord]?, boots: String?, kept: HostRecords? = nil, whole: [WholeRelease] = both,
        live: [NodeRelease]? = nil, committing: String? = nil
    ) -> RecordsMend? {
        RecordsMend(
            .init(
                disk: HostRecords(releases: releases, startData: boots.flatMap(Self.boots)), kept: kept, whole: whole,
                live: live, committing: committing))
    }

    static func statuses(_ mend: RecordsMend?) -> [String] {
        (mend?.releases ?? []).map { "\($0.version) \($0.status.rawValue)" }
    }

    @Test func soundRecordsStayAsTheyAre() throws {
        let mend = try #require(Self.mend([Self.record("2", .unpacked), Self.record("1", .permanent)], boots: "1"))
        #expect(!mend.changesReleases && !mend.changesStartData && mend.notes.isEmpty)
    }

    @Test func soundRecordsOfARunningNodeStayAsTheyAre() throws {
        let mend = try #require(
            Self.mend(
                [Self.record("2", .unpacked), Self.record("1", .permanent)], boots: "1",
                live: [Self.live("2", .current), Self.live("1", .permanent)]))
        #expect(!mend.changesReleases && !mend.changesStartData && mend.notes.isEmpty)
    }

    @Test func onlyStatusesAreNoLoss() {
        let mend = Self.mend(
            [Self.record("2", .unpacked), Self.record("1", .permanent)], boots: "1",
            live: [Self.live("2", .old), Self.live("1", .permanent)])
        #expect(Self.statuses(mend) == ["2 old", "1 permanent"])
        #expect(mend?.notes.map(\.id.rawValue) == ["repair/statuses-written"])
        #expect(mend?.notes.hasErrors == false)
    }

    @Test func tornRecordsComeFromTheCopy() {
        let kept = HostRecords(
            releases: [Self.record("2", .permanent), Self.record("1", .old)], startData: Self.boots("2"))
        let mend = Self.mend(nil, boots: "2", kept: kept)
        #expect(Self.statuses(mend) == ["2 permanent", "1 old"])
        #expect(mend?.changesReleases == true && mend?.changesStartData == false)
        #expect(mend?.notes.map(\.id.rawValue) == ["repair/releases-made"])
    }

    @Test func withoutACopyTheyComeFromTheDisk() {
        let mend = Self.mend(nil, boots: "1")
        #expect(Self.statuses(mend) == ["1 permanent", "2 unpacked"])
        #expect(mend?.releases.first?.libraries.map(\.directory) == ["lib/kernel-8", "lib/stdlib-4", "lib/shop-1"])
    }

    @Test func tornStartDataFollowsTheRecords() {
        let mend = Self.mend([Self.record("2", .unpacked), Self.record("1", .permanent)], boots: nil)
        #expect(mend?.startData == Self.boots("1"))
        #expect(mend?.changesStartData == true && mend?.changesReleases == false)
    }

    /// A node that was killed while it made a release permanent: start_erl.data is written first.
    @Test func aCommitThatWasCutOffIsFinished() {
        let disk = [Self.record("2", .unpacked), Self.record("1", .permanent)]
        let kept = HostRecords(releases: disk, startData: Self.boots("1"))
        #expect(
            Self.statuses(Self.mend(disk, boots: "2", kept: kept, committing: "2")) == ["2 permanent", "1 old"])
        let torn = Self.mend(disk, boots: nil, kept: kept, committing: "2")
        #expect(Self.statuses(torn) == ["2 unpacked", "1 permanent"])
        #expect(torn?.startData == Self.boots("1"))
    }

    @Test func whatBootsIsPermanent() {
        let mend = Self.mend([Self.record("2", .unpacked), Self.record("1", .permanent)], boots: "2")
        #expect(Self.statuses(mend) == ["2 permanent", "1 old"])
        #expect(mend?.notes.map(\.id.rawValue) == ["repair/permanent-release"])
    }

    @Test func whatBootsAndIsNotThereDoesNot() {
        let mend = Self.mend([Self.record("1", .permanent)], boots: "9", whole: [Self.both[0]])
        #expect(mend?.startData == Self.boots("1"))
    }

    @Test func theRunningNodeCountsMost() {
        let mend = Self.mend(
            [Self.record("2", .unpacked), Self.record("1", .permanent)], boots: "2",
            live: [Self.live("2", .current), Self.live("1", .permanent)])
        #expect(mend?.startData == Self.boots("1"))
        #expect(Self.statuses(mend) == ["2 unpacked", "1 permanent"])
    }

    /// What release_handler invents when it cannot read its file, and writes with the next change.
    /// What a node that found no records invents says nothing of the releases that lie on the disk.
    @Test func aNodeThatInventedItsRecordDoesNotMakeOthersForgotten() {
        let invented = [Self.live("2", .permanent)]
        #expect(Self.statuses(Self.mend(nil, boots: "2", live: invented)) == ["2 permanent", "1 unpacked"])
        let kept = HostRecords(
            releases: [Self.record("2", .permanent), Self.record("1", .old)], startData: Self.boots("2"))
        #expect(Self.statuses(Self.mend(nil, boots: "2", kept: kept, live: invented)) == ["2 permanent", "1 old"])
        let known = [NodeRelease(name: "shop", version: "2", libraries: ["shop-2"], status: .permanent)]
        #expect(Self.statuses(Self.mend(nil, boots: "2", live: known)) == ["2 permanent"])
    }

    @Test func aRecordWithoutLibrariesGetsThem() {
        let mend = Self.mend([Self.record("1", .permanent, libraries: false)], boots: "1")
        #expect(mend?.releases.first?.libraries.count == 3)
        #expect(mend?.releases.first?.runtime == "13.1.5")
        #expect(mend?.notes.map(\.id.rawValue) == ["repair/record-without-libraries"])
    }

    @Test func whatAnExchangeOfTheEmulatorLeftGoes() {
        let mend = Self.mend(
            [Self.record("__new_emulator__1", .temporaryCurrent), Self.record("1", .permanent)], boots: "1")
        #expect(Self.statuses(mend) == ["1 permanent"])
    }

    @Test func withNothingAtAllAPersonIsNeeded() {
        #expect(Self.mend(nil, boots: nil) == nil)
        #expect(Self.statuses(Self.mend(nil, boots: nil, whole: [Self.both[0]])) == ["1 permanent"])
    }

    /// Whatever there is, the result is sound: one permanent release, which is the one that boots; and mending it changes
    /// nothing more.
    @Test func everyCombinationEndsSound() {
        let records: [[ReleaseRecord]?] = [
            nil, [], [Self.record("1", .permanent)], [Self.record("1", .unpacked)],
            [Self.record("2", .permanent), Self.record("1", .permanent)],
            [Self.record("2", .unpacked), Self.record("1", .permanent, libraries: false)],
            [Self.record("__new_emulator__1", .temporaryCurrent), Self.record("1", .old)],
        ]
        let boots: [String?] = [nil, "1", "2", "9"]
        let lives: [[NodeRelease]?] = [
            nil, [Self.live("1", .permanent)], [Self.live("2", .current), Self.live("1", .permanent)],
            [Self.live("2", .permanent), Self.live("1", .old)],
        ]
        var count = 0
        for disk in records {
            for copy in records {
                for (boot, live) in boots.flatMap({ boot in lives.map { (boot, $0) } }) {
                    let kept = HostRecords(releases: copy, startData: Self.boots("1"))
                    guard let mend = Self.mend(disk, boots: boot, kept: kept, live: live) else { continue }
                    count += 1
                    let permanent = mend.releases.filter { $0.status == .permanent }
                    #expect(permanent.count == 1)
                    #expect(permanent.first?.version == mend.startData.release.text)
                    #expect(mend.releases.allSatisfy { !$0.libraries.isEmpty })
                    let again = Self.mend(
                        mend.releases, boots: mend.startData.release.text, kept: kept, live: live)
                    #expect(again?.changesReleases == false && again?.changesStartData == false)
                }
            }
        }
        #expect(count > 500)
    }
}
