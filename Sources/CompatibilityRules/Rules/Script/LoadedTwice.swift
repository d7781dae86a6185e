package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A module is loaded twice, so that the first load's code becomes old.
package enum LoadedTwice: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/exchanged-twice"), "a script loads the code of a module twice",
        meaning: """
            The runtime system keeps two versions of a module. The first `load` makes the running code the old one; the \
            second needs its place, so that processes in the code that was running before the upgrade are killed at once, \
            whatever the purge methods say.
            """,
        example: .shopRelup(.twoShops, .readShop, .readShop, .noReturn, .loadShop, .loadShop),
        wayOut: ["load each module once"])

    package static let mended: [Explanation.File] = [.shopRelup(.readShop, .noReturn, .loadShop)]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        run.exchanges.sorted { $0.key < $1.key }.compactMap { module, exchanges in
            guard let (first, second) = zip(exchanges, exchanges.dropFirst()).first(where: { $0.loads && $1.loads })
            else { return nil }
            return hop.finding(
                self.id, .warning, "the \(run.name) loads `\(module)` twice", in: run,
                steps: [first.step, second.step],
                module: module, why: "The second time kills the processes that are in the code of before the upgrade.",
                help: ["remove one of the two"])
        }
    }
}

extension ScriptRun.Exchange {
    fileprivate var loads: Bool {
        switch self.result {
        case .target, .other: true
        case .nothingRead, .removed: false
        }
    }
}
