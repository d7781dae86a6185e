package import Diagnostics
package import ReleaseModel

/// What a manifest says, as written: nothing is filled in, nothing is looked up.
package struct Manifest: Sendable {
    /// The file it was read from.
    package let source: SourceFile
    /// At least one, in the order of the file; no name twice with the same version.
    package let releases: [ReleaseDefinition]
    /// The settings for all releases.
    package let settings: Settings
    /// `{default_release, Name}` or `{default_release, {Name, Version}}`.
    package let defaultRelease: Written<ReleaseReference>?

    /// The place of a value of this manifest.
    package func place<Value>(_ written: Written<Value>) -> Diagnostic.Place {
        .source(SourceRange(self.source, written.range))
    }
}

/// A value with the bytes of the manifest that it was written in.
package struct Written<Value: Sendable>: Sendable {
    package let value: Value
    package let range: ByteRange

    package init(_ value: Value, at range: ByteRange) {
        self.value = value
        self.range = range
    }
}

extension Written: Equatable where Value: Equatable {}
extension Written: Hashable where Value: Hashable {}

/// `{release, {Name, Version}, Applications}` and its longer forms.
package struct ReleaseDefinition: Sendable {
    package let name: Written<ReleaseName>
    package let version: Written<ReleaseVersion>
    /// `{erts, Version}`; nil takes the ERTS of the OTP installation.
    package let runtime: Written<RuntimeVersion>?
    /// In the order of the file; no application twice.
    package let applications: [ApplicationEntry]
    /// What this release sets for itself, in place of the settings for all.
    package let settings: Settings

    /// One wanted application; its dependencies come along without being named.
    package struct ApplicationEntry: Hashable, Sendable {
        package let name: Written<ApplicationName>
        /// Nil takes the first one found.
        package let version: Written<ApplicationVersion>?
        /// Nil is `permanent`.
        package let type: Written<StartType>?
        /// In place of the `.app` file's `included_applications`; nil keeps those.
        package let included: Written<[ApplicationName]>?
    }
}

/// The name of a release, with a version where one name has several.
package struct ReleaseReference: Hashable, Sendable {
    package let name: ReleaseName
    package let version: ReleaseVersion?
}

/// What is set for one release or for all; nil and empty are what was not written.
package struct Settings: Sendable {
    /// `include_erts`: the runtime system in the release.
    package var includeRuntime: Written<Inclusion>?
    /// `system_libs`: OTP's applications in the release.
    package var systemLibraries: Written<Inclusion>?
    package var systemConfiguration: Written<FileChoice>?
    package var vmArguments: Written<FileChoice>?
    /// `lib_dirs`: folders of applications, `*` allowed, relative to the manifest's folder.
    package var libraryFolders: [Written<String>] = []
}

/// Whether a part of OTP goes into the release, and from where.
package enum Inclusion: Hashable, Sendable {
    /// From the OTP installation in use.
    case included
    case notIncluded
    /// From another installation: a path, relative to the manifest's folder.
    case from(String)
}

/// Which file becomes the release's `sys.config` or `vm.args`.
package enum FileChoice: Hashable, Sendable {
    /// A path, relative to the manifest's folder.
    case file(String)
    /// `false`: the release has none, also if there is a file at the usual place.
    case none
}
