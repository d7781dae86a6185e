import Diagnostics
import DistributionClient
import ErlangTerms

/// A script that the node runs while every process that it stops is timed.
struct TracedScript: Sendable {
    let outline: RelupOutline
    /// What the trace saw; nil before, and where somebody else traces there.
    private(set) var pause: PauseReport?
    /// Functions that the script applies and whose results the trace could not see.
    private var notSeen: [ExternalFunction] = []

    init(_ outline: RelupOutline) { self.outline = outline }

    /// Calls `install`, which has the node run the script.
    mutating func run<Answer: Sendable>(
        on connection: NodeConnection, _ install: () async -> Answer
    ) async -> Answer {
        var agent: NodeAgent?
        do throws(AgentError) {
            let loaded = try await NodeAgent.load(on: connection)
            self.notSeen = try await loaded.startTrace(applied: self.outline.applied)
            agent = loaded
        } catch {
            // The pause is not measured, which is no reason not to run the script.
        }
        let answer = await install()
        if let agent { self.pause = try? await agent.stopTrace() }
        return answer
    }

    /// What `release_handler` does not say of it. Nothing where the trace saw nothing.
    ///
    /// - Parameters:
    ///   - expected: the applications that the release starts.
    ///   - running: those that run now.
    func findings(expected: Set<Atom> = [], running: Set<Atom> = []) -> [Diagnostic] {
        self.pause.map {
            InstallationReview.judge($0, notSeen: self.notSeen, expected: expected, running: running)
        } ?? []
    }
}
