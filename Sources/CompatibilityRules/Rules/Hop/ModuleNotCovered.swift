package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A changed module that a script does not exchange.
package enum ModuleNotCovered: HopRule {
    package static let explanation = Explanation(
        .appupModuleNotCovered, as: .error,
        "a module changed, and the script does not exchange its code",
        meaning: """
            The release handler exchanges what the script names and nothing else. The upgrade succeeds; a changed module \
            that is not named goes on with its old code until the node boots, under the new release's name, a new one is \
            not there in embedded mode, a deleted one stays. systools accepts such an appup: it never looks at the code.

            Scripts that restart the application or the runtime system mention everything. Scripts with \
            `point_of_no_return` or other low-level instructions are never changed by relift: the finding says what they lack.
            """,
        example: .hop([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
            .appup("shop", "2", #"{"2", [{"1",[]}], [{"1",[]}]}."#),
        ]),
        wayOut: [
            "add an instruction for the module: `{load_module,M}`, or `{update,M,{advanced,[]}}` for a process with a state",
            "`relift appup OLD NEW --merge` adds what is missing, and leaves what is written as it is, in its order",
        ])

    package static let mended: [Explanation.File] = [
        .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        // Of an application whose version stays another finding says it, and the way out is another one.
        let changes = hop.changes.filter { $0.from != $0.to }
        return hop.runs.filter { !$0.restartsEmulator }.flatMap { run in
            changes.flatMap { change in
                self.modules(of: change).filter { run.exchanges[$0] == nil }.map {
                    self.finding($0, change, run.mode)
                }
            }
        }
    }

    /// The modules that an instruction of their own would be for.
    private static func modules(of change: GeneratedAppup) -> [Atom] {
        change.exchanges.compactMap { instruction in
            guard let parts = instruction.term.tupleElements, parts.count > 1 else { return nil }
            return parts[1].atomValue
        }
    }

    private static func finding(_ module: Atom, _ change: GeneratedAppup, _ mode: UpgradeMode) -> Diagnostic {
        Diagnostic(
            self.id, .error, "module `\(module)` changed, but the \(mode.direction.rawValue) script does not touch it",
            explanation: "The node would go on with the other version of its code, under the new release's name.",
            help: ["add an instruction for it to `\(change.application).appup`; `relift appup` shows which"],
            application: change.application.name, module: module.name, direction: mode.direction)
    }
}
