import Archives
import CompatibilityRules
import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseLoading
import ReleaseModel
import UpgradePlanning

/// Two releases read from disk, what changed between them, and the scripts from one to the other.
struct HopReading {
    let old: LoadedRelease
    let new: LoadedRelease
    /// What the code of each application that both have asks for.
    let changes: [GeneratedAppup]
    let behaviours: BehaviourMapping
    /// The scripts that the appups give, of the upgrade and of the way back; nil where they give none.
    private(set) var upgrade: PlannedUpgrade?

    /// Reads and plans. Nil after a finding that says why the releases cannot be compared.
    ///
    /// - Parameters:
    ///   - missingAppup: the severity of the finding that an application has no appup and is planned with the generated one.
    ///   - pin: what a tarball has to be, where it is known.
    init?(
        _ oldText: String, _ newText: String, missingAppup: Diagnostic.Severity, order: RelupPlanner.ApplicationOrder,
        libraries: LibraryOptions, appups: AppupOptions, behaviours: BehaviourOptions, pin: ContentPin? = nil,
        _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) async {
        var loader = libraries.loader(files, &findings)
        loader.pin = pin
        let project = appups.project(files, &findings)
        let loaded = await loader.load([oldText, newText], reading: [.appups, .packedModules], &findings)
        guard var old = loaded[0], var new = loaded[1], !findings.hasErrors else { return nil }
        let same = await loader.readModules(of: &old, and: &new, leavesEqualUnread: false, &findings)
        if let project { new.addAppups(of: project, files, &findings) }
        findings += new.appupFindings
        let mapping = behaviours.mapping([old, new], files, &findings)
        self.old = old
        self.new = new
        self.behaviours = mapping
        self.changes = Self.changes(old.release, new.release, same, mapping)
        findings += self.changes.flatMap { change in
            let appup = new.release[change.application]?.application.appup
            return appup.map { change.concerning(change.eased(change.findings, by: $0), $0) } ?? change.findings
        }
        findings += AppupAction.fileFindings([old.release], new.release)
        findings += Self.findings(aboutEqual: same, of: old.release, new.release)
        let review = WrittenAppupReview(old: old.release, new: new)
        findings += self.changes.flatMap(review.findings)
        self.upgrade = self.planned(order, missingAppup, &findings)
    }

    /// The hop, with the scripts of the newer release's `relup` where it has some for the older one, else those that the
    /// appups give.
    func hop(_ files: HostFileSystem, provesRelup: Bool = false) -> Hop {
        let native = self.changedNativeModules
        let from = Hop.Side(self.old.snapshot(files, nativeLibrariesOf: native))
        let to = Hop.Side(self.new.snapshot(files, nativeLibrariesOf: native))
        let planned = Hop.Scripts(up: self.upgrade?.up, down: self.upgrade?.down)
        let written = provesRelup ? Hop.Scripts(to.snapshot.folder?.relup, for: from.release.version) : nil
        return Hop(
            from: from, to: to, scripts: written ?? planned, origin: written == nil ? .appups : .relup,
            planned: planned, changes: self.changes, behaviours: self.behaviours)
    }

    /// All that there is to say of a hop that was read whole.
    ///
    /// - Parameter findings: what reading and planning it found.
    static func findings(in hop: Hop, besides findings: [Diagnostic]) -> [Diagnostic] {
        let ruled = UpgradeCheck.findings(in: hop)
        var all = hop.withoutWhatRulesSay(ruled, findings)
        all += hop.findingsAboutSides(besides: all + ruled)
        return all + ruled.notSaid(in: all)
    }

    /// The modules with native functions that are not the same in both releases: only their libraries are read, which may
    /// be large.
    private var changedNativeModules: Set<ModuleName> {
        Set(
            self.changes.flatMap { change -> [ModuleName] in
                guard let before = self.old.release[change.application]?.application.modules,
                    let after = self.new.release[change.application]?.application.modules
                else { return [] }
                return after.values.filter { facts in
                    facts.hasOnLoad && before[facts.name].map { $0.digest != facts.digest } ?? false
                }.map(\.name)
            })
    }

    private func planned(
        _ order: RelupPlanner.ApplicationOrder, _ missing: Diagnostic.Severity, _ findings: inout [Diagnostic]
    ) -> PlannedUpgrade? {
        do {
            let top = try self.complete(missing, &findings)
            var sources = self.new.appups
            sources.generated = Dictionary(
                self.changes.map { ($0.application, $0) }, uniquingKeysWith: { first, _ in first })
            let plan = try RelupPlanner(top: top, options: .init(order: order), appups: sources)
                .plan(upFrom: [.init(self.old.release)], downTo: [.init(self.old.release)])
            findings += plan.warnings.map(\.diagnostic)
            findings += plan.traps.map { trap in
                trap.diagnostic { $0 == self.old.release.resource ? self.old.places : self.new.places }
            }
            return plan.upgrades.first
        } catch let problem as RelupProblem {
            findings += problem.diagnostics.without(findings)
        } catch let problem as ReleaseProblem {
            findings += problem.diagnostics(self.new.places)
        } catch {
            // The two above are all that planning throws.
        }
        return nil
    }

    private static func changes(
        _ old: Release, _ new: Release, _ same: Set<ApplicationName>, _ behaviours: BehaviourMapping
    ) -> [GeneratedAppup] {
        let protocols = ConsolidatedProtocolOrder(old: old, new: new)
        return new.applications.filter { !same.contains($0.name) }.compactMap { member in
            old[member.application.name].map {
                AppupGenerator.generate(
                    old: $0.application, new: member.application, behaviours, protocols: protocols)
            }
        }.filter { $0.from != $0.to || !$0.up.isEmpty || !$0.findings.isEmpty }
    }

    /// What is wrong with applications that are the same in both releases. Here it is a note: the node runs with it.
    private static func findings(
        aboutEqual names: Set<ApplicationName>, of old: Release, _ new: Release
    ) -> [Diagnostic] {
        new.applications.filter { names.contains($0.name) }.flatMap { member in
            AppupGenerator.findings(about: member.application).map { $0.found(in: old).with(.note) }
        }
    }

    /// The new release, in which changed applications without an appup have the generated one.
    private func complete(
        _ missing: Diagnostic.Severity, _ findings: inout [Diagnostic]
    ) throws -> Release {
        var notes: [Diagnostic] = []
        let applications = self.new.release.applications.map { member in
            var application = member.application
            if application.appup == nil, let change = self.changes.first(where: { $0.application == application.name }),
                change.from != change.to, !self.new.appups.coversByProject(change)
            {
                application.appup = change.appup
                notes += Self.withoutAppup(application, missing)
            }
            return application
        }
        findings += notes
        return try ReleaseResolution(self.new.release.resource, applications: applications).release
    }

    private static func withoutAppup(_ application: Application, _ severity: Diagnostic.Severity) -> [Diagnostic] {
        switch severity {
        case .error:
            RelupProblem.unusableAppup(application.name, file: application.appupFile, readResult: nil, []).diagnostics
        case .warning, .note:
            [
                Diagnostic(
                    Diagnostic.ID("plan/appup-generated"), severity,
                    "`\(application.name)` has no appup; the plan uses the one that `relift appup` would write",
                    at: .file(application.appupFile), help: ["`relift relup` needs it written"],
                    application: application.name.name)
            ]
        }
    }
}
