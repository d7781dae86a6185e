import ArgumentParser
import SystemPackage

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Builds a release from its manifest: an assembled release and its tarball.",
        discussion: """
            Writes DIR/NAME/, which starts with DIR/NAME/bin/NAME, and DIR/NAME-VSN.tar.gz with a .sha256 file beside it. \
            The same input gives the same bytes.

            EXAMPLE
              relift build
              relift build --manifest relift.config --lib _build/prod/lib --output _rel
            """)

    @Option(help: ArgumentHelp("The manifest.", valueName: "file"))
    var manifest: String = "relift.config"

    @Option(help: ArgumentHelp("Which release of the manifest.", valueName: "name"))
    var release: String?

    @Option(help: ArgumentHelp("The folder to build in.", valueName: "dir"))
    var output: String = "_build/rel"

    @Flag(help: "Say what would be made, and make nothing.")
    var dryRun = false

    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await BuildAction(
            manifest: FilePath(self.manifest), release: self.release, output: FilePath(self.output),
            dryRun: self.dryRun, libraries: self.libraries
        ).run(self.outputOptions.console).end()
    }
}

struct TarCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tar",
        abstract: "Packs a release into NAME.tar.gz (systools:make_tar, but the same bytes every time).",
        discussion: """
            Takes a release resource file whose boot file was made before, or the folder of an assembled release, which is \
            packed whole into NAME-VSN.tar.gz: that is how a relup made after the build gets into the tarball.

            EXAMPLE
              relift script shop.rel --lib _build/lib
              relift tar shop.rel --lib _build/lib
              relift tar _build/rel/shop
            """)

    @Argument(help: ArgumentHelp("The release resource file, or an assembled release.", valueName: "NAME.rel|ROOT"))
    var release: String

    @Option(help: ArgumentHelp("The folder to write to. Default: beside the release.", valueName: "dir"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Include the runtime system of the installation DIR, which holds erts-VSN.", valueName: "dir"))
    var erts: String?

    @Flag(help: "Say what would be packed, and write nothing.")
    var dryRun = false

    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await TarAction(
            release: self.release, output: self.output.map { FilePath($0) }, runtime: self.erts.map { FilePath($0) },
            dryRun: self.dryRun, libraries: self.libraries
        ).run(self.outputOptions.console).end()
    }
}
