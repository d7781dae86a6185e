package import Diagnostics
package import ReleaseModel
package import SystemPackage

/// What a release tarball says it is.
package struct TarballContents: Sendable {
    package let resource: ReleaseResource
    /// The name of `releases/NAME.rel` in it, without extension.
    package let archiveName: String

    package init?(of path: FilePath, _ findings: inout [Diagnostic]) {
        return nil
    }
}
