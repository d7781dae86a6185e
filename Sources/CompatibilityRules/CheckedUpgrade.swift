package import Diagnostics
package import ReleaseModel
import UpgradePlanning

/// An upgrade that was held against the rules. Only ``UpgradeCheck`` makes one.
package struct CheckedUpgrade: Sendable {
    package let upgrade: PlannedUpgrade
    package let verdict: Verdict
    package let findings: [Diagnostic]

    fileprivate init(upgrade: PlannedUpgrade, verdict: Verdict, findings: [Diagnostic]) {
        self.upgrade = upgrade
        self.verdict = verdict
        self.findings = findings
    }
}

/// Asks all rules.
package enum UpgradeCheck {
    /// What the rules find in one release.
    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        RuleCatalogue.releaseRules.flatMap { $0.findings(in: release) }
    }

    /// What the rules find in two releases and what leads from one to the other, without what is wrong with one of them
    /// alone.
    package static func findings(in hop: Hop) -> [Diagnostic] {
        let ofScripts = RuleCatalogue.scriptRules.flatMap { rule in
            hop.runs.flatMap { rule.findings(in: $0, of: hop) }
        }
        return RuleCatalogue.hopRules.flatMap { $0.findings(in: hop) } + ofScripts
    }

    /// The upgrade, if nothing speaks against it.
    ///
    /// - Parameter findings: all that was found, by the rules and before, after the user's policy was applied.
    package static func checked(_ hop: Hop, _ findings: [Diagnostic]) -> CheckedUpgrade? {
        let verdict = Verdict(hop, findings)
        guard verdict != .notUpgradeable, let up = hop.up, let down = hop.down else { return nil }
        return CheckedUpgrade(
            upgrade: PlannedUpgrade(
                from: hop.from.release, to: hop.to.release, up: up.steps.map(\.planned),
                down: down.steps.map(\.planned)),
            verdict: verdict, findings: findings)
    }
}
