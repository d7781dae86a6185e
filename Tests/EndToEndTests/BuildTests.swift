import SystemPackage
import TestSupport
import Testing

/// `relift build`, `script` and `tar` as commands, held against OTP and against themselves.
@Suite(.enabled(if: OTP.isInstalled)) struct BuildTests {
    /// Compiles a version of the sample into a project folder of its own.
    static func project(_ version: String, in folder: FilePath) async throws -> FilePath {
        let source = Repository.fixtures.appending("tally/\(version)")
        let project = folder.appending("tally-\(version)")
        for name in ["config", "relift.config"] {
            _ = try await Program.run("mkdir", ["-p", project.string])
            _ = try await Program.run("cp", ["-R", source.appending(name).string, project.string])
        }
        let build = Repository.fixtures.appending("tally/build.sh").string
        let compiled = try await Program.run(build, [version, project.appending("_build/default").string])
        #expect(compiled.status == 0, "\(compiled.errors)")
        return project
    }

    static func digest(_ file: FilePath) async throws -> String {
        let run = try await Program.run("sha256sum", [file.string])
        return run.output.split(separator: " ").first.map(String.init) ?? ""
    }

    @Test func theBytesDoNotDependOnWhereWhenAndByWhomTheyAreMade() async throws {
        try await withTemporaryFolder { folder in
            var digests: [String] = []
            for (index, environment) in [
                ["LC_ALL": "C", "TZ": "UTC"], ["LC_ALL": "C.UTF-8", "TZ": "Asia/Tokyo"],
            ].enumerated() {
                let place = folder.appending("place \(index) ü")
                _ = try await Program.run("mkdir", ["-p", place.string])
                let project = try await Self.project("1.0.0", in: place)
                let umask = index == 0 ? "022" : "077"
                let script =
                    "umask \(umask); find . -exec touch -d '200\(index)-01-01' {} +; exec \"$0\" build --output out"
                let run = try await Program.run(
                    "sh", ["-c", script, Program.path.string], in: project, environment: environment)
                #expect(run.status == 0, "\(run.errors)")
                digests.append(try await Self.digest(project.appending("out/tally-1.0.0.tar.gz")))
                let check = try await Program.run(
                    "sha256sum", ["-c", "tally-1.0.0.tar.gz.sha256"], in: project.appending("out"))
                #expect(check.status == 0)
            }
            #expect(digests[0] == digests[1] && !digests[0].isEmpty)
        }
    }

    @Test func aSecondBuildKeepsWhatTheFirstOneMadeForAnotherVersion() async throws {
        try await withTemporaryFolder { folder in
            let output = folder.appending("out")
            for version in ["1.0.0", "1.1.0"] {
                let project = try await Self.project(version, in: folder)
                let run = try await Program.run(["build", "--output", output.string], in: project)
                #expect(run.status == 0, "\(run.errors)")
            }
            for path in ["releases/1.0.0/tally.rel", "lib/tally-1.0.0/ebin/tally.app", "releases/1.1.0/start.boot"] {
                let there = try await Program.run("test", ["-f", output.appending("tally/\(path)").string])
                #expect(there.status == 0, "\(path) is gone")
            }
        }
    }

    /// The whole installed OTP as one release: the same `.boot` bytes and the same `.script` term as systools makes.
    @Test func aReleaseOfAllInstalledApplicationsBootsByTheSameBytes() async throws {
        try await withTemporaryFolder { folder in
            let written = try await OTP.evaluate(
                """
                Apps = lists:sort([begin {ok, [{application, A, Ps}]} = file:consult(F), {A, proplists:get_value(vsn, Ps)} end
                    || F <- filelib:wildcard(filename:join([code:lib_dir(), "*", "ebin", "*.app"]))]),
                ok = file:write_file("all.rel", io_lib:format("~tp.~n",
                    [{release, {"all", "1"}, {erts, erlang:system_info(version)}, Apps}])),
                {ok, systools_make, _} = systools:make_script("all", [silent, {outdir, "."}]),
                ok = file:rename("all.boot", "theirs.boot"), ok = file:rename("all.script", "theirs.script"),
                io:format("~w", [length(Apps)])
                """, workingDirectory: folder)
            #expect(Int(String(decoding: written, as: UTF8.self)) ?? 0 > 5)
            let run = try await Program.run(["script", "all.rel"], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let same = try await Program.run("cmp", ["all.boot", "theirs.boot"], in: folder)
            #expect(same.status == 0, "\(same.output)")
            let terms = try await OTP.evaluate(
                "io:format(\"~w\", [file:consult(\"all.script\") =:= file:consult(\"theirs.script\")])",
                workingDirectory: folder)
            #expect(String(decoding: terms, as: UTF8.self) == "true")
        }
    }
}
