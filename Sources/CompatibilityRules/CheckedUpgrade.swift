package import Diagnostics
package import ErlangTerms
import ReleaseModel

/// An upgrade that the rules let pass: what an installer takes, and nothing else makes one.
package struct CheckedUpgrade: Hashable, Sendable {
    /// What an installer has to know of one of the two releases.
    package struct Side: Hashable, Sendable {
        package var version: String
        /// MD5 of the code of every module (`module_info(md5)`).
        package var modules: [Atom: [UInt8]]
        /// The versions of its applications.
        package var applications: [Atom: String]
        /// Those of them that run after a boot.
        package var started: Set<Atom>
        /// `env` of their `.app` files: `{Parameter, Value}` pairs.
        package var environment: [Atom: [Term]]
    }

    package let from: Side
    package let to: Side
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
        self.from = Side(hop.from.release)
        self.to = Side(hop.to.release)
        self.verdict = verdict
        self.up = up.steps.map(\.planned.instruction)
        self.down = down.steps.map(\.planned.instruction)
    }

    /// No upgrade at all: the release that is to be installed is the one that runs.
    package init(unchanged version: String) {
        self.from = Side(version: version, modules: [:], applications: [:], started: [], environment: [:])
        self.to = self.from
        self.verdict = .hot
        self.up = []
        self.down = []
    }

    package var restartsEmulator: Bool { self.verdict == .restartEmulator }
}

extension CheckedUpgrade.Side {
    fileprivate init(_ release: Release) {
        var modules: [Atom: [UInt8]] = [:]
        var applications: [Atom: String] = [:]
        var started: Set<Atom> = []
        var environment: [Atom: [Term]] = [:]
        for member in release.applications {
            let application = member.application
            applications[member.name.atom] = application.version.text
            environment[member.name.atom] = application.specification.environment
            for facts in application.modules.values { modules[facts.name.atom] = facts.digest }
            switch member.type {
            // One without a callback module counts as running, too.
            case .permanent, .transient, .temporary: started.insert(member.name.atom)
            case .load, .none: break
            }
        }
        self.init(
            version: release.version.text, modules: modules, applications: applications, started: started,
            environment: environment)
    }
}
