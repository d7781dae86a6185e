package import ReleaseModel
package import SystemPackage

/// A release that lies in a staging folder of the root, whole and on the disk, and fits what the host has.
package struct StagedRelease: Hashable, Sendable {
    package let root: FilePath
    /// What is still to be moved, and what it makes.
    package let placement: Placement
    /// The files of the tarball, also those that the host has already.
    package let members: [Member]
    /// The applications of the release, in the order of its `.rel` file.
    package let applications: [Application]
    /// Whether a file beside the tarball, or the caller, said what its digest has to be.
    package let digestWasChecked: Bool

    package struct Member: Hashable, Sendable {
        /// Relative to the root.
        package var path: FilePath
        package var size: Int
        /// SHA-256 of the contents, in hexadecimal digits.
        package var digest: String
    }

    package struct Application: Hashable, Sendable {
        package enum Origin: Hashable, Sendable {
            /// In the tarball, and not on the host yet.
            case new
            /// In the tarball, and the same on the host.
            case same
            /// Not in the tarball; the host's is used.
            case host
            /// Neither in the tarball nor in the root's `lib`.
            case missing
        }

        package var name: ApplicationName
        package var version: ApplicationVersion
        package var origin: Origin
    }

    /// SHA-256 of the tarball in hexadecimal digits: the identity of the release.
    package var digest: String { self.placement.digest }
    package var name: String { self.placement.name }
    package var version: ReleaseVersion { self.placement.version }
}
