import Diagnostics
import DistributionClient
import DistributionProtocol
import HostFiles
import ReleaseInstalling

/// `relift commit` and `relift rollback`, and what `install` shares with them.
struct ReleaseChangeAction {
    let goal: InstallMachine.Goal
    var trial = TrialSettings()
    let dryRun: Bool
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        guard let operated = OperatedNode(self.node, files: files, &findings) else {
            return InstallRendering.refuse(findings, console)
        }
        if self.dryRun {
            InstallRendering.showPlan(self.goal, on: "\(operated.access.target.name)", findings, console)
            return .done
        }
        var installer = Installer(
            root: operated.system.root, access: operated.access, files: files,
            context: ProcessEnvironment.operationContext, observer: InstallRendering.observer(console))
        installer.trial = self.trial
        Interruption.isTold()
        var report = await installer.run(self.goal)
        report.outcome.findings = findings + report.outcome.findings
        return InstallRendering.show(report, console)
    }
}

extension InstallMachine.Goal {
    var words: String {
        switch self {
        case .install(let installation):
            "install release `\(installation.version)`\(installation.commits ? " and commit it" : "")"
        case .commit: "make the running release permanent"
        case .rollback(let version): "go back to \(version.map { "release `\($0)`" } ?? "the release before")"
        }
    }
}
