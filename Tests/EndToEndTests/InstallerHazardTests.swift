import SystemPackage
import TestSupport
import Testing

/// Releases that break, and hosts that lost something, on a live node: each is refused, or rolled back with the state of
/// every process that can keep it, and the program says what it did.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct InstallerHazardTests {
    /// Where the state of `tally_counter` is converted on the way up.
    private static let conversion = "code_change(_OldVersion, {state, Counts}, _Extra) ->"

    // MARK: - code_change

    @Test func aConversionThatCrashesEndsInTheOldReleaseAndIsTold() async throws {
        try await withInstallerFixture { fixture in
            let tarball = try await fixture.pack(
                "crash",
                changing: [.init(module: "tally_counter", from: Self.conversion, to: Self.conversion + " error(boom),")]
            )
            let before = try await fixture.listing()
            let run = try await fixture.relift("install", tarball.string, "--watch", "2")
            #expect(run.status == 4, "\(run.errors)")
            #expect(run.errors.contains("[node/code-change-failed]"))
            #expect(run.errors.contains("[install/node-restarted]"), "\(run.errors)")
            #expect(try await fixture.running() == "1.0.0")
            #expect(try await fixture.listing() == before)
        }
    }

    @Test func aConversionThatTakesLongNeedsToBeAllowedTo() async throws {
        try await withInstallerFixture { fixture in
            let tarball = try await fixture.pack(
                "slow",
                changing: [
                    .init(
                        module: "tally_counter", from: Self.conversion, to: Self.conversion + " timer:sleep(8000),")
                ])
            let impatient = try await fixture.relift("install", tarball.string, "--watch", "2")
            #expect(impatient.status == 4, "\(impatient.errors)")
            #expect(impatient.errors.contains("[node/code-change-timeout]"), "\(impatient.errors)")
            #expect(impatient.errors.contains("[install/node-restarted]"))
            #expect(try await fixture.running() == "1.0.0")

            let state = try await fixture.hold()
            let patient = try await fixture.relift(
                "install", tarball.string, "--watch", "2", "--code-change-timeout", "20000", "--format", "json")
            #expect(patient.status == 0, "\(patient.errors)")
            let pause = patient.output.firstMatch(of: /"longestMilliseconds":(\d+)/).flatMap { Int($0.1) } ?? 0
            #expect((8000..<9500).contains(pause), "\(patient.output)")
            #expect(try await fixture.state() == state)
        }
    }

    // MARK: - A release that turns sick

    @Test func aReleaseThatTurnsSickIsTakenBackHot() async throws {
        try await withInstallerFixture { fixture in
            let state = try await fixture.hold()
            // Its supervisor does not start it again, but another process does: a loop that no supervisor ends.
            let looping = try await fixture.pack(
                "looping",
                changing: [
                    .init(module: "tally_history", from: "init([]) ->", to: "init([]) -> timer:exit_after(50, sick),"),
                    .init(module: "tally_counter", from: "-define(QUIET, 1000).", to: "-define(QUIET, 50)."),
                ])
            let growing = try await fixture.pack(
                "growing",
                changing: [
                    .init(
                        module: "tally_history", from: "init([]) ->",
                        to: """
                            init([]) ->
                                Pile = spawn(fun() -> receive never -> ok end end),
                                Feed = fun Feed() -> [Pile ! X || X <- lists:seq(1, 500)], timer:sleep(50), Feed() end,
                                spawn(Feed),
                            """)
                ])
            for (tarball, finding) in [(looping, "health/deaths"), (growing, "health/queues")] {
                let run = try await fixture.relift("install", tarball.string, "--watch", "8")
                #expect(run.status == 4, "\(finding): \(run.output)\(run.errors)")
                #expect(run.errors.contains("[\(finding)]"), "\(run.errors)")
                #expect(!run.errors.contains("[install/node-restarted]"))
                #expect(try await fixture.state() == state)
                #expect(try await fixture.ask("whereis(tally_history)") == "undefined")
                let removed = try await fixture.relift("remove", "1.1.0")
                #expect(removed.status == 0, "\(removed.errors)")
            }
        }
    }

    // MARK: - Refused

    @Test func whatWouldBeLostIsRefusedBeforeAnythingIsChanged() async throws {
        try await withInstallerFixture { fixture in
            let state = try await fixture.hold()
            let before = try await fixture.listing()
            let parameters = "lists:sort(application:get_all_env(tally))"
            let configured = try await fixture.ask(parameters)
            for (name, text, finding) in [
                ("none", nil, "config/missing"), ("torn", "[{tally,[", "config/unreadable"),
            ] {
                let tarball = try await fixture.pack(name, files: [("releases/1.1.0/sys.config", text)])
                let run = try await fixture.relift("install", tarball.string, "--watch", "0")
                #expect(run.status == 3, "\(run.errors)")
                #expect(run.errors.contains("[\(finding)]"), "\(run.errors)")
            }
            #expect(try await fixture.ask(parameters) == configured)

            _ = try await fixture.ask("application:set_env(tally, busy_above, 17)")
            let set = try await fixture.relift("install", fixture.tarball.string, "--watch", "0")
            #expect(set.status == 3 && set.errors.contains("[preflight/parameter-lost]"), "\(set.errors)")
            #expect(try await fixture.ask("application:get_env(tally, busy_above)") == "{ok,17}")

            try await fixture.startPlain()
            let plain = try await fixture.relift(
                "install", fixture.tarball.string, "--watch", "0", "--allow", "preflight/parameter-lost")
            #expect(plain.status == 3 && plain.errors.contains("[preflight/top-not-supervisor]"), "\(plain.errors)")
            #expect(try await fixture.listing() == before)
            #expect(try await fixture.state() == state)
            #expect(try await fixture.ask("code:is_loaded(relift_agent)") == "false")

            _ = try await fixture.ask("application:stop(plain)")
            let allowed = try await fixture.relift(
                "install", fixture.tarball.string, "--watch", "0", "--allow", "preflight/parameter-lost")
            #expect(allowed.status == 0, "\(allowed.errors)")
            #expect(try await fixture.ask("application:get_env(tally, busy_above)") == "{ok,5000}")
            #expect(try await fixture.state() == state)

            // The same on the way back.
            try await fixture.startPlain()
            let back = try await fixture.relift("rollback")
            #expect(back.status == 3 && back.errors.contains("[preflight/top-not-supervisor]"), "\(back.errors)")
            _ = try await fixture.ask("application:stop(plain)")
            let file = "releases/1.0.0/sys.config"
            let text = try fixture.text(file)
            for damaged in [nil, "[{tally,["] {
                _ = try await Program.run("rm", ["-f", fixture.root.appending(file).string])
                if let damaged { try fixture.tally.write(damaged, to: file) }
                let lost = try await fixture.relift("rollback")
                #expect(lost.status == 3 && lost.errors.contains("[install/configuration-lost]"), "\(lost.errors)")
            }
            #expect(try await fixture.running() == "1.1.0")
            try fixture.tally.write(text, to: file)
            #expect(try await fixture.relift("rollback").status == 0)
            #expect(try await fixture.ask(parameters) == configured)
            #expect(try await fixture.state() == state)
        }
    }

    // MARK: - Nobody confirms

    @Test func aNodeWhoseReliftWasKilledGoesBackByItself() async throws {
        try await withInstallerFixture { fixture in
            let state = try await fixture.hold()
            let events = fixture.root.removingLastComponent().appending("events").string
            let script = """
                "$0" install "$1" --root "$2" --no-commit --watch 6 --confirm-timeout 1 --events "$3" & p=$!
                for i in $(seq 900); do grep -q '"began","step":"watch"' "$3" 2>/dev/null && break; sleep 0.1; done
                sleep 1; kill -KILL $p
                """
            let killed = try await Program.run(
                "sh", ["-c", script, Program.path.string, fixture.tarball.string, fixture.root.string, events])
            #expect(killed.status == 0, "\(killed.errors)")
            #expect(try await fixture.running() == "1.1.0")
            #expect(try await fixture.runs("1.0.0", within: 20))
            #expect(try await fixture.state() == state)

            let status = try await fixture.relift("status")
            #expect(status.output.contains("cut off in step watch"), "\(status.output)")
            let repair = try await fixture.relift("repair")
            #expect(repair.status == 0 && repair.errors.contains("gone back by itself"), "\(repair.errors)")
            #expect(
                try await fixture.ask("{code:is_loaded(relift_guard), code:is_loaded(relift_agent)}") == "{false,false}"
            )
            #expect(try fixture.text("releases/.relift/history").contains("went-back"))
            #expect((try? fixture.text("lib/tally-1.1.0/ebin/tally.app")) == nil)
            #expect(try await fixture.state() == state)
        }
    }

    @Test func aReleaseThatNobodyCommitsGoesAndOneThatIsCommittedStays() async throws {
        try await withInstallerFixture { fixture in
            let state = try await fixture.hold()
            let install = ["--no-commit", "--watch", "1", "--confirm-timeout"]
            let first = try await fixture.relift(
                "install", fixture.tarball.string, install[0], install[1], install[2], install[3], "5")
            #expect(first.status == 0 && first.output.contains("until `relift commit`"), "\(first.errors)")
            #expect(try await fixture.running() == "1.1.0")
            #expect(try await fixture.runs("1.0.0", within: 15))
            // Whoever comes too late must not take it for done.
            let late = try await fixture.relift("commit")
            #expect(late.status == 4 && late.errors.contains("[trial/went-back]"), "\(late.output)\(late.errors)")
            let repair = try await fixture.relift("repair")
            #expect(repair.status == 0 && repair.errors.contains("[trial/went-back]"), "\(repair.errors)")
            #expect(try await fixture.relift("commit").status == 0)
            #expect(try await fixture.state() == state)

            let second = try await fixture.relift(
                "install", fixture.tarball.string, install[0], install[1], install[2], install[3], "20")
            #expect(second.status == 0, "\(second.errors)")
            let commit = try await fixture.relift("commit")
            #expect(commit.status == 0, "\(commit.errors)")
            #expect(try await fixture.ask("code:is_loaded(relift_guard)") == "false")
            #expect(try await !fixture.runs("1.0.0", within: 22))
            #expect(try fixture.text("releases/start_erl.data").hasSuffix(" 1.1.0"))
            #expect(try await fixture.state() == state)
        }
    }
}

extension InstallerFixture {
    /// Starts an application whose top process is no supervisor and answers nobody.
    func startPlain() async throws {
        let expression = """
            {ok,plain,Code} = compile:forms([{attribute,1,module,plain}, {attribute,1,export,[{start,2},{stop,1},{loop,0}]},
                {function,1,start,2,[{clause,1,[{var,1,'_'},{var,1,'_'}],[],
                    [{tuple,1,[{atom,1,ok},{call,1,{atom,1,spawn_link},[{atom,1,plain},{atom,1,loop},{nil,1}]}]}]}]},
                {function,1,stop,1,[{clause,1,[{var,1,'_'}],[],[{atom,1,ok}]}]},
                {function,1,loop,0,[{clause,1,[],[],[{'receive',1,[{clause,1,[{atom,1,x}],[],[{atom,1,ok}]}]}]}]}]),
            io:put_chars(base64:encode(Code))
            """
        let code = String(decoding: try await OTP.evaluate(expression), as: UTF8.self)
        let answer = try await self.ask(
            """
            begin code:load_binary(plain, "plain", base64:decode("\(code)")),
            application:load({application, plain, [{vsn, "1"}, {modules, [plain]}, {registered, []},
                {applications, [kernel, stdlib]}, {mod, {plain, []}}]}), application:start(plain) end
            """)
        try #require(answer == "ok")
    }
}
