import Diagnostics
import ErlangTerms
import ReleaseModel

/// Times to suspend that a person chose. They are not held against those that are generated, only against what the code
/// shows that a process can need.
extension ScriptReview {
    func timeoutFindings(_ instruction: UpgradeInstruction, at index: Int) -> [Diagnostic] {
        // A restart waits for nobody.
        if self.script.restarts(self.change.new.name.atom) { return [] }
        return Self.suspensions(instruction).compactMap { module, timeout in
            guard let suspension = self.change.generated.suspensions[self.mode]?[module],
                suspension.isLonger(than: timeout)
            else { return nil }
            let given = timeout == .standard ? "\(SuspensionTime.standard)" : TermPrinter.line(timeout.term)
            var finding = self.finding(
                .appupTimeoutBelowWait, .warning, "\(given) ms to suspend `\(module)`, and \(suspension.text)", index,
                module,
                why: """
                    A process that has not stopped by then is skipped: it goes on with its old state in the new code, and \
                    `code_change` is not called.
                    """, help: self.help(module, suspension, instruction))
            finding.notes += self.evidence("it waits here", module, of: suspension.wait.function, suspension.wait.call)
            return finding
        }
    }

    private func help(
        _ module: Atom, _ suspension: SuspensionTime, _ instruction: UpgradeInstruction
    ) -> [String] {
        guard case .high(.update(var update)) = instruction else {
            return ["write `{\(TermPrinter.line(.atom(module))),\(suspension.milliseconds)}` in the list"]
        }
        update.timeout = .milliseconds(.integer(suspension.milliseconds))
        return ["write `\(TermPrinter.line(update.longForm))`", "or let the callback wait less"]
    }

    /// The modules whose processes an instruction suspends, and how long it waits for each.
    private static func suspensions(_ instruction: UpgradeInstruction) -> [(module: Atom, timeout: SuspendTimeout)] {
        switch instruction {
        case .high(.update(let update)): [(update.module, update.timeout)]
        case .low(.suspend(let modules)): modules.map { ($0.module, $0.timeout ?? .standard) }
        case .high, .low: []
        }
    }
}

extension HighLevelInstruction.Update {
    /// The form with a timeout (`appup(4)`).
    fileprivate var longForm: Term {
        let change: Term
        switch self.change {
        case .soft: change = .atom("soft")
        case .advanced(let extra): change = .tuple(.atom("advanced"), extra)
        }
        let kind: [Term]
        switch self.kind {
        case .dynamic: kind = []
        case .static: kind = [.atom("static")]
        }
        return .tuple(
            [.atom("update"), .atom(self.module)] + kind + [
                self.timeout.term, change, .atom(self.purge.before.atom), .atom(self.purge.after.atom),
                .list(self.dependencies.map(Term.atom)),
            ])
    }
}
