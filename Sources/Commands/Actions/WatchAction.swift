import Diagnostics
import DistributionClient
import DistributionProtocol
import HostFiles
import ReleaseInstalling

/// `relift watch`.
struct WatchAction {
    /// Seconds.
    let interval: Int
    let count: Int?
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        guard let operated = OperatedNode(self.node, files: files, &findings) else {
            console.report(findings)
            return .refused
        }
        let view = WatchView(
            title: "\(operated.access.target.name)", isTerminal: console.format == .text && Console.resultIsTerminal,
            isJSON: console.format == .json)
        let watch = NodeWatch(operated.access, root: operated.system.root, files: files)
        let finding = await watch.run(every: .seconds(self.interval)) { sample, number in
            console.result(view.text(sample, at: ProcessEnvironment.operationContext.now()))
            return self.count.map { number < $0 } ?? true
        }
        guard let finding else { return .done }
        console.report([finding])
        return .failed
    }
}

/// One look at a node as text.
struct WatchView: Sendable {
    let title: String
    let isTerminal: Bool
    let isJSON: Bool

    func text(_ sample: HealthSample?, at time: HostTime) -> String {
        if self.isJSON { return self.json(sample, time).text + "\n" }
        guard let sample else {
            return self.isTerminal ? "\u{1b}[H\u{1b}[J\(self.title) does not answer\n" : "\(time.text) no answer\n"
        }
        return self.isTerminal ? self.screen(sample, time) : "\(time.text) \(sample.line)\n"
    }

    /// The whole view, written over the one before.
    private func screen(_ sample: HealthSample, _ time: HostTime) -> String {
        var lines = [
            "\(self.title)   \(time.text)   Ctrl-C ends",
            "",
            "processes    \(sample.processCount)",
            "run queue    \(sample.runQueue)",
            "schedulers   " + (sample.watch?.utilisation.map { "\($0 / 10).\($0 % 10) %" } ?? "?"),
            "memory       \(sample.memory.total >> 20) MiB   processes \(sample.memory.processes >> 20)   "
                + "binaries \(sample.memory.binary >> 20)   ets \(sample.memory.ets >> 20)",
            "old code     \(sample.modulesWithOldCode) modules",
        ]
        if let watch = sample.watch {
            lines.append(
                "since start  \(watch.errors) errors, \(watch.crashReports) crash reports, \(watch.deaths) deaths")
            lines += watch.supervisors.prefix(5).map { "  deaths under \($0.name): \($0.count)" }
        }
        lines += ["", "longest queues"]
        lines += sample.queues.prefix(5).map { "  \($0.queue)  \($0.process.title)" }
        // Home, every line cleared to its end, and what is below.
        return "\u{1b}[H" + lines.map { $0 + "\u{1b}[K\n" }.joined() + "\u{1b}[J"
    }

    private func json(_ sample: HealthSample?, _ time: HostTime) -> JSONValue {
        guard let sample else { return .object([("at", .string(time.text)), ("reachable", .boolean(false))]) }
        return .object([
            ("at", .string(time.text)), ("reachable", .boolean(true)), ("processes", .integer(sample.processCount)),
            ("runQueue", .integer(sample.runQueue)), ("memory", .integer(sample.memory.total)),
            ("reductions", .integer(sample.reductions)), ("longestQueue", .integer(sample.queues.first?.queue ?? 0)),
            ("modulesWithOldCode", .integer(sample.modulesWithOldCode)),
            ("deaths", sample.watch.map { .integer($0.deaths) } ?? .null),
            ("errors", sample.watch.map { .integer($0.errors) } ?? .null),
        ])
    }
}
