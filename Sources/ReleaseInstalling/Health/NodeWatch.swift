package import Diagnostics
import DistributionClient
import DistributionProtocol
package import HostFiles
package import SystemPackage

/// Looks at a node once a second, for whoever wants to see it.
package struct NodeWatch: Sendable {
    private let access: NodeAccess
    private let journal: Journal

    package init(_ access: NodeAccess, root: FilePath, files: HostFileSystem) {
        self.access = access
        self.journal = Journal(root: root, files: files)
    }

    /// Calls `look` with every sample and its number, from 1, until it answers false; nil for a sample that could not be
    /// taken. The finding says why the node cannot be watched, or not any more.
    package func run(
        every interval: Duration, _ look: @Sendable (HealthSample?, _ number: Int) -> Bool
    ) async -> Diagnostic? {
        do {
            return try await withNodeConnection(
                to: self.access.target, cookie: self.access.cookie, options: self.access.options
            ) { connection in
                let finding = await self.watch(connection, interval, look)
                // An installation that goes on watches by the same module.
                if (try? self.journal.unfinished()) == .some(nil) { await Trial.removeAgent(connection) }
                return finding
            }
        } catch let error as NodeError {
            return error.diagnostic
        } catch {
            return OperationRun.unexpected
        }
    }

    private func watch(
        _ connection: NodeConnection, _ interval: Duration, _ look: @Sendable (HealthSample?, _ number: Int) -> Bool
    ) async -> Diagnostic? {
        var number = 0
        do throws(AgentError) {
            var agent = try await NodeAgent.load(on: connection)
            // Somebody who watches already goes on counting.
            if try await agent.sample().watch == nil { try await agent.startWatch() }
            while !Task.isCancelled {
                var sample: HealthSample?
                do throws(AgentError) {
                    sample = try await agent.sample()
                } catch {
                    guard !error.isConnectionLost else { throw error }
                    // An installation that ended has removed it.
                    agent = try await NodeAgent.load(on: connection)
                    try await agent.startWatch()
                }
                number += 1
                guard look(sample, number) else { return nil }
                try? await Task.sleep(for: interval)
            }
            return nil
        } catch {
            return error.diagnostic
        }
    }
}
