import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

extension Hop {
    /// A finding about steps of a script, which it shows.
    ///
    /// - Parameter place: where the evidence is; the file that the script was written in, if none is given.
    func finding(
        _ id: Diagnostic.ID, _ severity: Diagnostic.Severity, _ summary: String, at place: Diagnostic.Place? = nil,
        in run: ScriptRun, steps: [Int] = [], module: Atom? = nil, application: Atom? = nil, why explanation: String,
        notes: [String] = [], help: [String] = []
    ) -> Diagnostic {
        let owner = module.flatMap { run.target.modules[$0] ?? run.source.modules[$0] }?.application
        return Diagnostic(
            id, severity, summary, at: place ?? self.place(of: owner), explanation: explanation,
            notes: steps.map { Diagnostic.Note(run.text(of: $0)) } + notes.map { Diagnostic.Note($0) }, help: help,
            application: application?.name ?? owner?.name, module: module?.name, direction: run.mode.direction)
    }

    /// Whether a script is the way back, and the way there looks for processes too and meets the same version of an
    /// application: what is wrong with that is said once.
    func isSaidOfUpgrade(_ run: ScriptRun, _ application: ApplicationName) -> Bool {
        let version = self.from.release[application]?.version
        return run.mode == .down && self.up?.firstSearch != nil && version != nil
            && version == self.to.release[application]?.version
    }

    /// Where a script was written: the relup, or the appup of an application.
    private func place(of application: ApplicationName?) -> Diagnostic.Place {
        switch self.origin {
        case .relup: self.to.snapshot.folder.map { .file("\($0.path)/relup") } ?? .none
        case .appups: application.flatMap { self.to.release[$0] }.map { .file($0.application.appupFile) } ?? .none
        }
    }
}

extension ScriptRun {
    /// `step 3: INSTRUCTION`, counted from 1 and cut where nobody would read on.
    func text(of step: Int) -> String {
        guard self.steps.indices.contains(step) else { return "after the last step" }
        let line = TermPrinter.line(self.steps[step].planned.instruction)
        let text = line.unicodeScalars.count <= 120 ? line : String(line.unicodeScalars.prefix(120)) + "…"
        return "step \(step + 1): `\(text)`"
    }

    /// `upgrade` or `downgrade`.
    var name: String {
        switch self.mode {
        case .up: "upgrade"
        case .down: "downgrade"
        }
    }

    /// What a module is in the release before or after.
    func module(_ name: Atom) -> ModuleInRelease? { self.target.modules[name] ?? self.source.modules[name] }

    /// `M:F/A`.
    static func text(_ call: ModuleFacts.ImportedFunction) -> String {
        "`\(call.module):\(call.function)/\(call.arity)`"
    }

    /// Up to four names, in backquotes.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
        return names.count > 4 ? "\(shown) and \(names.count - 4) more" : shown
    }
}
