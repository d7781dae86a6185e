package import Diagnostics
import DistributionClient
import DistributionProtocol
package import HostFiles
import ReleaseFiles
import ReleaseModel
package import SystemPackage

/// Removes a version from a target system, and of its libraries those that nothing else uses.
package struct Remover: Sendable {
    package let root: FilePath
    package let access: NodeAccess?
    package let files: HostFileSystem
    package let context: OperationContext

    package init(root: FilePath, access: NodeAccess?, files: HostFileSystem, context: OperationContext) {
        self.root = root
        self.access = access
        self.files = files.makingFilesForOwner(of: root.appending("releases"))
        self.context = context
    }

    package enum Result: Hashable, Sendable {
        /// The paths below the root that are gone, or would be.
        case removed([String])
        case refused
        case failed
    }

    private var changes: HostChanges { HostChanges(root: self.root, files: self.files) }

    /// Removes `version`, after it has settled what another operation left; with `dryRun` it says what it would remove.
    package func remove(_ version: String, dryRun: Bool, _ findings: inout [Diagnostic]) async -> Result {
        let lock: HostFileLock
        do throws(HostFileError) {
            lock = try self.changes.journal.lock()
        } catch {
            findings.append(error.diagnostic)
            return .refused
        }
        let result = await self.settleAndRemove(version, dryRun, &findings)
        lock.unlock()
        return result
    }

    private func settleAndRemove(_ version: String, _ dryRun: Bool, _ findings: inout [Diagnostic]) async -> Result {
        let repair = await Repairer(root: self.root, access: self.access, files: self.files, context: self.context)
            .settleUnfinished()
        findings += repair.findings
        guard repair.isSettled else { return .failed }
        let presence = NodePresence(root: self.root, files: self.files, access: self.access)
        let (outcome, unreachable) = await presence.with { client in await self.remove(version, dryRun, client) }
        guard let outcome else {
            findings += [unreachable].compactMap(\.self)
            return .refused
        }
        findings += outcome.findings
        return outcome.result
    }

    private func remove(
        _ version: String, _ dryRun: Bool, _ client: ReleaseHandlerClient?
    ) async -> (result: Result, findings: [Diagnostic]) {
        var live: [NodeRelease]?
        var codePath: [String] = []
        if let client {
            switch (await client.releases(), await client.codePath()) {
            case (.success(let releases), .success(let path)): (live, codePath) = (releases, path)
            case (.failure(let failure), _), (_, .failure(let failure)): return (.failed, [failure.finding])
            }
        }
        var ignored: [Diagnostic] = []
        guard let system = TargetSystem(root: self.root, files: self.files, &ignored) else {
            return (.refused, ignored)
        }
        let use = LibraryUse(system, live: live, codePath: codePath)
        if let problem = use.problem(removing: version) { return (.refused, [problem]) }
        let paths = use.paths(onlyOf: version).filter { path in
            (try? self.files.factsIfPresent(of: self.root.pushing(FilePath(path)), followLinks: false)) != nil
        }
        guard !dryRun else { return (.removed(paths), []) }
        return await self.carryOut(version, paths, running: live?.running?.version, client)
    }

    private func carryOut(
        _ version: String, _ paths: [String], running: String?, _ client: ReleaseHandlerClient?
    ) async -> (result: Result, findings: [Diagnostic]) {
        let began = self.context.now()
        let operation = Operation(
            id: "\(began.seconds)-\(self.context.mark)", kind: .remove, user: self.context.user, began: began,
            node: self.access?.target.name.description, from: running ?? "", to: version)
        let journal = self.changes.journal
        do throws(HostFileError) {
            try journal.begin(operation)
            try journal.append(.placing(paths))
            try journal.append(.began(.remove))
            let event = try await Undoing(changes: self.changes).remove(version, paths, client)
            switch event {
            case .done, .releases, .answered(.ok): break
            case .failed(let findings): return (.failed, findings)
            case .connectionLost(let finding): return (.failed, [finding])
            case .answered(.error(let reason)):
                try journal.finish(operation, OperationEnd(result: "refused", at: self.context.now()))
                return (.refused, [ReleaseHandlerReason(reason).finding])
            }
            try journal.finish(operation, OperationEnd(result: "removed", at: self.context.now()))
            return (.removed(paths), [])
        } catch {
            return (.failed, [error.diagnostic])
        }
    }
}

/// Who uses which library of a target system.
struct LibraryUse {
    private let root: String
    private let records: [ReleaseRecord]
    private let resources: [ReleaseResource]
    private let live: [NodeRelease]?
    private let codePath: [String]
    private let boots: StartErlData?

    init(_ system: TargetSystem, live: [NodeRelease]?, codePath: [String]) {
        let releases = system.root.appending("releases")
        let records = HostRecords(in: releases, system.files)
        self.root = system.root.string
        self.records = records.releases ?? []
        self.boots = records.startData
        let versions = ((try? system.files.entries(of: releases)) ?? []).filter { $0.kind == .folder }
        self.resources = versions.compactMap { system.resource(of: $0.name.string) }
        self.live = live
        self.codePath = codePath
    }

    /// Why a version cannot be removed.
    func problem(removing version: String) -> Diagnostic? {
        let isKnown =
            self.records.contains { $0.version == version } || self.resources.contains { $0.version.text == version }
            || (self.live ?? []).contains { $0.version == version }
        guard isKnown else {
            return Diagnostic(
                Diagnostic.ID("remove/no-such-release"), .error, "there is no release `\(version)` on this host",
                at: .file("\(self.root)/releases"), help: ["`relift status` lists the releases it has"])
        }
        let reason: String
        if self.live?.running?.version == version {
            reason = "the node runs it"
        } else if self.boots?.release.text == version {
            reason = "it is what a restart boots"
        } else if (self.live ?? []).permanent?.version == version
            || (self.live == nil && self.records.first { $0.status == .permanent }?.version == version)
        {
            reason = "it is the permanent release"
        } else {
            return nil
        }
        return Diagnostic(
            Diagnostic.ID("remove/in-use"), .error, "release `\(version)` is not removed: \(reason)",
            help: ["make another release run and commit it first"])
    }

    /// Paths below the root that belong to this version and to nothing else.
    func paths(onlyOf version: String) -> [String] {
        let others = Set(
            self.records.filter { $0.version != version }.flatMap(\.libraries).map { self.relative($0.directory) }
                + self.resources.filter { $0.version.text != version }.flatMap(Self.libraries)
                + self.codePath.filter { $0.hasSuffix("/ebin") }.map { self.relative(String($0.dropLast(5))) })
        let own =
            self.records.filter { $0.version == version }.flatMap(\.libraries).map { self.relative($0.directory) }
            + self.resources.filter { $0.version.text == version }.flatMap(Self.libraries)
        var paths = Set(own.filter { !others.contains($0) && $0.hasPrefix("lib/") && !$0.contains("..") }).sorted()
        let runtimes = Set(
            self.records.filter { $0.version != version }.compactMap(\.runtime)
                + self.resources.filter { $0.version.text != version }.map(\.runtime.text)
                + (self.boots.map { [$0.runtime.text] } ?? []))
        let ownRuntimes =
            self.records.filter { $0.version == version }.compactMap(\.runtime)
            + self.resources.filter { $0.version.text == version }.map(\.runtime.text)
        paths += Set(ownRuntimes).subtracting(runtimes).sorted().map { "erts-\($0)" }
        let names = Set(self.resources.filter { $0.version.text == version }.map(\.name.text))
        paths += names.sorted().map { "releases/\($0)-\(version).rel" }
        // The folder by which the version is known goes last: until then it can be removed again.
        return paths + ["releases/\(version)"]
    }

    /// The versions that have a library (`lib/NAME-VSN`), by their records, their `.rel` files or the node.
    func users(of library: String) -> [String] {
        let recorded = self.records.filter { $0.libraries.contains { self.relative($0.directory) == library } }
        let listed = self.resources.filter { Self.libraries($0).contains(library) }
        let live = (self.live ?? []).filter { $0.libraries.contains { "lib/\($0)" == library } }
        return Set(recorded.map(\.version) + listed.map(\.version.text) + live.map(\.version)).sorted()
    }

    /// Whether the node loads code from a library.
    func isOnCodePath(_ library: String) -> Bool {
        self.codePath.contains { $0.hasSuffix("/ebin") && self.relative(String($0.dropLast(5))) == library }
    }

    /// `lib/APPLICATION-VERSION` of a folder that may be told by another path to the root.
    private func relative(_ directory: String) -> String {
        let parts = directory.split(separator: "/")
        guard directory.hasPrefix("/"), parts.count >= 2, parts[parts.count - 2] == "lib" else { return directory }
        return "lib/\(parts[parts.count - 1])"
    }

    private static func libraries(_ resource: ReleaseResource) -> [String] {
        resource.applications.map { "lib/\($0.name.name)-\($0.version.text)" }
    }
}
