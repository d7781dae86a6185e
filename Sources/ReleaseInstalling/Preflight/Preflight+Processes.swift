import Diagnostics
import ErlangTerms

/// The processes that the script looks for, and what trips `release_handler` on its way to them.
extension Preflight {
    /// What breaks the search through the supervision trees; without `suspend` and `stop` nobody searches.
    func trees() -> [Diagnostic] {
        guard self.outline.walksTrees else { return [] }
        let tree = self.census.tree
        var findings = tree.tops.compactMap(self.top) + tree.unasked.compactMap(self.unasked)
        for kind in [
            SupervisionTree.OddityKind.dynamicWorker, .dynamicSupervisor, .hiddenSupervisor,
        ] {
            let odd = tree.oddities.filter { $0.kind == kind }
            if !odd.isEmpty { findings.append(self.odd(kind, odd)) }
        }
        if tree.oddityCount > tree.oddities.count || tree.unaskedCount > tree.unasked.count {
            findings.append(Self.notChecked("what else in the supervision trees is not as it should be"))
        }
        return findings
    }

    private func top(_ top: SupervisionTree.Top) -> Diagnostic? {
        switch top.kind {
        case .none: return nil
        case .supervisor:
            guard top.isSuspended else { return nil }
            return self.suspendedSupervisor(top.process, "of application `\(top.application)`")
        case .unknown:
            return Self.notChecked("what is at the top of application `\(top.application)`, which may be starting")
        case .other:
            return Diagnostic(
                .topNotSupervisor, .error, "the top process of application `\(top.application)` is no supervisor",
                explanation:
                    "`release_handler` asks the top process of every application for its children before it suspends "
                    + "any process. This one does not answer as a supervisor does, which restarts the node.",
                notes: Self.notes([top.process].compactMap(\.self), Self.described),
                help: [
                    "upgrade by a restart, or stop the application for the time of the upgrade: "
                        + "`application:stop(\(top.application))`"
                ], application: top.application.name)
        }
    }

    private func suspendedSupervisor(_ process: NodeProcess?, _ place: String) -> Diagnostic {
        Diagnostic(
            .suspendedSupervisor, .error, "supervisor \(process?.title ?? "?") \(place) is suspended",
            explanation:
                "`release_handler` does not ask a suspended supervisor for its children but gives up, after the point "
                + "of no return, which restarts the node.",
            help: ["`sys:resume/1` it, if nobody else is at work on the node"],
            application: process?.application?.name)
    }

    private func unasked(_ unasked: SupervisionTree.Unasked) -> Diagnostic? {
        let name = unasked.process?.title ?? "a supervisor"
        switch unasked.reason {
        case .suspended:
            // Those at the top were said already.
            if self.census.tree.tops.contains(where: { $0.process?.identifier == unasked.process?.identifier }) {
                return nil
            }
            return self.suspendedSupervisor(unasked.process, "in a supervision tree")
        case .busy:
            return Diagnostic(
                .busySupervisor, .error, "supervisor \(name) does not name its children in time",
                explanation:
                    "`release_handler` waits five seconds for its state and gives up then, after the point of no "
                    + "return, which restarts the node.",
                notes: Self.notes([unasked.process].compactMap(\.self), Self.described),
                help: ["wait until it has started its children, or find out what it waits for"],
                application: unasked.process?.application?.name)
        case .unknown:
            return Diagnostic(
                .unknownSupervisor, .note,
                "\(name) is declared as a supervisor and is of a kind that relift does not know",
                explanation:
                    "It was not asked for its children, since it may not understand; `release_handler` will ask it.",
                help: ["see that it answers `supervisor:which_children/1`"],
                application: unasked.process?.application?.name)
        }
    }

    private func odd(_ kind: SupervisionTree.OddityKind, _ odd: [SupervisionTree.Oddity]) -> Diagnostic {
        let notes = Self.notes(odd) { oddity in
            "child `\(oddity.child)` of \(oddity.supervisor?.title ?? "a supervisor that is gone")"
        }
        switch kind {
        case .dynamicWorker:
            return Diagnostic(
                .dynamicWorker, .error,
                "\(Self.count(odd.count, "process")) with `dynamic` modules is no event manager",
                explanation:
                    "`release_handler` asks such a process for its modules, waits five seconds for an answer, and "
                    + "gives up after the point of no return, which restarts the node.",
                notes: notes, help: ["name the callback module in `modules` of the child specification"])
        case .dynamicSupervisor:
            return Diagnostic(
                .dynamicSupervisor, .error, "\(Self.count(odd.count, "supervisor")) with `dynamic` modules",
                explanation:
                    "`release_handler` expects a list there; it crashes after the point of no return, which restarts "
                    + "the node.",
                notes: notes, help: ["name the callback module in `modules` of the child specification"])
        case .hiddenSupervisor:
            return Diagnostic(
                .hiddenProcesses, .warning, "\(Self.count(odd.count, "supervisor")) declared as a worker",
                explanation: "`release_handler` does not look at the children of a worker: their processes are neither "
                    + "suspended nor converted.",
                notes: notes, help: ["say `type => supervisor` in the child specification"])
        }
    }

    /// The processes that the script suspends, stops or converts.
    func processes() -> [Diagnostic] {
        let suspended = Set(self.outline.suspended)
        return self.census.tree.modules.flatMap { found in
            var findings: [Diagnostic] = []
            if found.suspended > 0, suspended.contains(found.module) {
                findings.append(
                    Diagnostic(
                        .alreadySuspended, .warning,
                        "\(Self.count(found.suspended, "process")) of `\(found.module)` suspended already",
                        explanation:
                            "Somebody else has suspended them, or an upgrade before left them so. The script resumes "
                            + "them at its end.",
                        help: ["see who is at work on the node, or `sys:resume/1` them"], module: found.module.name))
            }
            if found.longestQueue >= Self.longQueue, suspended.contains(found.module) {
                findings.append(self.overloaded(found))
            }
            return findings
        }
    }

    private func overloaded(_ found: SupervisionTree.ModuleProcesses) -> Diagnostic {
        let busy = found.busiest.filter { $0.queue >= Self.longQueue }
        return Diagnostic(
            .overloaded, .warning, "\(found.longestQueue) messages wait for a process of `\(found.module)`",
            explanation:
                "It hears that it is to be suspended only behind them. After five seconds it is passed over: it runs on "
                + "in old code, and its state is not converted.",
            notes: Self.notes(busy) { "\(Self.described($0.process)): \($0.queue) messages" },
            help: ["upgrade when it has less to do, or give it more time to be suspended"], module: found.module.name)
    }
}

extension Diagnostic.ID {
    static let topNotSupervisor = Self("preflight/top-not-supervisor")
    static let suspendedSupervisor = Self("preflight/suspended-supervisor")
    static let busySupervisor = Self("preflight/busy-supervisor")
    static let unknownSupervisor = Self("preflight/unknown-supervisor")
    static let dynamicWorker = Self("preflight/dynamic-worker")
    static let dynamicSupervisor = Self("preflight/dynamic-supervisor")
    static let hiddenProcesses = Self("preflight/hidden-processes")
    static let alreadySuspended = Self("preflight/already-suspended")
    static let overloaded = Self("preflight/overloaded")
}
