package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

extension Hop {
    /// Findings of reading and planning without those that say less than a rule with more evidence does.
    ///
    /// - Parameter ruled: what the rules found in this hop.
    package func withoutWhatRulesSay(_ ruled: [Diagnostic], _ findings: [Diagnostic]) -> [Diagnostic] {
        let consolidationIsKnown = [self.from, self.to].allSatisfy {
            !($0.snapshot.folder?.consolidated.isEmpty ?? true)
        }
        let killed = ruled.filter { $0.id == KillsAtCommit.id }
        return findings.filter { finding in
            switch finding.id {
            // The libraries were read: `NIFWithoutUpgrade` says what is wrong with them.
            case .appupNIFModule:
                !([self.from, self.to].allSatisfy { side in
                    finding.module.map { side.snapshot.nativeLibraries[Atom($0)] != nil } ?? false
                })
            case .appupProtocolImplementation: !consolidationIsKnown
            case .appupPurgeKills:
                !killed.contains { $0.module == finding.module && $0.direction == finding.direction }
            default: true
            }
        }
    }
}
