/// Where an application of a release comes from, as far as the project's own files say.
package enum ComponentSource: Hashable, Sendable {
    /// A package of a Hex repository.
    case hex(HexPackage)
    /// A commit of a git repository; the address without passwords.
    case git(url: String, commit: String)
    /// Erlang/OTP itself.
    case otp
    /// The project that the manifest lies in.
    case project
    /// A folder of which nothing more is known.
    case folder
}

/// A package as a Hex repository has it.
package struct HexPackage: Hashable, Sendable {
    package var name: String
    package var version: String
    /// `hexpm`, `hexpm:ORGANISATION`, or the name that the project gave to another repository.
    package var repository: String
    /// SHA-256 of the package's tarball in small hexadecimal digits; nil when no lock says it.
    package var checksum: String?

    /// The public repository, whose packages everybody means by their names alone.
    package static let publicRepository = "hexpm"

    /// The organisation of hex.pm that a private package belongs to; nil for a public one.
    package var organisation: String? {
        let parts = self.repository.split(separator: ":", maxSplits: 1)
        return parts.count == 2 && parts[0] == Self.publicRepository ? String(parts[1]) : nil
    }

    /// Whether hex.pm has it: a name in another repository says nothing about the package of that name there.
    package var isOfHexpm: Bool { self.repository == Self.publicRepository || self.organisation != nil }

    /// Where the package's tarball can be fetched; nil for a private one.
    package var tarball: String? {
        guard self.repository == Self.publicRepository else { return nil }
        return "https://repo.hex.pm/tarballs/"
            + PackageURL.escaped("\(self.name)-\(self.version)") + ".tar"
    }
}
