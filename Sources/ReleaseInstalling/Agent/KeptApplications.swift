import Diagnostics
import DistributionClient
import ErlangTerms

/// The specifications and parameters of all applications of a node, kept in the node while a script is run on it.
///
/// `install_release` gives all applications those of the other release before it begins with the script, and leaves them so
/// when the script fails before its point of no return (`release_handler:do_install_release/3` of OTP 25 to 29). Values stay
/// in the node. The process that keeps them there outlives relift, so that a repair finds it.
enum KeptApplications {
    /// Keeps them as they are now. Where that fails nothing is kept, which is no reason not to upgrade.
    static func keep(on connection: NodeConnection) async {
        guard let agent = try? await NodeAgent.load(on: connection) else { return }
        try? await agent.keepApplications()
    }

    /// Gives the applications back what was kept, where the node still runs `version`, the release that it was to leave.
    ///
    /// The findings say what was put back; there are none where nothing had changed, or where nothing is kept, since the
    /// node was restarted.
    static func putBack(_ version: String, on connection: NodeConnection) async -> [Diagnostic] {
        do throws(AgentError) {
            let agent = try await NodeAgent.load(on: connection)
            guard let answer = try await agent.putApplicationsBack() else { return [] }
            if !answer.left.isEmpty { return [self.notPutBack(answer.left, version, "")] }
            return answer.changed.isEmpty ? [] : [self.putBack(answer.changed, version)]
        } catch {
            return [self.notPutBack([], version, error.diagnostic.summary)]
        }
    }

    private static let explanation =
        "`install_release` gives them those of the other release before it begins with the script, and leaves them so "
        + "when the script fails."

    private static func putBack(_ applications: [Atom], _ version: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/applications-put-back"), .warning,
            "\(Preflight.count(applications.count, "application")) got the parameters of release `\(version)` back",
            explanation: self.explanation,
            notes: Preflight.notes(applications) { "`\($0)`" },
            help: ["applications were told by `config_change/3`; nothing else is to be done"])
    }

    private static func notPutBack(_ applications: [Atom], _ version: String, _ reason: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/applications-not-put-back"), .error,
            "applications may have the parameters of another release than `\(version)`, which runs",
            explanation: self.explanation,
            notes: Preflight.notes(applications) { "`\($0)`" } + (reason.isEmpty ? [] : [Diagnostic.Note(reason)]),
            help: ["a restart of the node gives them those of the release that boots"])
    }
}

extension NodeAgent {
    /// Has the node keep what its applications are and have, until ``putApplicationsBack()``.
    func keepApplications() async throws(AgentError) {
        _ = try await self.module.call("keep", [], within: .seconds(60))
    }

    /// What was put back: the applications that differed, and those of them that still do.
    struct PutBack: Hashable, Sendable {
        var changed: [Atom]
        var left: [Atom]
    }

    /// Gives the applications back what was kept; nil where nothing is.
    func putApplicationsBack() async throws(AgentError) -> PutBack? {
        do throws(AgentError) {
            return try await self.module.call("put_back", [], within: .seconds(90)) {
                answer throws(AgentAnswer.Unreadable) in
                PutBack(
                    changed: try answer.field("changed").atoms(atMost: 10_000),
                    left: try answer.field("left").atoms(atMost: 10_000))
            }
        } catch  where error.code == .refused("none") {
            return nil
        }
    }
}
