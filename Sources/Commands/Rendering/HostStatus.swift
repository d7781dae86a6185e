import Diagnostics
import ReleaseInstalling
import ReleaseModel

/// What is known of a host and its node.
struct HostStatus {
    let node: String
    /// The releases as the node tells them; nil when it does not answer.
    let live: [NodeRelease]?
    /// The releases in `releases/RELEASES`.
    let records: [ReleaseRecord]
    /// The version in `releases/start_erl.data`.
    let bootVersion: String?
    /// An operation that did not come to its end.
    let unfinished: JournalText?
    let findings: [Diagnostic]

    private var running: String? { self.live?.running?.version }

    private var permanent: String? {
        self.live?.permanent?.version ?? self.records.first { $0.status == .permanent }?.version
    }

    private var releases: [(version: String, status: ReleaseRecord.Status)] {
        self.live?.map { ($0.version, $0.status) } ?? self.records.map { ($0.version, $0.status) }
    }

    var text: String {
        let state = self.live == nil ? "does not answer" : "runs release \(self.running ?? "?")"
        var lines = ["node \(self.node.isEmpty ? "?" : self.node) \(state)"]
        let width = self.releases.map(\.version.count).max() ?? 0
        for release in self.releases {
            var marks = [release.status.rawValue]
            if release.version == self.running { marks.append("runs now") }
            if release.version == self.bootVersion { marks.append("boots next") }
            let padding = String(repeating: " ", count: width - release.version.count)
            lines.append("  \(release.version)\(padding)  \(marks.joined(separator: ", "))")
        }
        if let unfinished {
            lines.append("unfinished: \(unfinished.sentence); `relift repair` settles it")
        }
        return lines.joined(separator: "\n") + "\n"
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
            ("journal", self.unfinished?.json ?? .null),
            ("findings", .array(self.findings.map(\.json))),
        ])
    }
}
