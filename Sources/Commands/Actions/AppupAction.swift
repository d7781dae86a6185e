import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// `relift appup`: the code of releases → `.appup` files, or their comparison with those that are there.
struct AppupAction {
    struct Mode: Equatable {
        var existing: Existing
        /// Nothing is written, and files that are there must be the needed ones.
        var checks: Bool
        var dryRun: Bool
        /// Causes become comments.
        var comments: Bool
        /// The functions to write where states changed are shown.
        var skeletons: Bool

        /// What becomes of a file that is there.
        enum Existing: Equatable {
            case keep, merge, replace
        }
    }

    /// Releases to come from, or folders of releases.
    let old: [String]
    let new: String
    let applications: [String]
    let output: FilePath?
    let mode: Mode
    let libraries: LibraryOptions
    let appups: AppupOptions
    let behaviours: BehaviourOptions

    func run(_ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        var findings: [Diagnostic] = []
        let loader = self.libraries.loader(files, &findings)
        let project = self.appups.project(files, isWritten: true, &findings)
        guard case (var new?, var olds) = await self.releases(loader, files, &findings) else {
            console.report(findings)
            return .findings
        }
        var same: [Set<ApplicationName>] = []
        for index in olds.indices {
            same.append(await loader.readModules(of: &olds[index], and: &new, &findings))
        }
        let behaviours = self.behaviours.mapping(olds + [new], files, &findings)
        guard !findings.hasErrors else {
            console.report(findings)
            return .findings
        }
        findings += Self.fileFindings(olds.map(\.release), new.release)
        if console.isVerbose { findings += olds.flatMap { Self.inOneOnly($0.release, new.release) } }
        // Both releases are read as a whole; what is wrong elsewhere is not asked for.
        findings.removeAll { !self.concerns($0, new.release) }
        var outcomes: [AppupOutcome] = []
        let places = AppupPlaces(output: self.output, project: project, isGiven: self.appups.isGiven, files: files)
        for (application, changes) in self.changes(Array(zip(olds, same)), new, behaviours, &findings) {
            var problems: [Diagnostic] = []
            let place = places.place(of: application, changes, &problems)
            if let committed = place.committed, self.mode.existing != .replace {
                for change in changes { findings = change.generated.eased(findings, by: committed.meaning) }
            }
            outcomes.append(
                AppupOutcome(changes, application, place, self.mode, command: self.command, problems: problems))
        }
        let isWritten = !findings.hasErrors && !self.mode.dryRun && !self.mode.checks
        findings += outcomes.flatMap(\.findings)
        if isWritten {
            do {
                for outcome in outcomes {
                    guard let bytes = outcome.bytes else { continue }
                    try files.makeFolders(outcome.path.removingLastComponent())
                    try files.replaceFile(outcome.path, with: bytes)
                }
            } catch {
                console.report(findings + [error.diagnostic])
                return .failed
            }
        }
        var lookup = SourceLookup(files)
        findings = lookup.located(findings)
        console.report(findings)
        console.result(AppupOutcome.show(outcomes, findings, isWritten: isWritten, console.format))
        return findings.hasErrors ? .findings : .done
    }

    /// The command with which the user writes what is missing.
    private var command: String { "relift appup \(self.old.joined(separator: " ")) \(self.new)" }

    // MARK: - Releases

    /// The release to go to, and those to come from: of a folder all that are in it, but for the one to go to.
    private func releases(
        _ loader: ReleaseLoader, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) async -> (new: LoadedRelease?, olds: [LoadedRelease]) {
        let olds = self.old.flatMap { text -> [(text: String, isMember: Bool)] in
            Self.members(of: text, files)?.map { ($0, true) } ?? [(text, false)]
        }
        let loaded = await loader.load(
            [self.new] + olds.map(\.text), reading: [.appups, .packedModules], &findings)
        let new = loaded.first ?? nil
        let others = zip(olds, loaded.dropFirst()).compactMap { old, loaded in
            old.isMember && loaded?.release.resource == new?.release.resource ? nil : loaded
        }
        return (new, others)
    }

    /// The releases in a folder that is none itself, sorted by name; nil for anything else.
    private static func members(of text: String, _ files: HostFileSystem) -> [String]? {
        let folder = FilePath(text)
        guard files.isFolder(folder), !files.isFolder(folder.appending("releases")) else { return nil }
        let members = files.names(in: folder).filter { name in
            [".rel", ".tar.gz", ".tgz", ".tar"].contains { name.hasSuffix($0) }
                || files.isFolder(folder.appending(name).appending("releases"))
        }
        return members.isEmpty ? nil : members.map { folder.appending($0).string }
    }

    /// What the comparison of applications does not look at: those that only the new release has, and the modules of all
    /// together.
    static func fileFindings(_ olds: [Release], _ new: Release) -> [Diagnostic] {
        let added = new.applications.filter { member in !olds.contains { $0[member.name] != nil } }
        var findings = added.flatMap { AppupGenerator.findings(about: $0.application) }
        var said: Set<Fingerprint> = []
        for release in [new] + olds {
            findings += ModuleOwners.findings(release.applications.map(\.application)).filter {
                said.insert($0.fingerprint).inserted
            }
        }
        return findings
    }

    /// Whether a finding is about one of the applications that are asked for, or about none.
    private func concerns(_ finding: Diagnostic, _ new: Release) -> Bool {
        guard !self.applications.isEmpty, let application = finding.application else { return true }
        if self.applications.contains(application) { return true }
        // A module that two applications have.
        let files = new.applications.map(\.application).filter { self.applications.contains($0.name.name) }.map(\.file)
        return finding.notes.contains { note in files.contains { note.place == .file($0) } }
    }

    private static func inOneOnly(_ old: Release, _ new: Release) -> [Diagnostic] {
        func note(_ application: ResolvedApplication, _ only: Release, _ what: String) -> Diagnostic {
            Diagnostic(
                Diagnostic.ID("appup/application-in-one-release"), .note,
                "`\(application.name)` is in release \(only.version) only: it needs no appup",
                at: .file(application.application.file),
                explanation: "The relup \(what) it as a whole.", application: application.name.name)
        }
        return new.applications.filter { old[$0.name] == nil }.map { note($0, new, "starts") }
            + old.applications.filter { new[$0.name] == nil }.map { note($0, old, "stops") }
    }

    // MARK: - Changes

    /// For each application what the code asks for, from each version that it comes from; each of these releases comes
    /// with the applications that are the same in it.
    private func changes(
        _ olds: [(LoadedRelease, same: Set<ApplicationName>)], _ new: LoadedRelease, _ behaviours: BehaviourMapping,
        _ findings: inout [Diagnostic]
    ) -> [(application: Application, changes: [AppupChange])] {
        for name in self.applications where !new.release.applications.contains(where: { $0.name.name == name }) {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("appup/unknown-application"), .error, "the new release has no application `\(name)`",
                    help: ["it has \(new.release.applications.map { "`\($0.name)`" }.joined(separator: ", "))"]))
        }
        var result: [(application: Application, changes: [AppupChange])] = []
        let after = new.release.applications.map(TranslatedApplication.init)
        let protocols = olds.map { ConsolidatedProtocolOrder(old: $0.0.release, new: new.release) }
        for member in new.release.applications {
            let application = member.application
            guard self.applications.isEmpty || self.applications.contains(application.name.name) else { continue }
            var changes: [AppupChange] = []
            for (number, (old, same)) in olds.enumerated() where !same.contains(application.name) {
                guard let before = old.release[application.name]?.application else { continue }
                let generated = AppupGenerator.generate(
                    old: before, new: application, behaviours, protocols: protocols[number])
                let isUnchanged =
                    generated.from == generated.to && generated.up.isEmpty && generated.down.isEmpty
                guard !isUnchanged else { continue }
                if let known = changes.first(where: { $0.generated.from == generated.from }) {
                    if known.generated.appup != generated.appup {
                        findings.append(Self.twoBuilds(known.old, before))
                    }
                    continue
                }
                let seen = Set(findings)
                findings += generated.findings.filter { !seen.contains($0) }
                changes.append(
                    AppupChange(
                        generated, old: before, new: application,
                        oldApplications: old.release.applications.map(TranslatedApplication.init),
                        newApplications: after))
            }
            if !changes.isEmpty { result.append((application, changes)) }
        }
        return result
    }

    private static func twoBuilds(_ one: Application, _ other: Application) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("appup/two-builds-of-one-version"), .error,
            "two releases have `\(one.name)` \(one.version) with different code", at: .file(one.file),
            explanation: "An appup knows versions only: one script cannot be right for both.",
            notes: [Diagnostic.Note("the other one", at: .file(other.file))],
            help: ["name only the release that runs where the upgrade is installed"], application: one.name.name)
    }
}
