import ArgumentParser

/// The program: its subcommands, and how a run ends in an exit status.
struct ReliftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relift",
        abstract: "Builds Erlang/OTP releases and upgrades running nodes, and back, without dropping a request.",
        usage: "relift <command> [options]",
        discussion: """
            A release is named by a .rel file, a tarball (NAME-VSN.tar.gz) or the folder of an assembled or \
            installed release (ROOT, or ROOT@VSN).

            EXAMPLE
              relift build --output _rel/1.5.0
              relift appup _rel/1.4.2/shop _rel/1.5.0/shop
              relift relup _rel/1.5.0/shop --from _rel/1.4.2/shop
              relift plan _rel/1.4.2/shop _rel/1.5.0/shop
              relift tar _rel/1.5.0/shop
              relift install _rel/1.5.0/shop-1.5.0.tar.gz --root /opt/shop
            """,
        version: Version.text,
        groupedSubcommands: [
            CommandGroup(
                name: "Build:",
                subcommands: [
                    BuildCommand.self, ScriptCommand.self, TarCommand.self, AppupCommand.self, RelupCommand.self,
                ]),
            CommandGroup(
                name: "Understand:",
                subcommands: [
                    PlanCommand.self, CheckCommand.self, InspectCommand.self, ExplainCommand.self,
                ]),
            CommandGroup(
                name: "Operate:",
                subcommands: [
                    InstallCommand.self, StatusCommand.self, HistoryCommand.self, WatchCommand.self, CommitCommand.self,
                    RollbackCommand.self, RemoveCommand.self, RepairCommand.self,
                ]),
            CommandGroup(name: "Trust:", subcommands: [KeygenCommand.self, SignCommand.self, VerifyCommand.self]),
            CommandGroup(name: "For other tools:", subcommands: [SystoolsCommand.self]),
        ])
}

/// The version of this program.
enum Version {
    static let number = "0.1.0"
    static let text = "relift \(number)"
}

/// Runs the program and ends the process with its exit status.
package enum Main {
    package static func run() async -> Never {
        await ReliftCommand.main()
        ReliftCommand.exit()
    }
}
