import ArgumentParser
import Diagnostics
import ReleaseInstalling
import SystemPackage

struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Carries a release into the running node, hot, and makes it permanent.",
        discussion: """
            Verifies the tarball, also by its signature where trusted keys are configured (--keys), and unpacks it beside its place, holds it against what runs, looks at the node from \
            inside, runs the script of its relup, watches the health of the node, and commits. What fails before the \
            script is taken back whole; a release that turns out sick is taken back hot. Killed at any moment, the next \
            command or `relift repair` finishes or undoes it, and the node goes back by itself.

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

    @Option(
        help: ArgumentHelp(
            "How long the health of the node is watched before the release is committed; 0 for not at all.",
            valueName: "seconds"))
    var watch: Int = 30

    @Option(
        help: ArgumentHelp(
            "With --no-commit: how long the node waits for `relift commit` before it goes back by itself.",
            valueName: "seconds"))
    var confirmTimeout: Int = 600

    @Option(
        help: ArgumentHelp(
            "What the release is asked while it is watched: [{http, Url} | {cmd, Command} | {rpc, M, F, A}], each "
                + "also as {wanted, Question}. Default: what `health` of the manifest put into the release.",
            valueName: "file"))
    var health: String?

    @OptionGroup var keys: KeyOptions
    @OptionGroup var timeouts: ScriptTimeouts

    @Flag(help: "Check everything, say what would be done, and do nothing.")
    var dryRun = false

    @Option(help: ArgumentHelp("Write progress to this file as JSON lines.", valueName: "file"))
    var events: String?

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (0...86_400).contains(self.watch) else { throw ValidationError("--watch takes 0 to 86400 seconds") }
        guard (1...2_592_000).contains(self.confirmTimeout) else {
            throw ValidationError("--confirm-timeout takes 1 to 2592000 seconds")
        }
        for id in self.allow { try ExplainAction.validate(id, of: "--allow \(id)") }
    }

    private var trial: TrialSettings {
        var trial = TrialSettings()
        trial.watch = .seconds(self.watch)
        trial.confirmTime = .seconds(self.confirmTimeout)
        trial.allowed = Set(self.allow.map { Diagnostic.ID($0) })
        self.timeouts.set(&trial)
        return trial
    }

    func run() async throws {
        try await InstallAction(
            tarball: FilePath(self.tarball), plan: self.plan.map { FilePath($0) }, commit: self.commit,
            allowed: self.allow, trial: self.trial, health: self.health.map { FilePath($0) }, dryRun: self.dryRun,
            events: self.events.map { FilePath($0) }, keys: self.keys, node: self.node
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

    @Option(
        help: ArgumentHelp(
            "Go back although there are findings of this kind; repeat it. See `relift explain ID` first.",
            valueName: "id"))
    var allow: [String] = []

    @OptionGroup var timeouts: ScriptTimeouts

    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { for id in self.allow { try ExplainAction.validate(id, of: "--allow \(id)") } }

    func run() async throws {
        var trial = TrialSettings()
        trial.allowed = Set(self.allow.map { Diagnostic.ID($0) })
        self.timeouts.set(&trial)
        try await ReleaseChangeAction(
            goal: .rollback(version: self.to), trial: trial, dryRun: self.dryRun, node: self.node
        ).run(self.output.console).end()
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
