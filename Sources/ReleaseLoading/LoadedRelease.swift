package import Diagnostics
package import ReleaseModel
package import SystemPackage
package import UpgradePlanning

/// A release that was found and passed OTP's checks.
package struct LoadedRelease: Sendable {
    package let reference: ReleaseReference
    package internal(set) var release: Release
    package let warnings: [ReleaseWarning]
    /// The `.rel` file.
    package let resourcePath: FilePath
    package let places: ReleasePlaces
    /// What was found where appups were looked for; empty when nobody asked for them.
    package internal(set) var appups: AppupSources
    /// `releases/VSN` of an assembled or installed release.
    package var folder: FilePath?
    /// The `relup` of this version, if there is one.
    package var relup: Relup?
    /// What the tarball holds that the release is in.
    var contents: TarballContents?

    init(
        reference: ReleaseReference, resolution: ReleaseResolution, resourcePath: FilePath, places: ReleasePlaces,
        appups: AppupSources
    ) {
        self.reference = reference
        self.release = resolution.release
        self.warnings = resolution.warnings
        self.resourcePath = resourcePath
        self.places = places
        self.appups = appups
    }

    /// What is wrong with the appups, in the order of their paths.
    package var appupFindings: [Diagnostic] {
        self.appups.findings.sorted { $0.key < $1.key }.flatMap(\.value)
    }
}
