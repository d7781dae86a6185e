import CompatibilityRules
import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseInstalling
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// `relift plan`: two releases → the scripts of the upgrade and of the way back, with the cause of every instruction.
struct PlanAction {
    /// What becomes of the plan beside being shown.
    struct Outputs {
        /// Where the plan is kept for `install --plan`.
        var plan: FilePath?
        /// Where the order of the modules is drawn.
        var graph: FilePath?
        /// A relup that the scripts are compared with.
        var against: FilePath?
        var dryRun: Bool
    }

    let old: String
    let new: String
    let order: RelupPlanner.ApplicationOrder
    let outputs: Outputs
    let libraries: LibraryOptions
    let appups: AppupOptions
    let behaviours: BehaviourOptions

    func run(_ console: Console) async throws -> ExitStatus {
        var findings: [Diagnostic] = []
        let files = HostFileSystem()
        let reading = await HopReading(
            self.old, self.new, missingAppup: .note, order: self.order, libraries: self.libraries, appups: self.appups,
            behaviours: self.behaviours, files, &findings)
        guard let reading, let upgrade = reading.upgrade else {
            console.report(findings)
            return .findings
        }
        let hop = reading.hop(files)
        // The verdict is that of `check`: a plan that looks hot must not be refused there.
        let policy = PolicyOptions.projectPolicy(firm: CheckAction.firm, files, &findings)
        findings = policy.judge(HopReading.findings(in: hop, besides: findings), against: nil).shown
        let verdict = Verdict(hop, findings)
        var comparison: RelupComparison?
        if let path = self.outputs.against {
            comparison = self.comparison(with: path, upgrade, files, &findings)
        }
        let view = PlanView(upgrade: upgrade, hop: hop, verdict: verdict, comparison: comparison)
        var lookup = SourceLookup(files)
        console.report(lookup.located(findings))
        switch console.format {
        case .text: console.result(view.text)
        case .json: console.result(view.json.text + "\n")
        }
        if let failure = self.write(upgrade, hop, verdict, isUsable: !findings.hasErrors, files, console) {
            return failure
        }
        let differs = comparison.map { !$0.isEqual } ?? false
        return findings.hasErrors || differs ? .findings : .done
    }

    // MARK: - Against a relup

    private func comparison(
        with path: FilePath, _ upgrade: PlannedUpgrade, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> RelupComparison? {
        guard let source = files.source(path, &findings), let relup = RelupFile.read(source, &findings) else {
            return nil
        }
        return RelupComparison(relup, upgrade, path: path.string)
    }

    // MARK: - Files

    /// A status other than done when a file could not be written.
    private func write(
        _ upgrade: PlannedUpgrade, _ hop: Hop, _ verdict: Verdict, isUsable: Bool, _ files: HostFileSystem,
        _ console: Console
    ) -> ExitStatus? {
        var outputs: [(path: FilePath, bytes: [UInt8])] = []
        if let path = self.outputs.graph, let run = hop.up {
            let graph = ModuleGraph(run, title: "\(hop.from.snapshot.title) -> \(hop.to.snapshot.title)")
            outputs.append((path, Array((path.extension == "dot" ? graph.dot : graph.svg).utf8)))
        }
        if let path = self.outputs.plan {
            guard isUsable else {
                console.failure("the plan is not kept in \(path): it has errors")
                return .findings
            }
            let plan = SavedPlan(
                name: upgrade.to.name.text,
                from: .init(version: upgrade.from.version, digest: ReleaseDigest.of(hop.from.release)),
                to: .init(version: upgrade.to.version, digest: ReleaseDigest.of(hop.to.release)),
                verdict: verdict.rawValue, up: upgrade.up.map(\.instruction), down: upgrade.down.map(\.instruction))
            outputs.append((path, plan.file))
            console.progress("plan \(plan.id)")
        }
        do {
            for output in outputs where !self.outputs.dryRun {
                try files.replaceFile(output.path, with: output.bytes)
            }
        } catch {
            console.report([error.diagnostic])
            return .failed
        }
        for output in outputs { console.progress("\(self.outputs.dryRun ? "would write" : "wrote") \(output.path)") }
        return nil
    }
}
