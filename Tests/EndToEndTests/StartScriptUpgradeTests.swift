import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The sample and its start script, upgraded by nothing but OTP's own systools and release_handler: what relift makes
/// of the same must not do worse.
@Suite(.enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct StartScriptUpgradeTests {
    /// What comparing the modules of the two versions gives.
    static let appup = """
        {"1.1.0",
         [{"1.0.0", [
           {add_module, tally_history},
           {update, tally_rate, {advanced, []}},
           {update, tally_sup, supervisor},
           {load_module, tally_app, [tally_history, tally_rate, tally_sup]},
           {update, tally_counter, {advanced, []}, [tally_sup]},
           {load_module, tally_connection, [tally_counter, tally_history, tally_rate]},
           {update, tally_acceptor, {advanced, []}, [tally_connection, tally_rate]}]}],
         [{"1.0.0", [
           {update, tally_acceptor, {advanced, []}, [tally_connection, tally_rate]},
           {load_module, tally_connection, [tally_counter, tally_history, tally_rate]},
           {update, tally_counter, {advanced, []}, [tally_sup]},
           {load_module, tally_app, [tally_history, tally_rate, tally_sup]},
           {update, tally_sup, supervisor},
           {update, tally_rate, {advanced, []}},
           {delete_module, tally_history}]}]}.
        """

    @Test func tallyGoesUpAndDownUnderLoadWithoutAFailedRequest() async throws {
        try await withInstalledTally { tally, folder in
            try await addRelease("1.1.0", to: tally, in: folder, appup: Self.appup)
            #expect(try await tally.run("daemon").status == 0)
            let process = try await tally.processIdentifier()

            let stop = folder.appending("stop").string
            async let load = InstalledTally.run(
                Repository.fixtures.appending("tally/load.escript").string,
                ["--port-file", tally.root.appending("tally.port").string, "--stop-file", stop])
            try await Task.sleep(for: .seconds(2))
            let release = tally.root.appending("releases/tally-1.1.0.rel").string
            try await self.expect("{ok, \"1.1.0\"}", of: "release_handler:set_unpacked(\"\(release)\", []).", on: tally)
            let history = "is_pid(whereis(tally_history))."
            for _ in 0..<3 {
                try await self.expect(
                    "{ok, \"1.0.0\", []}", of: "release_handler:install_release(\"1.1.0\").", on: tally)
                try await Task.sleep(for: .milliseconds(500))
                try await self.expect("true", of: history, on: tally)
                try await self.expect(
                    "{ok, \"1.0.0\", []}", of: "release_handler:install_release(\"1.0.0\").", on: tally)
                try await self.expect("false", of: history, on: tally)
                try await self.expect(
                    "false", of: "lists:keymember(tally_history, 1, supervisor:which_children(tally_sup)).", on: tally)
            }
            try await self.expect("{ok, \"1.0.0\", []}", of: "release_handler:install_release(\"1.1.0\").", on: tally)
            try await self.expect("ok", of: "release_handler:make_permanent(\"1.1.0\").", on: tally)
            try await Task.sleep(for: .milliseconds(500))
            try File.write([], to: FilePath(stop))
            let outcome = try await load
            #expect(outcome.status == 0, "\(outcome.output)")
            #expect(outcome.output.contains("\"failed\":0,"))

            // The same process, which the script of the new version knows as well; and a restart is one into 1.1.0.
            #expect(try await tally.processIdentifier() == process)
            #expect(try await tally.run("ping").status == 0)
            #expect(try await tally.run("stop").status == 0)
            let again = try await tally.run("daemon")
            #expect(again.errors.contains("release 1.1.0"), "\(again.errors)")
            try await self.expect("true", of: history, on: tally)
            #expect(try await tally.run("stop").status == 0)
        }
    }

    /// Evaluates an expression on the node.
    private func expect(
        _ answer: String, of expression: String, on tally: InstalledTally,
        at location: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await Subprocess.run(
            .name("erl_call"), arguments: ["-name", tally.node, "-r", "-timeout", "60", "-e"],
            environment: .inherit.updating(["HOME": tally.root.appending("run/home").string]),
            input: .string(expression + "\n"), output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
        #expect(result.standardOutput.trimmed == "{ok, \(answer)}", sourceLocation: location)
    }
}
