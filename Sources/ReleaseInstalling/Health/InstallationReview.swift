package import Diagnostics
package import ErlangTerms

/// Judges what `release_handler` did and reports as done, whatever came of its parts. Pure.
package enum InstallationReview {
    /// - Parameters:
    ///   - pause: what the trace saw.
    ///   - notSeen: applied functions whose results could not be seen.
    ///   - expected: the applications that the boot script of the new release starts.
    ///   - running: those that run now.
    package static func judge(
        _ pause: PauseReport, notSeen: [ExternalFunction] = [], expected: Set<Atom>, running: Set<Atom>
    ) -> [Diagnostic] {
        var findings = pause.applied.compactMap(Self.applied)
        let absent = expected.subtracting(running).sorted()
        if !absent.isEmpty { findings.append(Self.notRunning(absent)) }
        if pause.unansweredCount > 0 {
            findings.append(
                Diagnostic(
                    .notSuspended, .error,
                    "\(Preflight.count(pause.unansweredCount, "process")) did not answer when it was to be suspended",
                    explanation:
                        "`release_handler` passes over such a process: it runs on, and its state is not converted.",
                    notes: Preflight.notes(pause.unanswered, count: pause.unansweredCount, Preflight.described),
                    help: ["see what the process waits for, and restart it by its supervisor"]))
        }
        if pause.unresumedCount > 0 {
            findings.append(
                Diagnostic(
                    .notResumed, .error,
                    "\(Preflight.count(pause.unresumedCount, "process")) not resumed by the script",
                    notes: Preflight.notes(pause.unresumed, count: pause.unresumedCount, Preflight.described),
                    help: ["`sys:resume/1` it"]))
        }
        let away = pause.restarted.filter { $0.microseconds == nil }
        if !away.isEmpty {
            findings.append(
                Diagnostic(
                    .notRestarted, .warning,
                    "\(Preflight.count(away.count, "process")) stopped by the script and not started again",
                    notes: Preflight.notes(away) { "child `\($0.child)` of \($0.supervisor?.title ?? "a supervisor")" },
                    help: ["`supervisor:restart_child/2` it, unless it was to go"]))
        }
        if !notSeen.isEmpty {
            findings.append(
                Diagnostic(
                    .resultNotSeen, .note,
                    "what \(Preflight.count(notSeen.count, "function")) returned to the script is not known",
                    explanation: "Their modules were loaded only by the upgrade itself.",
                    notes: Preflight.notes(notSeen) { "`\($0.module):\($0.function)/\($0.arity)`" },
                    help: ["see that what they do was done"]))
        }
        return findings
    }

    private static func applied(_ applied: PauseReport.Applied) -> Diagnostic? {
        let reason: String
        switch applied.outcome {
        case .ok: return nil
        case .error(let text) where Self.isSo(applied.function, text): return nil
        case .error(let text): reason = "returned `{error, \(text)}`"
        case .crashed(let text): reason = "crashed: `\(text)`"
        }
        let function = applied.function
        return Diagnostic(
            .applyFailed, .error, "`\(function.module):\(function.function)/\(function.arity)` \(reason)",
            explanation: "The script applies it, and `release_handler` ignores what it returns.",
            help: ["see what it was to do, and whether the release can do without"], module: function.module.name)
    }

    /// Whether an error only says that things already are as the function was to make them: somebody was faster.
    private static func isSo(_ function: ExternalFunction, _ reason: String) -> Bool {
        switch (function.module.name, function.function.name) {
        case ("supervisor", "restart_child"): ["running", "restarting"].contains(reason)
        case ("supervisor", "terminate_child"), ("supervisor", "delete_child"): reason == "not_found"
        case ("supervisor", "start_child"), ("application", "start"): reason.hasPrefix("{already_started,")
        case ("application", "stop"): reason.hasPrefix("{not_started,")
        default: false
        }
    }

    private static func notRunning(_ applications: [Atom]) -> Diagnostic {
        Diagnostic(
            .notRunning, .error,
            "\(Preflight.count(applications.count, "application")) of the new release not running after the upgrade",
            explanation: "`release_handler` reports success also when an application did not start.",
            notes: Preflight.notes(applications) { "`\($0)`" },
            help: ["start it by hand to see why: `application:ensure_all_started(\(applications[0]))`"],
            application: applications[0].name)
    }

    /// Parameters that an upgrade changed without its files saying so. `announced` is the comparison from before it.
    package static func parameterChanges(
        before: NodeEnvironment, after: NodeEnvironment, announced: EnvironmentComparison
    ) -> [Diagnostic] {
        let known = Set(announced.rows.map { [$0.application, $0.parameter] })
        let applications = Set(before.digests.keys).intersection(after.digests.keys)
        let changes = after.changes(since: before).filter { change in
            applications.contains(change.application) && !known.contains([change.application, change.parameter])
                && !EnvironmentComparison.isSetByOTP(change.application, change.parameter)
        }
        guard !changes.isEmpty else { return [] }
        return [
            Diagnostic(
                .parameterChanged, .warning,
                "\(Preflight.count(changes.count, "parameter")) changed during the upgrade without being in its files",
                explanation: "Code of the release set them, or somebody else did meanwhile.",
                notes: Preflight.notes(changes) { "`\($0.parameter)` of `\($0.application)` \(Self.verb($0.kind))" },
                help: ["see that the applications have what they need"], application: changes.first?.application.name)
        ]
    }

    private static func verb(_ kind: NodeEnvironment.Change.Kind) -> String {
        switch kind {
        case .added: "is new"
        case .removed: "is gone"
        case .changed: "has another value"
        }
    }
}

extension Diagnostic.ID {
    static let applyFailed = Self("installed/apply-failed")
    static let notRunning = Self("installed/application-not-running")
    static let notSuspended = Self("installed/not-suspended")
    static let notResumed = Self("installed/not-resumed")
    static let notRestarted = Self("installed/not-restarted")
    static let resultNotSeen = Self("installed/result-not-seen")
    static let parameterChanged = Self("installed/parameter-changed")
}
