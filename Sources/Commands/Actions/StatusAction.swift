import Diagnostics
import DistributionClient
import DistributionProtocol
import HostFiles
import ReleaseFiles
import ReleaseInstalling
import ReleaseModel

/// `relift status`: what the files of the host say, and what the node says when it answers.
struct StatusAction {
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        guard let system = TargetSystem(root: self.node.rootFolder, files: files, &findings) else {
            console.report(findings)
            return .findings
        }
        let start = system.startData(&findings)
        let records = system.records(&findings) ?? []
        var access: NodeAccess?
        if let start {
            access = NodeRequest(self.node, files: files).access(to: system, running: start.release.text, &findings)
        }
        var live: [NodeRelease]?
        if let access {
            switch await NodeQuestions(access).releases() {
            case .success(let releases): live = releases
            case .failure(let failure): findings.append(failure.asWarning)
            }
        }
        var unfinished: JournalText?
        do {
            unfinished = try Journal(root: system.root, files: files).unfinished()
        } catch {
            findings.append(error.diagnostic)
        }
        let status = HostStatus(
            node: access?.target.name.description ?? self.node.node ?? "", live: live, records: records,
            bootVersion: start?.release.text, unfinished: unfinished, findings: findings)
        switch console.format {
        case .text:
            console.report(findings)
            console.result(status.text)
        case .json:
            console.result(status.json.text + "\n")
        }
        return findings.hasErrors ? .findings : .done
    }
}
