package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A version that an application says it needs at least, and that the release does not have.
package enum RuntimeDependencyTooOld: ReleaseRule {
    package static let explanation = Explanation(
        RuntimeDependencies.id, "an application needs a later version of another one",
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
        RuntimeDependencies.findings(in: release.release) { application in
            release.snapshot.places.property("runtime_dependencies", of: ApplicationOrigin(application))
        }
    }
}
