import Diagnostics
import ErlangTerms
import ReleaseModel

/// The findings about states of a `gen_statem` that the other version's code no longer knows by their names.
///
/// A process keeps the name of the state that it is in. It is a warning, since no process may be in that state.
struct StateNameReport {
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
        guard case .changed(let older, let newer, _) = change.kind, !older.states.areSame(as: newer.states),
            let old = older.states.shapes?.names, let new = newer.states.shapes?.names
        else { return [] }
        return UpgradeMode.allCases.compactMap { mode in
            guard scripts[mode] != nil else { return nil }
            let (from, to) = mode == .up ? (old, new) : (new, old)
            // A state that not even its own version has a function for is one of another callback module. The newer
            // version's function runs on both ways.
            let lost = from.entered.intersection(from.known).subtracting(to.known).filter {
                !new.mayConvert($0, isUp: mode == .up)
            }
            return lost.isEmpty ? nil : self.finding(change, lost.sorted(), to, mode)
        }
    }

    private func finding(
        _ change: ModuleChange, _ names: [Atom], _ target: StateNames, _ mode: UpgradeMode
    ) -> Diagnostic {
        let shown = names.prefix(5).map { "`\(TermPrinter.line(.atom($0)))`" }.joined(separator: ", ")
        let list = shown + (names.count > 5 ? ", …" : "")
        let (version, other) = mode == .up ? (self.newer, self.older) : (self.older, self.newer)
        let clause = mode == .up ? "code_change(_, STATE, Data, _)" : "code_change({down, _}, STATE, Data, _)"
        return Diagnostic(
            .appupStateNameRemoved, .warning,
            """
            `\(change.name)`: \(version) does not know the state\(names.count == 1 ? "" : "s") \(list) of \(other), \
            and no `code_change/4` gives another one
            """,
            at: self.application.place(in: change.name, of: change.converting ?? .initial),
            explanation: target.areFunctions
                ? "A process in that state fails with its next event: there is no such function."
                : "A process in that state goes on in it; no clause of the other version is for it.",
            help: [
                "write a clause `\(clause) -> {ok, OTHER, Data}`",
                mode == .up
                    ? "or keep what the state needs for one version"
                    : "or leave it, when no process can be in it by then",
            ], application: self.application.name.name, module: change.name.name, direction: mode.direction)
    }
}
