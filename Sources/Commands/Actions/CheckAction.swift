import CompatibilityRules
import Diagnostics
import HostFiles
import ReleaseLoading
import ReleaseModel
import UpgradePlanning

/// `relift check`: two releases and what leads from one to the other, or one release, held against the rules.
struct CheckAction {
    /// One or two.
    let releases: [String]
    let order: RelupPlanner.ApplicationOrder
    let libraries: LibraryOptions
    let appups: AppupOptions
    let behaviours: BehaviourOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        let report =
            self.releases.count == 2
            ? await self.checkHop(self.releases[0], self.releases[1], files)
            : await self.checkRelease(self.releases[0], files)
        switch console.format {
        case .text:
            console.report(report.findings)
            console.result(report.text)
        case .json: console.result(report.json.text + "\n")
        }
        return report.findings.hasErrors ? .findings : .done
    }

    private func checkHop(_ old: String, _ new: String, _ files: HostFileSystem) async -> CheckReport {
        var findings: [Diagnostic] = []
        let reading = await HopReading(
            old, new, .init(readsEverything: true, missingAppup: .error), order: self.order,
            libraries: self.libraries, appups: self.appups, behaviours: self.behaviours, files, &findings)
        guard let reading else { return CheckReport(from: nil, to: nil, verdict: .notUpgradeable, findings: findings) }
        let hop = reading.hop(files, provesRelup: true)
        findings += UpgradeCheck.findings(in: hop.from) + UpgradeCheck.findings(in: hop.to)
        findings += UpgradeCheck.findings(in: hop)
        return CheckReport(
            from: hop.from.snapshot.title, to: hop.to.snapshot.title, verdict: Verdict(hop, findings),
            findings: findings)
    }

    private func checkRelease(_ text: String, _ files: HostFileSystem) async -> CheckReport {
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        guard var loaded = await loader.load(text, reading: [.appups, .packedModules], &findings) else {
            return CheckReport(from: nil, to: nil, verdict: nil, findings: findings)
        }
        await loader.readModules(of: &loaded, &findings)
        findings += loaded.appupFindings
        findings += loaded.release.applications.flatMap { AppupGenerator.findings(about: $0.application) }
        findings += ModuleOwners.findings(loaded.release.applications.map(\.application))
        let side = Hop.Side(loaded.snapshot(files))
        findings += UpgradeCheck.findings(in: side)
        return CheckReport(from: nil, to: side.snapshot.title, verdict: nil, findings: findings)
    }
}
