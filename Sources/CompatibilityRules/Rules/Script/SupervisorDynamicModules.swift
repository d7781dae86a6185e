package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A supervisor as a child with `modules => dynamic`.
package enum SupervisorDynamicModules: ScriptRule, ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/supervisor-dynamic-modules"), as: .error,
        "a supervisor is a child with `modules => dynamic`",
        meaning: """
            For each `suspend` and `stop` the release handler looks into the `modules` of all children. It asks a worker \
            with `dynamic`; of a supervisor it takes the atom for the list, and crashes with `badarg` after the point of no \
            return: the node restarts with the old release. One such child, in any application, makes every upgrade fail \
            that suspends anything.
            """,
        example: .hop(Self.files(", modules => dynamic")),
        wayOut: [
            "write `modules => [MODULE]`, or leave it out, and upgrade to that version with `restart_emulator`",
            "or do without `update`: `restart_application` suspends nothing",
        ])

    package static let mended: [Explanation.File] = Self.files("")

    private static func files(_ modules: String) -> [Explanation.File] {
        let children = """
            #{id => shop, start => {shop,start_link,[]}},
            #{id => hall, start => {hall_sup,start_link,[]}, type => supervisor\(modules)}
            """
        let names = ["shop", "shop_app", "shop_sup", "hall_sup"]
        let hall = ["1", "2"].map { version in
            Explanation.File.source(
                "shop", version, "hall_sup", "-behaviour(supervisor).", "-export([start_link/0, init/1]).",
                "start_link() -> supervisor:start_link(hall_sup, []).", "init([]) -> {ok, {#{}, []}}.")
        }
        let trees = ["1", "2"].flatMap { [Explanation.File].tree($0, children: children, modules: names) }
        let servers = ["1", "2"].map { Explanation.File.server("shop", $0) }
        return trees + hall + servers + [Explanation.File.updatingAppup("shop")]
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        guard let search = run.firstSearch else { return [] }
        return self.children(in: run.source).compactMap { supervisor, child in
            if hop.isSaidOfUpgrade(run, supervisor.module.application) { return nil }
            return hop.finding(
                self.id, child.isConditional || supervisor.children.isSimpleOneForOne ? .warning : .error,
                "the \(run.name) cannot suspend anything: \(child.name) of `\(supervisor.module.name)` is a "
                    + "supervisor with `modules => dynamic`",
                at: supervisor.module.place(of: .initial), in: run, steps: [search],
                module: supervisor.module.name.atom,
                why: "The release handler crashes there with `badarg`, and the node restarts.",
                help: ["write `modules => [MODULE]`, and bring that version in with `restart_emulator`"])
        }
    }

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        self.children(in: release).map { supervisor, child in
            supervisor.module.finding(
                self.id, .warning,
                "\(child.name) of `\(supervisor.module.name)` is a supervisor with `modules => dynamic`",
                why: """
                    No process of the node can be suspended while it runs: the release handler looks into the `modules` of \
                    all children, and crashes there after the point of no return.
                    """,
                help: ["write `modules => [MODULE]`, or leave it out"])
        }
    }

    /// The children of this kind of the applications that the release starts.
    private static func children(
        in release: Hop.Side
    ) -> [(supervisor: Hop.Side.Supervisor, child: ChildSpecification)] {
        let started = Set(release.started.map(\.name))
        return release.supervisors.filter { started.contains($0.module.application) }.flatMap { supervisor in
            supervisor.children.children.filter {
                $0.type == .known(.atom("supervisor")) && $0.modules == .known(.atom("dynamic"))
            }.map { (supervisor, $0) }
        }
    }
}
