package import Diagnostics

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
}
