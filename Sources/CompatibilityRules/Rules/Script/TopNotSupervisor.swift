package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// An application whose first process is no supervisor.
package enum TopNotSupervisor: ScriptRule, ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/top-not-supervisor"), as: .error,
        "the top process of an application is not a supervisor",
        meaning: """
            For each `suspend` and `stop` the release handler asks the top process of every application that runs for its \
            children, as one asks a supervisor. A server does not understand it and crashes, or answers something else; a \
            plain process does not answer at all. In each case the release handler gives up after the point of no return, \
            and the node restarts with the old release. It is enough that one application of the release is like that, \
            changed or not; `check_install_release` does not notice.
            """,
        example: .hop([Explanation.File].twoServers + Self.bell),
        wayOut: [
            "start the process below a supervisor, and return the supervisor from `start/2`",
            "bring that version in with `restart_emulator`, or with `restart_application` alone, which suspend nothing",
        ])

    package static let mended: [Explanation.File] = [
        .source(
            "bell", "1", "bell_app", "-behaviour(application).", "-export([start/2, stop/1, init/1]).",
            "start(_, _) -> supervisor:start_link(bell_app, []).", "stop(_) -> ok.",
            "init([]) -> {ok, {#{}, [#{id => bell, start => {bell,start_link,[]}}]}}.")
    ]

    /// An application that does not change.
    private static let bell: [Explanation.File] = [
        .application("bell", "1", modules: ["bell", "bell_app"], ["{mod,{bell_app,[]}}"]),
        .source(
            "bell", "1", "bell_app", "-behaviour(application).", "-export([start/2, stop/1]).",
            "start(_, _) -> bell:start_link().", "stop(_) -> ok."),
        .server("bell", "1"), .release("shop-1.rel", "1", [#"{shop,"1"}"#, #"{bell,"1"}"#]),
        .release("shop-2.rel", "2", [#"{shop,"2"}"#, #"{bell,"1"}"#]),
    ]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        guard let search = run.firstSearch else { return [] }
        return run.source.started.compactMap { member in
            guard !hop.isSaidOfUpgrade(run, member.name),
                !run.stopSpans(of: member.name).contains(where: { $0.contains(search) }),
                let top = self.top(of: member, in: run.source)
            else { return nil }
            return hop.finding(
                self.id, .error,
                "the \(run.name) cannot suspend anything: \(top.process) is the top process of `\(member.name)`",
                at: top.place, in: run, steps: [search], module: top.callback.atom, application: member.name.atom,
                why: """
                    The release handler asks it for its children, as one asks a supervisor, and gives up after the point of \
                    no return: the node restarts.
                    """,
                notes: ["`\(top.callback):start/2` of version \(member.version) starts it"],
                help: [
                    "let `start/2` return a supervisor, and bring that version in with `restart_emulator`",
                    "or restart the applications instead of updating their modules",
                ])
        }
    }

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        release.started.compactMap { member in
            guard let top = self.top(of: member, in: release) else { return nil }
            return Diagnostic(
                self.id, .warning, "the top process of `\(member.name)` is no supervisor: \(top.process)",
                at: top.place,
                explanation: """
                    No process of the node can be suspended while it runs: the release handler asks it for its children, as \
                    one asks a supervisor, and gives up after the point of no return.
                    """,
                help: ["let `start/2` return a supervisor, before the first upgrade that suspends something"],
                application: member.name.name, module: top.callback.name)
        }
    }

    private struct Top {
        let callback: ModuleName
        /// In words.
        let process: String
        let place: Diagnostic.Place
    }

    /// The process that an application starts first, where it certainly is no supervisor.
    private static func top(of member: ResolvedApplication, in release: Hop.Side) -> Top? {
        guard ![.kernel, .stdlib].contains(member.name), let callback = member.specification.callback?.module,
            let facts = member.application.modules[callback], let start = facts.start,
            let top = self.top(start.calls, of: facts, member.application, release)
        else { return nil }
        return Top(
            callback: callback, process: top.process,
            place: member.application.place(in: callback, of: .start, calling: top.call))
    }

    /// What the process is that `start/2` returns, where it certainly is no supervisor, and the call that starts it.
    private static func top(
        _ calls: [ModuleFacts.ImportedFunction], of callback: ModuleFacts, _ application: Application,
        _ release: Hop.Side
    ) -> (process: String, call: ModuleFacts.ImportedFunction)? {
        guard ModuleRoles(callback).processes.isDisjoint(with: [.supervisor, .dynamicSupervisor]) else { return nil }
        var found: (process: String, call: ModuleFacts.ImportedFunction)?
        for call in calls where call.module != callback.name.atom {
            switch (call.module, call.function) {
            case ("gen_server", "start_link"), ("gen_statem", "start_link"), ("gen_event", "start_link"),
                ("gen_fsm", "start_link"), ("Elixir.GenServer", "start_link"), ("Elixir.Agent", "start_link"):
                found = found ?? ("a `\(call.module)`", call)
            case ("erlang", "apply"), ("supervisor", _), ("supervisor_bridge", _), ("proc_lib", _): return nil
            default:
                guard let module = release.modules[call.module] else {
                    if ApplyTargetMissing.preloaded.contains(call.module.name) { continue }
                    if Self.libraries.contains(call.module) { continue }
                    return nil
                }
                if [.kernel, .stdlib, .sasl].contains(module.application) { continue }
                // A supervisor that somebody wrote anew.
                if module.facts.exports("which_children", 1) { return nil }
                if call.function == "start_link",
                    module.facts.starts(.server) || module.facts.starts(.stateMachine),
                    !module.facts.startsSupervisor
                {
                    found = found ?? ("the process of `\(call.module)`", call)
                } else if module.facts.startsSupervisor || module.facts.startsSomething {
                    return nil
                }
            }
        }
        if let found { return found }
        // Where nothing of the application knows supervisors, the process that is spawned is the one that is returned.
        let isWithoutSupervisors = application.modules.values.allSatisfy { !$0.startsSupervisor }
        let spawn = calls.first { $0.module == "erlang" && $0.function == "spawn_link" }
        return isWithoutSupervisors ? spawn.map { ("a plain process", $0) } : nil
    }

    /// What start functions call beside: modules of kernel and stdlib, which start no process of the application.
    private static let libraries: Set<Atom> = [
        "application", "code", "error_logger", "ets", "file", "filename", "io", "io_lib", "lists", "logger", "maps",
        "os",
        "persistent_term", "proplists", "string",
    ]
}

extension ModuleFacts {
    fileprivate var startsSupervisor: Bool {
        self.imports.contains {
            ["supervisor", "supervisor_bridge", "Elixir.Supervisor", "Elixir.DynamicSupervisor"].contains(
                $0.module.name)
        }
    }

    /// Whether it calls what may start a process somewhere else.
    fileprivate var startsSomething: Bool { self.imports.contains { $0.function.name.hasPrefix("start") } }
}
