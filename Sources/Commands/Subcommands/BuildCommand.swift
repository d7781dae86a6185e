import ArgumentParser
import ReleaseBuilding
import SystemPackage

struct BuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Builds a release from its manifest, or from one of mix: an assembled release and its tarball.",
        discussion: """
            Writes DIR/NAME/, which starts with DIR/NAME/bin/NAME, and DIR/NAME-VSN.tar.gz with a .sha256 file beside it. \
            The same input gives the same bytes, whoever builds where and when; SOURCE_DATE_EPOCH sets the time of the \
            files in the tarball.

            Beside the tarball: DIR/NAME-VSN.json (what the release is made of, with sizes and digests), .lock.json (the \
            digest of each application), .cdx.json and .spdx.json (bills of materials in CycloneDX 1.6 and SPDX 2.3).

            --verify TARBALL builds again and compares: 0 when it is the same byte by byte, 1 when not, with the first \
            member and field that differ.

            The manifest is relift.config, else the relx section of rebar.config with its profiles, else relx.config: \
            a project that builds with rebar3 needs no other. --explain shows every value and where it comes from.

            --from-mix takes what `mix release` has assembled in place of a manifest, and makes a target system of it that can \
            be upgraded while it runs: with releases/RELEASES, with consolidated protocols as the application \
            NAME_consolidated, and with the configuration of config/runtime.exs computed anew before each upgrade. mix's own \
            bin/NAME starts it as before.

            EXAMPLE
              rebar3 as prod compile && relift build --profile prod
              relift build --explain
              mix release && relift build --from-mix _build/prod/rel/shop --output _rel
              relift build --manifest relift.config --lib _build/prod/lib --output _rel
              relift build --verify _build/rel/shop-1.4.2.tar.gz
            """)

    @Option(
        help: ArgumentHelp(
            "The manifest. Default: relift.config, else rebar.config with a relx section, else relx.config.",
            valueName: "file"))
    var manifest: String?

    @Option(
        help: ArgumentHelp(
            "The folder that `mix release` has assembled, with @VSN for another version than the one that boots.",
            valueName: "root"))
    var fromMix: String?

    @Option(
        help: ArgumentHelp(
            "The profile of rebar3 to build in, several with a comma. Default: what REBAR_PROFILE names, else default.",
            valueName: "name"))
    var profile: String?

    @Option(help: ArgumentHelp("Which release of the manifest.", valueName: "name"))
    var release: String?

    @Option(help: ArgumentHelp("The folder to build in.", valueName: "dir"))
    var output: String = "_build/rel"

    @Flag(help: "Print every setting with its value and where it comes from, and make nothing.")
    var explain = false

    @Flag(help: "Say what would be made, and make nothing.")
    var dryRun = false

    @Option(
        help: ArgumentHelp(
            "Build the tarball again, write nothing, and say how it differs from this one.", valueName: "tarball"))
    var verify: String?

    @Flag(help: "Refuse where NAME-VSN.lock.json in the folder would change, and say what has changed.")
    var locked = false

    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        guard [self.explain, self.dryRun, self.verify != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("only one of --explain, --dry-run and --verify")
        }
        guard self.fromMix != nil else { return }
        if self.manifest != nil || self.profile != nil || self.release != nil || self.explain {
            throw ValidationError(
                "--from-mix has no manifest: leave out --manifest, --profile, --release and --explain")
        }
        if !self.libraries.libraries.isEmpty || self.libraries.otp != nil {
            throw ValidationError("--from-mix takes all applications from the release: leave out --lib and --otp")
        }
    }

    private var purpose: BuildAction.Purpose {
        if let verify = self.verify { return .verify(FilePath(verify)) }
        return self.explain ? .explain : self.dryRun ? .dryRun : .build
    }

    func run() async throws {
        let profiles = (self.profile ?? ProcessEnvironment.variable("REBAR_PROFILE") ?? "").split(separator: ",")
        try await BuildAction(
            mixRelease: self.fromMix, manifest: self.manifest.map { FilePath($0) }, profiles: profiles.map(String.init),
            release: self.release, output: FilePath(self.output), purpose: self.purpose, isLocked: self.locked,
            libraries: self.libraries
        ).run(self.outputOptions.console).end()
    }
}

extension TarballOptions.VariableTarballs: ExpressibleByArgument {}

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
              relift tar shop.rel --lib _build/lib --erts /usr/lib/erlang --dirs include --extra-file LICENSE=LICENSE
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

    @Flag(help: "With --erts: programs for developing too, such as dialyzer. (erts_all)")
    var ertsAll = false

    @Option(
        name: .customLong("dirs"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Folders of each application to pack beside priv and ebin, such as include; repeat it.", valueName: "name"))
    var folders: [String] = []

    @OptionGroup var variables: VariableOptions

    @Option(
        help: ArgumentHelp(
            "What becomes of the tarballs of variables: include them, leave each beside the tarball (ownfile), or omit "
                + "them.", valueName: "how"))
    var varTar: TarballOptions.VariableTarballs = .include

    @Option(
        name: .customLong("extra-file"),
        help: ArgumentHelp(
            "Pack a file or folder of this host under another name; repeat it. ({extra_files, [{From, To}]})",
            valueName: "from=to"))
    var extraFiles: [String] = []

    @OptionGroup var checks: CheckOptions

    @Flag(help: "Say what would be packed, and write nothing.")
    var dryRun = false

    @OptionGroup var strictness: StrictOptions
    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await TarAction(
            release: self.release, output: self.output.map { FilePath($0) }, options: self.tarball,
            checks: self.checks.checks, dryRun: self.dryRun, strict: self.strictness.strict, libraries: self.libraries
        ).run(self.outputOptions.console).end()
    }

    func validate() throws {
        for text in self.extraFiles where NameAndValue.split(text) == nil {
            throw ValidationError("--extra-file \(text): write FROM=TO")
        }
        for name in self.folders where name.contains("/") || name == ".." || name == "." {
            throw ValidationError("--dirs \(name): write the name of a folder of the applications")
        }
    }

    private var tarball: TarballOptions {
        TarballOptions(
            runtimeFolder: self.erts.map { FilePath($0) }, takesAllPrograms: self.ertsAll, otherFolders: self.folders,
            variables: self.variables.variables, variableTarballs: self.varTar,
            extraFiles: self.extraFiles.compactMap { NameAndValue.split($0) }.map { from, to in
                .init(.path(FilePath(from)), as: FilePath(to))
            })
    }
}
