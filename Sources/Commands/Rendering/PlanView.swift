import CompatibilityRules
import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A plan as people and programs read it (contract, section 6).
struct PlanView {
    let upgrade: PlannedUpgrade
    let hop: Hop
    let verdict: Verdict
    let comparison: RelupComparison?

    private var changes: [GeneratedAppup] { self.hop.changes }

    // MARK: - What changed

    private struct ModuleChange {
        var application: ApplicationName
        var module: ModuleName
        var kind: String
        var reason: String
    }

    private var modules: [ModuleChange] {
        self.changes.flatMap { change in
            change.exchanges.compactMap { instruction -> ModuleChange? in
                guard let parts = instruction.term.tupleElements, parts.count > 1,
                    let module = parts[1].atomValue.flatMap({ ModuleName(validating: $0) })
                else { return nil }
                let kind =
                    parts[0] == .atom("add_module")
                    ? "added" : parts[0] == .atom("delete_module") ? "removed" : "changed"
                return ModuleChange(
                    application: change.application, module: module, kind: kind, reason: instruction.cause.text)
            }
        }
    }

    private struct ApplicationChange {
        var name: ApplicationName
        var from: ApplicationVersion?
        var to: ApplicationVersion?
        var kind: String
    }

    private var applications: [ApplicationChange] {
        let (from, to) = (self.upgrade.from, self.upgrade.to)
        let kept = to.applications.map { member -> ApplicationChange in
            let name = member.application.name
            let before = from[name]?.application.version
            let after = member.application.version
            let kind = before.map { $0 == after ? "unchanged" : "upgraded" } ?? "added"
            return ApplicationChange(name: name, from: before, to: after, kind: kind)
        }
        let removed = from.applications.filter { to[$0.application.name] == nil }.map {
            ApplicationChange(name: $0.application.name, from: $0.application.version, to: nil, kind: "removed")
        }
        return kept + removed
    }

    private func title(_ release: Release) -> String { "\(release.name) \(release.version)" }

    // MARK: - Rendering

    var text: String {
        var lines = [
            "plan  \(self.title(self.upgrade.from)) -> \(self.title(self.upgrade.to))   \(self.verdict.rawValue)"
        ]
        lines += ["", "applications"]
        for change in self.applications where change.kind != "unchanged" {
            let versions = [change.from?.text, change.to?.text].compactMap(\.self).joined(separator: " -> ")
            lines.append("  \(Self.mark(change.kind)) \(change.name)  \(versions)")
        }
        let unchanged = self.applications.filter { $0.kind == "unchanged" }
        if !unchanged.isEmpty { lines.append("    unchanged: \(unchanged.map(\.name.name).joined(separator: ", "))") }
        lines += ["", "modules"]
        if self.modules.isEmpty { lines.append("    none changed") }
        let width = self.modules.map { $0.module.name.count }.max() ?? 0
        for change in self.modules {
            let padding = String(repeating: " ", count: width - change.module.name.count)
            lines.append("  \(Self.mark(change.kind)) \(change.module)\(padding)  \(change.reason)")
        }
        lines += self.script("up", self.title(self.upgrade.to), self.upgrade.up)
        lines += self.script("down", self.title(self.upgrade.from), self.upgrade.down)
        lines += PlanEffects(self.hop).text
        lines += self.comparison?.text ?? []
        return lines.joined(separator: "\n") + "\n"
    }

    private static func mark(_ kind: String) -> String { kind == "added" ? "+" : kind == "removed" ? "-" : "~" }

    private func script(_ direction: String, _ target: String, _ steps: [PlannedStep]) -> [String] {
        var lines = ["", "\(direction), to \(target)"]
        let width = String(steps.count).count
        var shown: [String: Int] = [:]
        for (index, step) in steps.enumerated() {
            let number = String(index + 1)
            let margin = String(repeating: " ", count: width - number.count)
            lines.append("  \(margin)\(number)  \(TermPrinter.line(step.instruction))")
            let reason = Self.reason(step.cause)
            let text = shown[reason].map { "as step \($0)" } ?? reason
            shown[reason] = shown[reason] ?? index + 1
            lines.append("  \(String(repeating: " ", count: width))    \(text)")
        }
        return lines
    }

    /// The chain of causes where it is one; of an instruction for many modules the first sentence, since the chains of the
    /// modules stand at their own instructions.
    private static func reason(_ cause: Cause) -> String { cause.because.count == 1 ? cause.chain : cause.text }

    var json: JSONValue {
        func steps(_ steps: [PlannedStep]) -> JSONValue {
            .array(
                steps.map {
                    .object([
                        ("instruction", .string(TermPrinter.line($0.instruction))), ("cause", .string($0.cause.chain)),
                    ])
                })
        }
        return .object(
            [
                ("schemaVersion", .integer(1)),
                ("from", .string(self.title(self.upgrade.from))),
                ("to", .string(self.title(self.upgrade.to))),
                ("verdict", .string(self.verdict.rawValue)),
                (
                    "applications",
                    .array(
                        self.applications.map {
                            .object([
                                ("name", .string($0.name.name)), ("from", .optional($0.from?.text)),
                                ("to", .optional($0.to?.text)), ("change", .string($0.kind)),
                            ])
                        })
                ),
                (
                    "modules",
                    .array(
                        self.modules.map {
                            .object([
                                ("application", .string($0.application.name)), ("module", .string($0.module.name)),
                                ("change", .string($0.kind)), ("reasons", .array([.string($0.reason)])),
                            ])
                        })
                ),
                ("up", steps(self.upgrade.up)),
                ("down", steps(self.upgrade.down)),
                ("effects", PlanEffects(self.hop).json),
            ] + (self.comparison.map { [("against", $0.json)] } ?? []))
    }
}
