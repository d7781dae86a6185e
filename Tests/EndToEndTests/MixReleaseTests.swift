import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Releases that `mix release` assembled, made target systems by `relift build --from-mix` and upgraded while they run.
@Suite(.enabled(if: Elixir.isInstalled && OTP.isInstalled), .timeLimit(.minutes(5))) struct MixReleaseTests {
    @Test func aReleaseOfMixIsUpgradedWhileItRuns() async throws {
        try await withTemporaryFolder { folder in
            for version in ["1.0.0", "2.0.0"] {
                let assembled = try await MixShop.assemble(version, in: folder)
                try await Self.relift("build", "--from-mix", assembled.string, "--output", version, in: folder)
            }
            let up = try await Self.relift("appup", "1.0.0/mixshop", "2.0.0/mixshop", in: folder)
            // Protocols are loaded behind their new implementations, and before what makes their structs.
            for instruction in [
                "{load_module,'Elixir.String.Chars',['Elixir.String.Chars.Mixshop.Basket']}",
                "{update,'Elixir.Mixshop.Counter',{advanced,[]},['Elixir.Mixshop.Price','Elixir.String.Chars']}",
            ] { #expect(up.output.contains(instruction), "\(up.output)") }
            #expect(!up.errors.contains("[appup/protocol-implementation]"), "\(up.errors)")
            try await Self.relift("relup", "2.0.0/mixshop", "--from", "1.0.0/mixshop", in: folder)
            try await Self.relift("tar", "2.0.0/mixshop", "--output", "2.0.0", in: folder)
            let check = try await Self.relift("check", "1.0.0/mixshop", "2.0.0/mixshop", in: folder)
            #expect(check.output.contains("no known hazard found"), "\(check.output)\(check.errors)")

            let shop = MixShop(root: folder.appending("1.0.0/mixshop"))
            let fresh = MixShop(root: folder.appending("2.0.0/mixshop"))
            do {
                try await Self.upgrade(shop, to: fresh, folder.appending("2.0.0/mixshop-2.0.0.tar.gz"))
            } catch {
                await shop.stop()
                await fresh.stop()
                throw error
            }
        }
    }

    private static func upgrade(_ shop: MixShop, to fresh: MixShop, _ tarball: FilePath) async throws {
        try await shop.start(greeting: "good day")
        let before = #"[fixed: 1, greeting: "good day", replaced: :when_run]"#
        // The providers of the new release want a variable. Without it nothing happens.
        let first = try await shop.report(before: #"System.delete_env("MIXSHOP_GREETING")"#)
        #expect(first == "{1, 7, :unknown_basket, \(before)}")
        let refused = try await shop.relift("install", tarball.string)
        #expect(refused.status == 3, "\(refused.output)\(refused.errors)")
        #expect(
            refused.errors.contains("[install/providers-failed]") && refused.errors.contains("MIXSHOP_GREETING"),
            "\(refused.errors)")
        let second = try await shop.report(before: #"System.put_env("MIXSHOP_GREETING", "good day")"#)
        #expect(second == "{2, 7, :unknown_basket, \(before)}")

        let installed = try await shop.relift("install", tarball.string)
        try #require(installed.status == 0, "\(installed.errors)")
        let after =
            #"[fixed: 2, greeting: "good day, please", limits: %{"basket" => 10}, replaced: :when_run]"#
        #expect(try await shop.report() == #"{3, 7, {7, "basket of 7"}, \#(after)}"#)
        let environment = try await shop.environment()
        // What a node starts inherits which version it has booted once.
        let version = try await shop.evaluate(#"IO.write(:os.cmd('\#(shop.script) version'))"#)
        #expect(version == "mixshop 2.0.0")

        let back = try await shop.relift("rollback")
        try #require(back.status == 0, "\(back.errors)")
        #expect(try await shop.report() == "{4, 7, :unknown_basket, \(before)}")
        await shop.stop()

        // A boot computes the configuration anew, whatever an upgrade has left.
        try await shop.start(greeting: "hi")
        #expect(try await shop.report().contains(#"greeting: "hi""#))
        await shop.stop()

        try await fresh.start(greeting: "good day", with: "bin/start")
        #expect(try await fresh.report() == #"{1, 7, {7, "basket of 7"}, \#(after)}"#)
        #expect(try await fresh.environment() == environment)
        await fresh.stop()
    }

    @discardableResult
    private static func relift(_ arguments: String..., in folder: FilePath) async throws -> Program.Run {
        let run = try await Program.run(arguments, in: folder)
        try #require(run.status == 0, "\(arguments): \(run.errors)")
        return run
    }

    // MARK: - What is made

    @Test func systoolsAndASecondBuildFindNothingToChange() async throws {
        try await withTemporaryFolder { folder in
            let assembled = try await MixShop.assemble("2.0.0", in: folder)
            let build = ["build", "--from-mix", assembled.string, "--output", "out"]
            let first = try await Program.run(build, in: folder)
            try #require(first.status == 0, "\(first.errors)")
            let second = try await Program.run(build, in: folder)
            #expect(second.output == first.output.replacing("wrote ", with: "kept "))

            // OTP's own tools take it for a release: each module in one application, each application where it is said.
            let answer = try await OTP.evaluate(
                #"""
                Root = "out/mixshop/",
                {ok, _, []} = systools:make_script(Root ++ "releases/2.0.0/mixshop",
                    [silent, {path, [Root ++ "lib/*/ebin"]}, {outdir, "."}]),
                {ok, [[Record]]} = file:consult(Root ++ "releases/RELEASES"),
                ok = release_handler:create_RELEASES(filename:absname("."),
                    filename:absname(Root ++ "releases/mixshop-2.0.0.rel"), []),
                {ok, [[Theirs]]} = file:consult("RELEASES"),
                {ok, Boot} = file:read_file(Root ++ "releases/2.0.0/start.boot"),
                {script, _, Commands} = binary_to_term(Boot),
                Paths = lists:append([P || {path, P} <- Commands]),
                Missing = [P || "$ROOT/" ++ P <- Paths, not filelib:is_dir(Root ++ P)],
                Foreign = [P || P <- Paths, not lists:prefix("$ROOT/", P)],
                io:format("~p", [{Record =:= Theirs, Missing, Foreign,
                    lists:member({apply, {'Elixir.Config.Provider', boot, []}}, Commands)}])
                """#, workingDirectory: folder)
            #expect(String(decoding: answer, as: UTF8.self) == "{true,[],[],true}")
            #expect(
                !(try await Self.exists(folder.appending("out/mixshop/lib/elixir-1.14.0/ebin/Elixir.Inspect.beam"))))

            let again = try await Program.run(["build", "--from-mix", "out/mixshop", "--output", "more"], in: folder)
            #expect(again.status == 1 && again.errors.contains("[mix/built-already]"), "\(again.errors)")
            let inPlace = try await Program.run(
                ["build", "--from-mix", assembled.string, "--output", assembled.removingLastComponent().string])
            #expect(inPlace.status == 1 && inPlace.errors.contains("[mix/output-is-input]"), "\(inPlace.errors)")
            try await Self.whatIsMissingIsSaid(assembled, in: folder)
        }
    }

    /// Changes to what mix assembled, as commands of the shell in its folder, with what is said about them.
    private static func whatIsMissingIsSaid(_ assembled: FilePath, in folder: FilePath) async throws {
        let cases: [(change: String, finding: String, status: Int)] = [
            ("rm releases/2.0.0/env.sh", "mix/file-missing", 1),
            ("rm releases/2.0.0/start_clean.boot", "mix/file-missing", 1),
            ("rm bin/mixshop", "mix/file-missing", 1),
            ("rm -r erts-*", "mix/no-runtime", 1),
            ("sed -i 's/\\({sasl,[^,]*,\\)permanent/\\1none/' releases/2.0.0/mixshop.rel", "mix/sasl-not-started", 1),
            ("sed -i '/{sasl,/d' releases/2.0.0/mixshop.rel", "release/undefined-application", 1),
            ("sed -i '/{elixir,/d' releases/2.0.0/mixshop.rel", "release/undefined-application", 1),
            ("rm releases/start_erl.data", "release/not-a-release-folder", 1),
            ("rm -r lib/logger-*", "release/application-not-found", 1),
            ("echo '[' >releases/2.0.0/sys.config", "term/unclosed-bracket", 1),
            ("echo x >releases/2.0.0/start.boot", "boot/not-a-term", 1),
            (
                "rm -r releases/2.0.0/consolidated; sed -i "
                    + "'s/\\(prune_runtime_sys_config_after_boot => \\)false/\\1true/' releases/2.0.0/sys.config",
                "mix/configuration-pruned", 0
            ),
        ]
        for (number, one) in cases.enumerated() {
            let copy = "copy-\(number)"
            let made = try await Program.run(
                "sh", ["-c", "cp -R '\(assembled)' \(copy) && cd \(copy) && \(one.change)"], in: folder)
            #expect(made.status == 0, "\(one.change): \(made.errors)")
            let run = try await Program.run(["build", "--from-mix", copy, "--output", "not", "--dry-run"], in: folder)
            #expect(run.errors.contains("[\(one.finding)]") && run.status == one.status, "\(one.change)\n\(run.errors)")
            #expect(run.errors.contains("[mix/not-consolidated]") == one.change.contains("consolidated"))
        }
        #expect(!(try await Self.exists(folder.appending("not"))))
    }

    private static func exists(_ path: FilePath) async throws -> Bool {
        try await Program.run("test", ["-e", path.string]).status == 0
    }
}

/// A target system of the sample project, with a node name that only it has on this machine.
private struct MixShop: Sendable {
    let root: FilePath
    private let node = "mixshop-\(String(UInt64.random(in: 0...UInt64.max), radix: 36))"

    init(root: FilePath) { self.root = root }

    var script: String { self.root.appending("bin/mixshop").string }

    /// Has mix assemble a version; the folder of the release.
    static func assemble(_ version: String, in folder: FilePath) async throws -> FilePath {
        let project = folder.appending("project-\(version)")
        let sample = Repository.fixtures.appending("mixshop").appending(version)
        let made = try await Program.run(
            "sh", ["-c", "cp -R '\(sample)' '\(project)' && cd '\(project)' && mix release --quiet"],
            environment: ["MIX_ENV": "prod", "LC_ALL": "C.UTF-8"])
        try #require(made.status == 0, "\(made.output)\(made.errors)")
        return project.appending("_build/prod/rel/mixshop")
    }

    private func run(_ program: String, _ arguments: [String], greeting: String? = nil) async throws -> Program.Run {
        var environment = ["RELEASE_NODE": self.node, "LC_ALL": "C.UTF-8"]
        environment["MIXSHOP_GREETING"] = greeting
        return try await Program.run(program, arguments, environment: environment)
    }

    func start(greeting: String, with script: String? = nil) async throws {
        let program = script.map { self.root.appending($0).string } ?? self.script
        let started = try await self.run(program, script == nil ? ["daemon"] : [], greeting: greeting)
        try #require(started.status == 0, "\(started.errors)")
        for _ in 0..<40 {
            let answer = try await self.run(self.script, ["rpc", "IO.write(:init.get_status() |> inspect())"])
            if answer.output == "{:started, :started}" { return }
            try await Task.sleep(for: .milliseconds(250))
        }
        Issue.record("the node of \(self.root) has not started")
    }

    func stop() async { _ = try? await self.run(self.script, ["stop"]) }

    /// What an expression of Elixir writes, evaluated by the node.
    func evaluate(_ expression: String) async throws -> String {
        let answer = try await self.run(self.script, ["rpc", expression])
        try #require(answer.status == 0, "\(answer.errors)")
        return answer.output.trimmingSuffix(while: \.isWhitespace)
    }

    /// What the sample says of itself; `command` is done before.
    func report(before command: String = ":ok") async throws -> String {
        try await self.evaluate(
            "\(command); Mixshop.Counter.report() |> inspect(limit: :infinity) |> IO.write()")
    }

    /// The parameters of all applications but `kernel`, which OTP itself changes while the node runs, and but what Elixir
    /// notes of its providers.
    func environment() async throws -> String {
        try await self.evaluate(
            """
            (for {app, _, _} <- Application.loaded_applications(), app != :kernel,
                 {key, value} <- Application.get_all_env(app),
                 key not in [:config_provider_init, :config_provider_booted], do: {app, key, value})
            |> Enum.sort() |> inspect(limit: :infinity, printable_limit: :infinity) |> IO.write()
            """)
    }

    /// relift, whose own environment has no greeting.
    func relift(_ command: String, _ arguments: String...) async throws -> Program.Run {
        let host = try await Program.run("hostname", ["-s"]).output.trimmingSuffix(while: \.isWhitespace)
        return try await Program.run(
            [command] + arguments + ["--root", self.root.string, "--node", "\(self.node)@\(host)"])
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var copy = self[...]
        while let last = copy.last, predicate(last) { copy.removeLast() }
        return String(copy)
    }
}
