package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A restart of the runtime system in the middle of a script.
package enum MisplacedRestart: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/misplaced-restart"), as: .error,
        "a restart of the runtime system stands where it is refused, or ends the script early",
        meaning: """
            `restart_new_emulator` is an instruction only as the first one of a script: elsewhere the release handler \
            refuses the upgrade. At `restart_emulator` the evaluation ends, and what stands behind it is never done; before \
            `point_of_no_return` it is refused as well.
            """,
        example: .shopRelup(.twoShops, .readShop, .noReturn, "restart_new_emulator", .loadShop),
        wayOut: [
            "write `restart_new_emulator` as the first instruction, `restart_emulator` as the last one"
        ])

    package static let mended: [Explanation.File] = [
        .shopRelup("restart_new_emulator", .readShop, .noReturn, .loadShop)
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        run.steps.indices.compactMap { number in
            switch run.steps[number].instruction {
            case .known(.restartNewEmulator) where number > 0:
                return hop.finding(
                    self.id, .error, "`restart_new_emulator` is not the first instruction of the \(run.name)", in: run,
                    steps: [number], why: "The release handler refuses the script.",
                    help: ["move it to the beginning, or write `restart_emulator` at the end"])
            case .known(.restartEmulator):
                if let border = run.pointOfNoReturn, number < border {
                    return hop.finding(
                        self.id, .error, "`restart_emulator` stands before `point_of_no_return` in the \(run.name)",
                        in: run, steps: [number], why: "The release handler refuses the script.",
                        help: ["move it to the end"])
                }
                guard number < run.steps.count - 1 else { return nil }
                return hop.finding(
                    self.id, .warning, "what stands behind `restart_emulator` in the \(run.name) is never done",
                    in: run,
                    steps: [number, number + 1],
                    why: "The evaluation ends there, and the node boots the other release.",
                    help: ["move `restart_emulator` to the end"])
            case .known, .refused: return nil
            }
        }
    }
}
