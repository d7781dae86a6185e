import Diagnostics
import HostFiles
import ReleaseInstalling
import ReleaseModel

/// What is known of a host and its node.
struct HostStatus {
    /// The root as the user gave it, for commands to copy.
    let root: String
    let node: String
    /// The releases as the node tells them; nil when it does not answer.
    let live: [NodeRelease]?
    /// The release that goes back by itself if nobody commits it.
    let trial: NodeGuard.Status?
    /// The releases in `releases/RELEASES`.
    let records: [ReleaseRecord]
    /// The version in `releases/start_erl.data`.
    let bootVersion: String?
    /// An operation that did not come to its end.
    var unfinished: JournalText?
    /// Who is at work on it.
    var holder = HostFileLock.Holder.nobody
    /// The newest entry of the history.
    let last: (operation: Operation, end: OperationEnd)?
    let findings: [Diagnostic]

    private var running: String? { self.live?.running?.version }

    private var permanent: String? {
        self.live?.permanent?.version ?? self.records.first { $0.status == .permanent }?.version
    }

    private var releases: [(version: String, status: ReleaseRecord.Status)] {
        self.live?.map { ($0.version, $0.status) } ?? self.records.map { ($0.version, $0.status) }
    }

    /// `node tally@host runs release 1.1.0; a restart boots 1.0.0`, then a line a release, then what is going on.
    var text: String {
        var lines = [self.headline]
        let width = self.releases.map(\.version.count).max() ?? 0
        for release in self.releases {
            var marks = [release.status.rawValue]
            if release.version == self.running { marks.append("runs now") }
            if release.version == self.bootVersion { marks.append("boots next") }
            if let trial, trial.to == release.version { marks.append("on trial") }
            let padding = String(repeating: " ", count: width - release.version.count)
            lines.append("  \(release.version)\(padding)  \(marks.joined(separator: ", "))")
        }
        if let trial { lines.append("trial: \(self.sentence(of: trial))") }
        if let unfinished {
            switch self.holder {
            case .nobody:
                lines.append("unfinished: \(unfinished.sentence(isUnderWay: false))")
                lines.append("    `relift repair --root \(self.root)`, or the next command, settles it")
            case .process(let process):
                lines.append("under way: \(unfinished.sentence(isUnderWay: true))")
                lines.append("    by process \(process.map(String.init) ?? "?")")
            }
        }
        if let last {
            lines.append("last: \(last.operation.line(last.end))")
            lines += last.end.reasons.map { "    \($0)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: String {
        let name = self.node.isEmpty ? "?" : self.node
        let boots = self.bootVersion.map { "boots \($0)" } ?? "does not know what to boot"
        guard self.live != nil else {
            let isForeign = self.findings.contains { $0.id == .otherRoot }
            return "node \(name) \(isForeign ? "runs from another root" : "does not answer"); a start \(boots)"
        }
        let runs = "node \(name) runs release \(self.running ?? "?")"
        return self.running == self.bootVersion ? runs : "\(runs); a restart \(boots)"
    }

    private func sentence(of trial: NodeGuard.Status) -> String {
        let command = "`relift commit --root \(self.root)`"
        switch trial.state {
        case .waiting:
            return "release \(trial.to) goes back to \(trial.from) by itself in \(trial.left.words), unless \(command)"
        case .goingBack: return "release \(trial.to) was not committed in time: the node goes back to \(trial.from)"
        case .restarting: return "the hot way back failed: the node restarts into \(trial.from)"
        case .confirmed, .returned, .unneeded: return "over"
        }
    }

    var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)),
            ("node", .string(self.node)),
            ("reachable", .boolean(self.live != nil)),
            ("running", .optional(self.running)),
            ("permanent", .optional(self.permanent)),
            (
                "releases",
                .array(
                    self.releases.map {
                        .object([("version", .string($0.version)), ("status", .string($0.status.rawValue))])
                    })
            ),
            ("boots", .optional(self.bootVersion)),
            ("journal", self.unfinished?.json(self.holder) ?? .null),
            ("trial", self.trial.map(Self.json) ?? .null),
            ("last", self.last.map { $0.operation.json($0.end) } ?? .null),
            ("findings", .array(self.findings.map(\.json))),
        ])
    }

    private static func json(_ trial: NodeGuard.Status) -> JSONValue {
        .object([
            ("from", .string(trial.from)), ("to", .string(trial.to)), ("state", .string(trial.state.rawValue)),
            ("leftMilliseconds", .integer(trial.left.milliseconds)), ("detail", .string(trial.detail)),
        ])
    }
}

extension Duration {
    /// `9 min 12 s`, for people.
    var words: String {
        let seconds = max(0, self.components.seconds)
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")]
        let shown = parts.drop { $0.0 == 0 }.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return shown.isEmpty ? "0 s" : shown.joined(separator: " ")
    }
}
