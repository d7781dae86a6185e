package import Diagnostics
import ErlangTerms

/// Which of the two scripts of a relup is being made.
package enum UpgradeMode: Hashable, Sendable, CaseIterable {
    /// From the older release to the newer one.
    case up
    /// Back from the newer release to the older one (`dn` in OTP's calls, `down` in its instructions).
    case down

    /// The atom in `code_change` instructions.
    var atom: Atom {
        switch self {
        case .up: "up"
        case .down: "down"
        }
    }

    package var direction: Diagnostic.Direction {
        switch self {
        case .up: .up
        case .down: .down
        }
    }
}
