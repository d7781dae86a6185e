package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A supervisor whose specification says `worker`.
package enum ChildrenHidden: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("process/children-hidden"), "a supervisor is declared as a worker, which hides its children",
        meaning: """
            An upgrade goes down the tree of supervisors from the top and asks those for their children whose specification \
            has the type `supervisor`. `worker` is the default: below such a supervisor no process is found, suspended or \
            converted. Nor has it the time to end its children when it is shut down.
            """,
        example: .release(Self.files("")),
        wayOut: ["write `type => supervisor` into the child specification"])

    package static let mended: [Explanation.File] = Self.files(", type => supervisor")

    private static func files(_ type: String) -> [Explanation.File] {
        [
            .source(
                "shop", "1", "shop_sup", "-behaviour(supervisor).", "-export([init/1]).",
                "init([]) -> {ok, {#{}, [#{id => hall, start => {hall_sup,start_link,[]}\(type)}]}}."),
            .source(
                "shop", "1", "hall_sup", "-behaviour(supervisor).", "-export([start_link/0, init/1]).",
                "start_link() -> supervisor:start_link(hall_sup, []).", "init([]) -> {ok, {#{}, []}}."),
        ]
    }

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        release.supervisors.flatMap { supervisor in
            supervisor.children.children.compactMap { child in
                guard child.type == .known(.atom("worker")), let start = child.start.module.term?.atomValue,
                    child.start.function.term?.isAtom("start_link") ?? false,
                    release.modules[start]?.facts.starts(.supervisor) ?? false
                else { return nil }
                return supervisor.module.finding(
                    self.id, .warning,
                    "\(child.name) of `\(supervisor.module.name)` is the supervisor `\(start)`, declared as a worker",
                    why: "An upgrade does not look for processes below it.", help: ["write `type => supervisor`"])
            }
        }
    }
}
