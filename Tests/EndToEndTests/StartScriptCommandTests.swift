import Subprocess
import SystemPackage
import Templates
import TestSupport
import Testing

/// The commands of `bin/NAME` that ask the node or act upon it, its configuration from templates, and its hooks.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct StartScriptCommandTests {
    @Test(arguments: [true, false]) func aNodeIsAsked(hasEPMD: Bool) async throws {
        let arguments = hasEPMD ? [] : ["-start_epmd false", "-erl_epmd_port \(Int.random(in: 30_000..<60_000))"]
        try await withInstalledTally(arguments: arguments) { tally, _ in
            for command in ["status", "versions", "rpc", "eval", "remote_console", "restart", "attach"] {
                let outcome = try await tally.run(command, "erlang", "node")
                #expect(outcome.status == (command == "versions" ? 0 : 1), "\(command): \(outcome.errors)")
            }
            #expect(try await tally.run("versions").output == "1.0.0 permanent\n")
            #expect(try await tally.run("daemon").status == 0)

            let status = try await tally.run("status")
            #expect(status.status == 0 && status.output.contains("node      \(tally.node)"), "\(status.errors)")
            #expect(status.output.contains("release   1.0.0"))
            #expect(try await tally.run("versions").output == "1.0.0 permanent\n")

            #expect(try await tally.run("rpc", "erlang", "node").output == "'\(tally.node)'\n")
            #expect(try await tally.run("rpc", "lists", "seq", "[1, 3]").output == "[1,2,3]\n")
            let wrong = try await tally.run("rpc", "lists", "seq", "[self()]")
            #expect(wrong.status == 1 && wrong.errors.contains("the arguments must be a list of terms"))
            let unknown = try await tally.run("rpc", "no'such", "function")
            #expect(unknown.status == 1 && unknown.errors.contains("undefined function 'no\\'such':function/0"))
            #expect(try await tally.run("rpc", "lists").status == 64)

            #expect(try await tally.run("eval", "X = 3, X + 4").output == "7\n")
            let printing = try await tally.run("eval", "io:format(\"zähle~n\"), \"é\".")
            #expect(printing.output == "zähle\n\"é\"\n", "\(printing.errors)")
            #expect(try await tally.run("eval", "1 +").status == 1)
            #expect(try await tally.run("eval").status == 64)
            let crash = try await tally.run("eval", "error(no_reason)")
            #expect(crash.status == 1 && crash.errors.contains("no_reason"))
            let late = try await tally.run("eval", "timer:sleep(5000)", environment: ["RELIFT_RPC_TIMEOUT": "1"])
            #expect(late.status == 1 && late.errors.contains("no result within 1 seconds"))

            let first = try #require(try await tally.processIdentifier())
            let restarted = try await tally.run("restart")
            #expect(restarted.status == 0, "\(restarted.errors)")
            let second = try #require(try await tally.processIdentifier())
            #expect(first != second)
            #expect(try await tally.run("stop").status == 0)
        }
    }

    @Test func shellsAreOnTheNode() async throws {
        try await withInstalledTally { tally, folder in
            #expect(try await tally.run("daemon").status == 0)
            for command in ["remote_console", "attach"] {
                // A shell wants a terminal; Ctrl-D leaves to_erl, closing its input the remote shell.
                let line =
                    "(sleep 2; echo 'erlang:node().'; sleep 2; printf '\\004') "
                    + "| timeout 20 script -qc '\"\(tally.script)\" \(command)' /dev/null"
                let outcome = try await InstalledTally.run("sh", ["-c", line], in: folder)
                #expect(outcome.output.contains("'\(tally.node)'\r\n"), "\(command): \(outcome.output)")
            }
            #expect(try await tally.run("ping").output == "pong\n")
            #expect(try await tally.run("stop").status == 0)
        }
    }

    @Test func upgradesAreHandedToRelift() async throws {
        try await withInstalledTally { tally, folder in
            let (relift, asked) = (folder.appending("a relift"), folder.appending("asked"))
            try File.write(Array("#!/bin/sh\nprintf '%s\\n' \"$@\" >'\(asked)'\nexit 4\n".utf8), to: relift)
            _ = try await InstalledTally.run("chmod", ["755", relift.string])
            let environment: [Environment.Key: String?] = ["RELIFT": relift.string]
            let missing = try await tally.run("upgrade", "9.9", environment: environment)
            #expect(missing.status == 2 && missing.errors.contains("releases/tally-9.9.tar.gz"))
            #expect(try await tally.run("upgrade", environment: environment).status == 64)

            try tally.write("", to: "releases/tally-9.9.tar.gz")
            let upgrade = try await tally.run("upgrade", "9.9", "--no-commit", environment: environment)
            #expect(upgrade.status == 4, "relift's status is passed on: \(upgrade.errors)")
            let tarball = tally.root.appending("releases/tally-9.9.tar.gz").string
            let lines = ["install", tarball, "--no-commit", "--root", tally.root.string]
            #expect(String(decoding: try File.read(asked), as: UTF8.self) == lines.map { $0 + "\n" }.joined())
            #expect(try await tally.run("downgrade", environment: environment).status == 4)
            let rollback = String(decoding: try File.read(asked), as: UTF8.self)
            #expect(rollback == "rollback\n--root\n\(tally.root)\n")

            let none = try await tally.run("downgrade", environment: ["RELIFT": "/nowhere/relift"])
            #expect(none.status == 2 && none.errors.contains("install relift"))
        }
    }

    @Test func configurationIsMadeOfItsTemplates() async throws {
        try await withInstalledTally { tally, folder in
            let arguments = try File.read(tally.root.appending("releases/1.0.0/vm.args"))
            _ = try await InstalledTally.run("rm", [tally.root.appending("releases/1.0.0/vm.args").string])
            let node = tally.node.split(separator: "@")[0]
            let template = String(decoding: arguments, as: UTF8.self).split(separator: node).joined(
                separator: "${NODE}")
            try tally.write(template + "-mark ${TEXT}\n", to: "releases/1.0.0/vm.args.src")
            try tally.write(
                "[{tally, [{port, ${PORT:-0}}, {port_file, \"tally.port\"}, {text, \"${TEXT}\"}]}].\n",
                to: "releases/1.0.0/sys.config.src")

            let unset = try await tally.run("daemon", environment: ["NODE": String(node)])
            #expect(unset.status == 2, "\(unset.errors)")
            #expect(unset.errors.contains("sys.config.src:1: the environment variable TEXT is not set"))

            let text = "a \"b\"'}]}]. %\\"
            for run in [nil, folder.appending("elsewhere").string] {
                let environment: [Environment.Key: String?] = [
                    "NODE": String(node), "TEXT": text, "RELIFT_RUN_DIR": run,
                ]
                let started = try await tally.run("daemon", environment: environment)
                #expect(started.status == 0, "\(started.errors)")
                let value = try await tally.run(
                    "eval",
                    "{ok, T} = application:get_env(tally, text), {ok, [[A]]} = init:get_argument(mark), [T] = [A], "
                        + "io:format(\"~ts~n\", [T])", environment: environment)
                #expect(value.output == text + "\nok\n", "\(value.errors)")
                #expect(try await tally.run("stop", environment: environment).status == 0)
            }
        }
    }

    /// All hooks of relx, each of which writes down that it ran and with what; one sets a variable for the node.
    @Test func hooksRun() async throws {
        try await withInstalledTally { tally, folder in
            let log = folder.appending("hooks.log")
            let folders = ["bin/hooks", "bin/extensions"].map { tally.root.appending($0).string }
            _ = try await InstalledTally.run("mkdir", folders)
            let events = [
                "pre_start", "post_start", "pre_stop", "post_stop", "pre_install_upgrade", "post_install_upgrade",
                "status",
            ]
            let hook = "echo \"$1 $2 $REL_NAME $REL_VSN\" >>'\(log)'\nexport FROM_HOOK=yes\nfalse\nunset nothing_here\n"
            try tally.write(hook, to: "bin/hooks/all")
            try tally.write("echo \"hello $* from $RELEASE_ROOT_DIR\"\n", to: "bin/extensions/hello")
            let values: [String: Any] = [
                "quoted_name": "'tally'", "has_post_start": true,
                "events": events.map { event in
                    ["event": event, "hooks": [["call": "run_script 'hooks/all' \(event) 'an arg'"]]]
                },
                "extensions": [["usage": "hello", "word": "'hello'", "path": "'extensions/hello'"]],
            ]
            try tally.write(try rendered(Templates.releaseScript, values), to: "bin/tally")
            #expect(try await tally.run("daemon").status == 0)
            #expect(try await tally.run("eval", "os:getenv(\"FROM_HOOK\")").output == "\"yes\"\n")
            #expect(try await tally.run("status").status == 0)
            let environment: [Environment.Key: String?] = ["RELIFT": "true"]
            try tally.write("", to: "releases/tally-2.tar.gz")
            #expect(try await tally.run("upgrade", "2", environment: environment).status == 0)
            let hello = try await tally.run("hello", "you", "two")
            #expect(hello.output == "hello you two from \(tally.root)\n", "\(hello.errors)")
            #expect(try await tally.run("help").output.contains("\n  hello\n"))
            #expect(try await tally.run("stop").status == 0)
            let lines = String(decoding: try File.read(log), as: UTF8.self).split(separator: "\n").map(String.init)
            let expected = [
                "pre_start", "post_start", "status", "pre_install_upgrade", "post_install_upgrade", "pre_stop",
                "post_stop",
            ]
            #expect(lines == expected.map { "\($0) an arg tally 1.0.0" })
        }
    }

    @Test(.enabled(if: StartScriptTests.hasShellcheck)) func aScriptWithHooksIsInOrder() async throws {
        try await withTemporaryFolder { folder in
            let values: [String: Any] = [
                "quoted_name": "'tally'", "has_post_start": true,
                "events": [
                    [
                        "event": "post_start",
                        "hooks": [["call": "write_pid '/run/x'"], ["call": "wait_for_process 'x'"]],
                    ]
                ],
                "extensions": [["usage": "hello", "word": "'hello'", "path": "'extensions/hello'"]],
            ]
            let path = folder.appending("script")
            try File.write(Array(try rendered(Templates.releaseScript, values).utf8), to: path)
            let outcome = try await InstalledTally.run("shellcheck", ["-s", "sh", path.string])
            #expect(outcome.status == 0, "\(outcome.output)")
        }
    }
}
