import Diagnostics
import HostFiles
import ReleaseInstalling

/// `relift history`.
struct HistoryAction {
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        guard let system = TargetSystem(root: self.node.rootFolder, files: files, &findings) else {
            console.report(findings)
            return .findings
        }
        do {
            let past = try Journal(root: system.root, files: files).history()
            switch console.format {
            case .text: console.result(past.isEmpty ? "nothing was done here yet\n" : Self.text(past))
            case .json:
                let operations = past.map { Self.json($0.operation, $0.end) }
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
        let rows = past.map { operation, end in
            [
                operation.began.text, operation.user, operation.kind.rawValue,
                [operation.from, operation.to].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " -> "),
                end.result, "\(max(0, end.at.seconds - operation.began.seconds)) s",
                end.longestPause.map { "longest pause \(($0 + 500) / 1000) ms" } ?? "",
            ]
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return zip(rows, past).map { row, entry in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return ([line] + entry.end.reasons.map { "    \($0)" }).joined(separator: "\n") + "\n"
        }.joined()
    }

    private static func json(_ operation: Operation, _ end: OperationEnd) -> JSONValue {
        .object([
            ("id", .string(operation.id)), ("operation", .string(operation.kind.rawValue)),
            ("user", .string(operation.user)), ("node", .optional(operation.node)),
            ("began", .string(operation.began.text)), ("ended", .string(end.at.text)),
            ("from", .optional(operation.from)), ("to", .optional(operation.to)),
            ("digest", .optional(operation.digest)), ("plan", .optional(operation.plan)),
            ("result", .string(end.result)),
            ("longestPauseMicroseconds", end.longestPause.map { .integer($0) } ?? .null),
            ("reasons", .array(end.reasons.map { .string($0) })),
        ])
    }
}
