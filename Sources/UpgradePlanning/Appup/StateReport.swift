package import Diagnostics
import ErlangTerms
package import ReleaseModel

/// The findings about states that do not fit the code of the other version.
///
/// On the way up such a state is an error: every process of the module fails. The way down may be one that nobody goes.
struct StateReport {
    private let application: Application
    private let older: String
    private let newer: String

    init(old: Application, new: Application) {
        self.application = new
        (self.older, self.newer) = (old.version.text, new.version.text)
    }

    /// - Parameter scripts: the instructions of the ways on which the processes run on.
    func findings(
        _ change: ModuleChange, _ scripts: [UpgradeMode: [GeneratedAppup.Instruction]]
    ) -> [Diagnostic] {
        guard let comparison = change.states else { return [] }
        return UpgradeMode.allCases.flatMap { mode -> [Diagnostic] in
            guard let script = scripts[mode] else { return [] }
            // Which children are ended is known by their names, not by their modules.
            let mayEnd = WrittenScript(script.map(\.term)).endsChildren
            return comparison.changes.compactMap { state in
                guard let fault = comparison.fault(state, mode) else { return nil }
                return self.finding(change, state, fault, comparison, mode, isCertain: !mayEnd)
            }
        }
    }

    private func finding(
        _ change: ModuleChange, _ state: StateComparison.Change, _ fault: StateComparison.Fault,
        _ comparison: StateComparison, _ mode: UpgradeMode, isCertain: Bool
    ) -> Diagnostic {
        let function = "`code_change/\(comparison.new.behaviour.conversionArity)`"
        let isMissing = comparison.new.conversions?.isEmpty ?? false
        let lack =
            isMissing
            ? "there is no \(function)"
            : mode == .up ? "\(function) does not convert it" : "\(function) does not convert it back"
        let notes = [
            Diagnostic.Note("\(self.older): `\(state.before)`"), Diagnostic.Note("\(self.newer): `\(state.after)`"),
        ]
        let help = [
            mode == .up
                ? "write the clause that `--code-change-skeleton` prints"
                : "write the `{down,_}` clause that `--code-change-skeleton` prints",
            "or restart the application: `{restart_application,\(self.application.name)}`",
        ]
        let place = self.application.place(in: change.name, of: change.converting ?? .initial)
        let name = self.application.name.name
        let isError = isCertain && mode == .up && fault == .unfit
        switch fault {
        case .missingKeys(let keys):
            let list = keys.prefix(5).map { "`\(TermPrinter.line($0))`" }.joined(separator: ", ")
            let version = mode == .up ? self.newer : self.older
            return Diagnostic(
                .appupStateKeysChanged, .warning,
                "`\(change.name)`: \(version) asks its state for \(list), which the other version does not put in; \(lack)",
                at: place, explanation: "Where a process comes to that code with its old map, it fails.", notes: notes,
                help: help, application: name, module: change.name.name, direction: mode.direction)
        case .unfit, .doubtful:
            return Diagnostic(
                .appupStateShapeChanged, isError ? .error : .warning,
                "`\(change.name)`: \(state.text); \(lack)" + (isMissing && mode == .down ? " for the way down" : ""),
                at: place,
                explanation: fault == .unfit
                    ? "A running process keeps the state it has, and the other version's code cannot take it apart."
                    : "A running process keeps the state it has, and the other version's code finds something else in it.",
                notes: notes, help: help, application: name, module: change.name.name, direction: mode.direction)
        }
    }
}

extension ModuleChange {
    /// What became of the states of its processes; nil where none are kept.
    var states: StateComparison? {
        guard case .changed(let old, let new, _) = self.kind else { return nil }
        return StateComparison(old: old.states, new: new.states)
    }

    /// The `code_change` of the newer version.
    var converting: ModuleFacts.FunctionName? {
        guard case .changed(_, let new, _) = self.kind, let state = new.states.shapes else { return nil }
        let function = ModuleFacts.FunctionName("code_change", state.behaviour.conversionArity)
        return new.exports.contains(function) ? function : nil
    }

    /// In words for the cause of its instruction.
    var stateText: String? {
        guard let changes = self.states?.changes, !changes.isEmpty else { return nil }
        return changes.map(\.text).joined(separator: ", ")
    }
}

extension WrittenScript {
    /// Whether it ends processes one by one.
    var endsChildren: Bool {
        self.parsed.joined().contains { instruction in
            guard case .low(.apply(let call)) = instruction else { return false }
            return call.function == "terminate_child"
        }
    }

    /// Whether what becomes of processes cannot be told, since the person has functions of their own for it.
    var callsFunctions: Bool {
        self.parsed.joined().contains { instruction in
            switch instruction {
            case .low(.apply), .low(.stop), .low(.start): true
            case .high, .low: false
            }
        }
    }
}

extension GeneratedAppup {
    /// Whether the script of an appup for this pair of versions leaves no process as it was.
    package func isRestarted(by appup: Appup, _ mode: UpgradeMode) -> Bool {
        guard let index = try? appup.entryIndex(for: self.from, mode) else { return false }
        return WrittenScript(appup.entries(mode)[index].script).restarts(self.application.atom)
    }

    /// The findings of the generator as they are for someone who has this appup: an error about a state is a warning where
    /// a script restarts the application or does more than to exchange modules.
    package func eased(_ findings: [Diagnostic], by appup: Appup) -> [Diagnostic] {
        let milder = UpgradeMode.allCases.filter { mode in
            guard let index = try? appup.entryIndex(for: self.from, mode) else { return false }
            let script = WrittenScript(appup.entries(mode)[index].script)
            return script.restarts(self.application.atom) || script.callsFunctions
        }.map { Optional($0.direction) }
        return findings.map { finding in
            guard finding.id == .appupStateShapeChanged, milder.contains(finding.direction),
                self.findings.contains(finding)
            else { return finding }
            return finding.with(.warning)
        }
    }

    /// The findings without those about the processes of modules that the scripts of this appup do not exchange: nothing
    /// becomes of them. That such a module is not mentioned is a finding of its own.
    package func concerning(_ findings: [Diagnostic], _ appup: Appup) -> [Diagnostic] {
        var scripts: [Diagnostic.Direction: WrittenScript] = [:]
        for mode in UpgradeMode.allCases {
            guard let index = try? appup.entryIndex(for: self.from, mode) else { continue }
            let script = WrittenScript(appup.entries(mode)[index].script)
            if !script.restarts(self.application.atom) { scripts[mode.direction] = script }
        }
        return findings.filter { finding in
            guard let module = finding.module, let script = finding.direction.flatMap({ scripts[$0] }) else {
                return true
            }
            return script.index(of: Atom(module)) != nil
        }
    }
}
