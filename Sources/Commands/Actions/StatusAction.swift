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
        var live: NodeStatus?
        if let access {
            switch await NodeQuestions(access).status(of: system.root, files) {
            case .success(let status):
                live = status
                findings += status.findings
            case .failure(let failure): findings.append(failure.asWarning)
            }
        }
        var unfinished: JournalText?
        var holder = HostFileLock.Holder.nobody
        var last: (operation: Operation, end: OperationEnd)?
        do {
            let journal = Journal(root: system.root, files: files)
            unfinished = try journal.unfinished()
            if unfinished != nil { holder = try journal.holder() }
            last = try journal.history().last
        } catch {
            findings.append(error.diagnostic)
        }
        let status = HostStatus(
            root: self.node.root, node: access?.target.name.description ?? self.node.node ?? "", live: live?.releases,
            trial: live?.trial.flatMap { $0.isOver ? nil : $0 }, records: records,
            bootVersion: start?.release.text, unfinished: unfinished, holder: holder, last: last, findings: findings)
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
