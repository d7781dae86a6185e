package import Diagnostics
import ErlangTerms
package import ReleaseModel
import UpgradePlanning

/// What an upgrade does to the node that runs.
package enum Verdict: String, Hashable, Sendable, CaseIterable {
    /// Every process goes on, but for those that the script ends one by one.
    case hot
    /// Applications that are in both releases are stopped and started.
    case restartApplication = "restart-application"
    /// The runtime system is started anew.
    case restartEmulator = "restart-emulator"
    /// There is no way, or none that can be taken.
    case notUpgradeable = "not-upgradeable"

    /// Judges a hop by its scripts and by what was found: an error means that it must not be run.
    package init(_ hop: Hop, _ findings: [Diagnostic]) {
        guard hop.up != nil, hop.down != nil, !findings.hasErrors else {
            self = .notUpgradeable
            return
        }
        if hop.runs.contains(where: \.restartsEmulator) {
            self = .restartEmulator
        } else {
            self = hop.runs.allSatisfy(\.restartedApplications.isEmpty) ? .hot : .restartApplication
        }
    }
}

extension ScriptRun {
    /// Applications of both releases that the script stops, in the order of the script.
    package var restartedApplications: [ApplicationName] {
        self.calls.compactMap { call in
            guard call.call.module == "application", call.call.function == "stop",
                let name = call.call.arguments.listElements?.first?.atomValue
            else { return nil }
            return self.target.release.applications.first {
                $0.name.atom == name && self.source.release[$0.name] != nil
            }?.name
        }
    }
}
