package import Diagnostics
package import ErlangTerms

/// An upgrade that the rules let pass: what an installer takes, and nothing else makes one.
package struct CheckedUpgrade: Hashable, Sendable {
    package let from: String
    package let to: String
    package let verdict: Verdict
    /// The instructions of both ways, as the node will run them.
    package let up: [Term]
    package let down: [Term]

    /// Nil when something was found that must not be run, or a way is missing.
    ///
    /// - Parameter findings: what ``UpgradeCheck`` and reading the releases found, after the policy of whoever asks.
    package init?(_ hop: Hop, _ findings: [Diagnostic]) {
        let verdict = Verdict(hop, findings)
        guard verdict != .notUpgradeable, let up = hop.up, let down = hop.down else { return nil }
        self.from = hop.from.release.version.text
        self.to = hop.to.release.version.text
        self.verdict = verdict
        self.up = up.steps.map(\.planned.instruction)
        self.down = down.steps.map(\.planned.instruction)
    }

    /// No upgrade at all: the release that is to be installed is the one that runs.
    package init(unchanged version: String) {
        self.from = version
        self.to = version
        self.verdict = .hot
        self.up = []
        self.down = []
    }

    package var restartsEmulator: Bool { self.verdict == .restartEmulator }
}
