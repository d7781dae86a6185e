import SystemPackage
import TestSupport
import Testing

/// The questions about health that a release brings along, asked of a real server.
@Suite(.enabled(if: OTP.isInstalled)) struct HealthQuestionTests {
    /// A server that answers with the status that is the contents of a file, on a port of its own choice that it writes down.
    static func server(_ folder: FilePath) -> ErlangNode.Configuration {
        var configuration = ErlangNode.Configuration()
        let program = """
            {ok, L} = gen_tcp:listen(0, [binary, {active, false}, {reuseaddr, true}, {ip, {127,0,0,1}}]), \
            {ok, P} = inet:port(L), ok = file:write_file("\(folder)/port", integer_to_list(P)), \
            Server = spawn(fun F() -> {ok, S} = gen_tcp:accept(L), {ok, R} = gen_tcp:recv(S, 0), \
            file:write_file("\(folder)/asked", R, [append]), \
            {ok, St} = file:read_file("\(folder)/status"), \
            gen_tcp:send(S, ["HTTP/1.1 ", St, " X\\r\\nContent-Length: 2\\r\\n\\r\\nok"]), gen_tcp:close(S), F() end), \
            gen_tcp:controlling_process(L, Server).
            """
        configuration.arguments = ["-eval", program]
        return configuration
    }

    @Test(arguments: [("200", 0, "1.1.0"), ("503", 4, "1.0.0")])
    func theAnswerOfAServerDecides(answer: String, status: Int, version: String) async throws {
        try await withInstallerFixture { fixture in
            let folder = fixture.root.removingLastComponent()
            try File.write(Array(answer.utf8), to: folder.appending("status"))
            var configuration = Self.server(folder)
            configuration.workingDirectory = folder
            try await withErlangNode(configuration) { _ in
                let port = String(decoding: try File.read(folder.appending("port")), as: UTF8.self)
                let script = """
                    set -e; mkdir -p more; cd more; tar -xzf "$1"
                    printf '[{http,"http://127.0.0.1:%s/up?deep=1"}].\\n' "$2" > releases/1.1.0/health.config
                    tar -czf "$1" releases lib
                    """
                let packed = try await Program.run(
                    "sh", ["-c", script, "sh", fixture.tarball.string, port], in: folder)
                try #require(packed.status == 0, "\(packed.errors)")
                let run = try await Program.run([
                    "install", fixture.tarball.string, "--root", fixture.root.string, "--watch", "5", "--format",
                    "json",
                ])
                #expect(run.status == status, "\(run.output)\(run.errors)")
                #expect(try await fixture.running() == version)
                #expect(run.output.contains("health/question") == (status != 0), "\(run.output)")
                let asked = String(decoding: try File.read(folder.appending("asked")), as: UTF8.self)
                #expect(asked.hasPrefix("GET /up?deep=1 HTTP/1.1\r\n"))
                #expect(asked.contains("\r\nHost: 127.0.0.1:\(port)\r\n"))
                guard status == 0 else { return }
                // `--health` wins over what the release brings along.
                try File.write(Array("[{cmd, \"true\"}].".utf8), to: folder.appending("other.config"))
                _ = try await Program.run(["rollback", "--root", fixture.root.string])
                try File.write(Array("503".utf8), to: folder.appending("status"))
                let again = try await Program.run([
                    "install", fixture.tarball.string, "--root", fixture.root.string, "--watch", "3", "--health",
                    folder.appending("other.config").string,
                ])
                #expect(again.status == 0, "\(again.output)\(again.errors)")
            }
        }
    }
}
