package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A version that an application says it needs at least, and that the release does not have.
package enum RuntimeDependencyTooOld: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("release/runtime-dependency"), "an application needs a later version of another one",
        meaning: """
            `runtime_dependencies` in an `.app` file names the earliest version of each application that this one works with. \
            Nothing in OTP looks at it: such a release is built and boots, and calls functions that are not there or answer \
            otherwise. Most often the application was compiled with a later OTP than the one it is released with.

            Applications that the release does not have are not missed: some are needed only when certain functions are \
            called.
            """,
        example: .release([
            .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
            .application("shop", "1", modules: ["shop"], [#"{runtime_dependencies,["stdlib-5.0"]}"#]),
        ]),
        wayOut: [
            "release it with the OTP that it was compiled with", "or correct `runtime_dependencies` if less is enough",
        ])

    package static let mended: [Explanation.File] = [
        .application("shop", "1", modules: ["shop"], [#"{runtime_dependencies,["stdlib-4.0"]}"#])
    ]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        var versions = ["erts": release.release.resource.runtime.text]
        for member in release.release.applications { versions[member.name.name] = member.version.text }
        return release.release.applications.flatMap { member in
            member.specification.runtimeDependencies.compactMap { dependency in
                guard let hyphen = dependency.lastIndex(of: "-") else { return nil }
                let (name, wanted) = (dependency[..<hyphen], dependency[dependency.index(after: hyphen)...])
                guard let found = versions[String(name)],
                    VersionDirection.isEarlier(found, than: String(wanted))
                else { return nil }
                return Diagnostic(
                    self.id, .warning,
                    "`\(member.name)` needs `\(name)` \(wanted) or later, and the release has \(found)",
                    at: release.snapshot.places.property(
                        "runtime_dependencies", of: ApplicationOrigin(member.application)),
                    explanation: "OTP does not look at this when it builds or boots the release.",
                    help: ["build the release with a later `\(name)`, or `\(member.name)` with this one"],
                    application: member.name.name)
            }
        }
    }
}
