import Subprocess
import SystemPackage
import TestSupport
import Testing

/// How commands find the node of a root and talk to it.
@Suite(.enabled(if: OTP.isInstalled)) struct ReachingTests {
    /// A root with the files that say what runs, and nothing else.
    static func writeRoot(_ root: FilePath, arguments: String) async throws {
        _ = try await Program.run("mkdir", ["-p", root.appending("releases/1").string, root.appending("run").string])
        try File.write(Array("13.1.5 1".utf8), to: root.appending("releases/start_erl.data"))
        try File.write(
            Array(#"[{release,"shop","1","13.1.5",[],permanent}]."#.utf8), to: root.appending("releases/RELEASES"))
        try File.write(Array(arguments.utf8), to: root.appending("releases/1/vm.args"))
    }

    static func status(
        _ root: FilePath, _ arguments: [String] = [], cookie: String = "", in folder: FilePath? = nil
    ) async throws -> Program.Run {
        try await Program.run(
            ["status", "--root", root.string, "--format", "json"] + arguments, in: folder,
            environment: ["RELIFT_COOKIE": cookie])
    }

    /// Whether the node answered: it then tells that it runs from the root of the installed OTP, and not from that of the test.
    static func wasReached(_ run: Program.Run) -> Bool {
        run.output.contains(#""id":"install/other-root""#) || run.output.contains(#""reachable":true"#)
    }

    /// A node that answers what `status` asks.
    static func node(_ arguments: [String] = [], host: String = "127.0.0.1") -> ErlangNode.Configuration {
        var configuration = ErlangNode.Configuration()
        configuration.host = host
        configuration.hasLongName = true
        configuration.arguments = ["-boot", "start_sasl"] + arguments
        return configuration
    }

    // MARK: - TLS

    /// Makes an authority, a certificate for loopback, and the file that names both for nodes and clients.
    static func writeCertificates(in folder: FilePath) async throws {
        let script = """
            set -e
            key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
            for ca in ca other; do openssl req -x509 $key -keyout $ca.key -out $ca.pem -subj /CN=$ca -days 2; done
            openssl req $key -keyout node.key -out node.csr -subj /CN=node
            printf 'subjectAltName=IP:127.0.0.1,DNS:127.0.0.1' > ext
            openssl x509 -req -in node.csr -CA ca.pem -CAkey ca.key -days 2 -out node.pem -extfile ext
            """
        let made = try await Program.run("sh", ["-c", script], in: folder)
        try #require(made.status == 0, "\(made.errors)")
        let both = #"{certfile,"node.pem"},{keyfile,"node.key"},{cacertfile,"ca.pem"},{verify,verify_peer}"#
        try File.write(
            Array("[{server,[\(both),{fail_if_no_peer_cert,true}]},{client,[\(both)]}].\n".utf8),
            to: folder.appending("tls.config"))
    }

    @Test func tlsIsTakenFromTheReleaseOrFromTheOption() async throws {
        try await withTemporaryFolder { root in
            try await Self.writeCertificates(in: root)
            // The node looks for a relative name in its code path.
            let file = root.appending("tls.config").string
            var configuration = Self.node(["-proto_dist", "inet_tls", "-ssl_dist_optfile", file])
            configuration.workingDirectory = root
            try await withErlangNode(configuration) { node in
                let plain = "-name \(node.name)\n-setcookie \(node.cookie)\n"
                try await Self.writeRoot(
                    root, arguments: plain + "-proto_dist inet_tls\n-ssl_dist_optfile \(file)\n")
                let found = try await Self.status(root)
                #expect(Self.wasReached(found), "\(found.output)\(found.errors)")

                try await Self.writeRoot(root, arguments: plain)
                let unencrypted = try await Self.status(root)
                #expect(unencrypted.output.contains("node/speaks-tls"), "\(unencrypted.output)")
                let named = try await Self.status(root, ["--tls-config", "tls.config"], in: root)
                #expect(Self.wasReached(named), "\(named.output)\(named.errors)")

                // Every reason has a finding of its own.
                for (options, id) in [
                    (#"[{client,[{cacertfile,"other.pem"}]}]."#, "node/tls-unknown-authority"),
                    (#"[{client,[{cacertfile,"ca.pem"}]}]."#, "node/tls-refused"),
                    (
                        #"""
                        [{client,[{certfile,"node.pem"},{keyfile,"node.key"},{cacertfile,"ca.pem"},
                          {server_name_indication,"shop"}]}].
                        """#,
                        "node/tls-other-name"
                    ),
                    (#"[{client,[{verify,verify_peer}]}]."#, "tls-config/no-authority"),
                    (#"[{client,[{certfile,"ca.key"}]}]."#, "tls-config/unusable-file"),
                    (#"[{client,[{certfile,"nothing.pem"}]}]."#, "host/missing"),
                    (#"{client,[]}."#, "tls-config/not-options"),
                ] {
                    try File.write(Array(options.utf8), to: root.appending("other.config"))
                    let refused = try await Self.status(root, ["--tls-config", "other.config"], in: root)
                    #expect(refused.output.contains(#""reachable":false"#), "\(options)")
                    #expect(refused.output.contains(#""id":"\#(id)"#), "\(options)\n\(refused.output)")
                    #expect(!(refused.output + refused.errors).contains(node.cookie))
                }
            }
        }
    }

    // MARK: - The name

    @Test func aNameWithVariablesIsThatOfTheProcessOfThisRoot() async throws {
        try await withTemporaryFolder { root in
            try await Self.writeRoot(root, arguments: "-name ${SHOP_NODE}\n-setcookie ${SHOP_COOKIE}\n")
            let boot = root.appending("releases/1/start")
            _ = try await Program.run("cp", ["/usr/lib/erlang/bin/start_sasl.boot", boot.string + ".boot"])
            var configuration = ErlangNode.Configuration()
            configuration.host = "127.0.0.1"
            configuration.hasLongName = true
            configuration.arguments = ["-boot", boot.string]
            try await withErlangNode(configuration) { node in
                let found = try await Self.status(root, cookie: node.cookie)
                #expect(found.output.contains(#""node":"\#(node.name)""#), "\(found.output)\(found.errors)")
                #expect(Self.wasReached(found), "\(found.output)")
            }
            // Nobody tells it now.
            let gone = try await Self.status(root, cookie: "x")
            #expect(gone.output.contains("install/no-node-name"), "\(gone.output)")
        }
    }

    @Test func theStartScriptHasNotedTheName() async throws {
        try await withTemporaryFolder { root in
            try await withErlangNode(Self.node()) { node in
                try await Self.writeRoot(root, arguments: "-name ${SHOP_NODE}\n")
                _ = try await Program.run("rm", [root.appending("releases/1/vm.args").string])
                try File.write(Array("-name \(node.name)\n/x\n".utf8), to: root.appending("run/shop.node"))
                let noted = try await Self.status(root, cookie: node.cookie)
                #expect(Self.wasReached(noted), "\(noted.output)")

                // What the script rendered in its run folder says the same, and how to get there.
                _ = try await Program.run("rm", [root.appending("run/shop.node").string])
                let port = try #require(try await Self.port(of: node))
                let text = "-name \(node.name)\n-setcookie \(node.cookie)\n-start_epmd false\n-erl_epmd_port \(port)\n"
                try File.write(Array(text.utf8), to: root.appending("run/vm.args"))
                let rendered = try await Self.status(root)
                #expect(Self.wasReached(rendered), "\(rendered.output)")
            }
        }
    }

    /// What EPMD says.
    private static func port(of node: ErlangNode) async throws -> Int? {
        let names = try await Program.run("epmd", ["-names"]).output
        let name = node.name.prefix { $0 != "@" }
        return names.split(separator: "\n").first { $0.contains("name \(name) at") }
            .flatMap { Int($0.split(separator: " ").last ?? "") }
    }

    @Test func aNameThatOthersGiveIsSaidToBeSo() async throws {
        try await withTemporaryFolder { root in
            try await Self.writeRoot(root, arguments: "-sname undefined\n-setcookie abc\n")
            let run = try await Self.status(root)
            #expect(run.output.contains("install/dynamic-node-name"), "\(run.output)")
        }
    }

    @Test func severalNodesOfOneHostAreToldApart() async throws {
        try await withTemporaryFolder { folder in
            try await withErlangNode(Self.node()) { first in
                try await withErlangNode(Self.node()) { second in
                    for (node, other) in [(first, second), (second, first)] {
                        let root = folder.appending(String(node.name.prefix { $0 != "@" }))
                        try await Self.writeRoot(
                            root, arguments: "-name \(node.name)\n-setcookie \(node.cookie)\n")
                        let found = try await Self.status(root)
                        #expect(found.output.contains(#""node":"\#(node.name)""#))
                        #expect(Self.wasReached(found), "\(found.output)")
                        // The cookie of the one does not open the other.
                        let mixed = try await Self.status(root, ["--node", other.name])
                        #expect(mixed.output.contains("node/wrong-cookie"), "\(mixed.output)")
                        // Nor does its port make it the other.
                        let port = try #require(try await Self.port(of: other))
                        let crossed = try await Self.status(root, ["--port", String(port)])
                        #expect(crossed.output.contains("node/"), "\(crossed.output)")
                        #expect(crossed.output.contains(#""reachable":false"#))
                    }
                }
            }
        }
    }

    // MARK: - The cookie

    @Test func theCookieIsInNoArgumentAndInNoOutput() async throws {
        try await withInstallerFixture { fixture in
            let cookie = fixture.tally.cookie
            let events = fixture.root.removingLastComponent().appending("events.json")
            let needle = fixture.root.removingLastComponent().appending("needle")
            try File.write(Array((cookie + "\n").utf8), to: needle)
            async let sightings = Self.sightings(ofContents: needle, for: .seconds(12))
            let install = try await Program.run([
                "install", fixture.tarball.string, "--root", fixture.root.string, "--verbose", "--watch", "3",
                "--events", events.string,
            ])
            let status = try await Program.run(["status", "--root", fixture.root.string, "--verbose"])
            let wrong = try await Program.run(
                ["status", "--root", fixture.root.string, "--verbose"], environment: ["RELIFT_COOKIE": "not" + cookie])
            let back = try await Program.run(["rollback", "--root", fixture.root.string, "--verbose"])
            #expect(install.status == 0, "\(install.errors)")
            #expect(wrong.output.contains("cookie") || wrong.errors.contains("cookie"))
            for run in [install, status, wrong, back] { #expect(!(run.output + run.errors).contains(cookie)) }
            #expect(!String(decoding: try File.read(events), as: UTF8.self).contains(cookie))
            let journal = try await Program.run(
                "grep", ["-rl", cookie, fixture.root.appending("releases/.relift").string])
            #expect(journal.output.isEmpty, "\(journal.output)")
            let seen = try await sightings
            #expect(seen.looks > 5)
            #expect(seen.processes.isEmpty, "\(seen.processes)")
        }
    }

    /// Looks at the arguments of all processes again and again.
    private static func sightings(ofContents needle: FilePath, for time: Duration) async throws -> (
        looks: Int, processes: [String]
    ) {
        let clock = ContinuousClock()
        let end = clock.now + time
        var looks = 0
        var processes: [String] = []
        while clock.now < end {
            // Neither is it among the arguments of the one that looks.
            let look = try await Program.run(
                "sh",
                [
                    "-c",
                    #"for f in /proc/[0-9]*/cmdline; do if tr '\0' ' ' <"$f" 2>/dev/null | grep -qF -f "$NEEDLE"; then echo "$f"; fi; done"#,
                ], environment: ["NEEDLE": needle.string])
            processes += look.output.split(separator: "\n").map(String.init)
            looks += 1
            try await Task.sleep(for: .milliseconds(50))
        }
        return (looks, processes)
    }
}
