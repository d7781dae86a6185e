package import Diagnostics
package import ReleaseFiles
package import ReleaseModel

/// What the records of a target system should say, and what they do not.
///
/// Stock code writes over `RELEASES` and `start_erl.data` in place, and takes a file that it cannot read for an empty one.
/// What the running node says of itself counts most; then the files as they are; then the copies that were kept before
/// they were written over; then what lies on the disk.
package struct RecordsMend: Hashable, Sendable {
    package private(set) var releases: [ReleaseRecord]
    package private(set) var startData: StartErlData
    /// What was wrong, and what it was made from; empty where nothing is to be changed.
    package private(set) var notes: [Diagnostic] = []
    package private(set) var changesReleases = false
    package private(set) var changesStartData = false

    package struct Sources: Hashable, Sendable {
        package var disk: HostRecords
        package var kept: HostRecords?
        package var whole: [WholeRelease]
        /// What the node says; nil while it is down.
        package var live: [NodeRelease]?
        /// The version that a killed operation was making permanent.
        package var committing: String?

        package init(
            disk: HostRecords, kept: HostRecords?, whole: [WholeRelease], live: [NodeRelease]?, committing: String?
        ) {
            self.disk = disk
            self.kept = kept
            self.whole = whole
            self.live = live
            self.committing = committing
        }
    }

    /// Nil where nothing says which release is the permanent one.
    package init?(_ sources: Sources) {
        let known = sources.known
        var notes: [Diagnostic] = []
        var releases: [ReleaseRecord]
        if let live = sources.live {
            releases = live.compactMap { known.record(of: $0) }
            if live.isInvented {
                // What the node never read it does not tell of; it has nothing to say against what the host still has.
                let others = known.records + known.whole
                for record in others
                where known.wholeRecord(of: record.version) != nil
                    && !releases.contains(where: { $0.version == record.version })
                {
                    releases.append(record)
                }
            }
            if sources.disk.releases == nil { notes.append(Self.releasesMade("what the node says")) }
        } else if let disk = sources.disk.releases, !disk.isEmpty {
            releases = disk
        } else if let kept = sources.kept?.releases, !kept.isEmpty {
            releases = kept
            notes.append(Self.releasesMade("the copy that was kept before the node wrote over it"))
        } else {
            releases = known.whole
            notes.append(Self.releasesMade("the releases that lie whole on the disk"))
        }
        Self.clean(&releases, known, &notes)
        guard
            let permanent = Self.permanentVersion(sources, releases),
            let index = releases.firstIndex(where: { $0.version == permanent })
                ?? known.whole.first(where: { $0.version == permanent }).map({ record in
                    releases.insert(record, at: 0)
                    return 0
                }),
            let runtime = (releases[index].runtime ?? known.runtime(of: permanent)).flatMap({
                RuntimeVersion(validating: $0)
            }),
            let version = ReleaseVersion(validating: permanent)
        else { return nil }
        for other in releases.indices where other != index && releases[other].status == .permanent {
            releases[other].status = .old
        }
        if releases[index].status != .permanent {
            // Where the records were made again, they said nothing that was wrong.
            if sources.disk.releases?.isEmpty == false { notes.append(Self.otherPermanent(permanent)) }
            releases[index].status = .permanent
        }
        self.releases = releases
        self.startData = StartErlData(runtime: runtime, release: version)
        self.changesReleases = sources.disk.releases.map { $0.stored != releases.stored } ?? true
        if sources.disk.startData != self.startData {
            self.changesStartData = true
            notes.append(Self.startDataMade(permanent, was: sources.disk.startData?.release.text))
        }
        self.notes = self.changesReleases || self.changesStartData ? notes : []
        if self.changesReleases, self.notes.isEmpty {
            let isSame = sources.disk.releases.map { Set($0.map(\.version)) == Set(releases.map(\.version)) } ?? false
            self.notes = [isSame ? Self.statusesWritten : Self.releasesMade("what the node says")]
        }
    }

    /// Which release boots from now on.
    private static func permanentVersion(_ sources: Sources, _ releases: [ReleaseRecord]) -> String? {
        if let live = sources.live?.permanent?.version { return live }
        let recorded = releases.first { $0.status == .permanent }?.version
        let boots = sources.disk.startData?.release.text
        func exists(_ version: String) -> Bool {
            releases.contains { $0.version == version }
                || sources.whole.contains { $0.resource.version.text == version }
        }
        // `make_permanent` writes start_erl.data first: once that is there, going on is what loses nothing.
        if let boots, exists(boots) { return boots }
        if let kept = sources.kept?.startData?.release.text, exists(kept), sources.committing != nil { return kept }
        if let recorded { return recorded }
        if let kept = sources.kept?.startData?.release.text, exists(kept) { return kept }
        return sources.whole.count == 1 ? sources.whole[0].resource.version.text : nil
    }

    /// Drops what an emulator upgrade left behind, and fills what stock code invents for a file it could not read.
    private static func clean(_ releases: inout [ReleaseRecord], _ known: Known, _ notes: inout [Diagnostic]) {
        let ghosts = releases.filter { $0.version.hasPrefix(Self.temporaryPrefix) }
        if !ghosts.isEmpty {
            releases.removeAll { $0.version.hasPrefix(Self.temporaryPrefix) }
            notes.append(
                Diagnostic(
                    Diagnostic.ID("repair/temporary-release"), .warning,
                    "removed `\(ghosts[0].version)`, which an emulator upgrade left in RELEASES",
                    explanation: "It stays there for ever when the node dies in the middle of one."))
        }
        for index in releases.indices {
            if releases[index].status == .temporaryCurrent { releases[index].status = .unpacked }
            guard releases[index].libraries.isEmpty, let whole = known.wholeRecord(of: releases[index].version) else {
                continue
            }
            releases[index].libraries = whole.libraries
            releases[index].runtime = whole.runtime
            notes.append(
                Diagnostic(
                    Diagnostic.ID("repair/record-without-libraries"), .warning,
                    "the record of release `\(releases[index].version)` listed no applications",
                    explanation: "Removing another version would have deleted the libraries that the node runs from."))
        }
    }

    /// How stock code names the release that is only there while an emulator is exchanged.
    static let temporaryPrefix = "__new_emulator__"

    // MARK: - Findings

    private static func releasesMade(_ origin: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("repair/releases-made"), .warning, "made releases/RELEASES again from \(origin)",
            explanation: "Without it the node forgets every release but the one that runs.")
    }

    /// As after a way back that stock code does not write down at once.
    private static var statusesWritten: Diagnostic {
        Diagnostic(
            Diagnostic.ID("repair/statuses-written"), .note,
            "wrote into releases/RELEASES which of the releases are old, as the node says")
    }

    private static func otherPermanent(_ version: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("repair/permanent-release"), .warning,
            "release `\(version)`, which boots, is the permanent one in RELEASES now",
            explanation: "The two files disagreed; the next upgrade would have run the script of another release.")
    }

    private static func startDataMade(_ version: String, was other: String?) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("repair/start-data-made"), .warning,
            "made releases/start_erl.data again: release `\(version)` boots"
                + (other.map { ", not `\($0)`" } ?? ""),
            explanation: "Without it, or with another version in it, a restart boots nothing or the wrong release.")
    }
}

extension [NodeRelease] {
    /// Whether a release_handler found no record that it could read, and made one up of what runs.
    var isInvented: Bool { self.count == 1 && self[0].libraries.isEmpty }
}

extension RecordsMend.Sources {
    fileprivate var known: RecordsMend.Known {
        RecordsMend.Known(
            records: (self.disk.releases ?? []) + (self.kept?.releases ?? []),
            whole: self.whole.map { ReleaseRecord(unpacked: $0.resource) })
    }
}

extension RecordsMend {
    /// Records of versions, wherever they come from.
    fileprivate struct Known {
        var records: [ReleaseRecord]
        var whole: [ReleaseRecord]

        func wholeRecord(of version: String) -> ReleaseRecord? { self.whole.first { $0.version == version } }

        func runtime(of version: String) -> String? { self.wholeRecord(of: version)?.runtime }

        /// The record of a release that the node tells of.
        func record(of release: NodeRelease) -> ReleaseRecord? {
            var record =
                self.records.first { $0.version == release.version && !$0.libraries.isEmpty }
                ?? self.wholeRecord(of: release.version) ?? self.records.first { $0.version == release.version }
            record?.status = release.status == .current ? .unpacked : release.status
            return record
        }
    }
}

extension ReleaseRecord {
    /// A release that lies in the root, with paths relative to it.
    fileprivate init(unpacked resource: ReleaseResource) {
        self.init(permanent: resource)
        self.status = .unpacked
    }
}

extension [ReleaseRecord] {
    /// As the file holds them.
    fileprivate var stored: [ReleaseRecord] {
        self.map { record in
            var stored = record
            if stored.status == .current { stored.status = .unpacked }
            return stored
        }
    }
}
