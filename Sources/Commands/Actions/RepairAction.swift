import Diagnostics
import HostFiles
import ReleaseFiles
import ReleaseInstalling
import ReleaseModel
import SystemPackage

/// `relift repair`.
struct RepairAction {
    let dryRun: Bool
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        guard let system = TargetSystem(root: self.node.rootFolder, files: files, &findings) else {
            return self.show(Repairer.Report(isSettled: false, findings: findings, isRefused: true), console)
        }
        if self.dryRun { return self.look(system, console) }
        // What says how to reach the node may be what is broken.
        var ignored: [Diagnostic] = []
        let version = system.startData(&ignored)?.release.text ?? system.wholeReleases().first?.resource.version.text
        let access = version.flatMap {
            NodeRequest(self.node, files: files).access(to: system, running: $0, &ignored)
        }
        Interruption.isTold()
        let report = await Repairer(
            root: system.root, access: access, files: files, context: ProcessEnvironment.operationContext,
            observer: InstallRendering.observer(console)
        ).repair()
        return self.show(report, console)
    }

    private func show(_ report: Repairer.Report, _ console: Console) -> ExitStatus {
        switch console.format {
        case .text:
            console.report(report.findings)
            console.result(report.sentence + "\n")
        case .json: console.result(report.json.text + "\n")
        }
        return report.isSettled ? .done : report.isRefused ? .refused : .personNeeded
    }

    private func look(_ system: TargetSystem, _ console: Console) -> ExitStatus {
        do {
            let journal = Journal(root: system.root, files: HostFileSystem())
            let text = try journal.unfinished()
            let holder = try journal.holder()
            switch console.format {
            case .text:
                let isUnderWay = holder != .nobody
                let verb = isUnderWay ? "would be refused: another relift is at work on" : "would settle:"
                console.result(
                    text.map { "\(verb) \($0.sentence(isUnderWay: isUnderWay))\n" }
                        ?? "no operation was cut off; would look at the records\n")
            case .json:
                console.result(
                    JSONValue.object([
                        ("schemaVersion", .integer(1)), ("result", .string("dry-run")),
                        ("journal", text?.json(holder) ?? .null), ("findings", .array([])),
                    ]).text + "\n")
            }
            return .done
        } catch {
            console.report([error.diagnostic])
            return .failed
        }
    }
}

extension Repairer.Report {
    fileprivate var sentence: String {
        guard !self.isRefused else { return "nothing was changed" }
        guard self.isSettled else { return "a person is needed: nothing more can be mended without one" }
        return self.findings.isEmpty ? "nothing was to be mended" : "mended; nothing is left to do"
    }

    private var result: String {
        guard self.isSettled else { return self.isRefused ? "refused" : "failed" }
        return self.findings.isEmpty ? "sound" : "repaired"
    }

    fileprivate var json: JSONValue {
        .object([
            ("schemaVersion", .integer(1)),
            ("result", .string(self.result)),
            ("findings", .array(self.findings.map(\.json))),
        ])
    }
}

extension JournalText {
    /// What was going on, or is, for people.
    func sentence(isUnderWay: Bool) -> String {
        let subject = self.operation.to.map { " of release \($0)" } ?? ""
        let verb = isUnderWay ? "now" : "cut off"
        let step = self.lastStep.map { ", \(verb) in step \($0.rawValue)" } ?? ", \(verb) before its first step"
        return "\(self.operation.kind.rawValue)\(subject), begun by \(self.operation.user) at "
            + "\(self.operation.began.text)\(step)"
    }

    /// Contract, section 6: `journal` of `relift status`.
    func json(_ holder: HostFileLock.Holder) -> JSONValue {
        var process: Int?
        var isUnderWay = false
        if case .process(let number) = holder { (process, isUnderWay) = (number, true) }
        return .object([
            ("underWay", .boolean(isUnderWay)), ("process", process.map { .integer($0) } ?? .null),
            ("operation", .string(self.operation.kind.rawValue)),
            ("id", .string(self.operation.id)),
            ("user", .string(self.operation.user)),
            ("began", .string(self.operation.began.text)),
            ("from", .optional(self.operation.from)),
            ("to", .optional(self.operation.to)),
            ("step", .optional(self.lastStep?.rawValue)),
        ])
    }
}
