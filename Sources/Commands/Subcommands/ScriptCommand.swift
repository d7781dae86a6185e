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
              relift script shop.rel --lib _build/default/lib --local --script-name start
            """)

    @Argument(help: ArgumentHelp("The release resource file.", valueName: "NAME.rel"))
    var release: String

    @Option(help: ArgumentHelp("The folder to write to. Default: beside the .rel file.", valueName: "dir"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "The name of the files, without extension. Default: that of the .rel file. (script_name)",
            valueName: "name"))
    var scriptName: String?

    @Flag(help: "Name the folders where the applications were found, to run without an installation. (local)")
    var local = false

    @OptionGroup var variables: VariableOptions
    @OptionGroup var checks: CheckOptions

    @Flag(help: "Do not run ~/.erlang at start.")
    var noDotErlang = false

    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    @OptionGroup var strictness: StrictOptions
    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        if let scriptName, FilePath.Component(scriptName) == nil {
            throw ValidationError("--script-name \(scriptName): write the name of a file; --output names its folder")
        }
        if self.local, !self.variables.texts.isEmpty {
            throw ValidationError("--local and --variable exclude each other")
        }
    }

    func run() async throws {
        try await ScriptAction(
            release: self.release, output: self.output.map { FilePath($0) }, scriptName: self.scriptName,
            paths: self.local
                ? .local(workingDirectory: ProcessEnvironment.workingFolder.string)
                : .root(variables: self.variables.variables),
            checks: self.checks.checks, noDotErlang: self.noDotErlang, dryRun: self.dryRun,
            strict: self.strictness.strict, libraries: self.libraries
        ).run(self.outputOptions.console).end()
    }
}
