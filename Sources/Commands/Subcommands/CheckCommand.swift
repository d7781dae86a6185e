import ArgumentParser
import SystemPackage
import UpgradePlanning

extension CheckAction.Format: ExpressibleByArgument {}

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Proves an upgrade, or one release, before anyone runs it.",
        discussion: """
            With OLD and NEW the script of the upgrade and the one of the way back are run against the object files of \
            both releases, without a node: the scripts of the relup of NEW where it has some for OLD, else those that \
            its appups give. With one RELEASE what can be told of it alone. `relift explain ID` tells more of a finding.

            Status 0 when nothing of error severity was found; that is no promise that nothing can go wrong.

            EXAMPLES
              relift check _rel/1.4.2/shop _rel/1.5.0/shop
              relift check shop-1.4.2.tar.gz shop-1.5.0.tar.gz --format sarif >check.sarif
              relift check _rel/1.5.0/shop
              relift check OLD NEW --severity appup/state-keys-changed=error
              relift check OLD NEW --write-baseline known.json
              relift check OLD NEW --baseline known.json
            """)

    @Argument(
        help: ArgumentHelp(
            "The release to come from and the one to go to, or one release.", valueName: "OLD NEW|RELEASE"))
    var releases: [String]

    @Option(
        help: ArgumentHelp(
            "How the result is written: text, json, sarif (2.1.0), junit or github (annotations).", valueName: "format")
    )
    var format: CheckAction.Format = .text

    @Flag(help: "Every warning is an error.")
    var strict = false

    @Option(help: ApplicationOrderOption.help)
    var order: RelupPlanner.ApplicationOrder = .otp

    @Flag(help: "Write no baseline.")
    var dryRun = false

    @OptionGroup var policy: PolicyOptions
    @OptionGroup var behaviours: BehaviourOptions
    @OptionGroup var appups: AppupOptions
    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var display: DisplayOptions

    func validate() throws {
        guard (1...2).contains(self.releases.count) else {
            throw ValidationError("name two releases, OLD NEW, or one RELEASE")
        }
    }

    func run() async throws {
        try await CheckAction(
            releases: self.releases, format: self.format, isStrict: self.strict, dryRun: self.dryRun,
            order: self.order, policy: self.policy, libraries: self.libraries, appups: self.appups,
            behaviours: self.behaviours
        ).run(self.display.console(.text)).end()
    }
}
