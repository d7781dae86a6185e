package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Modules of an application that the release loses stay loaded.
package enum CodeLeftBehind: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/code-left-behind"), "code of an application that the release loses stays loaded",
        meaning: """
            The release handler removes what a `remove` names. The modules of an application that is not in the release any \
            more stay loaded without one, and so do its processes, until the node boots: it runs what no release names.
            """,
        example: .assembled(Self.files + [.shopRelup(.readShop, .noReturn, .loadShop)]),
        wayOut: [
            "stop, remove, purge and unload the application, as `{remove_application,NAME}` of an appup does",
            "or delete the relup and make a new one from the appups: `relift relup`",
        ])

    package static let mended: [Explanation.File] = [
        .shopRelup(
            .readShop, .noReturn, .loadShop, "{apply,{application,stop,[till]}}",
            "{remove,{till,brutal_purge,brutal_purge}}", "{purge,[till]}", "{apply,{application,unload,[till]}}")
    ]

    private static let files =
        [Explanation.File].twoShops + [
            Explanation.File.source("till", "1", "till", "-export([sum/0]).", "sum() -> 1.")
        ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        if run.restartsEmulator { return [] }
        let lost = run.source.release.applications.filter { run.target.release[$0.name] == nil }
        return lost.compactMap { member in
            let names = member.application.specification.modules.map(\.atom).filter { name in
                run.target.modules[name] == nil && run.code(of: name, before: run.steps.count) != .absent
            }.sorted()
            guard let first = names.first else { return nil }
            return hop.finding(
                self.id, .warning,
                "the \(run.name) leaves \(names.count) modules of `\(member.name)`, which the release no longer has",
                in: run, module: first, application: member.name.atom,
                why: "They stay loaded, with their processes, until the node boots.",
                notes: [ScriptRun.list(names.map(\.name))],
                help: ["write what `{remove_application,\(member.name)}` of an appup is translated to"])
        }
    }
}
