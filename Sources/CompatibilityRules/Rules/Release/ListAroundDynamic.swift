package import Diagnostics
import ErlangTerms
import ReleaseModel

/// `modules => [dynamic]`.
package enum ListAroundDynamic: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/list-around-dynamic"), "a child specification has `[dynamic]` for `dynamic`",
        meaning: """
            `dynamic` as the value of `modules` means that the process, an event manager, is asked which modules it runs. \
            In a list it is the name of a module that nobody has: an upgrade never finds the process, which goes on while \
            the code of its handlers is exchanged.
            """,
        example: .release([
            .source(
                "shop", "1", "shop_sup", "-behaviour(supervisor).", "-export([init/1]).",
                "init([]) -> {ok, {#{}, [#{id => bell, start => {gen_event,start_link,[]}, modules => [dynamic]}]}}.")
        ]),
        wayOut: ["write `modules => dynamic`"])

    package static let mended: [Explanation.File] = [
        .source(
            "shop", "1", "shop_sup", "-behaviour(supervisor).", "-export([init/1]).",
            "init([]) -> {ok, {#{}, [#{id => bell, start => {gen_event,start_link,[]}, modules => dynamic}]}}.")
    ]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        release.supervisors.flatMap { supervisor in
            supervisor.children.children.filter { $0.moduleNames == ["dynamic"] }.map { child in
                supervisor.module.finding(
                    self.id, .warning, "\(child.name) of `\(supervisor.module.name)` has `modules => [dynamic]`",
                    why: "That is a module of the name `dynamic`: an upgrade does not find the process.",
                    help: ["write `modules => dynamic`"])
            }
        }
    }
}

extension ModuleInRelease {
    /// A finding about a function of the module as it lies in the release; of a supervisor, what tells its children.
    func finding(
        _ id: Diagnostic.ID, _ severity: Diagnostic.Severity, _ summary: String,
        of function: ModuleFacts.FunctionName = .initial, why: String, notes: [String] = [], help: [String]
    ) -> Diagnostic {
        Diagnostic(
            id, severity, summary, at: self.place(of: function), explanation: why,
            notes: notes.map { Diagnostic.Note($0) },
            help: help, application: self.application.name, module: self.name.name)
    }
}
