import Subprocess
import SystemPackage
import Templates
import TestSupport
import Testing

@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct StartScriptTests {
    static let hasShellcheck = ["/usr/bin/shellcheck", "/usr/local/bin/shellcheck"].contains { path in
        (try? FileDescriptor.open(FilePath(path), .readOnly).close()) != nil
    }

    @Test(.enabled(if: hasShellcheck)) func scriptsAreInOrder() async throws {
        try await withTemporaryFolder { folder in
            let templates = [
                Templates.releaseScript, Templates.startScript, Templates.mixStartScript, Templates.mixEnvironment,
                Templates.runtimeScript,
            ]
            for template in templates {
                let path = folder.appending("script")
                try File.write(Array(try rendered(template, name: "o'neil & sons").utf8), to: path)
                // Files that a script reads are not there.
                let outcome = try await InstalledTally.run("shellcheck", ["-s", "sh", "-e", "SC1091", path.string])
                #expect(outcome.status == 0, "\(outcome.output)")
            }
        }
    }

    @Test(arguments: ["tally", "o'neil & sons", "$(touch x)\\", "`touch x`\"; touch x", "<&>", "'", "{{name}}"])
    func aNameIsNothingButAName(_ name: String) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("script")
            try File.write(Array(try rendered(Templates.releaseScript, name: name).utf8), to: path)
            let help = try await InstalledTally.run("sh", [path.string, "help"], in: folder)
            #expect(help.status == 0 && help.output.contains("usage: bin/\(name) COMMAND"))
            #expect((try? File.read(folder.appending("x"))) == nil)
        }
    }

    @Test func aNodeIsStartedAskedAndStopped() async throws {
        try await withInstalledTally(root: "o'neil & sons/the root") { tally, folder in
            // Through two links, from a folder that cannot be written.
            let (link, second) = (folder.appending("link"), folder.appending("second"))
            _ = try await InstalledTally.run("ln", ["-s", tally.script.string, link.string])
            _ = try await InstalledTally.run("ln", ["-s", "link", second.string])
            let started = try await tally.run("daemon", as: second, in: "/proc")
            #expect(started.status == 0, "\(started.errors)")
            #expect(started.errors.contains("release 1.0.0") && started.errors.contains(tally.node))

            let process = try #require(try await tally.processIdentifier())
            #expect(try await tally.run("ping", as: link, in: "/proc").output == "pong\n")
            let arguments = InstalledTally.arguments(of: process)
            #expect(arguments.contains(tally.root.string), "init:get_argument(root): \(arguments)")
            #expect(try await self.visibleArguments(containing: tally.cookie) == [])

            let again = try await tally.run("daemon")
            #expect(again.status == 1 && again.errors.contains("already running (process \(process))"))
            let foreground = try await tally.run("foreground")
            #expect(foreground.status == 1 && foreground.errors.contains("already running (process \(process))"))

            let stopped = try await tally.run("stop", as: second, in: "/proc")
            #expect(stopped.status == 0 && stopped.errors.contains("has stopped"), "\(stopped.errors)")
            #expect(InstalledTally.arguments(of: process).isEmpty)
            #expect(try await tally.run("stop").status == 0)
            #expect(try await tally.run("ping").status == 1)
            #expect(try await tally.run("pid").status == 1)
        }
    }

    @Test func startsAtOneTimeMakeOneNode() async throws {
        try await withInstalledTally { tally, _ in
            #expect(try await tally.run("daemon").status == 0)
            let process = try #require(try await tally.processIdentifier())
            _ = try await InstalledTally.run("kill", ["-KILL", String(process)])
            // The pid file names a process that is gone.
            let outcomes = try await withThrowingTaskGroup(of: InstalledTally.Outcome.self) { group in
                for _ in 0..<3 { group.addTask { try await tally.run("daemon") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let running = try #require(try await tally.processIdentifier())
            #expect(running != process)
            for outcome in outcomes {
                #expect(outcome.errors.contains("running (") && outcome.errors.contains("process \(running)"))
            }
            #expect(
                try await self.visibleArguments(containing: tally.root.appending("releases/1.0.0/start").string).count
                    == 1)
            #expect(try await tally.run("stop").status == 0)
        }
    }

    @Test func anotherReleaseWithTheSameNodeNameIsLeftAlone() async throws {
        try await withInstalledTally { tally, folder in
            let otherRoot = folder.appending("other")
            _ = try await InstalledTally.run("cp", ["-a", tally.root.string, otherRoot.string])
            let other = InstalledTally(root: otherRoot, node: tally.node, cookie: tally.cookie)
            #expect(try await tally.run("daemon").status == 0)
            let clash = try await other.run("daemon")
            #expect(clash.status == 1 && clash.errors.contains("in use by another Erlang node"), "\(clash.errors)")
            #expect(try await other.run("ping").status == 1)
            #expect(try await other.run("stop").status == 0)
            #expect(try await tally.run("ping").status == 0)
            #expect(try await tally.run("stop").status == 0)
        }
    }

    @Test func theForegroundEndsInOrderOnSIGTERM() async throws {
        try await withInstalledTally(includesRuntime: false) { tally, _ in
            async let node = tally.run("foreground")
            var process: Int?
            for _ in 0..<300 where process == nil {
                try await Task.sleep(for: .milliseconds(100))
                if try await tally.run("ping").status == 0 { process = try await tally.processIdentifier() }
            }
            let found = try #require(process)
            #expect(InstalledTally.arguments(of: found).contains("SYSTEM_LIB_DIR"))
            _ = try await InstalledTally.run("kill", ["-TERM", String(found)])
            let outcome = try await node
            #expect(outcome.status == 0)
            #expect(outcome.output.contains("SIGTERM received"))
            // Nothing was cleaned up, and that is all right.
            #expect(try await tally.run("stop").errors.contains("is not running"))
        }
    }

    @Test func whyANodeDoesNotStartIsSaid() async throws {
        try await withInstalledTally { tally, _ in
            let configuration = try File.read(tally.root.appending("releases/1.0.0/sys.config"))
            try tally.write("[{tally, [{port, none}]}].\n", to: "releases/1.0.0/sys.config")
            let failed = try await tally.run("daemon")
            #expect(failed.status == 1)
            #expect(failed.errors.contains("has ended while it was starting"))
            #expect(failed.errors.contains("failed_to_start_child,tally_listener"), "\(failed.errors)")
            try File.write(configuration, to: tally.root.appending("releases/1.0.0/sys.config"))

            let homeless = try await tally.run("daemon", environment: ["HOME": nil])
            #expect(homeless.status == 0, "a release with a cookie needs no HOME: \(homeless.errors)")
            #expect(try await tally.run("stop").status == 0)

            for (data, message) in [
                ("13.1.5", "does not hold an ERTS version and a release version"),
                ("13.1.5 9.9", "releases/9.9/start.boot"), ("99.9 1.0.0", "needs ERTS 99.9"),
            ] {
                try tally.write(data, to: "releases/start_erl.data")
                let outcome = try await tally.run("daemon")
                #expect(outcome.status == 2 && outcome.errors.contains(message), "\(outcome.errors)")
            }
        }
    }

    @Test func heartStartsTheNodeAgainAndTheCookieStays() async throws {
        try await withInstalledTally(root: "a root", arguments: ["-heart"]) { tally, _ in
            #expect(try await tally.run("daemon", environment: ["RELIFT_COOKIE": "from-outside"]).status == 0)
            let first = try #require(try await tally.processIdentifier())
            #expect(try await self.visibleArguments(containing: "from-outside") == [])
            _ = try await InstalledTally.run("kill", ["-KILL", String(first)])
            var second: Int?
            for _ in 0..<300 where second == nil || second == first {
                try await Task.sleep(for: .milliseconds(100))
                if try await tally.run("ping").status == 0 { second = try await tally.processIdentifier() }
            }
            #expect(second != nil && second != first)
            let cookie = try File.read(tally.root.appending("run/home/.erlang.cookie"))
            #expect(String(decoding: cookie, as: UTF8.self) == "from-outside")
            #expect(try await tally.run("stop").status == 0)
        }
    }

    @Test func aNodeWithoutEPMDIsAskedByErl() async throws {
        let port = Int.random(in: 30_000..<60_000)
        try await withInstalledTally(arguments: ["-start_epmd false", "-erl_epmd_port \(port)"]) { tally, _ in
            let started = try await tally.run("daemon")
            #expect(started.status == 0, "\(started.errors)")
            #expect(try await tally.run("ping").output == "pong\n")
            #expect(try await tally.run("stop").status == 0)
        }
    }

    @Test func aReadOnlyRootNeedsFoldersElsewhere() async throws {
        try await withInstalledTally { tally, folder in
            let (run, log) = (folder.appending("r u n").string, folder.appending("l o g").string)
            let environment: [Environment.Key: String?] = ["RELIFT_RUN_DIR": run, "RELIFT_LOG_DIR": log]
            try tally.write("[].\n", to: "releases/1.0.0/sys.config")
            #expect(try await tally.run("daemon", environment: environment).status == 0)
            #expect(try await tally.run("ping", environment: environment).status == 0)
            let listing = try await InstalledTally.run("ls", [tally.root.string])
            #expect(!listing.output.contains("run") && !listing.output.contains("log"))
            #expect(try await tally.run("stop", environment: environment).status == 0)

            try tally.write("not a folder", to: "run")
            let refused = try await tally.run("daemon")
            #expect(refused.status == 2 && refused.errors.contains("set RELIFT_RUN_DIR"))
        }
    }

    @Test func commandsThatDoNotExistAreUsageErrors() async throws {
        try await withInstalledTally { tally, _ in
            #expect(try await tally.run().status == 64)
            #expect(try await tally.run("strat").status == 64)
            let help = try await tally.run("help")
            #expect(help.status == 0 && help.output.contains("daemon") && help.errors.isEmpty)
        }
    }

    /// The processes whose arguments contain a text, without this test's own.
    private func visibleArguments(containing text: String) async throws -> [String] {
        let all = try await InstalledTally.run("ps", ["-A", "-ww", "-o", "args="])
        return all.output.split(separator: "\n").map(String.init).filter {
            $0.contains(text) && !$0.contains("run_erl")
        }
    }
}
