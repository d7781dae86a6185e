import ArgumentParser
import UpgradePlanning

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Proves an upgrade, or one release, before anyone runs it.",
        discussion: """
            With OLD and NEW the script of the upgrade and the one of the way back are run against the object files of \
            both releases, without a node: the scripts of the relup of NEW where it has some for OLD, else those that \
            its appups give. With one RELEASE what can be told of it alone.

            Status 0 when nothing of error severity was found; that is no promise that nothing can go wrong.

            EXAMPLES
              relift check _rel/1.4.2/shop _rel/1.5.0/shop
              relift check shop-1.4.2.tar.gz shop-1.5.0.tar.gz --format json
              relift check _rel/1.5.0/shop
            """)

    @Argument(
        help: ArgumentHelp(
            "The release to come from and the one to go to, or one release.", valueName: "OLD NEW|RELEASE"))
    var releases: [String]

    @Option(help: ApplicationOrderOption.help)
    var order: RelupPlanner.ApplicationOrder = .otp

    @OptionGroup var behaviours: BehaviourOptions
    @OptionGroup var appups: AppupOptions
    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard (1...2).contains(self.releases.count) else {
            throw ValidationError("name two releases, OLD NEW, or one RELEASE")
        }
    }

    func run() async throws {
        try await CheckAction(
            releases: self.releases, order: self.order, libraries: self.libraries, appups: self.appups,
            behaviours: self.behaviours
        ).run(self.outputOptions.console).end()
    }
}
