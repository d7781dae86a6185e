package import Diagnostics
package import ReleaseModel

/// What is to be built: one release of a manifest with every value filled in.
package struct EffectiveManifest: Sendable {
    package let source: SourceFile
    package let form: Manifest.Form
    package let profiles: [String]
    /// The release as written: name, ERTS version and applications have no defaults.
    package let definition: ReleaseDefinition
    /// What the release says its version is, or what was found out.
    package let version: ReleaseVersion
    /// Its own applications and those of the releases that it extends.
    package let applications: [ReleaseDefinition.ApplicationEntry]
    /// Whether applications are linked and not copied (`mode`, `dev_mode`).
    package let mode: Setting<BuildMode?>
    package let includeRuntime: Setting<Inclusion>
    package let systemLibraries: Setting<Inclusion>
    package let systemConfiguration: Setting<ConfigurationFile>
    package let vmArguments: Setting<ConfigurationFile>
    package let libraryFolders: Setting<[String]>
    package let debugInformation: Setting<DebugInformation>
    package let includesSources: Setting<Bool>
    package let excludedApplications: Setting<[ApplicationName]>
    package let excludedModules: Setting<[ExcludedModules]>
    package let overlay: [Written<OverlayStep>]
    /// Later ones win.
    package let overlayVariables: [Written<OverlayVariables>]
    /// Any other variable wins over these.
    package let overlayDefaults: [Written<OverlayVariables>]
    package let comparesWithSources: Setting<Bool>
    package let checksCalls: Setting<Bool>
    package let treatsWarningsAsErrors: Setting<Bool>
    package let generatesStartScript: Setting<Bool>
    package let extendsStartScript: Setting<Bool>
    package let startScriptHooks: Setting<[StartScriptHook]>
    package let startScriptExtensions: Setting<[StartScriptExtension]>
    package let health: Setting<[HealthQuestion]>

    package var name: ReleaseName { self.definition.name.value }

    /// A value and why it is this one.
    package struct Setting<Value: Hashable & Sendable>: Hashable, Sendable {
        package let value: Value
        package let origin: Origin
    }

    /// Where a value comes from.
    package enum Origin: Hashable, Sendable {
        /// The release's own settings.
        case release(SourceRange)
        /// The settings for all releases; of several places, the first.
        case manifest(SourceRange)
        /// `{mode, Mode}`, which stands there, sets it.
        case mode(SourceRange)
        /// An option of the command line.
        case option(String)
        /// Nothing was written.
        case standard

        /// The place in a manifest; nil for what no manifest says.
        package var range: SourceRange? {
            switch self {
            case .release(let range), .manifest(let range), .mode(let range): range
            case .option, .standard: nil
            }
        }
    }

    /// What becomes `sys.config` or `vm.args`; paths are relative to the manifest's folder.
    package enum ConfigurationFile: Hashable, Sendable {
        /// This file, which must be there.
        case required(File)
        /// The first of these files that is there: the usual places.
        case ifPresent([File])
        case none

        package struct File: Hashable, Sendable {
            package let path: String
            /// Whether it goes into the release as `….src`, with variables that are replaced on the host.
            package let hasVariables: Bool

            package init(_ path: String, hasVariables: Bool = false) {
                self.path = path
                self.hasVariables = hasVariables
            }
        }
    }

    /// The values that are used where nothing was written.
    package enum Standard {
        package static let systemConfiguration = "config/sys.config"
        package static let vmArguments = "config/vm.args"

        /// Where rebar3 leaves compiled applications: those of profiles lie in a folder named after all of them, with
        /// links to what the profiles share.
        package static func libraryFolders(_ profiles: [String]) -> [String] {
            let folder = self.buildFolder(profiles)
            let own = ["\(folder)/checkouts", "\(folder)/lib"]
            return profiles.isEmpty ? own : own + ["_build/default/lib"]
        }

        /// `_build/default`, `_build/prod`, `_build/prod+test`.
        package static func buildFolder(_ profiles: [String]) -> String {
            "_build/" + (profiles.isEmpty ? "default" : profiles.joined(separator: "+"))
        }
    }
}

extension Manifest {
    /// The release to build with all its values, the one called `name` or the only one or the default one.
    ///
    /// `name` is `NAME`, or `NAME-VERSION` where one name has several versions. Nil after an error.
    package func effective(
        release name: String?, facts: ManifestFacts = ManifestFacts(), _ diagnostics: inout [Diagnostic]
    ) -> EffectiveManifest? {
        guard let definition = self.definition(name, facts, &diagnostics),
            let version = self.version(of: definition, facts, &diagnostics),
            let applications = self.applications(of: definition, &diagnostics)
        else { return nil }
        let values = SettingValues(manifest: self, definition: definition)
        return EffectiveManifest(
            source: self.source, form: self.form, profiles: self.profiles, definition: definition, version: version,
            applications: applications,
            mode: values.mode,
            includeRuntime: values[\.includeRuntime, values.standardRuntime],
            systemLibraries: values[\.systemLibraries, .included],
            systemConfiguration: values.systemConfiguration(&diagnostics),
            vmArguments: values.vmArguments(&diagnostics),
            libraryFolders: values.libraryFolders,
            debugInformation: values[\.debugInformation, values.standardDebugInformation],
            includesSources: values[\.includesSources, false],
            excludedApplications: values[\.excludedApplications, []],
            excludedModules: values[\.excludedModules, []],
            overlay: definition.settings.overlay ?? self.settings.overlay ?? [],
            overlayVariables: self.settings.overlayVariables + definition.settings.overlayVariables,
            overlayDefaults: self.settings.overlayDefaults + definition.settings.overlayDefaults,
            comparesWithSources: values[\.comparesWithSources, false],
            checksCalls: values[\.checksCalls, self.form.isRelx],
            treatsWarningsAsErrors: values[\.treatsWarningsAsErrors, false],
            generatesStartScript: values[\.generatesStartScript, true],
            extendsStartScript: values[\.extendsStartScript, true],
            startScriptHooks: values[\.startScriptHooks, []],
            startScriptExtensions: values[\.startScriptExtensions, []],
            health: values[\.health, []])
    }

    // MARK: - Which release

    private func definition(
        _ name: String?, _ facts: ManifestFacts, _ diagnostics: inout [Diagnostic]
    ) -> ReleaseDefinition? {
        let candidates: [ReleaseDefinition]
        if let name {
            let byName = self.releases.filter { $0.name.value.text == name }
            let byFullName = self.releases.filter { release in
                facts.text(of: release.version.value).map { "\(release.name.value)-\($0)" == name } ?? false
            }
            candidates = byName.isEmpty ? byFullName : byName
            guard !candidates.isEmpty else {
                diagnostics.append(
                    .unknownRelease(
                        name, known: self.releases.map(\.name.value.text), at: .file(self.source.path)))
                return nil
            }
        } else {
            candidates = self.releases
        }
        if candidates.count == 1 { return candidates.first }
        if let wanted = self.defaultRelease {
            let chosen = candidates.filter { wanted.value.matches($0) }
            if chosen.count == 1 { return chosen.first }
            if chosen.isEmpty, name == nil {
                diagnostics.append(
                    .unknownRelease(
                        wanted.value.description, known: self.releases.map(\.name.value.text), at: self.place(wanted)))
                return nil
            }
        }
        if let highest = self.highest(of: candidates, facts) { return highest }
        diagnostics.append(.ambiguousRelease(candidates, in: self))
        return nil
    }

    /// Of several versions of one release relx takes the highest (`relx:pick_release/1`); nil where that is not one alone,
    /// and in a `relift.config`, in which somebody has to say it.
    private func highest(of candidates: [ReleaseDefinition], _ facts: ManifestFacts) -> ReleaseDefinition? {
        guard self.form.isRelx, self.defaultRelease == nil, let name = candidates.first?.name.value,
            candidates.allSatisfy({ $0.name.value == name })
        else { return nil }
        let known = candidates.compactMap { candidate in
            facts.text(of: candidate.version.value).map { (version: RelxVersion($0), candidate) }
        }
        guard known.count == candidates.count, let highest = known.max(by: { $0.version < $1.version }),
            known.count(where: { $0.version == highest.version }) == 1
        else { return nil }
        return highest.1
    }

    private func version(
        of definition: ReleaseDefinition, _ facts: ManifestFacts, _ diagnostics: inout [Diagnostic]
    ) -> ReleaseVersion? {
        let written = definition.version
        switch written.value {
        case .text(let version): return version
        case .from(let source):
            switch facts.versions[source] ?? .failure(VersionFailure("nobody was asked")) {
            case .failure(let failure):
                diagnostics.append(.versionNotFound(written.value, failure, at: self.place(written)))
                return nil
            case .success(let text):
                if let version = ReleaseVersion(validating: text) { return version }
                diagnostics.append(.versionUnusable(written.value, gave: text, at: self.place(written)))
                return nil
            }
        }
    }

    /// The applications of a release and of all that it extends: what the release says itself counts
    /// (`rlx_config:merge_application_goals/2`).
    private func applications(
        of definition: ReleaseDefinition, _ diagnostics: inout [Diagnostic]
    ) -> [ReleaseDefinition.ApplicationEntry]? {
        var chain = [definition]
        while let last = chain.last, let base = last.base {
            let named = self.releases.filter { $0.name.value == base.value.name }
            let wanted = base.value.version ?? last.version.value
            let matching = named.filter { $0.version.value == wanted }
            let next = matching.first ?? (base.value.version == nil && named.count == 1 ? named.first : nil)
            guard let next else {
                diagnostics.append(.unknownBase(base.value, known: self.releases, at: self.place(base)))
                return nil
            }
            guard !chain.contains(where: { $0.isSameRelease(as: next) }) else {
                diagnostics.append(.extendsItself(next.name.value, at: self.place(base)))
                return nil
            }
            chain.append(next)
        }
        var entries: [ReleaseDefinition.ApplicationEntry] = []
        for release in chain.reversed() {
            for entry in release.applications {
                if let index = entries.firstIndex(where: { $0.name.value == entry.name.value }) {
                    entries[index] = entry
                } else {
                    entries.append(entry)
                }
            }
        }
        return entries
    }
}

extension Manifest.Form {
    /// Whether the manifest is relx's own, so that relx's standards hold.
    package var isRelx: Bool {
        switch self {
        case .terms: false
        case .relxTerms, .relxSection: true
        }
    }
}

extension ManifestFacts {
    /// A version as text; nil where nobody knows it.
    func text(of version: WrittenVersion) -> String? {
        switch version {
        case .text(let version): version.text
        case .from(let source): try? self.versions[source]?.get()
        }
    }
}

extension ReleaseReference: CustomStringConvertible {
    package var description: String { self.version.map { "\(self.name)-\($0)" } ?? self.name.text }

    fileprivate func matches(_ definition: ReleaseDefinition) -> Bool {
        guard definition.name.value == self.name else { return false }
        return self.version == nil || self.version == definition.version.value
    }
}
