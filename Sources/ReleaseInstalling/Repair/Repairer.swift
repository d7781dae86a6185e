package import Diagnostics
import DistributionClient
import DistributionProtocol
package import HostFiles
import ReleaseFiles
import ReleaseModel
package import SystemPackage

/// Finishes or undoes what an operation left that was cut off, and mends what stock code leaves behind when it is killed
/// in the middle of writing.
package struct Repairer: Sendable {
    package let root: FilePath
    /// How to reach the node; nil where that is not known.
    package let access: NodeAccess?
    package let files: HostFileSystem
    package let context: OperationContext
    package var observer: @Sendable (InstallProgress) -> Void

    package init(
        root: FilePath, access: NodeAccess?, files: HostFileSystem, context: OperationContext,
        observer: @escaping @Sendable (InstallProgress) -> Void = { _ in }
    ) {
        self.root = root
        self.access = access
        self.files = files.makingFilesForOwner(of: root.appending("releases"))
        self.context = context
        self.observer = observer
    }

    package struct Report: Sendable {
        /// Whether nothing is left that a person has to look at.
        package var isSettled: Bool
        /// What was found and done; empty where nothing was to be done.
        package var findings: [Diagnostic]
        /// Whether nothing was even looked at: another relift is at work, or this one may not write there.
        package var isRefused = false
    }

    private var changes: HostChanges { HostChanges(root: self.root, files: self.files) }

    private var presence: NodePresence { NodePresence(root: self.root, files: self.files, access: self.access) }

    /// Repairs all there is to repair. Takes the lock.
    package func repair() async -> Report {
        do throws(HostFileError) {
            let lock = try self.changes.journal.lock()
            let report = await self.settleAndMend()
            lock.unlock()
            return report
        } catch {
            return Report(isSettled: false, findings: [error.diagnostic], isRefused: true)
        }
    }

    private func settleAndMend() async -> Report {
        let settled = await self.settleUnfinished()
        guard settled.isSettled else { return settled }
        let began = self.context.now()
        let mended = await self.presence.with { client -> Report in
            var report = await self.mend(client)
            if report.isSettled { await self.clear(client, &report) }
            if let client, let status = await Trial.ended(client) {
                report.findings.append(Trial.wentBack(status))
                await Trial.end(client.connection)
            }
            return report
        }
        guard var report = mended.result else {
            return Report(isSettled: false, findings: settled.findings + [mended.unreachable].compactMap(\.self))
        }
        self.remember(&report, since: began)
        report.findings = settled.findings + report.findings
        return report
    }

    /// Removes what nobody uses: half-unpacked libraries, and what a killed command left beside its journal.
    private func clear(_ client: ReleaseHandlerClient?, _ report: inout Report) async {
        do throws(Failure) {
            let live = try await self.live(client)
            var codePath: [String] = []
            switch await client?.codePath() {
            case .success(let path)?: codePath = path
            case .failure(let failure)?: throw Failure(findings: [failure.finding])
            case nil: break
            }
            let (findings, areAllGone) = try Failure.catching {
                () throws(HostFileError) -> (findings: [Diagnostic], areAllGone: Bool) in
                try self.changes.journal.clearRemains()
                return try self.clearHalfUnpacked(live, codePath: codePath)
            }
            report.findings += findings
            if !areAllGone { report.isSettled = false }
        } catch {
            report.isSettled = false
            report.findings += error.findings
        }
    }

    /// Writes to the history what a repair changed that was not an operation's.
    private func remember(_ report: inout Report, since began: HostTime) {
        guard !report.findings.isEmpty else { return }
        let operation = Operation(
            id: "\(began.seconds)-\(self.context.mark)", kind: .repair, user: self.context.user, began: began,
            node: self.access?.target.name.description)
        let end = OperationEnd(
            result: report.isSettled ? "repaired" : "failed", at: self.context.now(),
            reasons: report.findings.map(\.summary))
        do throws(HostFileError) {
            try self.changes.journal.settle(operation, end)
        } catch {
            report.findings.append(error.diagnostic)
        }
    }

    /// Finishes or undoes an operation that was cut off. The caller holds the lock.
    package func settleUnfinished() async -> Report {
        let text: JournalText
        do throws(HostFileError) {
            guard let found = try self.changes.journal.unfinished() else {
                try self.changes.journal.discardIfPresent()
                return Report(isSettled: true, findings: [])
            }
            if let end = found.end {
                try self.changes.journal.settle(found.operation, end)
                return Report(isSettled: true, findings: [])
            }
            text = found
        } catch {
            return Report(isSettled: false, findings: [error.diagnostic])
        }
        let (result, unreachable) = await self.presence.with { client in await self.settle(text, client) }
        guard let result else {
            return Report(
                isSettled: false,
                findings: [Self.cutOff(text, .error, "nothing was done about it")]
                    + [unreachable].compactMap(\.self))
        }
        return result
    }

    // MARK: - An operation that was cut off

    /// What became of it.
    private enum Settlement: String {
        case undone, rolledBack = "rolled-back", committed, removed, kept = "awaiting-commit"
        case wentBack = "went-back"

        var words: String {
            switch self {
            case .undone: "it was undone"
            case .wentBack: "the node had gone back by itself, hot, and the files were removed"
            case .rolledBack: "the node was led back hot"
            case .committed: "it was finished: the release is permanent"
            case .removed: "it was finished: the files are gone"
            case .kept: "the node runs the release; nothing was changed"
            }
        }
    }

    private func settle(_ text: JournalText, _ client: ReleaseHandlerClient?) async -> Report {
        self.observer(.began(.mend))
        let clock = ContinuousClock()
        let start = clock.now
        var report: Report
        do throws(Failure) {
            // First: what follows may run another script.
            let putBack = await self.putBack(text, client)
            let settlement = try await self.settlement(text, client)
            if let client { await Trial.end(client.connection) }
            let mended = await self.mend(client)
            guard mended.isSettled else { throw Failure(findings: mended.findings) }
            // The node wrote, too.
            if client != nil { try Failure.catching { () throws(HostFileError) in try self.changes.syncRecords() } }
            let end = OperationEnd(
                result: settlement.rawValue, at: self.context.now(), reasons: ["it was cut off in step `\(text.where)`"]
            )
            try Failure.catching { () throws(HostFileError) in
                try self.changes.journal.finish(text.operation, end)
            }
            report = Report(
                isSettled: true, findings: [Self.cutOff(text, .warning, settlement.words)] + putBack + mended.findings)
        } catch {
            report = Report(
                isSettled: false, findings: [Self.cutOff(text, .error, "it could not be settled")] + error.findings)
        }
        self.observer(.ended(.init(name: .mend, isDone: report.isSettled, time: clock.now - start)))
        return report
    }

    /// Why it could not be settled.
    private struct Failure: Error {
        var findings: [Diagnostic]

        static func catching<Value>(
            _ body: () throws(HostFileError) -> Value
        ) throws(Failure) -> Value {
            do throws(HostFileError) {
                return try body()
            } catch {
                throw Failure(findings: [error.diagnostic])
            }
        }

        /// What an event says went wrong.
        static func check(_ event: InstallMachine.Event) throws(Failure) {
            switch event {
            case .done, .releases, .answered(.ok): return
            case .failed(let findings): throw Failure(findings: findings)
            case .connectionLost(let finding): throw Failure(findings: [finding])
            case .answered(.error(let reason)): throw Failure(findings: [ReleaseHandlerReason(reason).finding])
            }
        }
    }

    private func settlement(
        _ text: JournalText, _ client: ReleaseHandlerClient?
    ) async throws(Failure) -> Settlement {
        let operation = text.operation
        guard let from = operation.from, let to = operation.to else { return .undone }
        switch operation.kind {
        case .repair: return .undone
        case .remove:
            // It had not been said what goes: nothing had been done.
            guard text.hasBegun(.remove) else { return .undone }
            try await self.removal(text, to, client)
            return .removed
        case .commit: return try await self.commit(to, client)
        case .install, .rollback:
            if text.hasBegun(.commit) {
                let settlement = try await self.commit(to, client)
                guard settlement == .undone, operation.kind == .install, from != to else { return settlement }
                // The power failed, and what boots is the release from before: what came with this one goes again.
                try await self.takeBack(to, text, client)
                return .undone
            }
            let running = try await self.live(client)?.running?.version
            if text.hasBegun(.install), running == to, from != to, let client {
                if operation.kind == .rollback { return try await self.commit(to, client) }
                try await self.goBack(to: from, client)
                return .rolledBack
            }
            guard operation.kind == .install, from != to else { return .undone }
            var wentBack: NodeGuard.Status?
            if let client, text.hasBegun(.install) { wentBack = await Trial.ended(client) }
            try await self.takeBack(to, text, client)
            return wentBack?.to == to ? .wentBack : .undone
        }
    }

    /// Gives the applications of a node back what a script that failed left changed, where relift was killed in between.
    private func putBack(_ text: JournalText, _ client: ReleaseHandlerClient?) async -> [Diagnostic] {
        guard let client, text.hasBegun(.install), let from = text.operation.from,
            case .success(let live) = await client.releases(), live.running?.version == from
        else { return [] }
        return await KeptApplications.putBack(from, on: client.connection)
    }

    private func takeBack(
        _ version: String, _ text: JournalText, _ client: ReleaseHandlerClient?
    ) async throws(Failure) {
        let event: InstallMachine.Event
        do throws(HostFileError) {
            event = try await Undoing(changes: self.changes).takeBack(version, text, client)
        } catch {
            throw Failure(findings: [error.diagnostic])
        }
        try Failure.check(event)
    }

    private func removal(_ text: JournalText, _ version: String, _ client: ReleaseHandlerClient?) async throws(Failure)
    {
        let event: InstallMachine.Event
        do throws(HostFileError) {
            event = try await Undoing(changes: self.changes).remove(version, text.placing, client)
        } catch {
            throw Failure(findings: [error.diagnostic])
        }
        try Failure.check(event)
    }

    /// Goes on with making a release permanent, where the node runs it; where it is down, the files decide.
    private func commit(_ version: String, _ client: ReleaseHandlerClient?) async throws(Failure) -> Settlement {
        let live = try await self.live(client)
        if let client, let running = live?.running, running.version == version, running.status == .current {
            try Failure.check(await client.perform(.makePermanent(version: version)).event)
            return .committed
        }
        guard live == nil else { return live?.permanent?.version == version ? .committed : .undone }
        try Failure.check(
            try Failure.catching { () throws(HostFileError) in
                try Records(changes: self.changes).mend(live: nil, committing: version)
            })
        let boots = HostRecords(in: self.root.appending("releases"), self.files).startData?.release.text
        return boots == version ? .committed : .undone
    }

    /// Back to the release from before a trial that nobody ended.
    private func goBack(to version: String, _ client: ReleaseHandlerClient) async throws(Failure) {
        try Failure.check(await client.perform(.check(version: version)).event)
        let renderer = ConfigurationRendering(root: self.root, files: self.files)
        if try Failure.catching({ () throws(HostFileError) in try renderer.isNeeded(version) }) {
            try Failure.check(await renderer.render(version, client))
        }
        let left = try await self.live(client)?.running?.version
        await KeptApplications.keep(on: client.connection)
        let answer = await client.perform(.install(version: version)).event
        do throws(Failure) {
            try Failure.check(answer)
        } catch {
            var failure = error
            if let left, try await self.live(client)?.running?.version == left {
                failure.findings += await KeptApplications.putBack(left, on: client.connection)
            }
            throw failure
        }
        guard try await self.live(client)?.running?.version == version else {
            throw Failure(findings: [Self.stillOnTrial(version)])
        }
    }

    private func live(_ client: ReleaseHandlerClient?) async throws(Failure) -> [NodeRelease]? {
        guard let client else { return nil }
        switch await client.releases() {
        case .success(let releases): return releases
        case .failure(let failure): throw Failure(findings: [failure.finding])
        }
    }

    // MARK: - What stock code left

    private func mend(_ client: ReleaseHandlerClient?) async -> Report {
        do throws(Failure) {
            let live = try await self.live(client)
            let event = try Failure.catching { () throws(HostFileError) in
                try Records(changes: self.changes).mend(live: live, committing: nil)
            }
            try Failure.check(event)
            var findings: [Diagnostic] = []
            if case .done(let notes) = event { findings = notes }
            if let live, let client { findings += try await self.refresh(client, live) }
            if live?.running?.version.hasPrefix(RecordsMend.temporaryPrefix) != true {
                try Failure.catching { () throws(HostFileError) in try self.changes.removeTemporaryReleases() }
            }
            return Report(isSettled: true, findings: findings)
        } catch {
            return Report(isSettled: false, findings: error.findings)
        }
    }

    /// Has a release_handler that invented its record, since it could not read the file, read it again.
    ///
    /// Only where the permanent release runs: that another one is current it knows in memory alone.
    private func refresh(
        _ client: ReleaseHandlerClient, _ live: [NodeRelease]
    ) async throws(Failure) -> [Diagnostic] {
        guard let running = live.running, running.status == .permanent, running.libraries.isEmpty else { return [] }
        if case .failure(let failure) = await client.readRecordsAnew() { throw Failure(findings: [failure.finding]) }
        return [
            Diagnostic(
                Diagnostic.ID("repair/records-read-anew"), .warning,
                "the node's release_handler was restarted, to read RELEASES",
                explanation:
                    "It had found no such file when it started, and had invented a record without applications.")
        ]
    }

    // MARK: - Findings

    private static func cutOff(_ text: JournalText, _ severity: Diagnostic.Severity, _ what: String) -> Diagnostic {
        let operation = text.operation
        let subject = operation.to.map { " of release `\($0)`" } ?? ""
        return Diagnostic(
            Diagnostic.ID("repair/operation-cut-off"), severity,
            "an operation, \(operation.kind.rawValue)\(subject), was cut off in step `\(text.where)`; \(what)",
            explanation: "It was begun by \(operation.user) at \(operation.began.text).")
    }

    private static func stillOnTrial(_ version: String) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("repair/still-on-trial"), .error,
            "the node could not be led back to release `\(version)`",
            help: ["look at the log of the node; a restart boots its permanent release"])
    }
}

extension JournalText {
    /// The step in which it was cut off.
    fileprivate var `where`: String { self.lastStep?.rawValue ?? "none" }
}
