package import Diagnostics
import ReleaseModel

/// A release for another runtime system, which it does not bring along.
package enum RuntimeNotIncluded: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/runtime-not-included"), as: .error,
        "the new release does not hold the runtime system that it needs",
        meaning: """
            The release before has its runtime system in `erts-VSN` beside `releases`; the new one names another version, and \
            holds no such folder. `bin/start` runs `erts-VSN/bin/erl` of the version that `start_erl.data` names: the restart \
            ends the node, and nothing starts.
            """,
        example: .tree([
            .release("shop/releases/1/shop.rel", "1", runtime: "13.1", []),
            .release("shop/releases/2/shop.rel", "2", runtime: "13.2", []),
            Explanation.File("shop/erts-13.1/bin/erl", "#!/bin/sh"),
        ]),
        wayOut: [
            "build the release with its runtime system, for example with `{erts, DIR}` of `systools:make_tar`",
            "or install the runtime system on the host before the upgrade",
        ])

    package static let mended: [Explanation.File] = [Explanation.File("shop/erts-13.2/bin/erl", "#!/bin/sh")]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        let (from, to) = (hop.from.release.resource.runtime, hop.to.release.resource.runtime)
        guard from != to, let old = hop.from.snapshot.folder, let new = hop.to.snapshot.folder,
            old.runtimes.contains(from.text), !new.runtimes.contains(to.text)
        else { return [] }
        return [
            Diagnostic(
                self.id, .error, "the new release needs runtime system \(to), and does not hold `erts-\(to)`",
                at: .file(hop.to.snapshot.resourcePath),
                explanation: "The release before holds its own. The restart ends the node, and finds nothing to start.",
                help: ["build the release with its runtime system"])
        ]
    }
}
