import ArgumentParser
import SystemPackage

struct RepairCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        abstract: "Finishes or undoes what was cut off, and mends the records of a host.",
        discussion: """
            Safe to run at any time, also before a node starts: where nothing is wrong it changes nothing. An operation \
            that was killed is finished where the new release is permanent already, and undone everywhere else; torn or \
            missing RELEASES and start_erl.data are made again, and made to agree.

            EXAMPLE
              relift repair --root /opt/shop
            """)

    @Flag(help: "Say what an operation that was cut off had come to, and do nothing.")
    var dryRun = false

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await RepairAction(dryRun: self.dryRun, node: self.node).run(self.output.console).end()
    }
}

struct RemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Deletes the files of a release that neither runs nor boots.",
        discussion: """
            Libraries that another release, or the code path of the running node, uses stay.

            EXAMPLE
              relift remove 1.4.2 --root /opt/shop
            """)

    @Argument(help: ArgumentHelp("The version to delete.", valueName: "vsn"))
    var version: String

    @Flag(help: "Say what would be deleted, and delete nothing.")
    var dryRun = false

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await RemoveAction(version: self.version, dryRun: self.dryRun, node: self.node)
            .run(self.output.console).end()
    }
}

struct HistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Shows what was done on a host: who, when, from where to where, and how it ended.",
        discussion: """
            EXAMPLE
              relift history --root /opt/shop
              relift history --root /opt/shop --limit 10
            """)

    @Option(help: ArgumentHelp("Show only so many of the newest operations.", valueName: "n"))
    var limit: Int?

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit is at least 1") }
    }

    func run() async throws {
        try await HistoryAction(limit: self.limit, node: self.node).run(self.output.console).end()
    }
}

struct WatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Shows how the node is, once a second: processes, queues, memory, errors, restarts.",
        discussion: """
            On a terminal the view stays in its place; elsewhere every look is a line. It ends with Ctrl-C.

            EXAMPLE
              relift watch --root /opt/shop
              relift watch --root /opt/shop --count 60 > health.log
            """)

    @Option(help: ArgumentHelp("Seconds between two looks.", valueName: "seconds"))
    var interval: Int = 1

    @Option(help: ArgumentHelp("End after so many looks.", valueName: "n"))
    var count: Int?

    @OptionGroup var node: NodeOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...3600).contains(self.interval) else { throw ValidationError("--interval takes 1 to 3600 seconds") }
        if let count, count < 1 { throw ValidationError("--count is at least 1") }
    }

    func run() async throws {
        try await WatchAction(interval: self.interval, count: self.count, node: self.node)
            .run(self.output.console).end()
    }
}
