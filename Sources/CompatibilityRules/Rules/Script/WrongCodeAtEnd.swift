package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Code of the target release is not loaded after the last instruction.
package enum WrongCodeAtEnd: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/wrong-code-at-end"), as: .error, "a script ends without all of the release's code",
        meaning: """
            After the last instruction the loaded code is to be that of the release that the script leads to. Here modules \
            of it are not there: an application that comes is not loaded, or the script removes a module that the release \
            has. In embedded mode calls of them fail until the node boots; an application of which no module is read does \
            not even get into the code path.
            """,
        example: .assembled(Self.files + [Self.relup([])]),
        wayOut: [
            "read and load all modules of an application that comes, then start it, as `{add_application,NAME}` does",
            "or delete the relup and make a new one from the appups: `relift relup`",
        ])

    package static let mended: [Explanation.File] = [
        Self.relup([
            #"{load_object_code,{till,"2",[till]}}"#, .noReturn, "{load,{till,brutal_purge,brutal_purge}}",
            "{apply,{application,start,[till]}}",
        ])
    ]

    private static let files =
        [Explanation.File].twoShops + [
            Explanation.File.source("till", "2", "till", "-export([sum/0]).", "sum() -> 1.")
        ]

    private static func relup(_ more: [String]) -> Explanation.File {
        .relup(
            up: [.readShop] + (more.isEmpty ? [.noReturn] : more) + [.loadShop],
            down: [
                #"{load_object_code,{shop,"1",[shop]}}"#, .noReturn, .loadShop, "{apply,{application,stop,[till]}}",
                "{remove,{till,brutal_purge,brutal_purge}}", "{purge,[till]}", "{apply,{application,unload,[till]}}",
            ])
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        if run.restartsEmulator { return [] }
        return run.target.release.applications.compactMap { member in
            let isAdded = run.source.release[member.name] == nil
            // What the `.app` file does not list no boot loads either.
            let names = member.application.specification.modules.map(\.atom).filter { name in
                guard run.target.modules[name]?.application == member.name else { return false }
                switch run.code(of: name, before: run.steps.count) {
                case .absent: return isAdded || run.exchanges[name] != nil
                // Of a module that moved to an application that comes.
                case .source(let code):
                    return isAdded && run.exchanges[name] == nil
                        && code.facts.digest != member.application.modules[code.name]?.digest
                case .target, .unknown: return false
                }
            }.sorted()
            guard let first = names.first else { return nil }
            let steps = names.compactMap { run.exchanges[$0]?.last?.step }.prefix(3)
            return hop.finding(
                self.id, .error,
                steps.isEmpty
                    ? "the \(run.name) does not load \(ScriptRun.list(names.map(\.name))) of `\(member.name)`, which comes"
                    : "the \(run.name) removes \(ScriptRun.list(names.map(\.name))), which the release has",
                in: run, steps: Array(steps), module: first, application: member.name.atom,
                why: "The node would go on under the new release's name without this code.",
                help: [
                    steps.isEmpty
                        ? "write what `{add_application,\(member.name)}` of an appup is translated to"
                        : "load the module instead: `{load,{\(TermPrinter.line(.atom(first))),brutal_purge,brutal_purge}}`"
                ])
        }
    }
}
