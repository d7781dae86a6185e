package import Diagnostics
package import ReleaseModel

/// What OTP accepts without a word and does otherwise than its user expects.
///
/// Kept apart from ``RelupWarning``: those are exactly what OTP itself warns of. A trap that several scripts of one plan
/// share is one value.
package struct RelupTrap: Hashable, Sendable {
    package let kind: Kind
    /// The scripts it is in, in the order of the plan.
    package internal(set) var scripts: [Script]

    package enum Kind: Hashable, Sendable {
        /// An added application is started before added applications that it needs. `release` has them all; `order` is
        /// the right one among them.
        case addedBeforeDependency(
            ApplicationName, dependencies: [ApplicationName], order: [ApplicationName], in: ReleaseResource)
        /// A removed application is stopped before removed applications that need it.
        case removedBeforeDependant(
            ApplicationName, dependants: [ApplicationName], order: [ApplicationName], in: ReleaseResource)
        /// An application that another one includes is started or stopped as if it stood alone.
        case includedApplicationOnItsOwn(ApplicationName, includedBy: ApplicationName, in: ReleaseResource)
        /// The releases start an application in different ways, and no script changes how it runs.
        case startTypeIgnored(ApplicationName, base: StartType, top: StartType, in: ReleaseResource)
        /// OTP does not take the entry of an appup that this pattern is the key of, although the pattern covers the
        /// version: what it finds first is shorter.
        case patternFindsLess(
            ApplicationName, VersionPattern, version: ApplicationVersion, found: String?, at: Diagnostic.Place)
        /// There is no text at all that the pattern matches.
        case patternMatchesNothing(ApplicationName, VersionPattern, at: Diagnostic.Place)
    }

    /// A script of the plan, by its direction and the other release.
    package struct Script: Hashable, Sendable {
        package var mode: UpgradeMode
        package var base: ReleaseVersion
        /// Whether the application of the trap is new in the release after this script, or gone from it.
        package var change: Change

        package enum Change: Hashable, Sendable {
            case added, removed, kept
        }
    }

    init(_ kind: Kind, _ mode: UpgradeMode, _ base: Release, _ change: Script.Change) {
        self.kind = kind
        self.scripts = [Script(mode: mode, base: base.version, change: change)]
    }
}

extension [RelupTrap] {
    /// Each trap once, with all the scripts it is in; in the order of first mention.
    var merged: [RelupTrap] {
        var positions: [RelupTrap.Kind: Int] = [:]
        var result: [RelupTrap] = []
        for trap in self {
            if let position = positions[trap.kind] {
                result[position].scripts += trap.scripts
            } else {
                positions[trap.kind] = result.count
                result.append(trap)
            }
        }
        return result
    }
}
