import CompatibilityRules
import Diagnostics
import DistributionClient
import DistributionProtocol
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// One run of an ``InstallMachine``: the operation, its journal, and the steps so far.
struct OperationRun {
    private let installer: Installer
    private let changes: HostChanges
    private let tarball: FilePath?
    private var machine: InstallMachine
    private var operation: Operation
    private var steps: [InstallReport.Step] = []
    /// What was unpacked beside its place.
    private var staged: StagedRelease?
    /// Nil where no script is run that was checked.
    private var trial: Trial?
    /// A process that lives as long as the node is not restarted.
    private var oldest: Term?
    /// The version that ran when a script was begun of which it is not known yet how it ended.
    private var leaving: String?
    /// The script of a way back, once it is known.
    private var wayBack: TracedScript?
    /// What is to be said beside the outcome: of parameters that a script which failed had changed, and of what
    /// `release_handler` passed over on a way back.
    private var remarks: [Diagnostic] = []

    init(installer: Installer, goal: InstallMachine.Goal, tarball: FilePath?, changes: HostChanges) {
        self.installer = installer
        self.changes = changes
        self.tarball = tarball
        self.machine = InstallMachine(goal: goal)
        let began = installer.context.now()
        self.operation = Operation(
            id: "\(began.seconds)-\(installer.context.mark)", kind: goal.kind, user: installer.context.user,
            began: began, node: installer.access.target.name.description, to: goal.version, plan: installer.plan)
        if case .install(let installation) = goal, let upgrade = installation.upgrade, upgrade.from != upgrade.to {
            self.trial = Trial(
                upgrade, installer.trial, root: installer.root, files: installer.files,
                id: Array(self.operation.id.utf8))
        }
    }

    private var journal: Journal { self.changes.journal }

    /// How long the script that the operator asked for made processes wait.
    private var pause: PauseReport? { self.trial.map(\.script.pause) ?? self.wayBack?.pause }

    /// The account of the operation. Its journal stays where it did not come to a clear end, for `relift repair`.
    mutating func drive() async -> InstallReport {
        do throws(HostFileError) {
            try self.journal.begin(self.operation)
        } catch {
            // Nothing was done, since it could not be written down.
            return self.report(error.reason == .stopped ? .failed : .refused, error)
        }
        do throws(HostFileError) {
            var outcome = try await self.loop()
            outcome.findings += self.remarks
            try self.finish(outcome)
            var report = InstallReport(outcome: outcome, steps: self.steps)
            report.pause = self.pause
            report.predictedPause = self.trial?.predictedPause
            report.samples = self.trial?.samples ?? []
            return report
        } catch {
            return self.report(.failed, error)
        }
    }

    private func report(_ result: InstallMachine.Result, _ error: HostFileError) -> InstallReport {
        InstallReport(
            outcome: .init(
                result: result, from: self.operation.from, to: self.operation.to, running: nil,
                findings: [error.diagnostic]), steps: self.steps)
    }

    private func finish(_ outcome: InstallMachine.Outcome) throws(HostFileError) {
        guard outcome.result != .failed else { return }
        var operation = self.operation
        (operation.from, operation.to) = (outcome.from, outcome.to)
        let reasons = outcome.findings.filter { $0.severity == .error }.map(\.summary)
        try self.journal.finish(
            operation,
            OperationEnd(
                result: outcome.result.rawValue, at: self.installer.context.now(),
                longestPause: self.pause?.longest, reasons: reasons))
    }

    /// Throws only what means that this process is to do nothing more.
    private mutating func loop() async throws(HostFileError) -> InstallMachine.Outcome {
        var action = self.machine.start()
        while true {
            if case .finish(let outcome) = action { return outcome }
            if case .reconnect = action { await self.waitForReturn() }
            let first = action
            let result = await self.connected { run, client in
                await run.perform(first, client)
            }
            switch result {
            case .next(let next): action = next
            case .stopped(let error): throw error
            }
        }
    }

    /// What a number of actions on one connection led to.
    private enum Progress {
        case next(InstallMachine.Action)
        /// A crash test killed the process.
        case stopped(HostFileError)
    }

    private mutating func connected(
        _ body: (inout OperationRun, ReleaseHandlerClient) async -> Progress
    ) async -> Progress {
        let access = self.installer.access
        do {
            return try await withNodeConnection(to: access.target, cookie: access.cookie, options: access.options) {
                connection in
                await body(&self, ReleaseHandlerClient(connection: connection))
            }
        } catch let error as NodeError {
            return await self.withoutNode(error.diagnostic)
        } catch {
            return .next(self.machine.handle(.failed([Self.unexpected])))
        }
    }

    /// The node cannot be reached: what needs only the host is done all the same.
    private mutating func withoutNode(_ finding: Diagnostic) async -> Progress {
        guard self.machine.phase == .takingBack, let version = self.operation.to else {
            return .next(self.machine.handle(.connectionLost(finding)))
        }
        do {
            return .next(self.machine.handle(try await self.takeBack(version, nil)))
        } catch {
            return .stopped(error)
        }
    }

    // MARK: - Actions

    /// Performs actions on one connection until one needs another connection or nothing is left to do.
    private mutating func perform(_ first: InstallMachine.Action, _ client: ReleaseHandlerClient) async -> Progress {
        if let foreign = await self.foreignRoot(client) {
            return .next(self.machine.handle(.failed([foreign])))
        }
        if self.oldest == nil { self.oldest = await client.oldestProcess() }
        var action = first
        while true {
            if case .finish(let outcome) = action { return .next(.finish(await self.close(outcome, client))) }
            if case .reconnect = action, first != .reconnect { return .next(action) }
            do throws(HostFileError) {
                let event = try await self.attempt(action, client)
                action = try self.handle(event)
                // A connection that broke is of no use to what comes next.
                if case .connectionLost = event { return .next(action) }
            } catch {
                return .stopped(error)
            }
        }
    }

    /// Performs one action. Throws only `stopped`.
    private mutating func attempt(
        _ action: InstallMachine.Action, _ client: ReleaseHandlerClient
    ) async throws(HostFileError) -> InstallMachine.Event {
        do throws(HostFileError) {
            return try await self.event(of: action, client)
        } catch {
            guard error.reason != .stopped else { throw error }
            return .failed([error.diagnostic])
        }
    }

    private mutating func event(
        of action: InstallMachine.Action, _ client: ReleaseHandlerClient
    ) async throws(HostFileError) -> InstallMachine.Event {
        switch action {
        case .listReleases, .reconnect: return await self.list(client)
        case .stage: return try await self.step(.stage) { run throws(HostFileError) in try run.stage() }
        case .keepRecords:
            return try await self.step(.keep) { run throws(HostFileError) in
                try run.changes.keepRecords()
                return .done([])
            }
        case .place: return try await self.step(.place) { run throws(HostFileError) in try run.place() }
        case .record:
            guard let placement = self.staged?.placement else { return .done([]) }
            let resource = placement.resourceFile(in: self.installer.root).string
            return try await self.step(.record) { run throws(HostFileError) in
                let event = await client.setUnpacked(resource, placement.libraryFolders).event
                // Files that no record tells of are neither the old host nor the new one.
                try run.changes.syncRecords()
                return event
            }
        case .preflight:
            guard self.trial != nil else { return .done([]) }
            return try await self.step(.preflight) { run in
                await run.trial?.inspect(client.connection) ?? .done([])
            }
        case .call(.check(let version)) where self.machine.phase == .checking && self.operation.kind == .rollback:
            let wayBack = WayBack(
                from: self.operation.from ?? "", to: version, root: self.installer.root, files: self.installer.files,
                allowed: self.installer.trial.allowed)
            let event = try await self.step(.preflight) { _ in await wayBack.inspect(client) }
            guard case .done = event else { return event }
            self.machine.rollbackRestarts = wayBack.outline?.restartsEmulator == true
            self.wayBack = wayBack.outline.map { TracedScript($0) }
            return try await self.step(.check) { _ in await client.perform(.check(version: version)).event }
        case .call(let call):
            if case .makePermanent = call { await Trial.hold(client) }
            let isReturning = self.machine.phase == .returning
            let name = InstallReport.StepName(call, isReturning: isReturning)
            let options = Trial.options(self.installer.trial)
            if case .install = call {
                self.leaving = isReturning ? self.operation.to : self.operation.from
                await KeptApplications.keep(on: client.connection)
            }
            if isReturning { self.wayBack = self.trial.map { TracedScript(RelupOutline(script: $0.upgrade.down)) } }
            return try await self.step(name) { run in
                guard case .install = call else { return await client.perform(call, options: options).event }
                let install = { await client.perform(call, options: options).event }
                if !isReturning, let event = await run.trial?.script.run(on: client.connection, install) {
                    return event
                }
                guard let event = await run.wayBack?.run(on: client.connection, install) else { return await install() }
                run.remarks += run.wayBack?.findings().filter { $0.severity != .note }.map { $0.with(.warning) } ?? []
                return event
            }
        case .renderConfiguration(let version):
            let renderer = ConfigurationRendering(root: self.installer.root, files: self.installer.files)
            guard try renderer.isNeeded(version) else { return .done([]) }
            return try await self.step(.configure) { _ in await renderer.render(version, client) }
        case .guardTrial:
            guard self.trial != nil else { return .done([]) }
            let commits = self.machine.commits
            return try await self.step(.trial) { run in
                await run.trial?.beginGuard(client.connection, commits: commits) ?? .done([])
            }
        case .watch:
            guard self.trial != nil else { return .done([]) }
            let observer = self.installer.observer
            return try await self.step(.watch) { run in
                await run.trial?.watch(client.connection) { sample, number, count in
                    observer(.sampled(sample, number: number, of: count))
                } ?? .done([])
            }
        case .confirmRecords(let version):
            return try await self.step(.confirm) { run throws(HostFileError) in
                try await run.confirmRecords(version, client)
            }
        case .restart:
            return try await self.step(.restart) { _ in await client.restart().event }
        case .takeBack(let version):
            return try await self.step(.takeBack) { run throws(HostFileError) in try await run.takeBack(version, client)
            }
        case .finish: return .done([])
        }
    }

    /// Performs a step between two lines of the journal and tells the observer. Throws only `stopped`.
    private mutating func step(
        _ name: InstallReport.StepName,
        _ body: (inout OperationRun) async throws(HostFileError) -> InstallMachine.Event
    ) async throws(HostFileError) -> InstallMachine.Event {
        self.installer.observer(.began(name))
        let clock = ContinuousClock()
        let start = clock.now
        var event: InstallMachine.Event
        do throws(HostFileError) {
            try self.journalize(.began(name))
            event = try await body(&self)
        } catch {
            guard error.reason != .stopped else { throw error }
            event = .failed([error.diagnostic])
        }
        let isDone = event.isDone
        do throws(HostFileError) {
            try self.journal.append(.ended(name, isDone: isDone))
        } catch {
            guard error.reason != .stopped else { throw error }
            // The step is done; without its line a repair will take it for one that may have been cut off.
        }
        let step = InstallReport.Step(name: name, isDone: isDone, time: clock.now - start)
        self.steps.append(step)
        self.installer.observer(.ended(step))
        return event
    }

    /// Nothing begins that the journal does not know of; but a full disk keeps nobody from going back.
    private func journalize(_ entry: JournalEntry) throws(HostFileError) {
        do throws(HostFileError) {
            try self.journal.append(entry)
        } catch {
            guard error.reason != .stopped else { throw error }
            switch self.machine.phase {
            case .idle, .listing, .staging, .keeping, .placing, .recording, .inspecting, .checking, .configuring,
                .guarding, .installing:
                throw error
            case .verifying, .watching, .committing, .confirming, .commitVerifying, .trialVerifying, .returnChecking,
                .returnConfiguring,
                .returning,
                .returnVerifying, .restarting, .restartVerifying, .takingBack, .finished:
                return
            }
        }
    }

    private mutating func list(_ client: ReleaseHandlerClient) async -> InstallMachine.Event {
        switch await client.releases() {
        case .failure(let failure): return failure.event
        case .success(let releases):
            if self.machine.goal == .rollback(version: nil), let running = releases.running {
                self.machine.waysDown = self.waysDown(from: running.version)
            }
            if let version = self.leaving, releases.running?.version == version {
                self.remarks += await KeptApplications.putBack(version, on: client.connection)
            }
            self.leaving = nil
            return .releases(releases)
        }
    }

    /// The versions that the relup of a release leads down to; it has none where it is not the result of an upgrade.
    private func waysDown(from version: String) -> Set<String> {
        var ignored: [Diagnostic] = []
        let system = TargetSystem(root: self.installer.root, files: self.installer.files, &ignored)
        return Set((system?.relup(of: version)?.down ?? []).map(\.version.text))
    }

    /// Tells the machine what came of an action, and the journal what it leads from and to as soon as that is known.
    private mutating func handle(_ event: InstallMachine.Event) throws(HostFileError) -> InstallMachine.Action {
        let action = self.machine.handle(event)
        guard self.operation.from == nil, let hop = self.machine.hop else { return action }
        (self.operation.from, self.operation.to) = (hop.from, hop.to)
        do throws(HostFileError) {
            try self.journal.append(.hop(from: hop.from, to: hop.to))
        } catch {
            guard error.reason != .stopped else { throw error }
            // The next step cannot be written down either, and is not begun.
        }
        return action
    }

    // MARK: - The host

    private mutating func stage() throws(HostFileError) -> InstallMachine.Event {
        guard let tarball = self.tarball else { return .done([]) }
        var findings: [Diagnostic] = []
        guard let system = TargetSystem(root: self.installer.root, files: self.installer.files, &findings),
            let staged = ReleaseStaging(system).stage(
                tarball, expectedDigest: self.installer.tarballDigest, &findings)
        else { return .failed(findings.filter { $0.severity != .note }) }
        self.staged = staged
        self.operation.digest = staged.digest
        // That the host's own records stay is so with every tarball.
        return .done(findings.filter { $0.severity != .note })
    }

    private func place() throws(HostFileError) -> InstallMachine.Event {
        guard let placement = self.staged?.placement else { return .done([]) }
        try self.journal.append(.placing(placement.moves.map(\.string)))
        try placement.place(in: self.installer.root, self.installer.files)
        try self.journal.keepDigest(placement.digest, of: placement.version.text)
        return .done([])
    }

    private func confirmRecords(
        _ version: String, _ client: ReleaseHandlerClient
    ) async throws(HostFileError) -> InstallMachine.Event {
        try self.changes.syncRecords()
        let live: [NodeRelease]
        switch await client.releases() {
        case .success(let releases): live = releases
        case .failure(let failure): return failure.event
        }
        return try Records(changes: self.changes).mend(live: live, committing: version)
    }

    private func takeBack(
        _ version: String, _ client: ReleaseHandlerClient?
    ) async throws(HostFileError) -> InstallMachine.Event {
        guard let text = try self.journal.unfinished() else { return .done([]) }
        return try await Undoing(changes: self.changes).takeBack(version, text, client)
    }

    // MARK: - The node

    /// What the node alone can tell of how it ended.
    private func close(
        _ outcome: InstallMachine.Outcome, _ client: ReleaseHandlerClient
    ) async -> InstallMachine.Outcome {
        var outcome = outcome
        // Nothing to commit: because it was done, or because the node did not wait any longer?
        if self.operation.kind == .commit, outcome.result == .committed, self.steps.isEmpty,
            let status = await Trial.ended(client), status.from == outcome.running
        {
            outcome.result = .rolledBack
            outcome.findings.append(Trial.wentBack(status).with(.error))
            return outcome
        }
        await self.leave(client, outcome.result)
        let isPlanned = self.trial?.upgrade.restartsEmulator ?? self.machine.rollbackRestarts
        if !isPlanned, let oldest = self.oldest, let now = await client.oldestProcess(), now != oldest {
            outcome.findings.append(Self.restarted)
        }
        return outcome
    }

    /// Removes from the node what this operation loaded, and ends the trial that it decided.
    private func leave(_ client: ReleaseHandlerClient, _ result: InstallMachine.Result) async {
        switch result {
        case .committed, .rolledBack: await Trial.end(client.connection)
        case .awaitingCommit, .refused, .failed:
            if self.trial != nil || self.operation.kind == .rollback { await Trial.removeAgent(client.connection) }
        }
    }

    /// A finding when the node does not run from this root.
    private func foreignRoot(_ client: ReleaseHandlerClient) async -> Diagnostic? {
        await client.foreignRoot(
            than: self.installer.root, self.installer.files, node: "\(self.installer.access.target.name)")
    }

    private mutating func waitForReturn() async {
        self.installer.observer(.began(.waitForNode))
        let clock = ContinuousClock()
        let start = clock.now
        var isBack = false
        let access = self.installer.access
        while !isBack, clock.now - start < self.installer.returnTime, !Task.isCancelled {
            try? await clock.sleep(for: .milliseconds(500))
            isBack =
                (try? await withNodeConnection(to: access.target, cookie: access.cookie, options: access.options) {
                    connection in
                    await ReleaseHandlerClient(connection: connection).isStarted()
                }) ?? false
        }
        let step = InstallReport.Step(name: .waitForNode, isDone: isBack, time: clock.now - start)
        self.steps.append(step)
        self.installer.observer(.ended(step))
    }

    private static var restarted: Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/node-restarted"), .warning, "the node was restarted: its processes began anew",
            explanation: "What they held in memory is gone.",
            help: ["the node's log says what they ended with"])
    }

    static var unexpected: Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/internal"), .error, "the installer failed in a way it does not know",
            help: ["`relift status` says what the node runs; please report this"])
    }
}

extension InstallReport.StepName {
    fileprivate init(_ call: InstallMachine.Call, isReturning: Bool) {
        switch call {
        case .check: self = .check
        case .install: self = isReturning ? .goBack : .install
        case .makePermanent: self = .commit
        }
    }
}

extension InstallMachine.Event {
    fileprivate var isDone: Bool {
        switch self {
        case .done, .releases, .answered(.ok): true
        case .failed, .connectionLost, .answered(.error): false
        }
    }
}

extension Result<ReleaseHandlerAnswer, ReleaseHandlerClient.CallFailure> {
    var event: InstallMachine.Event {
        switch self {
        case .success(let answer): .answered(answer)
        case .failure(let failure): failure.event
        }
    }
}

extension Result<Void, ReleaseHandlerClient.CallFailure> {
    fileprivate var event: InstallMachine.Event {
        switch self {
        case .success: .done([])
        case .failure(let failure): failure.event
        }
    }
}

extension InstallMachine.Goal {
    fileprivate var kind: Operation.Kind {
        switch self {
        case .install: .install
        case .commit: .commit
        case .rollback: .rollback
        }
    }

    /// The version that is asked for, where one is.
    package var version: String? {
        switch self {
        case .install(let installation): installation.version
        case .commit: nil
        case .rollback(let version): version
        }
    }
}
