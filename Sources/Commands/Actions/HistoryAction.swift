import Diagnostics
import HostFiles
import ReleaseInstalling

/// `relift history`.
struct HistoryAction {
    /// How many of the newest operations are shown; nil for all.
    let limit: Int?
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        guard let system = TargetSystem(root: self.node.rootFolder, files: files, &findings) else {
            console.report(findings)
            return .findings
        }
        do {
            let all = try Journal(root: system.root, files: files).history()
            let past = Array(all.suffix(self.limit ?? all.count))
            switch console.format {
            case .text: console.result(past.isEmpty ? "nothing was done here yet\n" : Self.text(past))
            case .json:
                let operations = past.map { $0.operation.json($0.end) }
                console.result(
                    JSONValue.object([("schemaVersion", .integer(1)), ("operations", .array(operations))]).text + "\n")
            }
            return .done
        } catch {
            console.report([error.diagnostic])
            return .failed
        }
    }

    /// A line an operation, newest last as in a log.
    private static func text(_ past: [(operation: Operation, end: OperationEnd)]) -> String {
        let rows = past.map { operation, end in operation.cells(end) }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return zip(rows, past).map { row, entry in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return ([line] + entry.end.reasons.map { "    \($0)" }).joined(separator: "\n") + "\n"
        }.joined()
    }
}

extension Operation {
    /// The columns of a line of the history.
    fileprivate func cells(_ end: OperationEnd) -> [String] {
        [
            self.began.text, self.user, self.kind.rawValue, self.versions, end.result,
            "\(max(0, end.at.seconds - self.began.seconds)) s",
            end.longestPause.map { "longest pause \(($0 + 500) / 1000) ms" } ?? "",
        ]
    }

    /// `1.0.0 -> 1.1.0`; of a version that was removed only that.
    private var versions: String {
        let from = self.kind == .remove || self.from == self.to ? nil : self.from
        return [from, self.to].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " -> ")
    }

    /// One line for people.
    func line(_ end: OperationEnd) -> String {
        self.cells(end).filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// An operation of the history for programs.
    func json(_ end: OperationEnd) -> JSONValue {
        .object([
            ("id", .string(self.id)), ("operation", .string(self.kind.rawValue)),
            ("user", .string(self.user)), ("node", .optional(self.node)),
            ("began", .string(self.began.text)), ("ended", .string(end.at.text)),
            ("from", .optional(self.from)), ("to", .optional(self.to)),
            ("digest", .optional(self.digest)), ("plan", .optional(self.plan)),
            ("result", .string(end.result)),
            ("longestPauseMicroseconds", end.longestPause.map { .integer($0) } ?? .null),
            ("reasons", .array(end.reasons.map { .string($0) })),
        ])
    }
}
