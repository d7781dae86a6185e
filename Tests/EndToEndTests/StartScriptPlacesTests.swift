import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Every command of `bin/NAME` on a live node, wherever the node and the release are: behind TLS, without EPMD, on a read-only
/// root. Always through a symbolic link and from another folder; the cookie is in the arguments of no process meanwhile.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct StartScriptPlacesTests {
    @Test func nodesBehindTLS() async throws {
        let arguments = ["-proto_dist inet_tls", "-ssl_dist_optfile 'etc/tls/ssl dist.conf'"]
        try await withInstalledTally(
            root: "a root", arguments: arguments, applications: ["crypto", "asn1", "public_key", "ssl"]
        ) { tally, folder in
            try await Self.makeCertificate(for: tally)
            try await Self.everyCommandWorks(tally, folder)
        }
    }

    @Test(arguments: [true, false]) func nodesWithoutEPMD(includesRuntime: Bool) async throws {
        let port = Int.random(in: 30_000..<60_000)
        let arguments = ["-start_epmd false", "-erl_epmd_port \(port)"]
        try await withInstalledTally(arguments: arguments, includesRuntime: includesRuntime) { tally, folder in
            try await Self.everyCommandWorks(tally, folder)
        }
    }

    /// Nothing in the root can be written, not even by its owner or by root: what is rendered goes to the run folder.
    @Test(.enabled(if: Namespace.isPossible)) func nodesOnAReadOnlyRoot() async throws {
        try await withInstalledTally { tally, folder in
            let version = tally.root.appending("releases/1.0.0").string
            _ = try await InstalledTally.run(
                "sh", ["-c", "cd '\(version)' && mv vm.args vm.args.src && rm sys.config"])
            try tally.write("[{kernel, [{home, \"${HOME}\"}]}].\n", to: "releases/1.0.0/sys.config.src")
            let environment: [Environment.Key: String?] = [
                "RELIFT_RUN_DIR": folder.appending("r u n").string, "RELIFT_LOG_DIR": folder.appending("logs").string,
            ]
            let before = try await Self.listing(of: tally.root)
            try await Self.everyCommandWorks(tally, folder, readOnly: true, environment: environment)
            #expect(try await Self.listing(of: tally.root) == before)
            // Whoever does not say where to write is told to.
            let refused = try await Self.command(
                tally.script, ["daemon"], in: "/", readOnly: tally.root, environment: [:])
            #expect(refused.status == 2 && refused.errors.contains("set RELIFT_RUN_DIR"), "\(refused.errors)")
        }
    }

    /// Name and cookie may be in files that `vm.args` names, as with relx.
    @Test func argumentsMayBeInFurtherFiles() async throws {
        try await withInstalledTally { tally, folder in
            let whole = String(
                decoding: try File.read(tally.root.appending("releases/1.0.0/vm.args")), as: UTF8.self)
            try tally.write("-args_file releases/more.args\n+P 100000\n", to: "releases/1.0.0/vm.args")
            try tally.write("-args_file 'releases/last one.args' # which has all\n", to: "releases/more.args")
            try tally.write(whole, to: "releases/last one.args")
            try await Self.everyCommandWorks(tally, folder)
        }
    }

    // MARK: - The commands

    private static func everyCommandWorks(
        _ tally: InstalledTally, _ folder: FilePath, readOnly: Bool = false,
        environment: [Environment.Key: String?] = [:]
    ) async throws {
        let link = folder.appending("link")
        _ = try await InstalledTally.run("ln", ["-s", tally.script.string, link.string])
        try File.write(Array("#!/bin/sh\necho \"$*\"\n".utf8), to: folder.appending("relift"))
        _ = try await InstalledTally.run("chmod", ["755", folder.appending("relift").string])
        let settings = environment.merging(["RELIFT": folder.appending("relift").string]) { $1 }
        let root: FilePath? = readOnly ? tally.root : nil
        func run(_ arguments: String...) async throws -> InstalledTally.Outcome {
            try await self.command(link, arguments, in: "/", readOnly: root, environment: settings)
        }
        let observer = CookieObserver(tally.cookie, folder)
        try await observer.observe {
            let started = try await run("daemon")
            try #require(started.status == 0, "\(started.errors)")
            #expect(started.errors.contains(tally.node))
            #expect(try await run("ping").output == "pong\n")
            let process = try await run("pid").output.trimmed
            #expect(Int(process) != nil)
            let status = try await run("status")
            #expect(status.status == 0 && status.output.contains("release   1.0.0"), "\(status.errors)")
            #expect(try await run("versions").output == "1.0.0 permanent\n")
            let rpc = try await run("rpc", "erlang", "node")
            #expect(rpc.output == "'\(tally.node)'\n", "\(rpc.errors)")
            let value = try await run("eval", "1 + 1")
            #expect(value.output == "2\n", "\(value.errors)")
            for command in ["remote_console", "attach"] {
                let line =
                    "(sleep 3; echo 'erlang:node().'; sleep 2; printf '\\004') "
                    + "| timeout 20 script -qc '\"\(link)\" \(command)' /dev/null"
                let shell = try await self.command(
                    "/bin/sh", ["-c", line], in: "/", readOnly: root, environment: settings)
                #expect(shell.output.contains("'\(tally.node)'\r\n"), "\(command): \(shell.output)")
            }
            #expect(try await run("upgrade", "\(link)").output == "install \(link) --root \(tally.root)\n")
            #expect(try await run("downgrade").output == "rollback --root \(tally.root)\n")
            #expect(try await run("systemd-unit").output.contains("\(tally.root)/bin/tally"))
            #expect(try await run("foreground").errors.contains("already running"))
            let restarted = try await run("restart")
            #expect(restarted.status == 0, "\(restarted.errors)")
            #expect(try await run("pid").output.trimmed != process)
            #expect(try await run("stop").status == 0)
            #expect(try await run("ping").status == 1)

            async let foreground = self.command(link, ["foreground"], in: "/", readOnly: root, environment: settings)
            var answers = false
            for _ in 0..<100 where !answers {
                try await Task.sleep(for: .milliseconds(200))
                answers = try await run("ping").status == 0
            }
            #expect(answers)
            #expect(try await run("stop").status == 0)
            #expect(try await foreground.status == 0)
        }
        #expect(try observer.hits() == "", "the cookie is in the arguments of these processes")
    }

    /// Runs a program, with this folder read-only for it and all that it starts.
    private static func command(
        _ program: FilePath, _ arguments: [String], in folder: FilePath, readOnly root: FilePath?,
        environment: [Environment.Key: String?]
    ) async throws -> InstalledTally.Outcome {
        guard let root else {
            return try await InstalledTally.run(program.string, arguments, in: folder, environment: environment)
        }
        return try await InstalledTally.run(
            "unshare",
            ["-m", "sh", "-c", Namespace.readOnly, root.string, program.string] + arguments, in: folder,
            environment: environment)
    }

    private static func listing(of folder: FilePath) async throws -> String {
        try await InstalledTally.run("find", [folder.string, "-printf", "%p %T@ %m\n"]).output
    }

    /// A certificate of its own for the node, with the file that `-ssl_dist_optfile` names.
    private static func makeCertificate(for tally: InstalledTally) async throws {
        _ = try await OTP.evaluate(
            #"""
            [Folder] = init:get_plain_arguments(),
            Empty = #{root => [], intermediates => [], peer => []},
            #{server_config := Config} = public_key:pkix_test_data(#{server_chain => Empty, client_chain => Empty}),
            {Kind, Key} = proplists:get_value(key, Config),
            Files = [{"cert.pem", [{'Certificate', proplists:get_value(cert, Config), not_encrypted}]},
                {"key.pem", [{Kind, Key, not_encrypted}]}],
            ok = filelib:ensure_dir(filename:join(Folder, "x")),
            [ok = file:write_file(filename:join(Folder, Name), public_key:pem_encode(Entries)) || {Name, Entries} <- Files],
            Own = [{certfile, "etc/tls/cert.pem"}, {keyfile, "etc/tls/key.pem"}],
            ok = file:write_file(filename:join(Folder, "ssl dist.conf"),
                io_lib:format("~p.~n", [[{server, Own}, {client, [{verify, verify_none}]}]]))
            """#,
            arguments: [tally.root.appending("etc/tls").string])
    }
}

/// Namespaces of this machine, in which a folder can be mounted for some processes alone.
enum Namespace {
    static let isPossible: Bool = {
        guard let status = try? File.read("/proc/self/status") else { return false }
        let text = String(decoding: status, as: UTF8.self)
        return text.contains("\nUid:\t0\t") && text.firstMatch(of: /CapEff:\t[0-9a-f]*[2367abef][0-9a-f]{5}\n/) != nil
    }()

    /// `sh -c`: makes `$0` read-only and becomes the program in the arguments.
    static let readOnly = "mount --bind \"$0\" \"$0\" && mount -o remount,ro,bind \"$0\" && exec \"$@\""
}

/// Looks again and again whether the cookie is in the arguments of any process.
private struct CookieObserver {
    private let folder: FilePath

    init(_ cookie: String, _ folder: FilePath) {
        self.folder = folder
        // From a file, so that the observer does not see itself.
        try? File.write(Array("\(cookie)\n".utf8), to: folder.appending("looked-for"))
        try? File.write([], to: folder.appending("seen"))
    }

    func observe(_ body: () async throws -> Void) async throws {
        try File.write([], to: self.folder.appending("observing"))
        let line =
            "while [ -e observing ]; do grep -slFf looked-for /proc/[0-9]*/cmdline | while read -r file; "
            + "do tr '\\0' ' ' <\"$file\" >>seen; done; sleep 0.02; done"
        async let observation = InstalledTally.run("sh", ["-c", line], in: self.folder)
        do {
            try await body()
        } catch {
            _ = try await InstalledTally.run("rm", [self.folder.appending("observing").string])
            throw error
        }
        _ = try await InstalledTally.run("rm", [self.folder.appending("observing").string])
        _ = try await observation
    }

    func hits() throws -> String { String(decoding: try File.read(self.folder.appending("seen")), as: UTF8.self) }
}
