package import CompatibilityRules
package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Carries a running node from one release to another, and back when that goes wrong; does no I/O.
///
/// The driver performs each ``Action`` and reports what came of it as an ``Event``; the machine answers with the next
/// action, until ``Action/finish(_:)``. It trusts nothing but what the node says of itself: after every change it asks
/// `which_releases` again. Up to the point where the script runs, what fails is taken back whole; after it the node is
/// led back hot, by the script of the way down, and if that fails by a restart into the permanent release.
package struct InstallMachine: Sendable {
    /// What the operator asked for.
    package enum Goal: Hashable, Sendable {
        case install(Installation)
        /// Make the running release permanent.
        case commit
        /// Go back hot to `version`, by default the permanent release, or else the newest old one.
        case rollback(version: String?)
    }

    package struct Installation: Hashable, Sendable {
        package var version: String
        /// What the rules let pass; nil only in tests that need no node.
        package var upgrade: CheckedUpgrade?
        /// Whether the release becomes permanent when its trial went well.
        package var commits: Bool
        /// Whether the script ends, or begins, with a restart of the emulator.
        package var restartsEmulator: Bool

        package init(_ upgrade: CheckedUpgrade, commits: Bool) {
            self.init(version: upgrade.to.version, commits: commits, restartsEmulator: upgrade.restartsEmulator)
            self.upgrade = upgrade
        }

        init(version: String, commits: Bool, restartsEmulator: Bool = false) {
            self.version = version
            self.commits = commits
            self.restartsEmulator = restartsEmulator
        }
    }

    /// A function of `release_handler`, with its one argument.
    package enum Call: Hashable, Sendable {
        case check(version: String)
        case install(version: String)
        case makePermanent(version: String)
    }

    package enum Action: Hashable, Sendable {
        case listReleases
        /// Verify the tarball, unpack it beside its place, and compare it with what the host has.
        case stage
        /// Keep copies of the node's own records, which it is about to write over.
        case keepRecords
        /// Give what was unpacked its place in the root.
        case place
        /// Let the node's release_handler know of the release (`set_unpacked/2`).
        case record(version: String)
        /// Look for what would go wrong on the node as it is now.
        case preflight(from: String, to: String)
        case call(Call)
        /// Make the `sys.config` of a version from its `sys.config.src`, where it has one: `install_release` takes a missing
        /// file for an empty one, and reports success.
        case renderConfiguration(version: String)
        /// Have the node go back to `version` by itself when nobody confirms the new release.
        case guardTrial(backTo: String)
        /// Wait for the node to come back, then list its releases.
        case reconnect
        /// Watch the health of the node for the time of the trial.
        case watch
        /// See that what the node wrote of itself is on the disk, whole, and says that `version` is permanent.
        case confirmRecords(version: String)
        /// Restart the node into its permanent release.
        case restart
        /// Remove what was put on the host, and make the node forget the version.
        case takeBack(version: String)
        case finish(Outcome)
    }

    package enum Event: Hashable, Sendable {
        case releases([NodeRelease])
        /// What was asked for is done; with what is worth saying of it.
        case done([Diagnostic])
        case answered(ReleaseHandlerAnswer)
        /// The connection broke while a call was out, or could not be made.
        case connectionLost(Diagnostic)
        /// It could not be done, or it showed that one must not go on.
        case failed([Diagnostic])
    }

    /// How it ended (contract, section 6).
    package enum Result: String, Hashable, Sendable, CaseIterable {
        case committed
        case awaitingCommit = "awaiting-commit"
        case rolledBack = "rolled-back"
        case refused
        case failed
    }

    package struct Outcome: Hashable, Sendable {
        package var result: Result
        /// The version that ran before; nil when the node did not say.
        package var from: String?
        package var to: String?
        /// The version that runs now; nil when the node does not say.
        package var running: String?
        package var findings: [Diagnostic]

        package init(result: Result, from: String?, to: String?, running: String?, findings: [Diagnostic]) {
            self.result = result
            self.from = from
            self.to = to
            self.running = running
            self.findings = findings
        }
    }

    /// What the machine waits for.
    package enum Phase: String, Hashable, Sendable, CaseIterable {
        case idle, listing, staging, keeping, placing, recording, inspecting, checking, configuring, guarding
        case installing, verifying, watching, committing, confirming
        /// Making it permanent did not end as it should: what runs now?
        case commitVerifying
        /// On the way back from a trial that went wrong, or whose node went away.
        case trialVerifying, returnChecking, returnConfiguring, returning, returnVerifying, restarting, restartVerifying
        case takingBack, finished
    }

    package let goal: Goal
    package private(set) var phase = Phase.idle
    private var from: String?
    private var to: String?
    /// Whether the node knows the release already, so that it must not be told again, or made to forget it.
    private var isKnown = false
    /// Whether the release that is to be installed runs, and boots next.
    private var isPermanent = false
    /// Whether the release that is reached has to be made permanent.
    package private(set) var commits = false
    /// Whether nothing has happened to the node since it last said what it runs, that could have made it run another release.
    private var isSure = true
    /// Whether the script of a rollback restarts the emulator, which only the files of the host tell.
    package var rollbackRestarts = false
    /// The versions that the relup of the running release leads down to; nil where that is not known.
    ///
    /// The release that the node was just taken back from is an old one too: without them, going back twice would end there.
    package var waysDown: Set<String>?
    private var result = Result.refused
    private var findings: [Diagnostic] = []

    package init(goal: Goal) { self.goal = goal }

    /// The version that runs and the one that is to run, once both are known.
    package var hop: (from: String, to: String)? {
        self.phase == .listing ? nil : self.from.flatMap { from in self.to.map { (from, $0) } }
    }

    /// The first action.
    package mutating func start() -> Action { self.go(.listing, .listReleases) }

    package mutating func handle(_ event: Event) -> Action {
        switch event {
        case .connectionLost: self.isSure = false
        case .releases: self.isSure = true
        case .done, .answered, .failed: break
        }
        switch self.phase {
        case .idle, .finished: return self.unexpected()
        case .listing:
            if case .releases(let releases) = event { return self.begin(releases) }
        case .staging, .keeping, .placing, .recording, .inspecting, .configuring, .guarding:
            if case .done(let notes) = event {
                self.findings += notes
                return self.proceed()
            }
            // `set_unpacked` is a call like the others.
            if case .answered(.ok) = event { return self.proceed() }
        case .checking:
            if case .answered(.ok) = event { return self.proceed() }
        case .installing: return self.installed(event)
        case .verifying:
            if case .releases(let releases) = event { return self.verify(releases) }
        case .watching:
            if case .done(let notes) = event {
                self.findings += notes
                return self.reached()
            }
        case .committing:
            if case .answered(.ok) = event {
                return self.go(.confirming, .confirmRecords(version: self.to ?? ""))
            }
        case .confirming:
            if case .done(let notes) = event {
                self.findings += notes
                return self.finish(self.isRollback ? .rolledBack : .committed, running: self.to)
            }
        case .commitVerifying:
            if case .releases(let releases) = event { return self.verifyCommit(releases) }
        case .trialVerifying:
            if case .releases(let releases) = event {
                let isBack = releases.running?.version == self.from
                return isBack ? self.finish(.rolledBack, running: self.from) : self.turnBack()
            }
        case .returnChecking:
            if case .answered(.ok) = event {
                return self.go(.returnConfiguring, .renderConfiguration(version: self.from ?? ""))
            }
        case .returnConfiguring:
            if case .done = event { return self.go(.returning, .call(.install(version: self.from ?? ""))) }
        case .returning:
            if case .answered(.ok) = event { return self.go(.returnVerifying, self.look) }
        case .returnVerifying, .restartVerifying:
            if case .releases(let releases) = event { return self.verifyReturn(releases) }
        case .restarting:
            if case .done = event { return self.go(.restartVerifying, .reconnect) }
        case .takingBack:
            if case .done(let notes) = event {
                self.findings += notes
                return self.finish(self.result, running: self.from)
            }
        }
        return self.fail(event)
    }

    // MARK: - Forward

    private mutating func begin(_ releases: [NodeRelease]) -> Action {
        guard let running = releases.running else {
            self.findings.append(Self.noRunningRelease)
            return self.finish(.refused, running: nil)
        }
        self.from = running.version
        switch self.goal {
        case .commit:
            self.to = running.version
            guard running.status == .current else { return self.finish(.committed, running: running.version) }
            self.commits = true
            return self.go(.keeping, .keepRecords)
        case .rollback(let version):
            guard let target = self.rollbackTarget(version, releases, running) else {
                self.findings.append(self.nothingToRollBackTo(version, releases, running))
                return self.finish(.refused, running: running.version)
            }
            self.to = target.version
            // A release that was permanent stays so; an old one has to be made permanent, or a restart would boot the
            // release that was just left.
            self.commits = target.status != .permanent
            self.isKnown = true
            return self.go(.keeping, .keepRecords)
        case .install(let installation):
            self.to = installation.version
            self.commits = installation.commits
            let known = releases.first { $0.version == installation.version }
            self.isKnown = known != nil
            self.isPermanent = known?.version == running.version && running.status == .permanent
            if self.isPermanent { self.commits = false }
            return self.go(.staging, .stage)
        }
    }

    /// What comes after a phase that went well.
    private mutating func proceed() -> Action {
        let (from, to) = (self.from ?? "", self.to ?? "")
        switch self.phase {
        case .staging:
            guard from != to else { return self.runsAlready() }
            return self.go(.keeping, .keepRecords)
        case .keeping:
            if from == to { return self.go(.committing, .call(.makePermanent(version: to))) }
            return self.isRollback ? self.configure() : self.go(.placing, .place)
        case .placing: return self.isKnown ? self.configure() : self.go(.recording, .record(version: to))
        case .recording: return self.configure()
        case .configuring:
            return self.isRollback
                ? self.go(.checking, .call(.check(version: to))) : self.go(.inspecting, .preflight(from: from, to: to))
        case .inspecting: return self.go(.checking, .call(.check(version: to)))
        case .checking where !self.isRollback: return self.go(.guarding, .guardTrial(backTo: from))
        case .checking, .guarding: return self.go(.installing, .call(.install(version: to)))
        case .idle, .listing, .installing, .verifying, .watching, .committing, .confirming, .commitVerifying,
            .trialVerifying, .returnChecking, .returnConfiguring, .returning, .returnVerifying, .restarting,
            .restartVerifying, .takingBack, .finished:
            return self.unexpected()
        }
    }

    private mutating func configure() -> Action {
        self.go(.configuring, .renderConfiguration(version: self.to ?? ""))
    }

    private mutating func installed(_ event: Event) -> Action {
        switch event {
        case .answered(.ok): return self.go(.verifying, self.look)
        case .answered(.error(let reason)): self.findings.append(ReleaseHandlerReason(reason).finding)
        case .connectionLost(let finding): self.findings.append(finding)
        case .failed(let findings): self.findings += findings
        case .releases, .done: return self.unexpected()
        }
        // After the point of no return an error makes the node restart.
        return self.go(.verifying, .reconnect)
    }

    /// How to learn what runs after a script.
    private var look: Action {
        switch self.goal {
        case .install(let installation): installation.restartsEmulator ? .reconnect : .listReleases
        case .commit: .listReleases
        case .rollback: self.rollbackRestarts ? .reconnect : .listReleases
        }
    }

    private mutating func verify(_ releases: [NodeRelease]) -> Action {
        let running = releases.running?.version
        if running == self.to {
            // What went wrong did not keep the node from getting there.
            self.findings = self.findings.map { $0.severity == .error ? $0.with(.warning) : $0 }
            return self.isRollback ? self.reached() : self.go(.watching, .watch)
        }
        if running == self.from {
            // The script failed before its point of no return, or the node restarted into the release it came from.
            return self.isRollback ? self.finish(.failed, running: running) : self.takeBack(.rolledBack)
        }
        return self.finish(.failed, running: running)
    }

    /// Making the release permanent failed, or its end is not known.
    private mutating func verifyCommit(_ releases: [NodeRelease]) -> Action {
        let running = releases.running?.version
        // A node that restarted runs the release that was permanent.
        if running == self.from, running != self.to, !self.isRollback {
            return self.finish(.rolledBack, running: running)
        }
        return self.finish(.failed, running: running)
    }

    /// The release that was asked for runs, and is well.
    private mutating func reached() -> Action {
        if self.commits { return self.go(.committing, .call(.makePermanent(version: self.to ?? ""))) }
        return self.finish(self.isRollback ? .rolledBack : .awaitingCommit, running: self.to)
    }

    private mutating func runsAlready() -> Action {
        if self.commits { return self.go(.keeping, .keepRecords) }
        self.findings.append(Self.runsAlready(self.to ?? ""))
        return self.finish(self.isPermanent ? .committed : .awaitingCommit, running: self.to)
    }

    // MARK: - What goes wrong

    /// The findings of an event that is not what the phase waits for; nil for one that no driver sends.
    private static func findings(_ event: Event) -> [Diagnostic]? {
        switch event {
        case .failed(let findings): findings
        case .connectionLost(let finding): [finding]
        case .answered(.error(let reason)): [ReleaseHandlerReason(reason).finding]
        case .answered(.ok), .releases, .done: nil
        }
    }

    private mutating func fail(_ event: Event) -> Action {
        guard let findings = Self.findings(event) else { return self.unexpected() }
        self.findings += findings
        switch self.phase {
        case .idle, .finished: return self.unexpected()
        case .listing, .staging, .keeping: return self.finish(.refused, running: self.from)
        case .placing, .recording, .inspecting, .checking, .configuring, .guarding:
            return self.isRollback ? self.finish(.refused, running: self.from) : self.takeBack(.refused)
        case .installing, .verifying: return self.finish(.failed, running: nil)
        // Whoever cannot say that the node is well must not say that it is.
        case .watching:
            if case .connectionLost = event { return self.go(.trialVerifying, .reconnect) }
            return self.turnBack()
        case .committing, .confirming: return self.go(.commitVerifying, .reconnect)
        case .commitVerifying: return self.finish(.failed, running: nil)
        case .trialVerifying: return self.finish(.failed, running: nil)
        case .returnChecking, .returnConfiguring:
            if case .connectionLost = event { return self.go(.returnVerifying, .reconnect) }
            return self.go(.returnVerifying, .listReleases)
        case .returning: return self.go(.returnVerifying, .reconnect)
        case .returnVerifying: return self.go(.restarting, .restart)
        case .restarting: return self.go(.restartVerifying, .reconnect)
        case .restartVerifying: return self.finish(.failed, running: nil)
        case .takingBack: return self.finish(.failed, running: self.from)
        }
    }

    /// The trial went wrong: back by the script of the way down.
    private mutating func turnBack() -> Action {
        self.go(.returnChecking, .call(.check(version: self.from ?? "")))
    }

    private mutating func verifyReturn(_ releases: [NodeRelease]) -> Action {
        let running = releases.running?.version
        if running == self.from { return self.finish(.rolledBack, running: running) }
        if self.phase == .returnVerifying { return self.go(.restarting, .restart) }
        // The permanent release, if another one than the node came from: the best there is.
        let isPermanent = running != self.to && running == releases.permanent?.version
        return self.finish(isPermanent ? .rolledBack : .failed, running: running)
    }

    private mutating func takeBack(_ result: Result) -> Action {
        self.result = result
        guard !self.isKnown else { return self.finish(result, running: self.from) }
        return self.go(.takingBack, .takeBack(version: self.to ?? ""))
    }

    // MARK: - Small things

    private func rollbackTarget(
        _ version: String?, _ releases: [NodeRelease], _ running: NodeRelease
    ) -> NodeRelease? {
        let candidates = releases.filter { $0.version != running.version }
        if let version { return candidates.first { $0.version == version } }
        return candidates.first { $0.status == .permanent }
            ?? candidates.first { $0.status == .old && self.waysDown?.contains($0.version) != false }
    }

    private var isRollback: Bool {
        switch self.goal {
        case .rollback: true
        case .install, .commit: false
        }
    }

    private mutating func go(_ phase: Phase, _ action: Action) -> Action {
        self.phase = phase
        return action
    }

    private mutating func finish(_ result: Result, running: String?) -> Action {
        self.phase = .finished
        return .finish(
            Outcome(
                result: result, from: self.from, to: self.to, running: self.isSure ? running : nil,
                findings: self.findings))
    }

    private mutating func unexpected() -> Action {
        self.findings.append(
            Diagnostic(
                Diagnostic.ID("install/unexpected-answer"), .error, "the node answered out of turn",
                help: ["see `relift status` for the state of the node"]))
        return self.finish(.failed, running: nil)
    }

    private static var noRunningRelease: Diagnostic {
        Diagnostic(
            Diagnostic.ID("node/no-running-release"), .error, "the node knows no release that it runs",
            explanation: "its releases/RELEASES file is missing, empty or damaged",
            help: ["`relift repair` makes it again; then restart the node"])
    }

    private static func runsAlready(_ version: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/runs-already"), .note, "the node runs release `\(version)` already",
            help: ["give the new release another version if its content differs"])
    }

    private func nothingToRollBackTo(
        _ version: String?, _ releases: [NodeRelease], _ running: NodeRelease
    ) -> Diagnostic {
        let summary: String
        var help = ["`relift status` lists the releases the node has"]
        if version == running.version {
            summary = "the node runs release `\(running.version)` already"
        } else if let version {
            summary = "the node has no release `\(version)` to go back to"
        } else {
            summary = "the node has no release to go back to from `\(running.version)`"
            if let other = releases.first(where: { $0.version != running.version && $0.status == .old }) {
                help.append("release `\(other.version)` is there, but no way down leads to it: name it with `--to`")
            }
        }
        return Diagnostic(Diagnostic.ID("install/no-rollback-target"), .error, summary, help: help)
    }
}
