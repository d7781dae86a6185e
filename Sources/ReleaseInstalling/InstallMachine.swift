package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Carries one release into a running node, commits it or takes it back; does no I/O.
///
/// The driver performs each ``Action`` and reports what came of it as an ``Event``; the machine answers with the next
/// action, until ``Action/finish(_:)``. It trusts nothing but what the node says of itself: after every change it asks
/// `which_releases` again.
package struct InstallMachine: Sendable {
    /// What the operator asked for.
    package enum Goal: Hashable, Sendable {
        /// Unpack `archive` (the tarball's name without `.tar.gz`), install `version`, and make it permanent if `commit`.
        case install(version: String, archive: String, commit: Bool)
        /// Make the running release permanent.
        case commit
        /// Go back hot to `version`, by default the permanent release, or else the newest old one.
        case rollback(version: String?)
    }

    /// A function of `release_handler`, with its one argument.
    package enum Call: Hashable, Sendable {
        case unpack(archive: String)
        case check(version: String)
        case install(version: String)
        case makePermanent(version: String)
    }

    package enum Action: Hashable, Sendable {
        case listReleases
        /// Put the tarball where `unpack_release` looks for it.
        case copyTarball
        /// Remove the tarball that was put there, since the node did not take it.
        case removeTarball
        case call(Call)
        /// Make the `sys.config` of a version from its `sys.config.src`, where it has one: `install_release` takes a missing
        /// file for an empty one, and reports success.
        case renderConfiguration(version: String)
        /// Wait for the node to come back, then list its releases.
        case reconnect
        case finish(Outcome)
    }

    package enum Event: Hashable, Sendable {
        case releases([NodeRelease])
        case tarballCopied
        case tarballRemoved
        case configurationRendered
        case answered(ReleaseHandlerAnswer)
        /// The connection broke while a call was out.
        case connectionLost(Diagnostic)
        /// The driver could not do what was asked: the host, not the node.
        case failed(Diagnostic)
    }

    /// How it ended (contract, section 6).
    package enum Result: String, Hashable, Sendable {
        case committed
        case awaitingCommit = "awaiting-commit"
        case rolledBack = "rolled-back"
        case refused
        case failed
    }

    package struct Outcome: Hashable, Sendable {
        package var result: Result
        /// The release that ran before.
        package var from: String?
        /// The release that was to run.
        package var to: String?
        /// The release that runs now, as the node said last; nil when it did not say.
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

    private enum State: Hashable, Sendable {
        case start
        case listing
        case copying
        case unpacking
        case discarding(Diagnostic)
        case checking
        case configuring
        case installing
        case verifying(problem: Diagnostic?)
        case committing
        case finished
    }

    package let goal: Goal
    private var state = State.start
    private var from: String?
    private var to: String?
    /// Whether the release to go back to has to be made permanent afterwards.
    private var commits = false

    package init(goal: Goal) { self.goal = goal }

    /// The first action.
    package mutating func start() -> Action {
        self.state = .listing
        return .listReleases
    }

    package mutating func handle(_ event: Event) -> Action {
        switch (self.state, event) {
        case (_, .failed(let finding)):
            return self.finish(self.changesWereMade ? .failed : .refused, [finding])
        case (.listing, .releases(let releases)):
            return self.begin(releases)
        case (.copying, .tarballCopied):
            guard case .install(_, let archive, _) = self.goal else { return self.unexpected() }
            self.state = .unpacking
            return .call(.unpack(archive: archive))
        case (.unpacking, .answered(.ok)):
            return self.check()
        case (.unpacking, .answered(.error(let reason))):
            self.state = .discarding(ReleaseHandlerReason(reason).finding)
            return .removeTarball
        case (.discarding(let finding), .tarballRemoved):
            return self.finish(.refused, [finding])
        case (.checking, .answered(.ok)):
            self.state = .configuring
            return .renderConfiguration(version: self.to ?? "")
        case (.configuring, .configurationRendered):
            return self.install()
        case (.checking, .answered(.error(let reason))):
            return self.finish(.refused, [ReleaseHandlerReason(reason).finding])
        case (.installing, .answered(.ok)):
            self.state = .verifying(problem: nil)
            return .listReleases
        case (.installing, .answered(.error(let reason))):
            self.state = .verifying(problem: ReleaseHandlerReason(reason).finding)
            return .reconnect
        case (.installing, .connectionLost(let finding)):
            self.state = .verifying(problem: finding)
            return .reconnect
        case (.verifying(let problem), .releases(let releases)):
            return self.verify(releases, problem)
        case (.committing, .answered(.ok)):
            return self.finish(self.isRollback ? .rolledBack : .committed, [], running: self.to)
        case (.committing, .answered(.error(let reason))):
            return self.finish(.failed, [ReleaseHandlerReason(reason).finding], running: self.to)
        case (_, .connectionLost(let finding)):
            return self.finish(self.changesWereMade ? .failed : .refused, [finding])
        default:
            return self.unexpected()
        }
    }

    // MARK: - Decisions

    private mutating func begin(_ releases: [NodeRelease]) -> Action {
        guard let running = releases.running else {
            return self.finish(
                .refused,
                [
                    Diagnostic(
                        Diagnostic.ID("node/no-running-release"), .error, "the node knows no release that it runs",
                        explanation: "its releases/RELEASES file is missing, empty or damaged",
                        help: ["restore releases/RELEASES, or start the node from an assembled release"])
                ])
        }
        self.from = running.version
        switch self.goal {
        case .commit:
            self.to = running.version
            guard running.status == .current else { return self.finish(.committed, [], running: running.version) }
            return self.commit()
        case .rollback(let version):
            guard let target = self.rollbackTarget(version, releases, running) else {
                return self.finish(.refused, [Self.nothingToRollBackTo(version, running)], running: running.version)
            }
            self.to = target.version
            // A release that was permanent stays so; an old one has to be made permanent, or a restart would boot the
            // release that was just left.
            self.commits = target.status != .permanent
            return self.check()
        case .install(let version, _, let commit):
            self.to = version
            self.commits = commit
            guard let known = releases.first(where: { $0.version == version }) else {
                self.state = .copying
                return .copyTarball
            }
            guard known.version == running.version else { return self.check() }
            if known.status == .current, commit { return self.commit() }
            return self.finish(
                known.status == .permanent ? .committed : .awaitingCommit, [Self.runsAlready(version)],
                running: version)
        }
    }

    private func rollbackTarget(
        _ version: String?, _ releases: [NodeRelease], _ running: NodeRelease
    ) -> NodeRelease? {
        let candidates = releases.filter { $0.version != running.version }
        if let version { return candidates.first { $0.version == version } }
        return candidates.first { $0.status == .permanent } ?? candidates.first { $0.status == .old }
    }

    private mutating func check() -> Action {
        self.state = .checking
        return .call(.check(version: self.to ?? ""))
    }

    private mutating func install() -> Action {
        self.state = .installing
        return .call(.install(version: self.to ?? ""))
    }

    private mutating func commit() -> Action {
        self.state = .committing
        return .call(.makePermanent(version: self.to ?? ""))
    }

    private mutating func verify(_ releases: [NodeRelease], _ problem: Diagnostic?) -> Action {
        let running = releases.running?.version
        if running == self.to {
            if self.commits { return self.commit() }
            return self.finish(
                self.isRollback ? .rolledBack : .awaitingCommit, [problem].compactMap(\.self), running: running)
        }
        if running == self.from {
            // The script failed before its point of no return, or the node restarted into the release it came from.
            return self.finish(self.isRollback ? .failed : .rolledBack, [problem].compactMap(\.self), running: running)
        }
        return self.finish(.failed, [problem].compactMap(\.self), running: running)
    }

    private var isRollback: Bool {
        switch self.goal {
        case .rollback: true
        case .install, .commit: false
        }
    }

    private var changesWereMade: Bool {
        switch self.state {
        case .installing, .verifying, .committing: true
        case .start, .listing, .copying, .unpacking, .discarding, .checking, .configuring, .finished: false
        }
    }

    private mutating func finish(_ result: Result, _ findings: [Diagnostic], running: String? = nil) -> Action {
        let running = running ?? (self.changesWereMade ? nil : self.from)
        self.state = .finished
        return .finish(
            Outcome(result: result, from: self.from, to: self.to, running: running, findings: findings))
    }

    private mutating func unexpected() -> Action {
        self.finish(
            .failed,
            [
                Diagnostic(
                    Diagnostic.ID("install/unexpected-answer"), .error, "the node answered out of turn",
                    help: ["see `relift status` for the state of the node"])
            ])
    }

    private static func runsAlready(_ version: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("install/runs-already"), .note, "the node runs release `\(version)` already",
            help: ["give the new release another version if its content differs"])
    }

    private static func nothingToRollBackTo(_ version: String?, _ running: NodeRelease) -> Diagnostic {
        let summary =
            version.map { "the node has no release `\($0)` to go back to" }
            ?? "the node has no release to go back to from `\(running.version)`"
        return Diagnostic(
            Diagnostic.ID("install/no-rollback-target"), .error, summary,
            help: ["`relift status` lists the releases the node has"])
    }
}
