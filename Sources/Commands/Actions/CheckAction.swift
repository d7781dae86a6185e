import CompatibilityRules
import Diagnostics
import HostFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// `relift check`: two releases and what leads from one to the other, or one release, held against the rules.
struct CheckAction {
    enum Format: String, CaseIterable {
        case text, json, sarif, junit, github
    }

    /// One or two.
    let releases: [String]
    let format: Format
    let isStrict: Bool
    let dryRun: Bool
    let order: RelupPlanner.ApplicationOrder
    let policy: PolicyOptions
    let libraries: LibraryOptions
    let appups: AppupOptions
    let behaviours: BehaviourOptions

    /// What was checked, before anybody's policy.
    private struct Subject {
        var from: String?
        var to: String?
        var hop: Hop?
        var findings: [Diagnostic]
    }

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let policy = self.policy.policy(isStrict: self.isStrict, firm: Self.firm, files, &findings)
        let baseline = self.policy.acceptedFindings(files, &findings)
        guard !findings.hasErrors else {
            console.report(findings)
            return .findings
        }
        console.waiting("reading \(self.releases.joined(separator: " and "))")
        let subject =
            self.releases.count == 2
            ? await self.hop(self.releases[0], self.releases[1], files)
            : await self.release(self.releases[0], files)
        var lookup = SourceLookup(files)
        let judged = policy.judge(lookup.located(findings + subject.findings), against: baseline)
        if let path = self.policy.writeBaseline, !self.dryRun {
            do {
                try files.replaceFile(FilePath(path), with: policy.baseline(of: judged).bytes)
                console.progress("wrote \(path)")
            } catch {
                console.report([error.diagnostic])
                return .failed
            }
        }
        let verdict: Verdict? =
            self.releases.count == 1 ? nil : subject.hop.map { Verdict($0, judged.shown) } ?? .notUpgradeable
        self.show(
            CheckReport(
                verdict: verdict?.rawValue, from: subject.from, to: subject.to, judged: judged,
                catalogue: ExplainAction.catalogue,
                version: Version.number),
            console)
        return judged.hasErrors ? .findings : .done
    }

    /// What stands for a release that could not be read: nobody can call it harmless.
    static let firm: Set<Diagnostic.ID> = [Diagnostic.ID("release/not-found")]

    private func show(_ report: CheckReport, _ console: Console) {
        switch self.format {
        case .text:
            console.result(report.text(console.resultRenderer, showsHidden: console.isVerbose) + report.result)
        case .json: console.result(report.json.text + "\n")
        case .sarif: console.result(report.sarif.text + "\n")
        case .junit: console.result(report.junit)
        case .github: console.result(report.github)
        }
    }

    // MARK: - What is checked

    private func hop(_ old: String, _ new: String, _ files: HostFileSystem) async -> Subject {
        var findings: [Diagnostic] = []
        let reading = await HopReading(
            old, new, missingAppup: .error, order: self.order,
            libraries: self.libraries, appups: self.appups, behaviours: self.behaviours, files, &findings)
        guard let reading else { return Subject(from: nil, to: nil, hop: nil, findings: findings) }
        let hop = reading.hop(files, provesRelup: true)
        return Subject(
            from: hop.from.snapshot.title, to: hop.to.snapshot.title, hop: hop,
            findings: HopReading.findings(in: hop, besides: findings))
    }

    private func release(_ text: String, _ files: HostFileSystem) async -> Subject {
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        guard var loaded = await loader.load(text, reading: [.appups, .packedModules], &findings) else {
            return Subject(from: nil, to: nil, hop: nil, findings: findings)
        }
        await loader.readModules(of: &loaded, &findings)
        findings += loaded.appupFindings
        findings += loaded.release.applications.flatMap { AppupGenerator.findings(about: $0.application) }
        findings += ModuleOwners.findings(loaded.release.applications.map(\.application))
        let native = loaded.release.applications.flatMap(\.application.modules.values).filter(\.loadsNativeFunctions)
        let side = Hop.Side(loaded.snapshot(files, nativeLibrariesOf: Set(native.map(\.name))))
        findings += (side.snapshot.folder?.findings ?? []).notSaid(in: findings)
        findings += UpgradeCheck.findings(in: side).notSaid(in: findings)
        return Subject(from: nil, to: side.snapshot.title, hop: nil, findings: findings)
    }
}
