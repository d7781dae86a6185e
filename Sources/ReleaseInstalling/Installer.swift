import Diagnostics
import DistributionClient
import DistributionProtocol
package import HostFiles
import ReleaseFiles
import ReleaseModel
package import SystemPackage

/// Drives an ``InstallMachine`` against a live node: performs its actions, tells it what came of them, and keeps the
/// journal of it all.
package struct Installer: Sendable {
    package let root: FilePath
    package let access: NodeAccess
    package let files: HostFileSystem
    package let context: OperationContext
    /// How long a node that went away may take to come back.
    package var returnTime: Duration = .seconds(60)
    /// How the new release is tried.
    package var trial = TrialSettings()
    /// SHA-256 that the tarball must have, in hexadecimal digits: that of what was verified before.
    package var tarballDigest: String?
    /// The ID of the saved plan that is applied, for the history.
    package var plan: String?
    /// Hears of every step as it begins and ends.
    package var observer: @Sendable (InstallProgress) -> Void

    package init(
        root: FilePath, access: NodeAccess, files: HostFileSystem, context: OperationContext,
        observer: @escaping @Sendable (InstallProgress) -> Void = { _ in }
    ) {
        self.root = root
        self.access = access
        self.files = files.makingFilesForOwner(of: root.appending("releases"))
        self.context = context
        self.observer = observer
    }

    /// Carries out the goal, after it has finished or undone what another operation left. `tarball` is what to install.
    package func run(_ goal: InstallMachine.Goal, tarball: FilePath? = nil) async -> InstallReport {
        let changes = HostChanges(root: self.root, files: self.files)
        let lock: HostFileLock
        do throws(HostFileError) {
            lock = try changes.journal.lock()
        } catch {
            return .refused(error.diagnostic)
        }
        let report = await self.settleAndRun(goal, tarball, changes)
        lock.unlock()
        return report
    }

    private func settleAndRun(
        _ goal: InstallMachine.Goal, _ tarball: FilePath?, _ changes: HostChanges
    ) async -> InstallReport {
        let repair = await Repairer(
            root: self.root, access: self.access, files: self.files, context: self.context, observer: self.observer
        ).settleUnfinished()
        guard repair.isSettled else {
            var report = InstallReport.refused(nil)
            report.outcome.findings = repair.findings
            report.outcome.result = .failed
            return report
        }
        var run = OperationRun(installer: self, goal: goal, tarball: tarball, changes: changes)
        var report = await run.drive()
        report.repairs = repair.findings
        return report
    }
}

extension InstallReport {
    fileprivate static func refused(_ finding: Diagnostic?) -> InstallReport {
        InstallReport(
            outcome: .init(result: .refused, from: nil, to: nil, running: nil, findings: finding.map { [$0] } ?? []),
            steps: [])
    }
}
