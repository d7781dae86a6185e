package import Diagnostics
package import ReleaseModel

/// What a manifest says, as written: nothing is filled in, nothing is looked up.
package struct Manifest: Sendable {
    /// The file it was read from.
    package let source: SourceFile
    package let form: Form
    /// The profiles of rebar3 whose settings were merged in, in the order given; empty for `default`.
    package let profiles: [String]
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
    /// Whether the value was not written itself but follows from `{mode, Mode}`, whose range it has.
    package let isByMode: Bool

    package init(_ value: Value, at range: ByteRange, isByMode: Bool = false) {
        self.value = value
        self.range = range
        self.isByMode = isByMode
    }
}

extension Written: Equatable where Value: Equatable {}
extension Written: Hashable where Value: Hashable {}

/// `{release, {Name, Version}, Applications}` and its longer forms.
package struct ReleaseDefinition: Sendable {
    package let name: Written<ReleaseName>
    package let version: Written<WrittenVersion>
    /// `{Name, Version, {extend, Other}}`: the release whose applications come along.
    package let base: Written<Base>?
    /// `{erts, Version}`; nil takes the ERTS of the OTP installation.
    package let runtime: Written<RuntimeVersion>?
    /// In the order of the file; no application twice.
    package let applications: [ApplicationEntry]
    /// What this release sets for itself, in place of the settings for all.
    package let settings: Settings

    /// The release that another one extends.
    package struct Base: Hashable, Sendable {
        package let name: ReleaseName
        /// Nil is the version of the release that extends it, as in relx, else the only one there is.
        package let version: WrittenVersion?
    }

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
    package let version: WrittenVersion?
}
