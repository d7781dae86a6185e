package import Diagnostics
package import ReleaseModel

/// What is to be built: one release of a manifest with every value filled in.
package struct EffectiveManifest: Sendable {
    package let source: SourceFile
    /// The release as written: name, version, ERTS version and applications have no defaults.
    package let definition: ReleaseDefinition
    package let includeRuntime: Setting<Inclusion>
    package let systemLibraries: Setting<Inclusion>
    package let systemConfiguration: Setting<ConfigurationFile>
    package let vmArguments: Setting<ConfigurationFile>
    package let libraryFolders: Setting<[String]>

    package var name: ReleaseName { self.definition.name.value }
    package var version: ReleaseVersion { self.definition.version.value }

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
        /// Nothing was written.
        case standard
    }

    /// What becomes `sys.config` or `vm.args`; paths are relative to the manifest's folder.
    package enum ConfigurationFile: Hashable, Sendable {
        /// This file, which must be there.
        case required(String)
        /// This file, if it is there: the usual place.
        case ifPresent(String)
        case none
    }

    /// The values that are used where nothing was written.
    package enum Standard {
        package static let systemConfiguration = "config/sys.config"
        package static let vmArguments = "config/vm.args"
        /// Where rebar3 leaves compiled applications.
        package static let libraryFolders = ["_build/default/lib"]
    }
}

extension Manifest {
    /// The release to build with all its values, the one called `name` or the only one or the default one.
    ///
    /// `name` is `NAME`, or `NAME-VERSION` where one name has several versions. Nil after an error.
    package func effective(release name: String?, _ diagnostics: inout [Diagnostic]) -> EffectiveManifest? {
        guard let definition = self.definition(name, &diagnostics) else { return nil }
        return EffectiveManifest(
            source: self.source, definition: definition,
            includeRuntime: self.setting(\.includeRuntime, of: definition, { $0 }, standard: .included),
            systemLibraries: self.setting(\.systemLibraries, of: definition, { $0 }, standard: .included),
            systemConfiguration: self.setting(
                \.systemConfiguration, of: definition, EffectiveManifest.ConfigurationFile.init,
                standard: .ifPresent(EffectiveManifest.Standard.systemConfiguration)),
            vmArguments: self.setting(
                \.vmArguments, of: definition, EffectiveManifest.ConfigurationFile.init,
                standard: .ifPresent(EffectiveManifest.Standard.vmArguments)),
            libraryFolders: self.libraryFolders(of: definition))
    }

    // MARK: - Which release

    private func definition(_ name: String?, _ diagnostics: inout [Diagnostic]) -> ReleaseDefinition? {
        let candidates: [ReleaseDefinition]
        if let name {
            let byName = self.releases.filter { $0.name.value.text == name }
            let byFullName = self.releases.filter { "\($0.name.value)-\($0.version.value)" == name }
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
        diagnostics.append(.ambiguousRelease(candidates, in: self))
        return nil
    }

    // MARK: - Its values

    private func setting<Value: Sendable, Used: Hashable & Sendable>(
        _ key: KeyPath<Settings, Written<Value>?>, of definition: ReleaseDefinition, _ convert: (Value) -> Used,
        standard: Used
    ) -> EffectiveManifest.Setting<Used> {
        if let own = definition.settings[keyPath: key] {
            return .init(value: convert(own.value), origin: .release(SourceRange(self.source, own.range)))
        }
        if let general = self.settings[keyPath: key] {
            return .init(value: convert(general.value), origin: .manifest(SourceRange(self.source, general.range)))
        }
        return .init(value: standard, origin: .standard)
    }

    /// The release's own folders come before those for all: they add up, as in relx.
    private func libraryFolders(of definition: ReleaseDefinition) -> EffectiveManifest.Setting<[String]> {
        let own = definition.settings.libraryFolders
        let general = self.settings.libraryFolders
        let origin: EffectiveManifest.Origin
        if let first = own.first {
            origin = .release(SourceRange(self.source, first.range))
        } else if let first = general.first {
            origin = .manifest(SourceRange(self.source, first.range))
        } else {
            return .init(value: EffectiveManifest.Standard.libraryFolders, origin: .standard)
        }
        return .init(value: (own + general).map(\.value), origin: origin)
    }
}

extension EffectiveManifest.ConfigurationFile {
    fileprivate init(_ choice: FileChoice) {
        switch choice {
        case .file(let path): self = .required(path)
        case .none: self = .none
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
