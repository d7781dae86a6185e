import CompatibilityRules
import Diagnostics
import HostFiles
import UpgradePlanning

/// `relift plan`: two releases → the scripts of the upgrade and of the way back, with the cause of every instruction.
struct PlanAction {
    let old: String
    let new: String
    let order: RelupPlanner.ApplicationOrder
    let libraries: LibraryOptions
    let appups: AppupOptions
    let behaviours: BehaviourOptions

    func run(_ console: Console) async throws -> ExitStatus {
        var findings: [Diagnostic] = []
        let files = HostFileSystem()
        let reading = await HopReading(
            self.old, self.new, .init(readsEverything: false, missingAppup: .note), order: self.order,
            libraries: self.libraries, appups: self.appups, behaviours: self.behaviours, files, &findings)
        guard let reading, let upgrade = reading.upgrade else {
            console.report(findings)
            return .findings
        }
        let hop = reading.hop(files)
        findings += ModuleNotCovered.findings(in: hop).without(findings)
        let view = PlanView(
            upgrade: upgrade, changes: reading.changes, verdict: Verdict(hop, ModuleNotCovered.findings(in: hop)))
        console.report(findings)
        switch console.format {
        case .text: console.result(view.text)
        case .json: console.result(view.json.text + "\n")
        }
        return findings.hasErrors ? .findings : .done
    }
}
