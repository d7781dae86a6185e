package import Diagnostics
import ErlangTerms
package import ReleaseModel

extension Diagnostic.ID {
    /// What is to be installed is not what a plan was made for.
    package static let planStale = Self("plan/stale")
}

extension SavedPlan {
    /// What the world is when a plan is to be applied.
    package struct Present: Sendable {
        /// The release that the node runs, as its files on the host are; nil where they cannot be read.
        package var from: Release?
        /// What the node says that it runs.
        package var running: String?
        /// What the tarball holds.
        package var to: Release
        package var relup: Relup?

        package init(from: Release?, running: String?, to: Release, relup: Relup?) {
            self.from = from
            self.running = running
            self.to = to
            self.relup = relup
        }
    }

    /// Why the plan is not for this any more, one finding a reason; empty where it can be applied.
    package func staleness(_ present: Present, at path: String) -> [Diagnostic] {
        var reasons: [(summary: String, notes: [String])] = []
        if present.to.name.text != self.name || present.to.version != self.to.version {
            reasons.append(
                (
                    "the plan leads to \(self.name) \(self.to.version), the tarball holds \(present.to.name) "
                        + "\(present.to.version)", []
                ))
        } else if ReleaseDigest.of(present.to) != self.to.digest {
            reasons.append(("the tarball holds other code of \(self.to.version) than the plan was made for", []))
        }
        if let running = present.running, running != self.from.version.text {
            reasons.append(("the plan comes from \(self.from.version), the node runs \(running)", []))
        } else if let from = present.from, ReleaseDigest.of(from) != self.from.digest {
            reasons.append(
                ("the host has other code of \(self.from.version) than the plan was made for", []))
        }
        if let difference = self.difference(from: present.relup) { reasons.append(difference) }
        return reasons.map { reason in
            Diagnostic(
                .planStale, .error, reason.summary, at: .file(path),
                explanation: "A saved plan is applied exactly as it was shown, or not at all.",
                notes: reason.notes.map { Diagnostic.Note($0) },
                help: ["look at a new one: `relift plan OLD NEW --out FILE`"])
        }
    }

    /// How the script that the node would run differs.
    private func difference(from relup: Relup?) -> (summary: String, notes: [String])? {
        guard let script = relup?.up.first(where: { $0.version == self.from.version })?.instructions else {
            return ("the tarball has no relup with a script from \(self.from.version)", [])
        }
        guard script != self.up else { return nil }
        let first = zip(script, self.up).enumerated().first { $1.0 != $1.1 }?.offset ?? min(script.count, self.up.count)
        func line(_ instructions: [Term]) -> String {
            instructions.indices.contains(first) ? "`\(TermPrinter.line(instructions[first]))`" : "nothing more"
        }
        return (
            "the relup in the tarball is not the script of the plan",
            ["instruction \(first + 1) of the relup: \(line(script))", "of the plan: \(line(self.up))"]
        )
    }
}
