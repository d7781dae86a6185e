package import Diagnostics
import ErlangTerms
import ReleaseModel

/// Configuration for an application that the release does not have.
package enum ConfiguredApplicationUnknown: ReleaseRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/application-not-in-release"),
        "an application is configured that the release does not have",
        meaning: """
            OTP keeps quiet about it: parameters of an application that is not there are read by nobody. It is a warning where \
            the name is nearly that of an application of the release, which then runs without its configuration; otherwise a \
            note, since configuration is often shared with tools that are not released.
            """,
        example: .tree(
            [
                .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
                .inVersion("1", "sys.config", #"[{shopp, [{port, 8080}]}]."#),
            ], versions: ["1"], command: "relift check shop@1 --lib lib"),
        wayOut: ["correct the name", "or leave the section out"])

    package static let mended: [Explanation.File] = [
        .inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}]."#)
    ]

    package static func findings(in release: Hop.Side) -> [Diagnostic] {
        guard let file = release.snapshot.folder?.configuration.file else { return [] }
        let known = release.release.applications.map(\.name)
        return file.configuration.sections.compactMap { section in
            guard !known.contains(where: { $0.atom == section.application }) else { return nil }
            let near = NearestName.of(section.application.name, among: known.map(\.name).filter(Self.isOwn))
            return Diagnostic(
                self.id, near == nil ? .note : .warning,
                "`\(section.application.name)` is configured, but the release has no such application",
                at: file.place(section.range), explanation: "Nobody reads these parameters.",
                help: near.map { ["did you mean `\($0)`?"] } ?? [], application: section.application.name)
        }
    }

    /// Names of less than four letters are near to anything.
    private static func isOwn(_ name: String) -> Bool { name.utf8.count > 3 }
}
