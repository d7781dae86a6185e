package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Consolidated protocols of Elixir that changed.
package enum ConsolidationChanged: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("elixir/consolidation-changed"), "a consolidated protocol changed, and no script loads it",
        meaning: """
            `mix release` puts protocols with the list of all their implementations into `releases/VSN/consolidated`, outside of \
            any application. Scripts name modules of applications only. The running node keeps the protocol as it was: for data \
            whose implementation is new it raises `Protocol.UndefinedError` or takes the one for `Any`, and one that is gone it \
            still calls.
            """,
        example: .tree(
            [
                .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
                .source("shop", "2", "shop", "-export([price/0]).", "price() -> 2."),
                .appup("shop", "2", #"{"2", [{"1",[{load_module,shop}]}], [{"1",[{load_module,shop}]}]}."#),
                Explanation.File(
                    "old/Elixir.Size.erl",
                    "-module('Elixir.Size').\n-export([impl_for/1]).\nimpl_for(_) -> 'Elixir.Size.List'."),
                Explanation.File(
                    "new/Elixir.Size.erl",
                    "-module('Elixir.Size').\n-export([impl_for/1]).\nimpl_for(_) -> 'Elixir.Size.Map'."),
            ],
            preparations: [
                "mkdir -p shop/releases/1/consolidated shop/releases/2/consolidated",
                "erlc -o shop/releases/1/consolidated old/Elixir.Size.erl",
                "erlc -o shop/releases/2/consolidated new/Elixir.Size.erl",
            ]),
        wayOut: [
            "build both releases with `relift build --from-mix`, which makes an application of the protocols",
            "or restart the node after the upgrade",
            "or load the new one by hand behind the upgrade: `code:load_abs(\"…/releases/VSN/consolidated/Elixir.Size\")`",
        ])

    package static let mended: [Explanation.File] = [
        Explanation.File(
            "new/Elixir.Size.erl",
            "-module('Elixir.Size').\n-export([impl_for/1]).\nimpl_for(_) -> 'Elixir.Size.List'.")
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let run = hop.up, !run.restartsEmulator, let old = hop.from.snapshot.folder?.consolidated,
            let folder = hop.to.snapshot.folder, !old.isEmpty
        else { return [] }
        let changed = folder.consolidated.values.filter { protocolModule in
            old[protocolModule.name].map { $0.digest != protocolModule.digest } ?? false
                && run.exchanges[protocolModule.name.atom] == nil
        }.map(\.name).sorted()
        guard let first = changed.first else { return [] }
        return [
            Diagnostic(
                self.id, .warning,
                "the script does not load the consolidated `\(first)`"
                    + (changed.count == 1 ? "" : " and \(changed.count - 1) more protocols that changed"),
                at: .file("\(folder.path)/consolidated/\(first).beam"),
                explanation: """
                    The node keeps the protocols with the implementations of the old release: it finds none for data whose \
                    implementation is new.
                    """,
                notes: changed.dropFirst().prefix(8).map { Diagnostic.Note("also `\($0)`") },
                help: [
                    "build both releases with `relift build --from-mix`, which makes an application of them",
                    "or restart the node after the upgrade",
                ], direction: .up)
        ]
    }
}
