import ArgumentParser
import SystemPackage
import UpgradePlanning

struct AppupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "appup",
        abstract: "Generates .appup files by comparing the code of two or more releases.",
        discussion: """
            For every application whose version changed: what must be loaded, updated, added and deleted on the way from \
            each OLD to NEW, and back, each with its reason.

            What a person wrote stays. An APP.appup, or an APP.appup.src with %VSN% in it, that is there already (beside \
            APP.app, in its src folder, or in --output) is compared with the code and kept; status 1 when it lacks \
            something. --merge adds what it lacks and keeps all other entries and every instruction; only comments are \
            lost. --force replaces it. With --check nothing is written: status 0 when the files that are there are the \
            needed ones, else 1.

            EXAMPLES
              relift appup _rel/1.4.2/shop _rel/1.5.0/shop
              relift appup shop-1.4.2.tar.gz shop.rel --lib _build/lib --output src
              relift appup shop-1.4.1.tar.gz shop-1.4.2.tar.gz _rel/1.5.0/shop
              relift appup _rel/1.5.0/shop --from old-releases
              relift appup OLD NEW --output src --merge
              relift appup OLD NEW --output src --check
              relift appup OLD NEW --output src --appups appups
              relift appup OLD NEW --dry-run --code-change-skeleton
            """)

    @Argument(
        help: ArgumentHelp("The releases to come from, and last the release to go to.", valueName: "OLD… NEW"))
    var releases: [String]

    @Option(
        name: .customLong("from"),
        help: ArgumentHelp("A release to come from, or a folder of releases; repeat it.", valueName: "old"))
    var from: [String] = []

    @Option(name: .customLong("app"), help: ArgumentHelp("Only this application; repeat it.", valueName: "name"))
    var applications: [String] = []

    @Option(
        help: ArgumentHelp(
            "The folder to write APP.appup to. Default: beside APP.app of the new release.", valueName: "dir"))
    var output: String?

    @Flag(help: "Compare with the files that are there and write nothing.")
    var check = false

    @Flag(help: "Add to .appup files that are there what they lack.")
    var merge = false

    @Flag(help: "Overwrite .appup files that are there.")
    var force = false

    @Flag(help: "Write the reason of each instruction above it, as a comment.")
    var comments = false

    @Flag(help: "Say what would be written, and write nothing.")
    var dryRun = false

    @Flag(help: "Print the clauses of code_change to write where processes have another state than before.")
    var codeChangeSkeleton = false

    @OptionGroup var behaviours: BehaviourOptions
    @OptionGroup var appups: AppupOptions
    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        if self.releases.count + self.from.count < 2 {
            throw ValidationError("name a release to come from and the release to go to: OLD NEW, or NEW --from OLD")
        }
        if [self.check, self.merge, self.force].count(where: \.self) > 1 {
            throw ValidationError("--check, --merge and --force exclude each other")
        }
    }

    func run() async throws {
        let mode = AppupAction.Mode(
            existing: self.force ? .replace : self.merge ? .merge : .keep, checks: self.check, dryRun: self.dryRun,
            comments: self.comments, skeletons: self.codeChangeSkeleton)
        try await AppupAction(
            old: self.releases.dropLast() + self.from, new: self.releases.last ?? "",
            applications: self.applications, output: self.output.map { FilePath($0) }, mode: mode,
            libraries: self.libraries, appups: self.appups, behaviours: self.behaviours
        ).run(self.outputOptions.console).end()
    }
}

struct RelupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relup",
        abstract: "Writes the relup file: the scripts from and to other releases (systools:make_relup).",
        discussion: """
            EXAMPLE
              relift relup _rel/1.5.0/shop --from _rel/1.4.2/shop
              relift relup shop-1.5.0.rel --from shop-1.4.2.rel --lib _build/lib
            """)

    @Argument(help: ArgumentHelp("The release to go to.", valueName: "NEW"))
    var new: String

    @Option(
        name: .customLong("from"), parsing: .upToNextOption,
        help: ArgumentHelp("A release to come from; repeat it.", valueName: "old"))
    var from: [String]

    @Option(
        name: .customLong("to"), parsing: .upToNextOption,
        help: ArgumentHelp("A release to go back to; repeat it. Default: those of --from.", valueName: "old"))
    var to: [String] = []

    @Option(
        help: ArgumentHelp(
            "The folder to write relup to. Default: releases/VSN of an assembled release, else the working folder.",
            valueName: "dir"))
    var output: String?

    @Flag(help: "End every script with a restart of the emulator.")
    var restartEmulator = false

    @Flag(help: "Take OTP's warnings as errors and write nothing then. (warnings_as_errors)")
    var warningsAsErrors = false

    @Option(help: ApplicationOrderOption.help)
    var order: RelupPlanner.ApplicationOrder = .otp

    @Flag(help: "Show the relup and write nothing.")
    var dryRun = false

    @OptionGroup var strictness: StrictOptions
    @OptionGroup var appups: AppupOptions
    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await RelupAction(
            new: self.new, from: self.from, to: self.to.isEmpty ? self.from : self.to,
            output: self.output.map { FilePath($0) },
            options: .init(
                restartsEmulator: self.restartEmulator, treatsWarningsAsErrors: self.warningsAsErrors,
                order: self.order),
            dryRun: self.dryRun, strict: self.strictness.strict, libraries: self.libraries, appups: self.appups
        ).run(self.outputOptions.console).end()
    }
}

struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Shows the upgrade from one release to another, and back: every instruction with its cause.",
        discussion: """
            Applications without an .appup are planned as `relift appup` would write it.

            --out holds the plan against all rules, as `relift check` does, with the severities of relift.config, and \
            keeps one without errors in a file that `relift install --plan` applies exactly as it was shown, or refuses when \
            the node, the host or the tarball is not what it was made for. --against shows how a relup that is there \
            differs; status 1 when it does.

            EXAMPLES
              relift plan shop-1.4.2.tar.gz shop-1.5.0.tar.gz
              relift plan shop-1.4.2.tar.gz shop-1.5.0.tar.gz --out hop.plan --graph hop.svg
              relift plan _rel/1.4.2/shop _rel/1.5.0/shop --against _rel/1.5.0/shop/releases/1.5.0/relup
              relift plan _rel/1.4.2/shop _rel/1.5.0/shop --format json
            """)

    @Argument(help: ArgumentHelp("The release to come from.", valueName: "OLD"))
    var old: String

    @Argument(help: ArgumentHelp("The release to go to.", valueName: "NEW"))
    var new: String

    @Option(help: ApplicationOrderOption.help)
    var order: RelupPlanner.ApplicationOrder = .otp

    @Option(help: ArgumentHelp("Keep the plan in this file, for `relift install --plan`.", valueName: "file"))
    var out: String?

    @Option(
        help: ArgumentHelp(
            "Draw the modules in the order of their exchange, with their calls.", valueName: "file.svg|file.dot"))
    var graph: String?

    @Option(help: ArgumentHelp("Show how the scripts of this relup differ.", valueName: "relup"))
    var against: String?

    @Flag(help: "Write no files.")
    var dryRun = false

    @OptionGroup var behaviours: BehaviourOptions
    @OptionGroup var appups: AppupOptions
    @OptionGroup var libraries: LibraryOptions
    @OptionGroup var outputOptions: OutputOptions

    func validate() throws {
        if let graph, !graph.hasSuffix(".svg"), !graph.hasSuffix(".dot") {
            throw ValidationError("--graph \(graph): the name must end with .svg or .dot, which says what to write")
        }
    }

    func run() async throws {
        try await PlanAction(
            old: self.old, new: self.new, order: self.order,
            outputs: .init(
                plan: self.out.map { FilePath($0) }, graph: self.graph.map { FilePath($0) },
                against: self.against.map { FilePath($0) }, dryRun: self.dryRun),
            libraries: self.libraries, appups: self.appups, behaviours: self.behaviours
        ).run(self.outputOptions.console).end()
    }
}
