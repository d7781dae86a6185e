import Diagnostics

/// The values of one release: its own, else those for all, else the standards of the manifest's form.
struct SettingValues {
    let manifest: Manifest
    let definition: ReleaseDefinition

    typealias Setting = EffectiveManifest.Setting
    typealias File = EffectiveManifest.ConfigurationFile

    /// The setting as written, or its standard.
    subscript<Value: Hashable & Sendable>(
        _ key: KeyPath<Settings, Written<Value>?>, _ standard: Value
    ) -> Setting<Value> {
        self[key] ?? Setting(value: standard, origin: .standard)
    }

    /// The setting with a standard that has an origin of its own.
    subscript<Value: Hashable & Sendable>(
        _ key: KeyPath<Settings, Written<Value>?>, _ standard: Setting<Value>
    ) -> Setting<Value> {
        self[key] ?? standard
    }

    private subscript<Value: Hashable & Sendable>(_ key: KeyPath<Settings, Written<Value>?>) -> Setting<Value>? {
        if let own = self.definition.settings[keyPath: key] {
            return Setting(value: own.value, origin: self.origin(own, isOwn: true))
        }
        return self.manifest.settings[keyPath: key].map {
            Setting(value: $0.value, origin: self.origin($0, isOwn: false))
        }
    }

    private func origin<Value>(_ written: Written<Value>, isOwn: Bool) -> EffectiveManifest.Origin {
        let range = SourceRange(self.manifest.source, written.range)
        if written.isByMode { return .mode(range) }
        return isOwn ? .release(range) : .manifest(range)
    }

    // MARK: - Modes

    /// rebar3 builds with `{mode, prod}` before all else when `prod` is among the profiles.
    private var modeOfProfile: BuildMode? {
        self.manifest.form.isRelx && self.manifest.profiles.contains("prod") ? .prod : nil
    }

    private func byProfile<Value>(_ value: Value) -> Setting<Value> {
        Setting(value: value, origin: .option("--profile prod"))
    }

    var mode: Setting<BuildMode?> {
        let own = self.definition.settings.mode
        let general = self.manifest.settings.mode
        if let own, own.value != nil || general?.value == .dev {
            return Setting(value: own.value, origin: self.origin(own, isOwn: true))
        }
        if let general, general.value != nil {
            return Setting(value: general.value, origin: self.origin(general, isOwn: false))
        }
        return self.modeOfProfile.map { self.byProfile($0) } ?? Setting(value: nil, origin: .standard)
    }

    /// A `relift.config` without a word about it makes a release that runs on a host without Erlang; relx does not.
    var standardRuntime: Setting<Inclusion> {
        if let mode = self.modeOfProfile { return self.byProfile(mode.includeRuntime) }
        return Setting(value: self.manifest.form.isRelx ? .notIncluded : .included, origin: .standard)
    }

    var standardDebugInformation: Setting<DebugInformation> {
        self.modeOfProfile.map { self.byProfile($0.debugInformation) } ?? Setting(value: .keep, origin: .standard)
    }

    // MARK: - Configuration files

    /// As `rlx_assemble:copy_or_generate_sys_config_file/2` chooses.
    func systemConfiguration(_ diagnostics: inout [Diagnostic]) -> Setting<File> {
        self.file(
            \.systemConfiguration, \.systemConfigurationSource, usual: EffectiveManifest.Standard.systemConfiguration,
            keys: (.systemConfiguration, .systemConfigurationSource), &diagnostics)
    }

    /// As `rlx_assemble:copy_or_generate_vmargs_file/3` chooses.
    func vmArguments(_ diagnostics: inout [Diagnostic]) -> Setting<File> {
        self.file(
            \.vmArguments, \.vmArgumentsSource, usual: EffectiveManifest.Standard.vmArguments,
            keys: (.vmArguments, .vmArgumentsSource), &diagnostics)
    }

    private func file(
        _ key: KeyPath<Settings, Written<FileChoice>?>, _ sourceKey: KeyPath<Settings, Written<FileChoice>?>,
        usual: String, keys: (plain: SettingKey, source: SettingKey), _ diagnostics: inout [Diagnostic]
    ) -> Setting<File> {
        let plain = self[key]
        let source = self[sourceKey]
        if let source, case .file(let path) = source.value {
            if let plain, let place = plain.origin.range, let other = source.origin.range, plain.value != .none {
                diagnostics.append(
                    .bothFiles(keys.plain, keys.source, at: .source(place), source: .source(other)))
            }
            return Setting(value: .required(.init(path, hasVariables: true)), origin: source.origin)
        }
        if let plain {
            switch plain.value {
            case .none: return Setting(value: .none, origin: plain.origin)
            case .file(let path): return Setting(value: .required(.init(path)), origin: plain.origin)
            }
        }
        let template = File.File(usual + ".src", hasVariables: true)
        return Setting(
            value: .ifPresent((source == nil ? [template] : []) + [.init(usual)]), origin: source?.origin ?? .standard)
    }

    // MARK: - Folders

    /// The release's own folders come before those for all: they add up, as in relx; behind them, with a manifest of
    /// relx, the folders of rebar3, which hands its own applications to relx first.
    var libraryFolders: Setting<[String]> {
        let own = self.definition.settings.libraryFolders
        let general = self.manifest.settings.libraryFolders
        let usual = EffectiveManifest.Standard.libraryFolders(self.manifest.profiles)
        guard let first = own.first ?? general.first else { return Setting(value: usual, origin: .standard) }
        let written = (own + general).map(\.value)
        return Setting(
            value: self.manifest.form.isRelx ? usual + written : written,
            origin: self.origin(first, isOwn: !own.isEmpty))
    }
}
