package import Diagnostics
import ErlangTerms
package import ReleaseModel

/// What `runtime_dependencies` of `.app` files ask for, which nothing in OTP looks at.
package enum RuntimeDependencies {
    package static let id = Diagnostic.ID("release/runtime-dependency")

    /// A warning for each application whose version in the release is earlier than another one needs; `place` is that of
    /// the property in the `.app` file. Applications that the release does not have are not missed.
    package static func findings(
        in release: Release, place: (Application) -> Diagnostic.Place
    ) -> [Diagnostic] {
        var versions = ["erts": release.resource.runtime.text]
        for member in release.applications { versions[member.name.name] = member.version.text }
        return release.applications.flatMap { member in
            member.specification.runtimeDependencies.compactMap { dependency in
                guard let hyphen = dependency.lastIndex(of: "-") else { return nil }
                let (name, wanted) = (dependency[..<hyphen], dependency[dependency.index(after: hyphen)...])
                guard let found = versions[String(name)],
                    VersionDirection.isEarlier(found, than: String(wanted))
                else { return nil }
                return Diagnostic(
                    self.id, .warning,
                    "`\(member.name)` needs `\(name)` \(wanted) or later, and the release has \(found)",
                    at: place(member.application),
                    explanation: "OTP does not look at this when it builds or boots the release.",
                    help: ["build the release with a later `\(name)`, or `\(member.name)` with this one"],
                    application: member.name.name)
            }
        }
    }
}
