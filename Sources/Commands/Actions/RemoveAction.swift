import Diagnostics
import HostFiles
import ReleaseInstalling
import ReleaseModel

/// `relift remove`.
struct RemoveAction {
    let version: String
    let dryRun: Bool
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        guard ReleaseVersion(validating: self.version) != nil else {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("remove/no-such-release"), .error, "`\(self.version)` is not a version",
                    help: ["`relift status` lists the releases of the host"]))
            return self.show(.refused, findings, console)
        }
        guard let operated = OperatedNode(self.node, files: files, &findings) else {
            return self.show(.refused, findings, console)
        }
        Interruption.isTold()
        let result = await Remover(
            root: operated.system.root, access: operated.access, files: files,
            context: ProcessEnvironment.operationContext
        ).remove(self.version, dryRun: self.dryRun, &findings)
        return self.show(result, findings, console)
    }

    private func show(_ result: Remover.Result, _ findings: [Diagnostic], _ console: Console) -> ExitStatus {
        switch console.format {
        case .text:
            console.report(findings)
            console.result(self.text(result))
        case .json: console.result(self.json(result, findings).text + "\n")
        }
        switch result {
        case .removed: return .done
        case .refused: return .refused
        case .failed: return .failed
        }
    }

    private func text(_ result: Remover.Result) -> String {
        switch result {
        case .removed(let paths):
            "\(self.dryRun ? "would remove" : "removed") release \(self.version):\n"
                + paths.map { "  \($0)\n" }.joined()
        case .refused: "nothing was removed\n"
        case .failed: "the removal did not come to its end; `relift repair` goes on with it\n"
        }
    }

    private func json(_ result: Remover.Result, _ findings: [Diagnostic]) -> JSONValue {
        let name: String
        var removed: [String] = []
        switch result {
        case .removed(let paths): (name, removed) = (self.dryRun ? "would-remove" : "removed", paths)
        case .refused: name = "refused"
        case .failed: name = "failed"
        }
        return .object([
            ("schemaVersion", .integer(1)), ("result", .string(name)), ("version", .string(self.version)),
            ("paths", .array(removed.map { .string($0) })), ("findings", .array(findings.map(\.json))),
        ])
    }
}
