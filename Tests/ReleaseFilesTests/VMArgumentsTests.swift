import Diagnostics
import ReleaseFiles
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct VMArgumentsTests {
    private func read(_ text: String) -> VMArguments? {
        var diagnostics: [Diagnostic] = []
        return VMArguments.read(SourceFile(path: "vm.args", bytes: Array(text.utf8)), &diagnostics)
    }

    /// The arguments that `erl` makes of a file: those behind its own.
    private func argumentsOfErl(_ path: FilePath) async throws -> [String] {
        let result = try await run(
            .name("erl"), arguments: ["-args_file", path.string, "-emu_args_exit"], output: .string(limit: 1 << 20))
        let lines = result.standardOutput.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let home = try #require(lines.firstIndex(of: "-home"))
        // Behind the home folder come `--`, the arguments, one or two `--`, and the end of the last line.
        var arguments = Array(lines.dropFirst(home + 3).dropLast())
        while arguments.last == "--" { arguments.removeLast() }
        return arguments
    }

    @Test(
        .enabled(if: OTP.isInstalled),
        arguments: [
            "-a b # c d\n-e f\n", "-a b#c\n-d", "#x\n-a \"q r\" 's t' u\\ v w\\\\x\n", "-a \"unterminated -b",
            "-a \\# b", "-a \"\" b\n", "-a '\\''x'y \n", "-a \"b\\nc\"\n", "-a\tb\r\nc\u{b}d\u{c}e\n", "-a #\n",
            "# only",
            "", "\n", "-a 'x#y' z\\", "-a ä \"Ω\"", "-a 'it\\'s' b", "-x # a\\\n -y", "-x '", "-x \"\"", "b \"\" \"\"",
            "-a b\"c\"'d'e", "-setcookie c -kernel inet_dist_listen_min 9100 inet_dist_listen_max 9105",
        ])
    func aFileHasTheArgumentsThatErlSees(_ text: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("vm.args")
            try Files.write(Array(text.utf8), to: path)
            #expect(self.read(text)?.arguments.map(\.text) == (try await self.argumentsOfErl(path)))
        }
    }

    @Test(arguments: [
        ["-a", "b c", "d\"e", "f'g", "h\"'i", "", "j\\k", "#l", "m#n", "-o", "ä\u{1f600}", "p\nq"], [], ["x"],
        ["-a", "-b", "+c"],
    ]) func whatIsWrittenReadsBack(_ texts: [String]) {
        let written = String(decoding: VMArguments.write(VMArguments(texts)), as: UTF8.self)
        #expect(self.read(written)?.arguments.map(\.text) == texts)
    }

    @Test func flagsHaveTheValuesBehindThem() throws {
        let arguments = try #require(self.read("a -b c d -- e -env F -g +P 100 -h -extra -i"))
        let flags = arguments.flags.map { [$0.name.text] + $0.values.map(\.text) }
        #expect(flags == [["-b", "c", "d"], ["-env", "F", "-g"], ["+P", "100"], ["-h"]])
    }

    @Test func theNodeCanBeReached() throws {
        let arguments = try #require(
            self.read(
                """
                -name shop@10.0.0.1 -setcookie secret ## the cookie
                -setcookie other@host theirs
                -kernel inet_dist_listen_min 9100 inet_dist_listen_max 9105
                -proto_dist inet_tls -ssl_dist_optfile /etc/tls.config
                -args_file more.args
                """))
        #expect(arguments.longName == "shop@10.0.0.1")
        #expect(arguments.shortName == nil)
        #expect(arguments.cookie == "secret")
        #expect(arguments.listenPorts == 9100...9105)
        #expect(arguments.usesEPMD && arguments.usesTLS)
        #expect(arguments.tlsOptionsFile == "/etc/tls.config")
        #expect(arguments.argumentFiles.map(\.text) == ["more.args"])
    }

    @Test(
        arguments: [
            ("-start_epmd false -erl_epmd_port 9000", 9000...9000, false), ("-erl_epmd_port 9000", 9000...9000, false),
            ("-start_epmd false", nil, false), ("-no_epmd", nil, false), ("-start_epmd true", nil, true),
            ("-kernel inet_dist_listen_min 70000", nil, true), ("-kernel inet_dist_listen_min 1", 1...1, true),
            ("-kernel inet_dist_listen_max 5 -kernel inet_dist_listen_min 9", 9...9, true),
        ] as [(String, ClosedRange<UInt16>?, Bool)])
    func portsAndEPMDAreFound(_ text: String, _ ports: ClosedRange<UInt16>?, _ usesEPMD: Bool) throws {
        let arguments = try #require(self.read(text))
        #expect(arguments.listenPorts == ports)
        #expect(arguments.usesEPMD == usesEPMD)
    }
}
