import Diagnostics
import ErlangTerms

/// The parameters of applications: `install_release` makes them anew from the files, whatever they are in the node.
extension Preflight {
    /// Parameters that would be lost. Only their names are told: values may be secrets.
    func environment() -> [Diagnostic] {
        guard let comparison = self.census.environment else { return [] }
        // What is given when the node starts counts above the files, before and after.
        let rows = comparison.rows.filter { !$0.isFromCommandLine && $0.live != .absent && $0.live != $0.to }
        let lost = rows.filter { row in
            row.live != row.from && !EnvironmentComparison.isSetByOTP(row.application, row.parameter)
        }
        let vanishing = rows.filter { $0.live == $0.from && $0.to == .absent }
        var findings: [Diagnostic] = []
        if !lost.isEmpty { findings.append(self.lost(lost)) }
        if !vanishing.isEmpty { findings.append(self.vanishing(vanishing)) }
        if comparison.count > comparison.rows.count {
            findings.append(
                Self.notChecked(
                    "what becomes of \(Self.count(comparison.count - comparison.rows.count, "more parameter"))"))
        }
        return findings
    }

    private func lost(_ rows: [EnvironmentComparison.Row]) -> Diagnostic {
        let finding = Diagnostic(
            .parameterLost, .error,
            "\(Self.count(rows.count, "parameter")) of the node would be lost: set while it runs, in no file",
            explanation: "`install_release` makes the parameters of all applications anew from the `.app` files and "
                + "`sys.config` of the new release.",
            notes: Self.notes(rows) { row in
                row.to == .absent
                    ? "`\(row.parameter)` of `\(row.application)` would be gone"
                    : "`\(row.parameter)` of `\(row.application)` would get the value of the new files"
            },
            help: [
                "write them into the `sys.config` of the new release",
                "or allow their loss: `--allow preflight/parameter-lost`",
            ],
            application: rows.first?.application.name)
        return self.subject.allowsLostParameters ? finding.with(.warning) : finding
    }

    private func vanishing(_ rows: [EnvironmentComparison.Row]) -> Diagnostic {
        let finding = Diagnostic(
            .parameterVanishes, .error,
            "\(Self.count(rows.count, "parameter")) of the running release \(rows.count == 1 ? "is" : "are") not in the new "
                + "one",
            explanation: "After the upgrade an application that still asks for one gets nothing.",
            notes: Self.notes(rows) { "`\($0.parameter)` of `\($0.application)`" },
            help: [
                "write them into the `sys.config` of the new release",
                "or allow their loss: `--allow preflight/parameter-vanishes`",
            ],
            application: rows.first?.application.name)
        return self.subject.allowsLostParameters ? finding.with(.warning) : finding
    }
}

extension Diagnostic.ID {
    static let parameterLost = Self("preflight/parameter-lost")
    static let parameterVanishes = Self("preflight/parameter-vanishes")
}
