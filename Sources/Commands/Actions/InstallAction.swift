import Archives
import CompatibilityRules
import Diagnostics
import DistributionClient
import DistributionProtocol
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseInstalling
import ReleaseLoading
import ReleaseModel
import Signatures
import SystemPackage
import UpgradePlanning

/// `relift install`: a tarball → the release that the node runs.
struct InstallAction {
    let tarball: FilePath
    /// A plan that was kept: what is installed must be what it shows.
    let plan: FilePath?
    let commit: Bool
    /// IDs of findings that are no reason not to install.
    let allowed: [String]
    let trial: TrialSettings
    /// The questions that the release is asked while it is on trial.
    let health: FilePath?
    let dryRun: Bool
    let events: FilePath?
    let keys: KeyOptions
    let node: NodeOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        // Before anything else looks into the tarball.
        let trust = self.trust(files, &findings)
        // What is looked at from here on has to be what was verified.
        let pin = trust.map { ContentPin(SHA256Digest.self, $0.digests.sha256) }
        guard !findings.hasErrors, let operated = OperatedNode(self.node, files: files, &findings),
            let contents = TarballContents(of: self.tarball, pin: pin, files, &findings)
        else { return InstallRendering.refuse(findings, console) }
        if let missing = self.missingScript(contents, operated, &findings) {
            return InstallRendering.refuse(findings + [missing], console)
        }
        if let plan {
            let stale = await self.staleness(of: plan, operated, pin, files)
            if stale.hasErrors {
                let status = InstallRendering.refuse(findings + stale, console)
                return stale.contains { $0.id == .planStale } ? .stalePlan : status
            }
        }
        console.waiting("checking \(contents.resource.name) \(contents.resource.version) against what runs")
        guard let upgrade = try await self.checked(contents, operated, pin, files, &findings) else {
            return InstallRendering.refuse(findings, console)
        }
        var trial = self.trial
        trial.questions = self.questions(of: contents, files, &findings)
        trial.questioner = HealthQuestioner(
            command: { await HealthCommand.run($0) }, http: { await HealthRequest.run($0) })
        guard !findings.hasErrors else { return InstallRendering.refuse(findings, console) }
        if let trust {
            let name = trust.entry.name
            console.progress("signed\(name.isEmpty ? "" : " by \(name)") with the key \(trust.key.fingerprint)")
        }
        let goal = InstallMachine.Goal.install(.init(upgrade, commits: self.commit))
        if self.dryRun {
            InstallRendering.showPlan(goal, on: "\(operated.access.target.name)", findings, console)
            return .done
        }
        let log = try self.events.map { try EventLog(path: $0, files) }
        console.progress(
            "installing \(contents.resource.name) \(contents.resource.version) on \(operated.access.target.name)")
        let show = InstallRendering.observer(console)
        var installer = Installer(
            root: operated.system.root, access: operated.access, files: files,
            context: ProcessEnvironment.operationContext,
            observer: { progress in
                show(progress)
                log?.write(progress)
            })
        installer.trial = trial
        installer.tarballDigest = trust?.digests.sha256Text
        Interruption.isTold()
        var report = await installer.run(goal, tarball: self.tarball)
        report.outcome.findings = findings + report.outcome.findings
        return InstallRendering.show(report, console, goesBackAfter: self.trial.confirmTime, root: self.node.root)
    }
}

extension InstallAction {
    /// Whose signature the tarball has, where keys are configured. Nil where none are, and after a finding of error severity.
    private func trust(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> VerifiedSigner? {
        let time = ProcessEnvironment.signatureTime
        switch self.keys.places(root: self.node.rootFolder).find(time, files, &findings) {
        case .none, .refused: return nil
        case .keys(let keys):
            return SignatureReview(keys: keys, time: time).verify(self.tarball, files, &findings)
        }
    }

    /// Those of `--health`, else those that the release brings along.
    private func questions(
        of contents: TarballContents, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) -> [HealthQuestion] {
        let source =
            if let health { files.source(health, &findings) } else { contents.releaseFile(HealthFile.name) }
        return source.map { HealthFile.read($0, &findings) } ?? []
    }

    /// The upgrade from the release that the node runs, held against the rules as `relift check` does it; nil after a
    /// finding of error severity.
    private func checked(
        _ contents: TarballContents, _ operated: OperatedNode, _ pin: ContentPin?, _ files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) async throws -> CheckedUpgrade? {
        let running: String
        switch await NodeQuestions(operated.access).releases() {
        case .failure(let failure):
            findings.append(failure.finding)
            return nil
        case .success(let releases): running = releases.running?.version ?? operated.bootVersion
        }
        guard running != contents.resource.version.text else { return CheckedUpgrade(unchanged: running) }
        let root = operated.system.root
        var found: [Diagnostic] = []
        let options = try HostHopOptions(root: root)
        let reading = await HopReading(
            "\(root)@\(running)", self.tarball.string, missingAppup: .note, order: .otp,
            libraries: options.libraries, appups: options.appups, behaviours: options.behaviours, pin: pin, files,
            &found)
        let hop = reading?.hop(files, provesRelup: true)
        var policy = FindingPolicy()
        for id in self.allowed { policy.levels[Diagnostic.ID(id)] = .warning }
        let judged = policy.judge(hop.map { HopReading.findings(in: $0, besides: found) } ?? found, against: nil).shown
        // On a host, a library that no release lists may be what another relift is about to install.
        findings += judged.filter { $0.severity != .note && $0.id != Diagnostic.ID("release/unlisted-library") }
        return hop.flatMap { CheckedUpgrade($0, judged) }
    }

    /// A finding when no relup could lead to the release: neither its own nor that of the release that boots. The node
    /// would find out only after it has unpacked everything.
    private func missingScript(
        _ contents: TarballContents, _ operated: OperatedNode, _ findings: inout [Diagnostic]
    ) -> Diagnostic? {
        let own = contents.relup(&findings)
        let back = operated.system.relup(of: operated.bootVersion)?.down.map(\.version) ?? []
        guard own == nil, !back.contains(contents.resource.version),
            contents.resource.version.text != operated.bootVersion
        else { return nil }
        return Diagnostic(
            Diagnostic.ID("install/no-relup"), .error, "`\(self.tarball)` has no relup", at: .file(self.tarball.string),
            explanation: "The relup holds the script that takes a running node from one release to the next.",
            help: [
                "make one and pack it:\nrelift relup ROOT --from OLD\nrelift tar ROOT",
                "or stop the node, unpack the tarball and start it anew",
            ])
    }
}

extension InstallAction {
    /// What speaks against applying a plan that was kept; read from the tarball, the host and the node.
    private func staleness(
        of path: FilePath, _ operated: OperatedNode, _ pin: ContentPin?, _ files: HostFileSystem
    ) async -> [Diagnostic] {
        var findings: [Diagnostic] = []
        guard let source = files.source(path, &findings), let plan = SavedPlan.read(source, &findings) else {
            return findings
        }
        let search = ProcessEnvironment.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        var loader = ReleaseLoader(
            files: files, libraries: [], otp: OTPInstallation.find(searchPath: search, files: files),
            parallelism: ProcessEnvironment.processorCount)
        loader.pin = pin
        guard var to = await loader.load(self.tarball.string, reading: [.packedModules], &findings) else {
            return findings
        }
        await loader.readModules(of: &to, &findings)
        var from: Release?
        if var loaded = await loader.load("\(operated.system.root)@\(plan.from.version)", reading: [], &findings) {
            await loader.readModules(of: &loaded, &findings)
            from = loaded.release
        }
        var running: String?
        switch await NodeQuestions(operated.access).releases() {
        case .success(let releases):
            running = (releases.first { $0.status == .current } ?? releases.first { $0.status == .permanent })?.version
        case .failure(let failure): findings.append(failure.finding)
        }
        let present = SavedPlan.Present(from: from, running: running, to: to.release, relup: to.relup)
        return findings + plan.staleness(present, at: path.string)
    }
}

/// `--events FILE`: progress as JSON lines.
struct EventLog: Sendable {
    private let path: FilePath
    private let files: HostFileSystem

    /// Starts the file anew.
    init(path: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        self.path = path
        self.files = files
        try files.replaceFile(path, with: [], durable: false)
    }

    /// Adds a line. A log that cannot be written must not stop an operation on a node.
    func write(_ progress: InstallProgress) {
        let value: JSONValue =
            switch progress {
            case .began(let step): .object([("event", .string("began")), ("step", .string(step.rawValue))])
            case .ended(let step):
                .object([
                    ("event", .string("ended")), ("step", .string(step.name.rawValue)),
                    ("result", .string(step.isDone ? "done" : "failed")),
                    ("milliseconds", .integer(step.time.milliseconds)),
                ])
            case .sampled(let sample, let number, let count):
                .object([
                    ("event", .string("sampled")), ("number", .integer(number)), ("of", .integer(count)),
                    ("processes", .integer(sample.processCount)), ("runQueue", .integer(sample.runQueue)),
                    ("memory", .integer(sample.memory.total)),
                ])
            }
        try? self.files.appendToFile(self.path, Array((value.text + "\n").utf8), durable: false)
    }
}
