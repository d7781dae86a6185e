import ArgumentParser
import ReleaseInstalling
import SystemPackage

struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Carries a release into the running node, hot, and makes it permanent.",
        discussion: """
            Puts the tarball in place, lets the node unpack and check it, runs the script of its relup, and commits. What \
            the node refuses before the script leaves it as it was.

            EXAMPLE
              relift install shop-1.5.0.tar.gz --root /opt/shop
              relift install shop-1.5.0.tar.gz --root /opt/shop --plan hop.plan
              relift install shop-1.5.0.tar.gz --root /opt/shop --no-commit
              relift commit --root /opt/shop
            """)

    @Argument(help: ArgumentHelp("The tarball of the release.", valueName: "NAME-VSN.tar.gz"))
    var tarball: String

    @Option(
        help: ArgumentHelp(
            "A plan of `relift plan --out`: install exactly what it shows; status 6 when that is not possible any more.",
            valueName: "file"))
    var plan: String?

    @Flag(inversion: .prefixedNo, help: "Make the release permanent once it runs.")
    var commit = true

    @Option(
        help: ArgumentHelp(
            "Install although there are findings of this kind; repeat it. See `relift explain ID` first.",
            valueName: "id"))
    var allow: [String] = []

    @Flag(help: "Check everything, say what would be done, and do nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Write progress to this file as JSON lines.", valueName: "file"))
    var events: String?

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await InstallAction(
            tarball: FilePath(self.tarball), plan: self.plan.map { FilePath($0) }, commit: self.commit,
            allowed: self.allow, dryRun: self.dryRun, events: self.events.map { FilePath($0) }, node: self.node
        ).run(self.output.console).end()
    }
}

struct CommitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "commit",
        abstract: "Makes the running release the one that boots from now on.",
        discussion: """
            EXAMPLE
              relift commit --root /opt/shop
            """)

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await ReleaseChangeAction(goal: .commit, dryRun: self.dryRun, node: self.node)
            .run(self.output.console).end()
    }
}

struct RollbackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Takes the running node back to the release it came from, hot, by the down script.",
        discussion: """
            EXAMPLE
              relift rollback --root /opt/shop
              relift rollback --to 1.4.2 --root /opt/shop
            """)

    @Option(
        help: ArgumentHelp(
            "The version to go back to. Default: the permanent release, else the last one before.", valueName: "vsn"))
    var to: String?

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await ReleaseChangeAction(goal: .rollback(version: self.to), dryRun: self.dryRun, node: self.node)
            .run(self.output.console).end()
    }
}

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Shows which releases a host has, which one runs and which one boots.",
        discussion: """
            EXAMPLE
              relift status --root /opt/shop
            """)

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await StatusAction(node: self.node).run(self.output.console).end()
    }
}
