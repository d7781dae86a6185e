import ArgumentParser
import Diagnostics
import HostFiles
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

struct ScriptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "script",
        abstract: "Writes the boot script of a release: NAME.script and NAME.boot (systools:make_script).",
        discussion: """
            EXAMPLE
              relift script shop.rel --lib _build/default/lib --output out
            """)

    @Argument(help: ArgumentHelp("The release resource file.", valueName: "NAME.rel"))
    var release: String

    @Option(help: ArgumentHelp("The folder to write to. Default: beside the .rel file.", valueName: "dir"))
    var output: String?

    @Flag(help: "Do not run ~/.erlang at start.")
    var noDotErlang = false

    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await ScriptAction(
            release: self.release, output: self.output.map { FilePath($0) }, noDotErlang: self.noDotErlang,
            dryRun: self.dryRun, libraries: self.libraries
        ).run(self.outputOptions.console).end()
    }
}
