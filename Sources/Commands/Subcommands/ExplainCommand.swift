import ArgumentParser

struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Says what a finding means, shows an example, and the way out.",
        discussion: """
            Every finding ends with its ID in brackets. Without an ID, all that can be explained are listed.

            EXAMPLE
              relift explain relup/added-before-dependency
            """)

    @Argument(help: ArgumentHelp("The ID of the finding, area/name.", valueName: "ID"))
    var id: String?

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try ExplainAction(id: self.id).run(self.output.console).end()
    }
}
