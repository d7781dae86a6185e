import Diagnostics
import ErlangTerms
import ReleaseModel

/// The findings about the children of one supervisor.
struct SupervisorReport {
    private let supervisor: ModuleName
    private let application: Application
    private let mode: UpgradeMode

    init(_ supervisor: ModuleName, _ application: Application, _ mode: UpgradeMode) {
        self.supervisor = supervisor
        self.application = application
        self.mode = mode
    }

    /// What tells the children.
    private var place: Diagnostic.Place { self.application.place(in: self.supervisor, of: .initial) }
    private var name: String { self.application.name.name }

    // MARK: - What changed

    /// A child's process is not the one that its new specification starts.
    func changed(_ change: SupervisorComparison.ChildChange, _ name: Term?) -> Diagnostic {
        let id = TermPrinter.line(change.before.id)
        let instructions = self.lines(SupervisorCalls.restart(change.before.id, of: name ?? Self.blank))
        return Diagnostic(
            .appupChildChanged, .warning,
            "child `\(id)` of `\(self.supervisor)` has another \(Self.list(change.keys.map { "`\($0)`" }))",
            at: self.place,
            explanation: """
                The update of a supervisor takes the new specification and leaves the running child as it is: it is \
                started in the new way only when it is started again.
                """,
            notes: self.differences(change),
            help: ["to start it anew, add behind the update of `\(self.supervisor)`, both ways:"] + instructions,
            application: self.name, module: self.supervisor.name)
    }

    /// A child's specification differs in what needs no new process.
    func updated(_ change: SupervisorComparison.ChildChange) -> Diagnostic {
        let id = TermPrinter.line(change.before.id)
        return Diagnostic(
            .appupChildUpdated, .note,
            "child `\(id)` of `\(self.supervisor)` has another \(Self.list(change.keys.map { "`\($0)`" }))",
            at: self.place,
            explanation: "It holds from the update of the supervisor on; the child need not be restarted.",
            notes: self.differences(change), application: self.name, module: self.supervisor.name)
    }

    func reordered(_ before: [Term], _ after: [Term]) -> Diagnostic {
        Diagnostic(
            .appupChildrenReordered, .note, "`\(self.supervisor)` starts its children in another order", at: self.place,
            explanation: "The running children stay; the order holds when several of them are started again.",
            notes: [
                Diagnostic.Note("before: \(Self.list(before.map { "`\(TermPrinter.line($0))`" }))"),
                Diagnostic.Note("after: \(Self.list(after.map { "`\(TermPrinter.line($0))`" }))"),
            ], application: self.name, module: self.supervisor.name)
    }

    func otherKind(_ from: SupervisorChildren, _ to: SupervisorChildren) -> Diagnostic {
        Diagnostic(
            .appupSupervisorKindChanged, .warning,
            """
            `\(self.supervisor)` was \(Self.text(from.strategy)) and is \(Self.text(to.strategy)) now
            """, at: self.place,
            explanation: """
                The children of a `simple_one_for_one` supervisor are kept in another way than those of the others: a \
                running supervisor cannot take the new ones.
                """,
            help: ["restart the application: `{restart_application,\(self.application.name)}`"],
            application: self.name, module: self.supervisor.name)
    }

    /// `init/1` of the version that the way leads to makes something a second time.
    func notRepeatable(_ calls: [ModuleFacts.ImportedFunction], _ target: Application) -> Diagnostic {
        let names = calls.map { "`\($0.module):\($0.function)/\($0.arity)`" }
        return Diagnostic(
            .appupInitNotRepeatable, .warning,
            "`init/1` of `\(self.supervisor)` runs again, and in \(target.version) it calls \(Self.list(names))",
            at: target.place(in: self.supervisor, of: .initial, calling: calls.first),
            explanation: """
                The update of a supervisor runs `init/1` in the process that ran it when it started. What is there under \
                its name or on its port already cannot be made again: the call fails, and with it the upgrade, after the \
                point of no return.
                """,
            help: [
                "if its children are the same in both versions, write `{load_module,\(self.supervisor)}` instead",
                "or make it in the `start/2` of the application or in a child",
            ], application: self.name, module: self.supervisor.name, direction: self.mode.direction)
    }

    // MARK: - What is not known

    /// Some of the children could not be read.
    func notReadable(_ gaps: [String], _ name: Term?) -> Diagnostic {
        Diagnostic(
            .appupChildrenNotReadable, .note,
            "not all children of `\(self.supervisor)` can be told from its code", at: self.place,
            explanation: "Its update starts no added children and ends no removed ones.",
            notes: gaps.prefix(5).map { Diagnostic.Note("because of \($0)") },
            help: self.toFill(starting: [], ending: [], name, isAny: true),
            application: self.name, module: self.supervisor.name)
    }

    /// Children that come or go, while it is not certain what their supervisor's process can be called by.
    func notAddressable(
        added: [ChildSpecification], removed: [ChildSpecification], _ reason: String
    ) -> Diagnostic {
        Diagnostic(
            .appupSupervisorNotAddressable, .warning,
            "\(self.summary(added, removed)), but no instructions for them can be made: \(reason)", at: self.place,
            explanation: """
                The update of a supervisor starts no added children and ends no removed ones. A call of a supervisor that \
                does not run would fail the upgrade.
                """,
            help: self.toFill(starting: added, ending: removed, nil), application: self.name,
            module: self.supervisor.name, direction: self.mode.direction)
    }

    /// Children of which it is not certain that they come or go.
    func uncertain(added: [ChildSpecification], removed: [ChildSpecification], _ name: Term?) -> Diagnostic {
        Diagnostic(
            .appupChildrenUncertain, .note, "perhaps \(self.summary(added, removed))", at: self.place,
            explanation: "Whether they are there in both versions cannot be told from the code.",
            help: self.toFill(starting: added, ending: removed, name), application: self.name,
            module: self.supervisor.name, direction: self.mode.direction)
    }

    // MARK: - Texts

    /// Stands for what a person has to fill in.
    private static let blank = Term.atom("SUPERVISOR")

    private func summary(_ added: [ChildSpecification], _ removed: [ChildSpecification]) -> String {
        let (come, go) = (Self.names(added), Self.names(removed))
        let version = self.mode == .up ? "" : " on the way down"
        if removed.isEmpty { return "`\(self.supervisor)` starts \(come) in addition\(version)" }
        if added.isEmpty { return "`\(self.supervisor)` no longer has \(go)\(version)" }
        return "`\(self.supervisor)` starts \(come) in addition and no longer has \(go)\(version)"
    }

    /// The instructions to paste.
    private func toFill(
        starting: [ChildSpecification], ending: [ChildSpecification], _ name: Term?, isAny: Bool = false
    ) -> [String] {
        let supervisor = name ?? Self.blank
        var help: [String] = []
        if !ending.isEmpty || isAny {
            help.append("to end a child that goes, put before all others:")
            for id in isAny ? [Term.atom("CHILD")] : ending.map(\.id) {
                help += self.lines(SupervisorCalls.end(id, of: supervisor))
            }
        }
        if !starting.isEmpty || isAny {
            help.append("to start a child that comes, put behind the update of `\(self.supervisor)`:")
            for id in isAny ? [Term.atom("CHILD")] : starting.map(\.id) {
                help += self.lines(SupervisorCalls.start(id, of: supervisor))
            }
        }
        return help
    }

    private func lines(_ instructions: [Term]) -> [String] {
        instructions.map(SupervisorCalls.line)
    }

    private func differences(_ change: SupervisorComparison.ChildChange) -> [Diagnostic.Note] {
        change.keys.map { key in
            let (before, after) = (Self.value(key, change.before), Self.value(key, change.after))
            return Diagnostic.Note("`\(key)`: \(before) before, \(after) after")
        }
    }

    private static func value(_ key: String, _ child: ChildSpecification) -> String {
        switch key {
        case "restart": return self.text(child.restart)
        case "shutdown": return self.text(child.shutdown)
        case "type": return self.text(child.type)
        case "modules": return self.text(child.modules)
        case "significant": return self.text(child.significant)
        default:
            let parts = [child.start.module, child.start.function, child.start.arguments]
            return "`{\(parts.map { $0.term.map { TermPrinter.line($0) } ?? "…" }.joined(separator: ","))}`"
        }
    }

    private static func text(_ term: StaticTerm) -> String {
        switch term {
        case .known(let term): "`\(TermPrinter.line(term))`"
        case .unknown(let reason): "not known (\(reason))"
        }
    }

    private static func names(_ children: [ChildSpecification]) -> String {
        self.list(children.map { "`\(TermPrinter.line($0.id))`" })
    }

    private static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(8)
        if texts.count > shown.count { return shown.joined(separator: ", ") + ", …" }
        guard let last = shown.last, shown.count > 1 else { return shown.joined() }
        return shown.dropLast().joined(separator: ", ") + " and " + last
    }
}
