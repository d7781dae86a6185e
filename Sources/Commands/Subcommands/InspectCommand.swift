import ArgumentParser
import SystemPackage

struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Prints any file of a release readably.",
        discussion: """
            Understands .beam, .boot, .script, .app, .appup, .rel, .config, relup and RELEASES files and tarballs.

            EXAMPLE
              relift inspect releases/1.5.0/start.boot
              relift inspect ebin/cart_server.beam
            """)

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await InspectAction(path: FilePath(self.file)).run(self.output.console).end()
    }
}
