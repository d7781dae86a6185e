import Diagnostics
import DistributionClient
import DistributionProtocol
import HostFiles
import SystemPackage

/// Whether the node of a target system runs.
struct NodePresence {
    let root: FilePath
    let files: HostFileSystem
    let access: NodeAccess?

    /// Calls `body` with a client if the node runs and answers, with nil if it is certainly down; a finding otherwise.
    func with<Result>(
        _ body: (ReleaseHandlerClient?) async -> Result
    ) async -> (result: Result?, unreachable: Diagnostic?) {
        var reason: Diagnostic?
        if let access = self.access {
            do {
                let result = try await withNodeConnection(
                    to: access.target, cookie: access.cookie, options: access.options
                ) { connection -> Result? in
                    let client = ReleaseHandlerClient(connection: connection)
                    guard await self.isOfThisRoot(client) else { return nil }
                    return await body(client)
                }
                // A node of that name that runs from another root says nothing about this one.
                if let result { return (result, nil) }
            } catch let error as NodeError {
                reason = error.diagnostic
            } catch {
                reason = OperationRun.unexpected
            }
        }
        guard let process = self.process else { return (await body(nil), nil) }
        return (nil, Self.unreachable(process, self.root, reason))
    }

    private func isOfThisRoot(_ client: ReleaseHandlerClient) async -> Bool {
        guard case .success(let theirs) = await client.rootFolder() else { return false }
        return self.isRoot(FilePath(theirs))
    }

    private func isRoot(_ path: FilePath) -> Bool {
        guard let ours = try? self.files.facts(of: self.root), let other = try? self.files.facts(of: path) else {
            return false
        }
        return ours.isSameFile(as: other)
    }

    /// The process of a virtual machine that was started with this root.
    private var process: Int? {
        let processes = (try? self.files.processes()) ?? []
        return processes.first { process in
            guard let flag = process.arguments.firstIndex(of: "-root"),
                process.arguments.indices.contains(flag + 1)
            else { return false }
            return self.isRoot(FilePath(process.arguments[flag + 1]))
        }?.identifier
    }

    private static func unreachable(_ process: Int, _ root: FilePath, _ reason: Diagnostic?) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("repair/node-unreachable"), .error,
            "process \(process) runs from `\(root)` and does not answer", at: .file(root.string),
            explanation:
                "Its release_handler keeps the records in memory: what is mended behind its back it writes over.",
            notes: reason.map { [Diagnostic.Note($0.summary)] } ?? [],
            help: ["make it reachable (`--node`, `--cookie-file`, `--port`), or stop it, and repair again"])
    }
}
