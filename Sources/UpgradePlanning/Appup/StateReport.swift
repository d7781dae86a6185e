import Diagnostics
import ErlangTerms
import ReleaseModel

/// The findings about states that do not fit the code of the other version.
struct StateReport {
    private let application: Application
    private let older: String
    private let newer: String

    init(old: Application, new: Application) {
        self.application = new
        (self.older, self.newer) = (old.version.text, new.version.text)
    }

    /// - Parameter modes: the ways on which the processes run on.
    func findings(_ change: ModuleChange, _ modes: [UpgradeMode]) -> [Diagnostic] {
        guard let comparison = change.states else { return [] }
        var findings: [Diagnostic] = []
        for state in comparison.changes {
            let failing = modes.filter { comparison.isUnconverted(state, $0) }
            guard !failing.isEmpty else { continue }
            findings.append(
                self.finding(change, state, comparison, failing.count == 1 ? failing.first : nil))
        }
        return findings
    }

    private func finding(
        _ change: ModuleChange, _ state: StateComparison.Change, _ comparison: StateComparison, _ mode: UpgradeMode?
    ) -> Diagnostic {
        let function = "`code_change/\(comparison.new.behaviour.conversionArity)`"
        let isMissing = comparison.new.conversions?.isEmpty ?? false
        let way: String? = mode.map { $0 == .up ? "on the way up" : "on the way down" }
        let lack = isMissing ? "and there is no \(function)" : "and \(function) does not convert it"
        let notes = [
            Diagnostic.Note("\(self.older): \(state.before)"), Diagnostic.Note("\(self.newer): \(state.after)"),
        ]
        let help = [
            "`relift appup … --code-change-skeleton` prints the clauses to write",
            "or restart the application: `{restart_application,\(self.application.name)}`",
        ]
        let what = "`\(change.name)`: \(state.text), \(lack)" + (way.map { " \($0)" } ?? "")
        if state.isBetweenMaps {
            return Diagnostic(
                .appupStateKeysChanged, .warning, what, at: .file(self.application.file),
                explanation: "The code asks the map for a key that the other version does not put into it.",
                notes: notes, help: help, application: self.application.name.name, module: change.name.name,
                direction: mode?.direction)
        }
        return Diagnostic(
            .appupStateShapeChanged, .error, what, at: .file(self.application.file),
            explanation: "A running process keeps the state it has; the other version's code cannot take it apart.",
            notes: notes, help: help, application: self.application.name.name, module: change.name.name,
            direction: mode?.direction)
    }
}

extension ModuleChange {
    /// What became of the states of its processes; nil where none are kept.
    var states: StateComparison? {
        guard case .changed(let old, let new, _) = self.kind else { return nil }
        return StateComparison(old: old.state, new: new.state)
    }

    /// In words for the cause of its instruction.
    var stateText: String? {
        guard let changes = self.states?.changes, !changes.isEmpty else { return nil }
        return changes.map(\.text).joined(separator: ", ")
    }
}
