import CompatibilityRules
import Diagnostics
import DistributionClient
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// What relift does around a script that the node runs: it looks at the node from inside before it, times it, and watches
/// the node after it, in comparison with what it did before.
struct Trial: Sendable {
    let upgrade: CheckedUpgrade
    let settings: TrialSettings
    let root: FilePath
    let files: HostFileSystem
    /// Tells the guard of this trial from others.
    let id: [UInt8]

    /// The longest time that callers will wait, in milliseconds, as the census predicts it.
    private(set) var predictedPause: Double?
    /// The script of the way up, which is run by whoever drives the operation.
    var script: TracedScript
    private(set) var samples: [HealthSample] = []

    private var baseline: [HealthSample] = []
    private var commits = true
    private var parameters: NodeEnvironment?
    private var announced: EnvironmentComparison?

    init(
        _ upgrade: CheckedUpgrade, _ settings: TrialSettings, root: FilePath, files: HostFileSystem, id: [UInt8]
    ) {
        self.upgrade = upgrade
        self.script = TracedScript(RelupOutline(script: upgrade.up))
        self.settings = settings
        self.root = root
        self.files = files
        self.id = id
    }

    private var outline: RelupOutline { self.script.outline }

    /// How many samples are taken before and after.
    private var sampleCount: Int { max(0, Int(self.settings.watch.components.seconds)) }

    // MARK: - Before

    /// Looks at the node as it is, and remembers what it does before the upgrade.
    mutating func inspect(_ connection: NodeConnection) async -> InstallMachine.Event {
        do throws(AgentError) {
            let agent = try await NodeAgent.load(on: connection)
            let outline = self.outline
            let census = try await agent.census(for: outline, comparing: self.environments)
            let report = Preflight.judge(
                census,
                .init(
                    outline: outline, fromModules: self.upgrade.from.modules,
                    fromApplications: self.upgrade.from.applications))
            self.predictedPause = report.predictedPause
            let findings = report.findings.map { finding in
                finding.severity == .error && self.settings.allowed.contains(finding.id)
                    ? finding.with(.warning) : finding
            }
            guard !findings.hasErrors else { return .failed(findings) }
            self.announced = census.environment
            self.parameters = try await agent.environment(salt: self.id)
            try await self.takeBaseline(agent)
            return .done(findings.filter { $0.severity != .note })
        } catch {
            return error.event
        }
    }

    /// The parameters that the files of both releases give; nil where a configuration cannot be read.
    ///
    /// A node of mix booted with what its providers computed then, which is in no file that lasts.
    private var environments: (from: FileEnvironment, to: FileEnvironment)? {
        let releases = self.root.appending("releases")
        let mix = releases.appending(self.upgrade.from.version).appending(MixLayout.configuration)
        guard (try? self.files.factsIfPresent(of: mix)) == .some(nil), let from = self.environment(self.upgrade.from),
            let to = self.environment(self.upgrade.to)
        else {
            return nil
        }
        return (from, to)
    }

    private func environment(_ side: CheckedUpgrade.Side) -> FileEnvironment? {
        let path = self.root.appending("releases").appending(side.version).appending("sys.config")
        var ignored: [Diagnostic] = []
        guard let bytes = try? self.files.readFile(path, limit: TargetSystem.fileLimit),
            let configuration = SystemConfiguration.read(SourceFile(path: path.string, bytes: bytes), &ignored),
            configuration.files.isEmpty
        else { return nil }
        let sections = configuration.sections.map { section in
            (section.application, section.parameters.map { Term.tuple(.atom($0.name), $0.value.term) })
        }
        return FileEnvironment(
            specifications: side.environment,
            configuration: Dictionary(sections, uniquingKeysWith: { first, second in first + second }))
    }

    /// What the node does without an upgrade, for a few seconds.
    private mutating func takeBaseline(_ agent: NodeAgent) async throws(AgentError) {
        self.baseline = []
        guard self.sampleCount > 0 else { return }
        try await agent.startWatch()
        for number in 0..<min(3, self.sampleCount) {
            if number > 0 { try? await Task.sleep(for: .seconds(1)) }
            self.baseline.append(try await agent.sample())
        }
    }

    /// Has the node go back by itself when nobody is there any more to say that the release is well.
    mutating func beginGuard(_ connection: NodeConnection, commits: Bool) async -> InstallMachine.Event {
        self.commits = commits
        let time = self.settings.watch + (commits ? self.settings.graceTime : self.settings.confirmTime)
        do throws(AgentError) {
            try await NodeGuard.load(on: connection).start(
                .init(
                    id: self.id, from: self.upgrade.from.version, to: self.upgrade.to.version, time: time,
                    options: Self.options(self.settings)))
            return .done([])
        } catch {
            return error.event
        }
    }

    /// For `install_release/2`.
    static func options(_ settings: TrialSettings) -> [Term] {
        let timeouts: [(Atom, Int?)] = [
            ("suspend_timeout", settings.suspendTimeout), ("code_change_timeout", settings.codeChangeTimeout),
        ]
        return timeouts.compactMap { name, value in value.map { .tuple(.atom(name), .integer($0)) } }
    }

    // MARK: - After

    /// Watches the node for the time of the trial; ends at once when it is sick.
    mutating func watch(
        _ connection: NodeConnection, _ observe: @Sendable (HealthSample, _ number: Int, _ of: Int) -> Void
    ) async -> InstallMachine.Event {
        // The guard did not outlive a restart of the runtime system.
        if self.upgrade.restartsEmulator {
            let event = await self.beginGuard(connection, commits: self.commits)
            guard case .done = event else { return event }
        }
        do throws(AgentError) {
            let agent = try await NodeAgent.load(on: connection)
            var findings = try await self.review(agent)
            guard !findings.hasErrors, self.sampleCount > 0 else {
                return findings.hasErrors ? .failed(findings) : .done(findings)
            }
            // A node that was restarted counts from the beginning.
            if self.upgrade.restartsEmulator { try await self.takeBaseline(agent) }
            try? await agent.watchMore()
            switch try await self.gate(agent, connection, observe) {
            case .healthy(let warnings):
                findings += warnings
                return .done(findings)
            case .sick(let reasons): return .failed(findings + reasons)
            case .watching: return .failed(findings)
            }
        } catch {
            return error.event
        }
    }

    private mutating func review(_ agent: NodeAgent) async throws(AgentError) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        if self.script.pause != nil {
            findings = self.script.findings(
                expected: self.upgrade.to.started, running: Set(try await agent.facts().running.keys))
        }
        if let before = self.parameters, let announced, !self.upgrade.restartsEmulator {
            findings += InstallationReview.parameterChanges(
                before: before, after: try await agent.environment(salt: self.id), announced: announced)
        }
        return findings.filter { $0.severity != .note }
    }

    private mutating func gate(
        _ agent: NodeAgent, _ connection: NodeConnection,
        _ observe: @Sendable (HealthSample, _ number: Int, _ of: Int) -> Void
    ) async throws(AgentError) -> HealthGate.Verdict {
        var gate = HealthGate(
            baseline: self.baseline, applications: self.upgrade.to.started, samples: self.sampleCount,
            questions: self.settings.questions, limits: self.settings.limits)
        let modules = self.outline.modulesOfCode
        for number in 1...self.sampleCount {
            try? await Task.sleep(for: .seconds(1))
            var verdict: HealthGate.Verdict
            do throws(AgentError) {
                let sample = try await agent.sample(modules: modules)
                self.samples.append(sample)
                observe(sample, number, self.sampleCount)
                verdict = gate.sampled(sample)
            } catch {
                if error.isConnectionLost { throw error }
                verdict = gate.sampleMissing()
            }
            if case .sick = verdict { return verdict }
            for (index, question) in self.settings.questions.enumerated() {
                verdict = gate.answered(index, await self.settings.questioner.ask(question, on: connection))
                if case .sick = verdict { return verdict }
            }
        }
        return gate.timePassed()
    }

    // MARK: - The end

    /// Ends whatever trial a node is in, and removes what relift loaded into it. It does no harm where there is nothing.
    static func end(_ connection: NodeConnection) async {
        // All of it would end by itself; what cannot be removed is replaced by the next relift.
        if let guarding = try? await NodeGuard.load(on: connection) {
            if let status = try? await guarding.status(), status.state == .waiting {
                try? await guarding.confirm(status.id)
            }
            try? await guarding.remove()
        }
        await self.removeAgent(connection)
    }

    /// Keeps a node from going back by itself while its release is made permanent.
    static func hold(_ client: ReleaseHandlerClient) async {
        guard await client.hasGuard(), let guarding = try? await NodeGuard.load(on: client.connection),
            let status = try? await guarding.status(), status.state == .waiting
        else { return }
        try? await guarding.extend(status.id, to: .seconds(120))
    }

    /// The trial that the node ended by going back by itself; nil without one.
    static func ended(_ client: ReleaseHandlerClient) async -> NodeGuard.Status? {
        guard await client.hasGuard(), let guarding = try? await NodeGuard.load(on: client.connection),
            let status = try? await guarding.status(), status.state == .returned
        else { return nil }
        return status
    }

    static func wentBack(_ status: NodeGuard.Status) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("trial/went-back"), .warning,
            "the node went back to release `\(status.from)` by itself: nobody confirmed `\(status.to)` in time",
            explanation: "It did so hot, by the script of the way down; no process lost its state.",
            help: ["install the release again, and commit it in time, or give it more with `--confirm-timeout`"])
    }

    static func removeAgent(_ connection: NodeConnection) async {
        if let agent = try? await NodeAgent.load(on: connection) { try? await agent.remove() }
    }
}

extension AgentError {
    var event: InstallMachine.Event {
        self.isConnectionLost ? .connectionLost(self.diagnostic) : .failed([self.diagnostic])
    }
}
