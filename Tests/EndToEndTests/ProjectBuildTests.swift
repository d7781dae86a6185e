import SystemPackage
import TestSupport
import Testing

/// `relift build` on a project that was built with rebar3 before, without any configuration of its own.
@Suite(.enabled(if: OTP.isInstalled && Rebar3.isInstalled), .serialized) struct ProjectBuildTests {
    /// The sample project, compiled and released by rebar3.
    static func project(in folder: FilePath) async throws -> FilePath {
        let project = folder.appending("brew")
        _ = try await Program.run("cp", ["-R", Repository.fixtures.appending("brew").string, project.string])
        let home = folder.appending("home").string
        let built = try await Program.run(
            "rebar3", ["as", "prod", "release"], in: project, environment: ["HOME": home, "TERM": "dumb"])
        try #require(built.status == 0, "\(built.output)\(built.errors)")
        return project
    }

    /// Files below a folder with the digests of their contents.
    static func files(_ folder: FilePath, _ condition: [String] = []) async throws -> [String] {
        let found = try await Program.run(
            "find", [".", "-type", "f"] + condition + ["-exec", "sha256sum", "{}", "+"], in: folder)
        return found.output.split(separator: "\n").map(String.init).sorted()
    }

    @Test func theReleaseIsTheOneOfRebar3() async throws {
        try await withTemporaryFolder { folder in
            let project = try await Self.project(in: folder)
            let run = try await Program.run(["build", "--profile", "prod", "--output", "out"], in: project)
            #expect(run.status == 0, "\(run.errors)")
            let theirs = project.appending("_build/prod/rel/brew")
            let ours = project.appending("out/brew")

            // What the overlay makes, and the configuration.
            for name in ["etc", "share"] {
                #expect(
                    try await Self.files(ours.appending(name)) == Self.files(theirs.appending(name)), "\(name) differs")
            }
            let folders = try await Program.run("test", ["-d", ours.appending("log/old").string])
            #expect(folders.status == 0)
            let mode = try await Program.run("test", ["-x", ours.appending("etc/motd.d/20-run").string])
            #expect(mode.status == 0)
            for name in ["sys.config", "vm.args"] {
                let same = try await Program.run(
                    "cmp", ["\(theirs)/releases/0.3.0/\(name)", "\(ours)/releases/0.3.0/\(name)"])
                #expect(same.status == 0, "\(same.output)")
            }

            // What hooks of a project run: an escript, by the release's own runtime system, from wherever the release lies.
            let moved = folder.appending("moved to")
            _ = try await Program.run("cp", ["-a", ours.string, moved.string])
            let escript = "main(_) -> io:put_chars([code:root_dir(), 10, code:lib_dir(kernel)])."
            try File.write(Array("#!/usr/bin/env escript\n\(escript)\n".utf8), to: folder.appending("hello"))
            let hello = try await Program.run(
                "sh", ["-c", "exec \"$0\"/erts-*/bin/escript \"$1\"", moved.string, folder.appending("hello").string])
            #expect(hello.output.hasPrefix("\(moved)\n\(moved)/lib/kernel-"), "\(hello.output)\(hello.errors)")

            // The same applications with the same modules, the same boot script, the same stripped code.
            let compared = try await OTP.evaluate(
                """
                [T, O] = ["\(theirs)", "\(ours)"],
                Rel = fun(R) -> {ok, [{release, N, E, A}]} = file:consult(R ++ "/releases/0.3.0/brew.rel"), {N, E, A} end,
                Boot = fun(R) -> [begin {ok, B} = file:read_file(R ++ "/releases/0.3.0/" ++ F ++ ".boot"), binary_to_term(B) end
                    || F <- ["start", "start_clean", "no_dot_erlang"]] end,
                Apps = fun(R) -> [{filename:basename(F), begin {ok, [{application, _, P}]} = file:consult(F), lists:sort(P) end}
                    || F <- filelib:wildcard(R ++ "/lib/*/ebin/*.app")] end,
                Chunks = fun(R, F) -> {ok, B} = file:read_file(R ++ F),
                    {ok, _, C} = beam_lib:all_chunks(try zlib:gunzip(B) catch error:_ -> B end), lists:sort(C) end,
                Beams = [lists:nthtail(length(T), F) || F <- filelib:wildcard(T ++ "/lib/*/ebin/*.beam")],
                Ours = [lists:nthtail(length(O), F) || F <- filelib:wildcard(O ++ "/lib/*/ebin/*.beam")],
                io:format("~p", [[{rel, Rel(T) =:= Rel(O)}, {boot, Boot(T) =:= Boot(O)}, {apps, Apps(T) =:= Apps(O)},
                    {files, Beams =:= Ours}, {beams, [F || F <- Beams, Chunks(T, F) =/= Chunks(O, F)]}]])
                """)
            #expect(
                String(decoding: compared, as: UTF8.self)
                    == "[{rel,true},{boot,true},{apps,true},{files,true},{beams,[]}]")
        }
    }

    /// `check_for_undefined_functions`: on where relx has it on, and only for the project's own modules.
    @Test func callsOfWhatIsNotThereAreWarnedOf() async throws {
        try await withTemporaryFolder { folder in
            let setup = """
                mkdir -p apps/own/src ebin/own/ebin ebin/dep/ebin
                for app in own dep; do
                    echo "-module(${app}_calls). -export([go/1]). go(X) -> nowhere:to_be_found(X), lists:nosuch(X), lists:seq(1, X)." \
                        >${app}_calls.erl
                    erlc -o ebin/$app/ebin ${app}_calls.erl
                done
                echo '{application,own,[{description,""},{vsn,"1"},{modules,[own_calls]},{registered,[]},{applications,[kernel,stdlib,dep]}]}.' >ebin/own/ebin/own.app
                echo '{application,dep,[{description,""},{vsn,"1"},{modules,[dep_calls]},{registered,[]},{applications,[kernel,stdlib]}]}.' >ebin/dep/ebin/dep.app
                """
            _ = try await Program.run("sh", ["-ec", setup], in: folder)
            func build(_ settings: String) async throws -> Program.Run {
                let text =
                    "{relx, [{release, {own, \"1\"}, [sasl, own]}, {lib_dirs, [\"ebin\"]}, {system_libs, false}\(settings)]}."
                try File.write(Array(text.utf8), to: folder.appending("rebar.config"))
                return try await Program.run(["build", "--output", "out"], in: folder)
            }
            let warned = try await build("")
            #expect(warned.status == 0, "\(warned.errors)")
            #expect(warned.errors.contains("nowhere:to_be_found/1") && warned.errors.contains("lists:nosuch/1"))
            #expect(!warned.errors.contains("lists:seq") && !warned.errors.contains("dep_calls"), "\(warned.errors)")
            let off = try await build(", {check_for_undefined_functions, false}")
            #expect(off.status == 0 && !off.errors.contains("nowhere"), "\(off.errors)")
            _ = try await Program.run("rm", ["-r", folder.appending("out").string])
            let refused = try await build(", {warnings_as_errors, true}")
            #expect(refused.status == 1 && refused.errors.contains("nowhere:to_be_found/1"), "\(refused.errors)")
            #expect(try await Program.run("ls", [folder.string]).output.contains("out") == false)
        }
    }

    /// The sample without OTP's files and without stripping, which take their time in a debug build.
    static func smallProject(in folder: FilePath) async throws -> FilePath {
        let project = try await Self.project(in: folder)
        let config = """
            {release, {brew, "0.3.0"}, [sasl, brew]}. {include_erts, false}. {system_libs, false}.
            {lib_dirs, ["_build/prod/lib"]}. {overlay_vars, "config/vars.config"}. {sys_config, false}.
            {overlay, [{copy, "files/*.txt", "share/"}, {template, "files/brew.conf", "etc/brew.conf"}]}.
            """
        try File.write(Array(config.utf8), to: project.appending("relift.config"))
        return project
    }

    @Test func aSecondBuildWithNothingChangedWritesNothing() async throws {
        try await withTemporaryFolder { folder in
            let project = try await Self.smallProject(in: folder)
            func upToDate() async throws -> Bool {
                let run = try await Program.run(["build", "--output", "out", "--format", "json"], in: project)
                #expect(run.status == 0, "\(run.errors)")
                return run.output.contains(#""upToDate":true"#)
            }
            #expect(try await !upToDate())
            let before = try await Program.run("find", ["out", "-printf", "%p %i %T@\n"], in: project)
            #expect(try await upToDate())
            let after = try await Program.run("find", ["out", "-printf", "%p %i %T@\n"], in: project)
            #expect(before.output == after.output)

            // Whatever changes, in what goes in or in what came out, is built again.
            for change in [
                "echo more >> files/one.txt", "echo '{vendor, \"Other\"}. {port, 1}.' > config/more.config",
                "rm out/brew-0.3.0.tar.gz", "echo x > out/brew/share/two.txt",
            ] {
                _ = try await Program.run("sh", ["-c", change], in: project)
                #expect(try await !upToDate(), "\(change)")
            }
            #expect(try await upToDate())

            // What was only touched has not changed, and the next build knows it without reading.
            let made = try await Program.run(
                "find", ["out", "-name", ".relift", "-prune", "-o", "-type", "f", "-printf", "%p %i %T@\n"], in: project
            )
            _ = try await Program.run(
                "sh", ["-c", "find -L _build config files -type f -exec touch {} +"], in: project)
            for _ in 1...2 { #expect(try await upToDate()) }
            let kept = try await Program.run(
                "find", ["out", "-name", ".relift", "-prune", "-o", "-type", "f", "-printf", "%p %i %T@\n"], in: project
            )
            #expect(made.output == kept.output && made.output.contains("brew-0.3.0.cdx.json"))
        }
    }

    @Test func theLockIsTheSameWhereverTheProjectLies() async throws {
        try await withTemporaryFolder { folder in
            let project = try await Self.smallProject(in: folder)
            let moved = folder.appending("moved ü")
            _ = try await Program.run("cp", ["-RL", project.string, moved.string])
            var locks: [String] = []
            for place in [project, moved] {
                let run = try await Program.run(["build", "--output", "out"], in: place)
                #expect(run.status == 0, "\(run.errors)")
                locks.append(
                    String(decoding: try File.read(place.appending("out/brew-0.3.0.lock.json")), as: UTF8.self))
            }
            #expect(locks[0] == locks[1])
            #expect(locks[0].contains("\"brew\"") && locks[0].contains("sha256:"))
        }
    }

    @Test func inModeDevApplicationsAreLinked() async throws {
        try await withTemporaryFolder { folder in
            let project = try await Self.project(in: folder)
            let config = """
                {mode, dev}. {lib_dirs, ["_build/prod/lib"]}. {overlay, [{link, "files/one.txt", "etc/one.txt"}]}.
                {release, {brew, "0.3.0"}, [sasl, brew]}.
                """
            try File.write(Array(config.utf8), to: project.appending("relift.config"))
            for attempt in 1...2 {
                let run = try await Program.run(["build", "--output", "out"], in: project)
                #expect(run.status == 0, "\(run.errors)")
                let links = try await Program.run(
                    "sh",
                    [
                        "-c",
                        "readlink out/brew/lib/brew-0.3.0 out/brew/etc/one.txt; ls out/*.gz _build/prod/lib/brew/ebin/*.app",
                    ], in: project)
                #expect(
                    links.output.split(separator: "\n").map {
                        $0.split(separator: "/").suffix(2).joined(separator: "/")
                    }
                        == ["lib/brew", "files/one.txt", "ebin/brew.app"], "attempt \(attempt): \(links.output)")
            }
            // And back: what was a link becomes a folder, and nothing is written through the link.
            let back = config.replacing("{mode, dev}", with: "{mode, minimal}")
            try File.write(Array(back.utf8), to: project.appending("relift.config"))
            let before = try await Self.files(project.appending("_build/prod/lib"))
            let run = try await Program.run(["build", "--output", "out"], in: project)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try await Self.files(project.appending("_build/prod/lib")) == before)
            let kind = try await Program.run(
                "sh", ["-c", "test -d out/brew/lib/brew-0.3.0 && ! test -L out/brew/lib/brew-0.3.0"], in: project)
            #expect(kind.status == 0)
        }
    }
}
