import ArgumentParser

struct SystoolsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "systools",
        abstract: "Answers calls of OTP's systools over a port.",
        discussion: """
            Reads requests {Function, Arguments} from standard input and writes answers to standard output, both in the \
            external term format behind a length of 4 bytes (open_port with {packet, 4}). The functions are make_script, \
            make_tar, make_relup, translate_scripts and make_hybrid_boot, with the arguments of OTP's; the options \
            {code_path, [Dir]} and {cwd, Dir} stand for the code path and the working folder of the caller. An answer is \
            what OTP answers with the option silent; what OTP raises is {'EXIT', {Reason, []}}. With --verbose, findings for people go to standard error. Ends with \
            the input.

            EXAMPLE
              Port = open_port({spawn_executable, Relift}, [{args, ["systools"]}, {packet, 4}, binary]),
              port_command(Port, term_to_binary({make_script, ["shop", [{cwd, Cwd}, {code_path, code:get_path()}]]})),
              receive {Port, {data, Answer}} -> binary_to_term(Answer) end.
            """)

    @OptionGroup var outputOptions: OutputOptions

    func run() async throws {
        try await SystoolsAction().run(self.outputOptions.console).end()
    }
}
