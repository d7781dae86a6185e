package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A child whose `modules` do not name its callback module.
package enum WrongModules: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/wrong-modules"), "the `modules` of a child do not name the module that it runs",
        meaning: """
            An upgrade finds the processes of a module by the `modules` of the child specifications alone. A process whose \
            specification does not name its callback module is never suspended, and its state never converted: it goes on \
            with the old state as soon as the new code is loaded.
            """,
        example: .release(Self.files("[shpo]")),
        wayOut: ["write `modules => [MODULE]`, or leave it out: that is the default"])

    package static let mended: [Explanation.File] = Self.files("[shop]")

    private static func files(_ modules: String) -> [Explanation.File] {
        [
            .source(
                "shop", "1", "shop_sup", "-behaviour(supervisor).", "-export([init/1]).",
                "init([]) -> {ok, {#{}, [#{id => shop, start => {shop,start_link,[]}, modules => \(modules)}]}}."),
            .source(
                "shop", "1", "shop", "-behaviour(gen_server).",
                "-export([start_link/0, init/1, handle_call/3, handle_cast/2]).",
                "start_link() -> gen_server:start_link({local,shop}, shop, [], []).", "init([]) -> {ok, 0}.",
                "handle_call(_, _, Count) -> {reply, ok, Count}.", "handle_cast(_, Count) -> {noreply, Count}."),
        ]
    }

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        release.supervisors.flatMap { supervisor in
            supervisor.children.children.compactMap { child in
                guard let modules = child.moduleNames, modules != ["dynamic"],
                    let start = child.start.module.term?.atomValue, !modules.contains(start),
                    let facts = release.modules[start]?.facts, facts.starts(.server) || facts.starts(.stateMachine)
                else { return nil }
                let written = TermPrinter.line(.list(modules.map(Term.atom)))
                return supervisor.module.finding(
                    self.id, .warning,
                    "\(child.name) of `\(supervisor.module.name)` runs `\(start)`, and its `modules` are `\(written)`",
                    why: "An upgrade finds processes by `modules` alone: this one is never suspended nor converted.",
                    help: ["write `modules => [\(TermPrinter.line(.atom(start)))]`, or leave it out"])
            }
        }
    }
}

extension ModuleFacts {
    /// Whether the module is the callback module of processes of this kind and of no other, and starts them itself.
    func starts(_ kind: ProcessKind) -> Bool {
        let starters: [Atom] =
            switch kind {
            case .stateMachine: ["gen_statem"]
            case .server: ["gen_server", "Elixir.GenServer"]
            case .supervisor: ["supervisor", "Elixir.Supervisor"]
            case .eventHandler, .finiteStateMachine, .dynamicSupervisor, .supervisorBridge, .special: []
            }
        return ModuleRoles(self).processes == [kind]
            && self.imports.contains { starters.contains($0.module) && $0.function == "start_link" }
    }
}
