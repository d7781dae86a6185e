package import Diagnostics
import ErlangTerms
import ReleaseModel

/// An application whose `.app` file changed under one version.
package enum SameVersionOtherSpecification: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("application/same-version-other-specification"),
        "an `.app` file changed, but its version did not",
        meaning: """
            `unpack_release` keeps the folder of an application version that is there. The node gets the new values of the \
            `.app` file from the boot script, while the file on disk stays the old one. `application:load/1` and tools that \
            read it see other values than the node runs with.
            """,
        example: .tree(
            [
                .source("shop", "1", "shop", "-export([price/0]).", "price() -> 1."),
                Explanation.File(
                    "shop/releases/2/shop.rel",
                    #"{release, {"shop","2"}, {erts,"13.1"}, [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"},{shop,"1"}]}."#
                ),
                Explanation.File(
                    "shop/lib/shop-1/ebin/shop.app",
                    """
                    {application, shop, [{description,""}, {vsn,"1"}, {modules,[shop]}, {registered,[]},
                      {applications,[kernel,stdlib]}, {env,[{port,8080}]}]}.
                    """), .inVersion("1", "sys.config", "[]."),
                Explanation.File(
                    "old/releases/1/shop.rel",
                    #"""
                    {release, {"shop","1"}, {erts,"13.1"},
                     [{kernel,"8.5"},{stdlib,"4.2"},{sasl,"4.2"},{shop,"1"}]}.
                    """#),
            ], versions: [], preparations: ["cp lib/shop-1/ebin/shop.beam shop/lib/shop-1/ebin/shop.beam"],
            command: "relift check old@1 shop@2 --lib lib"),
        wayOut: ["give the application a new version whenever its `.app` file changes"])

    package static let mended: [Explanation.File] = [
        Explanation.File(
            "shop/lib/shop-1/ebin/shop.app",
            """
            {application, shop, [{description,""}, {vsn,"1"}, {modules,[shop]}, {registered,[]},
              {applications,[kernel,stdlib]}]}.
            """)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        hop.to.release.applications.compactMap { member in
            guard let old = hop.from.release[member.name], old.version == member.version,
                let key = self.difference(old.specification, member.specification)
            else { return nil }
            return Diagnostic(
                self.id, .warning, "`\(member.name)` \(member.version) says other \(key) in the two releases",
                at: .file(member.application.file),
                explanation: "A target system keeps the files that it has of an application version.",
                notes: [Diagnostic.Note("the other one", at: .file(old.application.file))],
                help: ["give `\(member.name)` a new version"], application: member.name.name)
        }
    }

    /// The key of the `.app` file that differs and that a node heeds.
    private static func difference(_ one: ApplicationSpecification, _ other: ApplicationSpecification) -> String? {
        if Set(one.modules) != Set(other.modules) { return "`modules`" }
        if Set(one.registered) != Set(other.registered) { return "`registered`" }
        if one.applications != other.applications { return "`applications`" }
        if one.includedApplications != other.includedApplications { return "`included_applications`" }
        if Set(one.environment) != Set(other.environment) { return "`env`" }
        if one.callback != other.callback { return "`mod`" }
        if one.startPhases != other.startPhases { return "`start_phases`" }
        return nil
    }
}
