import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `bin/NAME foreground` as what a container, or systemd, starts.
@Suite(.enabled(if: OTP.isInstalled && Namespace.isPossible), .timeLimit(.minutes(3)))
struct StartScriptContainerTests {
    /// The node is process 1 every time, and the pid file of the last time is still there.
    @Test func aContainerStartsAgain() async throws {
        try await withInstalledTally { tally, folder in
            let script = """
                "$@" >"$0" 2>&1 &
                for i in $(seq 150); do [ -s '\(tally.root)/tally.port' ] && break; sleep 0.2; done
                kill -TERM "$(pgrep -P $!)"
                wait $!
                """
            for _ in 0..<2 {
                _ = try await InstalledTally.run("rm", ["-f", "\(tally.root)/tally.port"])
                let log = folder.appending("log").string
                let run = try await InstalledTally.run(
                    "sh",
                    ["-c", script, log, "unshare", "-m", "--pid", "--fork", "--mount-proc", tally.script.string]
                        + ["foreground"])
                let said = String(decoding: try File.read(folder.appending("log")), as: UTF8.self)
                #expect(run.status == 0, "\(run.errors)\(said)")
                #expect(said.contains("SIGTERM received - shutting down"), "\(said)")
                #expect(try File.read(tally.root.appending("run/tally.pid")) == Array("1\n".utf8))
            }
        }
    }

    /// The run folder of the unit is in the node's environment alone.
    @Test func aNodeOfSystemdIsFoundFromAShell() async throws {
        try await withInstalledTally { tally, _ in
            let script = """
                mount -t tmpfs none /run && mkdir /run/tally
                RELIFT_RUN_DIR=/run/tally "$0" foreground >/dev/null 2>&1 &
                for i in $(seq 100); do "$0" ping >/dev/null 2>&1 && break; sleep 0.2; done
                "$0" ping; "$0" daemon; "$0" stop; wait
                """
            let run = try await InstalledTally.run("unshare", ["-m", "sh", "-c", script, tally.script.string])
            #expect(run.output == "pong\n", "\(run.errors)")
            #expect(run.errors.contains("tally is already running") && run.errors.contains("tally has stopped"))
        }
    }
}
