package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A module is loaded that nothing read.
package enum ObjectCodeNotRead: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/object-code-not-read"), as: .error,
        "a module is loaded whose object code was not read before",
        meaning: """
            `load` takes object code from memory, where `load_object_code` put it, and takes it out: a second `load` of the \
            same module needs a second one. Where there is none, the release handler crashes after the point of no \
            return, and the node restarts with the old release.
            """,
        example: .shopRelup(.twoShops, #"{load_object_code,{shop,"2",[]}}"#, .noReturn, .loadShop),
        wayOut: ["name the module in a `load_object_code` before `point_of_no_return`"])

    package static let mended: [Explanation.File] = [.shopRelup(.readShop, .noReturn, .loadShop)]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        run.exchanges.sorted { $0.key < $1.key }.flatMap { module, exchanges in
            exchanges.filter { $0.result == .nothingRead }.map { exchange in
                let isAgain = run.objectCode.contains { $0.module == module && $0.step < exchange.step }
                return hop.finding(
                    self.id, .error,
                    isAgain
                        ? "the \(run.name) loads `\(module)` once more than it reads it"
                        : "the \(run.name) loads `\(module)`, which no `load_object_code` reads",
                    in: run, steps: [exchange.step], module: module,
                    why: "The release handler crashes there, after the point of no return, and the node restarts.",
                    help: [
                        isAgain
                            ? "remove the second `load`"
                            : "name `\(module)` in the `load_object_code` of its application"
                    ])
            }
        }
    }
}
