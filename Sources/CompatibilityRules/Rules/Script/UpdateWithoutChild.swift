package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A module is suspended that no child specification names.
package enum UpdateWithoutChild: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/update-without-child"), "processes are to be suspended that nobody finds",
        meaning: """
            `suspend` finds the processes of a module by the `modules` of child specifications, from the top supervisors of \
            all applications down. No specification names this module, as far as the supervisors can be read, and they all \
            can: nobody is suspended, no state is converted, and the upgrade says nothing. A process that is started by \
            hand, below a server for instance, goes on with its old state in the new code.
            """,
        example: .hop(Self.files("")),
        wayOut: [
            "start the process below a supervisor", "name the module in `modules` of the child that runs it",
            "or write `{load_module,MODULE}`, if no process keeps a state of it",
        ])

    package static let mended: [Explanation.File] = Self.files("#{id => shop, start => {shop,start_link,[]}}")

    private static func files(_ children: String) -> [Explanation.File] {
        let trees = ["1", "2"].flatMap { [Explanation.File].tree($0, children: children) }
        let servers = ["1", "2"].map { Explanation.File.server("shop", $0) }
        return trees + servers + [Explanation.File.updatingAppup("shop")]
    }

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        let suspended = run.suspensions.keys.filter { run.source.modules[$0] != nil }.sorted()
        if suspended.isEmpty { return [] }
        let named = Set(
            run.source.modules.values.flatMap { $0.facts.supervisor?.children ?? [] }.flatMap { $0.moduleNames ?? [] })
        return suspended.compactMap { name in
            guard let module = run.source.modules[name], !named.contains(name),
                module.facts.starts(.server) || module.facts.starts(.stateMachine),
                self.isKnown(module.application, run.source), let span = run.suspensions[name]?.first
            else { return nil }
            return hop.finding(
                self.id, .warning, "the \(run.name) suspends `\(name)`, which no child specification names", in: run,
                steps: [span.start], module: name,
                why: "No process is found: none is suspended, and no state is converted.",
                notes: ["all supervisors of \(module.application) \(module.version) were read"],
                help: ["name `\(name)` in the `modules` of a child, or load it without `update`"])
        }
    }

    /// Whether all children are known that the application's processes can be.
    private static func isKnown(_ name: ApplicationName, _ release: Hop.Side) -> Bool {
        guard let member = release.started.first(where: { $0.name == name }), member.specification.callback != nil
        else {
            return false
        }
        let facts = member.application.modules.values
        let supervisors = facts.compactMap(\.supervisor)
        guard !supervisors.isEmpty, facts.count == member.specification.modules.count else { return false }
        return supervisors.allSatisfy { supervisor in
            supervisor.isComplete && supervisor.children.allSatisfy { $0.moduleNames != nil }
        }
            && !facts.contains { $0.addsChildren || $0.isHiddenSupervisor }
    }
}

extension ModuleFacts {
    /// Whether it starts children that no `init/1` names.
    fileprivate var addsChildren: Bool {
        self.imports.contains { call in
            switch call.module {
            case "supervisor": call.function == "start_child"
            case "Elixir.Supervisor", "Elixir.DynamicSupervisor", "Elixir.Task.Supervisor",
                "Elixir.PartitionSupervisor":
                true
            default:
                call.module.name.hasSuffix("sup") && call.function.name.hasPrefix("start_")
                    && call.function != "start_link"
            }
        }
    }

    /// A supervisor whose children were not read.
    fileprivate var isHiddenSupervisor: Bool {
        self.supervisor == nil
            && self.imports.contains { $0.module == "supervisor" && $0.function == "start_link" }
    }
}
