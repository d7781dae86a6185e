import Diagnostics
import ErlangTerms

/// Code in the node: is it that of the release, and who is in old code.
extension Preflight {
    /// Modules that are loaded with other code than the files of the release have.
    func drift() -> [Diagnostic] {
        let others = self.census.loaded.modules.filter { module in
            self.subject.fromModules[module.name].map { $0 != module.digest } ?? false
        }
        let updated = Set(self.outline.modulesOfCode)
        var findings: [Diagnostic] = []
        if !others.isEmpty {
            findings.append(
                Diagnostic(
                    .drift, .warning,
                    "\(Self.count(others.count, "module")) of the node \(others.count == 1 ? "is" : "are") "
                        + "not the code of its release",
                    explanation:
                        "Somebody has loaded other code into the node, or changed the files. The upgrade was checked "
                        + "from what the files have.",
                    notes: Self.notes(others) { module in
                        let file = module.file.map { " from `\($0)`" } ?? ""
                        return "`\(module.name)` was loaded\(file)"
                            + (updated.contains(module.name) ? "; the script exchanges it" : "")
                    },
                    help: ["load what the files have, for instance with `l(\(others[0].name))`, or restart the node"],
                    application: others[0].application?.name, module: others[0].name.name))
        }
        if self.census.loaded.count > self.census.loaded.modules.count {
            findings.append(
                Self.notChecked(
                    "the code of \(Self.count(self.census.loaded.count - self.census.loaded.modules.count, "module"))"))
        }
        return findings
    }

    /// Processes in old code: the script is refused for them, or kills them.
    func oldCode() -> [Diagnostic] {
        var findings: [Diagnostic] = []
        let removed = Set(self.outline.exchanges.filter(\.isRemoved).map(\.module))
        let killing = Set(self.outline.exchanges.filter(\.killsBefore).map(\.module)).union(self.outline.purged)
            .union(removed)
        let refusing = Set(self.outline.exchanges.filter { !$0.killsBefore }.map(\.module))
        for users in self.census.oldCode.modules where users.count > 0 || users.unanswered > 0 {
            // Looked for before the first instruction: a `purge` before it does not help.
            if refusing.contains(users.module) {
                findings.append(self.oldProcesses(users))
            } else if killing.contains(users.module) {
                findings.append(self.killed(users))
            } else if users.count > 0 {
                findings.append(
                    Diagnostic(
                        .oldCode, .note, "\(Self.count(users.count, "process")) still in old code of `\(users.module)`",
                        explanation: "This upgrade does not touch the module; one that does kills them or is refused.",
                        notes: Self.notes(users.processes, count: users.count, Self.described),
                        help: ["see what they wait for"], module: users.module.name))
            }
        }
        let unchecked = self.census.oldCode.unchecked.filter { killing.contains($0) || refusing.contains($0) }
        if !unchecked.isEmpty { findings.append(Self.notChecked("who is in old code of `\(unchecked[0])`")) }
        return findings
    }

    private func oldProcesses(_ users: ModuleUsers) -> Diagnostic {
        guard users.count > 0 else { return Self.notChecked(Self.unanswered(users)) }
        return Diagnostic(
            .oldProcesses, .error,
            "\(Self.count(users.count, "process")) in old code of `\(users.module)`: the script is refused",
            explanation: "The script exchanges the module with `soft_purge`, so `release_handler` answers "
                + "`{old_processes, \(users.module)}` as long as they are there.",
            notes: Self.notes(users.processes, count: users.count, Self.described),
            help: ["end these processes, or have them call their module by its full name"], module: users.module.name)
    }

    private func killed(_ users: ModuleUsers) -> Diagnostic {
        guard users.count > 0 else { return Self.notChecked(Self.unanswered(users)) }
        return Diagnostic(
            .killedByPurge, .error,
            "\(Self.count(users.count, "process")) in old code of `\(users.module)` would be killed",
            explanation:
                "The script purges the old code of the module before it loads the new one; whatever these processes "
                + "do is lost.",
            notes: Self.notes(users.processes, count: users.count, Self.described),
            help: ["wait until they are done, or end them in order"], module: users.module.name)
    }

    private static func unanswered(_ users: ModuleUsers) -> String {
        "whether \(Self.count(users.unanswered, "process")) that did not answer in time is in old code of `\(users.module)`"
    }

    /// Processes that will be in old code when the modules are exchanged.
    func staying() -> [Diagnostic] {
        self.census.staying.compactMap { users in
            guard users.count > 0, let exchange = self.outline.exchanges.first(where: { $0.module == users.module })
            else {
                return nil
            }
            let ends =
                exchange.killsAfter
                ? "when the release is made permanent, those that are still there are killed"
                : "as long as they are there, the next upgrade of the module is refused"
            return Diagnostic(
                .staysInOldCode, .warning,
                "\(Self.count(users.count, "process")) in `\(users.module)` will stay in its old code",
                explanation:
                    "The script does not suspend them, so they go on in the code that they are in until they call "
                    + "their module by its full name: \(ends).",
                notes: Self.notes(users.processes, count: users.count, Self.described),
                help: ["have the module's processes found by their supervisor (`modules` of the child specification)"],
                module: users.module.name)
        }
    }

    /// A question that the node did not answer in full.
    static func notChecked(_ what: String) -> Diagnostic {
        Diagnostic(
            .notChecked, .warning, "it is not known \(what)",
            explanation:
                "The node did not answer in the time that it had, or has too much to tell. What is not known is not "
                + "taken to be good.",
            help: ["try again when the node has less to do"])
    }
}

extension Diagnostic.ID {
    static let drift = Self("preflight/drift")
    static let oldCode = Self("preflight/old-code")
    static let oldProcesses = Self("preflight/old-processes")
    static let killedByPurge = Self("preflight/killed-by-purge")
    static let staysInOldCode = Self("preflight/stays-in-old-code")
    static let notChecked = Self("preflight/not-checked")
}
