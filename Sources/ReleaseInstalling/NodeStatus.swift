package import Diagnostics
import DistributionClient
import ErlangTerms
package import HostFiles
package import SystemPackage

/// What a node says of itself at one time; nothing is changed in it, and nothing is loaded into it.
package struct NodeStatus: Sendable {
    package let releases: [NodeRelease]
    /// The release on trial and how long it has; nil without one.
    package let trial: NodeGuard.Status?
    /// What could not be asked, and what is wrong in the node.
    package let findings: [Diagnostic]
}

extension NodeQuestions {
    /// Modules of the node are compared with their files by the node itself (`code:modified_modules/0`): 80 ms for 230
    /// modules.
    private static let comparisonTime = Duration.seconds(10)

    /// The releases, the trial, and whether the code is that of the files; of a node that runs from another root nothing.
    package func status(of root: FilePath, _ files: HostFileSystem) async -> Result<NodeStatus, Unanswered> {
        await self.ask { connection -> Result<NodeStatus, Unanswered> in
            let client = ReleaseHandlerClient(connection: connection)
            if let foreign = await client.foreignRoot(than: root, files, node: "\(self.access.target.name)") {
                return .failure(Unanswered(finding: foreign))
            }
            let releases: [NodeRelease]
            switch await client.releases() {
            case .success(let found): releases = found
            case .failure(let failure): return .failure(Unanswered(finding: failure.finding))
            }
            var findings: [Diagnostic] = []
            var trial: NodeGuard.Status?
            do throws(AgentError) {
                trial = try await NodeGuard.present(on: connection)
            } catch {
                findings.append(error.diagnostic.with(.warning))
            }
            switch await client.call("code", "modified_modules", [], within: Self.comparisonTime) {
            case .success(let answer):
                let modules = (answer.listElements ?? []).compactMap(\.atomValue).map(\.name).sorted()
                if let drift = Self.drift(modules) { findings.append(drift) }
            case .failure(let failure): findings.append(failure.finding.with(.warning))
            }
            return .success(NodeStatus(releases: releases, trial: trial, findings: findings))
        }
    }

    private static let shownModules = 5

    private static func drift(_ modules: [String]) -> Diagnostic? {
        guard let first = modules.first else { return nil }
        let (count, verb) = modules.count == 1 ? ("1 module", "is") : ("\(modules.count) modules", "are")
        var notes = modules.prefix(Self.shownModules).map { Diagnostic.Note("`\($0)` was loaded from elsewhere") }
        if modules.count > Self.shownModules { notes.append(.init("and \(modules.count - Self.shownModules) more")) }
        return Diagnostic(
            .drift, .warning, "\(count) of the node \(verb) not the code of the files",
            explanation:
                "Somebody has loaded other code into the node, or changed the files. Upgrades start from the files.",
            notes: notes, help: ["load what the files have, for instance with `l(\(first))`, or restart the node"],
            module: first)
    }
}
