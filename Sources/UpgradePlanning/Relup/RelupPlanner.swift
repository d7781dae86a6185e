package import ErlangTerms
package import ReleaseModel

/// Plans the scripts from and to a release: what `systools:make_relup/4` does with releases that were already read.
///
/// For each other release ("base") and direction it collects the scripts of
/// 1. applications that are only in the release after the script, in the order of its `.rel` file;
/// 2. applications in both with different versions, in the start order of the top release: always their newer appup;
/// 3. applications that are only in the release before the script, in the order of its `.rel` file;
/// 4. a change of the runtime system, in front; and the option `restart_emulator`, last;
/// and translates them (``ScriptTranslation``). Applications with equal versions contribute nothing, whatever else differs.
package struct RelupPlanner: Sendable {
    package let top: Release
    package let options: Options
    package let appups: AppupSources

    package struct Options: Hashable, Sendable {
        /// Ends every script with a restart of the runtime system.
        package var restartsEmulator: Bool
        /// Warnings end the planning, after everything else went well.
        package var treatsWarningsAsErrors: Bool
        /// In which order applications come and go.
        package var order: ApplicationOrder

        package init(
            restartsEmulator: Bool = false, treatsWarningsAsErrors: Bool = false, order: ApplicationOrder = .otp
        ) {
            self.restartsEmulator = restartsEmulator
            self.treatsWarningsAsErrors = treatsWarningsAsErrors
            self.order = order
        }
    }

    /// The order in which a script adds and removes applications.
    package enum ApplicationOrder: String, Hashable, Sendable, CaseIterable {
        /// As systools: in the order of the `.rel` files, and included applications as all others.
        case otp
        /// Started behind what they depend on, stopped before it; included applications are loaded and unloaded, but
        /// neither started nor stopped: the application that includes them does that.
        case dependencies
    }

    /// A release to come from or to go back to.
    package struct Base: Hashable, Sendable {
        package var release: Release
        /// Any term; it is kept in the relup and `release_handler` hands it out.
        package var description: Term

        package init(_ release: Release, description: Term = .emptyList) {
            self.release = release
            self.description = description
        }
    }

    /// One script of a plan.
    package struct PlannedScript: Hashable, Sendable {
        package let mode: UpgradeMode
        package let base: Base
        package let steps: [PlannedStep]
        /// The newest first, as OTP gives them.
        package let warnings: [RelupWarning]
        /// What OTP does not warn of.
        package let traps: [RelupTrap]

        /// The entry of the `relup` file.
        package var entry: Relup.Entry {
            Relup.Entry(
                version: self.base.release.version, description: self.base.description,
                instructions: self.steps.map(\.instruction))
        }
    }

    package init(top: Release, options: Options = Options(), appups: AppupSources = .unknown) {
        self.top = top
        self.options = options
        self.appups = appups
    }

    // MARK: - Whole plans

    /// Plans all scripts. The first problem ends the work, in OTP's order: all ups, then all downs, as they are given.
    package func plan(upFrom: [Base], downTo: [Base]) throws(RelupProblem) -> RelupPlan {
        if let problem = self.problemOfTop { throw problem }
        var up: [PlannedScript] = []
        var down: [PlannedScript] = []
        for base in upFrom { up.append(try self.script(.up, base)) }
        for base in downTo { down.append(try self.script(.down, base)) }
        let plan = RelupPlan(top: self.top, up: up, down: down)
        if self.options.treatsWarningsAsErrors, !plan.warnings.isEmpty {
            throw .warningsTreatedAsErrors(plan.warnings)
        }
        return plan
    }

    /// What is wrong with the top release alone, which OTP asks before it reads another.
    package var problemOfTop: RelupProblem? { self.top[.sasl] == nil ? .missingSasl(self.top) : nil }

    /// Plans one script.
    package func script(_ mode: UpgradeMode, _ base: Base) throws(RelupProblem) -> PlannedScript {
        if let problem = self.problemOfTop { throw problem }
        guard let sasl = base.release[.sasl] else { throw .missingSasl(base.release) }
        let (source, target) = mode == .up ? (base.release, self.top) : (self.top, base.release)

        var warnings: [RelupWarning] = []
        var scripts = self.scriptsOfAdded(source: source, target: target)
        scripts += try self.scriptsOfAppups(mode, base.release, &warnings)
        scripts += self.scriptsOfRemoved(source: source, target: target)
        if source.resource.runtime != target.resource.runtime {
            let origin = UpgradeScript.Origin.runtimeChanged(
                from: source.resource.runtime.text, to: target.resource.runtime.text)
            scripts.insert(UpgradeScript([.atom("restart_new_emulator")], origin: origin), at: 0)
            warnings.insert(.runtimeChanged(mode, top: self.top.resource, base: base.release.resource), at: 0)
        }
        if self.options.restartsEmulator {
            scripts.append(UpgradeScript([.atom("restart_emulator")], origin: .restartOption))
        }

        switch ScriptTranslation.translate(
            mode: mode, scripts: scripts, applications: target.applications.map(TranslatedApplication.init),
            previousApplications: source.applications.map(TranslatedApplication.init))
        {
        case .failure(let failure):
            throw .translation(failure, mode, base: base.release.resource)
        case .success(var steps):
            if mode == .up, Self.restartsAtTheEnd(sasl), steps.first?.instruction == .atom("restart_new_emulator") {
                steps = Self.restartingAtTheEnd(steps)
                warnings.insert(.oldSasl(base: base.release.resource, sasl: sasl.version), at: 0)
            }
            let traps = RelupTraps(
                mode: mode, top: self.top, base: base.release, order: self.options.order, appups: self.appups
            ).find(in: steps)
            return PlannedScript(mode: mode, base: base, steps: steps, warnings: warnings, traps: traps)
        }
    }

    // MARK: - The scripts of one pair

    private func scriptsOfAdded(source: Release, target: Release) -> [UpgradeScript] {
        let isAdded = { (application: ResolvedApplication) in source[application.name] == nil }
        switch self.options.order {
        case .otp:
            return target.applications.filter(isAdded).map { UpgradeScript(adding: $0) }
        case .dependencies:
            let relations = ApplicationRelations(target)
            return relations.startOrder(where: isAdded).map { added in
                UpgradeScript(adding: added, includedBy: relations.includer(of: added.name))
            }
        }
    }

    private func scriptsOfRemoved(source: Release, target: Release) -> [UpgradeScript] {
        let isRemoved = { (application: ResolvedApplication) in target[application.name] == nil }
        switch self.options.order {
        case .otp:
            return source.applications.filter(isRemoved).map { UpgradeScript(removing: $0) }
        case .dependencies:
            let relations = ApplicationRelations(source)
            return relations.stopOrder(where: isRemoved).map { removed in
                UpgradeScript(removing: removed, includedBy: relations.includer(of: removed.name))
            }
        }
    }

    private func scriptsOfAppups(
        _ mode: UpgradeMode, _ base: Release, _ warnings: inout [RelupWarning]
    ) throws(RelupProblem) -> [UpgradeScript] {
        var scripts: [UpgradeScript] = []
        for application in self.top.applicationsInStartOrder {
            guard let other = base[application.name], other.version != application.version else { continue }
            if let script = try self.projectScript(mode, application, other) {
                scripts.append(script)
                continue
            }
            let file = application.application.appupFile
            guard let appup = application.application.appup else {
                throw .unusableAppup(
                    application.name, file: file, readResult: self.appups.readResults[file],
                    self.appups.findings[file] ?? [])
            }
            if !appup.isFor(application.version) {
                warnings.insert(.otherVersionInAppup(application.name, file, appup.version, application.version), at: 0)
            }
            scripts.append(try self.script(of: appup, in: file, mode, application, other))
        }
        return scripts
    }

    /// The script of an appup of the project; nil where none is for these versions.
    private func projectScript(
        _ mode: UpgradeMode, _ application: ResolvedApplication, _ base: ResolvedApplication
    ) throws(RelupProblem) -> UpgradeScript? {
        let found: AppupSources.ProjectAppup?
        do throws(ProjectKeyProblem) {
            found = try self.appups.projectAppup(
                application.name, to: application.version, from: base.version, mode)
        } catch {
            throw .unusableKey(
                application.name, error.problem, mode, at: self.appups.place(error.path, mode, error.problem.key))
        }
        return try found.map { (appup) throws(RelupProblem) in
            try self.script(of: appup.appup, in: appup.path, isOfProject: true, mode, application, base)
        }
    }

    private func script(
        of appup: Appup, in file: String, isOfProject: Bool = false, _ mode: UpgradeMode,
        _ application: ResolvedApplication, _ base: ResolvedApplication
    ) throws(RelupProblem) -> UpgradeScript {
        let found: Appup.Entry?
        do throws(AppupKeyProblem) {
            found = try appup.entry(for: base.version, mode)
        } catch {
            throw .unusableKey(application.name, error, mode, at: self.appups.place(file, mode, error.key))
        }
        guard let entry = found else {
            throw .noEntry(application, base: base.version, mode, known: appup.entries(mode).map(\.key))
        }
        let (from, to) = mode == .up ? (base, application) : (application, base)
        let origin = UpgradeScript.AppupEntry(
            application: application.name.atom, file: file, from: from.version.text, to: to.version.text,
            key: entry.key, isOfProject: isOfProject)
        return UpgradeScript(
            entry.script, origin: .appup(origin),
            causes: self.appups.generated[application.name]?.causes(of: entry.script, mode, other: base.version) ?? [],
            places: self.appups.places(file, mode, entry.key))
    }

    // MARK: - Emulator restarts of old releases

    /// Whether the release handler of this sasl is from before R15, which restarts only at the end of a script. OTP
    /// compares the versions as strings.
    private static func restartsAtTheEnd(_ sasl: ResolvedApplication) -> Bool {
        sasl.version.text.unicodeScalars.lexicographicallyPrecedes("2.2".unicodeScalars)
    }

    private static func restartingAtTheEnd(_ steps: [PlannedStep]) -> [PlannedStep] {
        guard var restart = steps.first else { return steps }
        restart.cause.because.append(Cause("stands last, because sasl before 2.2 restarts only there"))
        return steps.dropFirst().filter { $0.instruction != .atom("restart_emulator") } + [restart]
    }
}

/// All scripts of a release, each instruction with its cause.
package struct RelupPlan: Sendable {
    package let top: Release
    /// In the order in which the releases were given.
    package let up: [RelupPlanner.PlannedScript]
    package let down: [RelupPlanner.PlannedScript]

    package init(top: Release, up: [RelupPlanner.PlannedScript], down: [RelupPlanner.PlannedScript]) {
        self.top = top
        self.up = up
        self.down = down
    }

    /// The contents of the `relup` file: entries in the reverse order, as OTP writes them.
    package var relup: Relup {
        Relup(
            version: self.top.version, up: self.up.reversed().map(\.entry), down: self.down.reversed().map(\.entry))
    }

    /// Newest first, as OTP gives them.
    package var warnings: [RelupWarning] { (self.up + self.down).reversed().flatMap(\.warnings) }

    /// What OTP does in these scripts without a word, and otherwise than expected; each trap once.
    package var traps: [RelupTrap] { (self.up + self.down).flatMap(\.traps).merged }

    /// The pairs of releases with scripts both ways.
    package var upgrades: [PlannedUpgrade] {
        self.up.compactMap { up in
            guard let down = self.down.first(where: { $0.base.release == up.base.release }) else { return nil }
            return PlannedUpgrade(from: up.base.release, to: self.top, up: up.steps, down: down.steps)
        }
    }
}
