import SystemPackage
import TestSupport
import Testing

/// What the settings of a manifest make of a build, without OTP: the applications are written as files.
@Suite struct BuildManifestTests {
    /// Runs `relift build` in a project with these files; `lib` has `kernel`, `stdlib`, `sasl` and `a`, which uses `b`.
    private func build(
        _ manifest: String, _ arguments: [String] = [], files: [String: String] = [:],
        environment: [String: String] = [:], then: (FilePath) async throws -> Void = { _ in }
    ) async throws -> Program.Run {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let start = "{release, {small, \"1\"}, {erts, \"13.1.5\"}, [sasl, a]}.\n{include_erts, false}.\n"
            var all = files
            all["relift.config"] = (manifest.contains("{release,") ? "" : start) + manifest
            all["lib/a-1/ebin/a.app"] = Self.application("a", "1", modules: "a1,a2", uses: "kernel,stdlib,b")
            all["lib/b-1/ebin/b.app"] = Self.application("b", "1", modules: "", uses: "kernel,stdlib")
            for (name, text) in files { all[name] = text }
            for name in ["a1", "a2"] { all["lib/a-1/ebin/\(name).beam"] = all["lib/a-1/ebin/\(name).beam"] ?? "FOR1" }
            for (name, text) in all {
                let path = folder.appending(name)
                _ = try await Program.run("mkdir", ["-p", path.removingLastComponent().string])
                try File.write(Array((text + "\n").utf8), to: path)
            }
            let run = try await Program.run(
                ["build", "--lib", "lib", "--otp", "none", "--output", "out"] + arguments, in: folder,
                environment: environment)
            try await then(folder)
            return run
        }
    }

    private static func application(
        _ name: String, _ version: String, modules: String, uses: String, more: String = ""
    ) -> String {
        """
        {application,\(name),[{description,""},{vsn,"\(version)"},{modules,[\(modules)]},{registered,[]},
         {applications,[\(uses)]}\(more)]}.
        """
    }

    private static func ids(_ run: Program.Run) -> [String] {
        run.errors.matches(of: /(?m)^\S.*\[([a-z-]+\/[a-z-]+)\]$/).map { String($0.1) }
    }

    private static let dryRun = ["--dry-run"]

    // MARK: - What is in the release

    @Test func questionsAboutHealthGoIntoTheRelease() async throws {
        let manifest = """
            {health, [{http, "http://127.0.0.1:8080/up"}, {required, {cmd, <<"true">>}}, {wanted, {rpc, a1, up, [x, 1]}}]}.
            """
        let run = try await self.build(manifest) { folder in
            let file = try File.read(folder.appending("out/small/releases/1/health.config"))
            #expect(
                String(decoding: file, as: UTF8.self) == """
                    %% coding: utf-8
                    [{http,"http://127.0.0.1:8080/up"},{cmd,"true"},{wanted,{rpc,a1,up,[x,1]}}].

                    """)
            let list = try await Program.run("tar", ["-tzf", folder.appending("out/small-1.tar.gz").string])
            #expect(list.output.split(separator: "\n").contains("releases/1/health.config"))
        }
        #expect(run.status == 0, "\(run.errors)")
        let none = try await self.build("") { folder in
            let list = try await Program.run("tar", ["-tzf", folder.appending("out/small-1.tar.gz").string])
            #expect(!list.output.contains("health.config"))
        }
        #expect(none.status == 0, "\(none.errors)")
        let wrong = try await self.build(#"{health, [{http, "http://shop"}, {ping, shop}]}."#)
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("relift.config:") && wrong.errors.contains("[health/bad-question]"))
    }

    @Test func whatIsExcludedIsInNoFile() async throws {
        let run = try await self.build("{exclude_apps, [b]}. {exclude_modules, [{a, [a2]}]}.") { folder in
            let root = folder.appending("out/small")
            let text = String(decoding: try File.read(root.appending("lib/a-1/ebin/a.app")), as: UTF8.self)
            #expect(text.contains("[a1]") && !text.contains("a2") && !text.contains(",b]"), "\(text)")
            let found = try await Program.run("find", [".", "-name", "b-1", "-o", "-name", "a2.beam"], in: root)
            #expect(found.output == "")
            let resource = String(decoding: try File.read(root.appending("releases/1/small.rel")), as: UTF8.self)
            #expect(resource.contains("{a,\"1\"}") && !resource.contains("{b,"), "\(resource)")
            let script = String(decoding: try File.read(root.appending("releases/1/start.script")), as: UTF8.self)
            #expect(script.contains("a1") && !script.contains("a2"))
        }
        #expect(run.status == 0 && Self.ids(run) == [], "\(run.errors)")
    }

    @Test(arguments: [
        ("{exclude_apps, [bb]}.", "build/nothing-to-exclude", 1),
        ("{exclude_modules, [{a, [a3]}]}.", "build/nothing-to-exclude", 1),
        ("{exclude_modules, [{c, [a3]}]}.", "build/nothing-to-exclude", 1),
        ("{system_libs, \"gone\"}.", "build/no-system-libraries", 1),
        ("{overlay, [{template, \"bad\", \"releases/1/sys.config\"}]}.", "term/missing-dot", 0),
    ])
    func whatCannotBeMeantIsToldOf(_ manifest: String, _ id: String, _ count: Int) async throws {
        let run = try await self.build(manifest, Self.dryRun, files: ["bad": "[{a, 1"])
        #expect(count == 0 ? !Self.ids(run).isEmpty : Self.ids(run) == [id], "\(run.errors)")
    }

    @Test func warningsCanBeErrors() async throws {
        let run = try await self.build("{exclude_apps, [bb]}. {warnings_as_errors, true}.")
        #expect(run.status == 1 && run.errors.contains("error: "), "\(run.errors)")
    }

    @Test func applicationsComeFromAllPlacesInTheirOrder() async throws {
        let other = Self.application("b", "2", modules: "", uses: "kernel,stdlib")
        let run = try await self.build(
            "{lib_dirs, [\"deps\"]}.", Self.dryRun,
            files: [
                "deps/b/ebin/b.app": other,
                "erl_libs/c/ebin/c.app": Self.application("c", "3", modules: "", uses: "kernel"),
                "lib/a-1/ebin/a.app": Self.application("a", "1", modules: "", uses: "kernel,stdlib,b,c"),
            ], environment: ["ERL_LIBS": "erl_libs:/nowhere"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("application b 1 from lib/b-1/ebin"))
        #expect(run.output.contains("application c 3 from erl_libs/c/ebin"))
        // Two versions are there: both places are named.
        #expect(Self.ids(run) == ["build/application-in-versions"])
        #expect(run.errors.contains("lib/b-1/ebin/b.app") && run.errors.contains("deps/b/ebin/b.app"))
        let given = try await self.build(
            "{release, {small, \"1\"}, {erts, \"13.1.5\"}, [sasl, a, {b, \"2\"}]}. {include_erts, false}. {lib_dirs, [\"deps\"]}.",
            Self.dryRun, files: ["deps/b/ebin/b.app": other])
        #expect(given.output.contains("application b 2 from deps/b/ebin") && Self.ids(given) == [], "\(given.errors)")
    }

    @Test func aVersionThatIsTooOldForAnotherIsToldOf() async throws {
        let run = try await self.build(
            "", Self.dryRun,
            files: [
                "lib/a-1/ebin/a.app": Self.application(
                    "a", "1", modules: "", uses: "kernel,stdlib,b", more: ",{runtime_dependencies,[\"b-1.2\"]}")
            ])
        #expect(run.status == 0 && Self.ids(run) == ["release/runtime-dependency"], "\(run.errors)")
    }

    @Test func applicationsThatAreIncludedAreLoaded() async throws {
        let run = try await self.build(
            "",
            files: [
                "lib/a-1/ebin/a.app": Self.application(
                    "a", "1", modules: "", uses: "kernel,stdlib", more: ",{included_applications,[b]}")
            ]
        ) { folder in
            let resource = String(
                decoding: try File.read(folder.appending("out/small/releases/1/small.rel")), as: UTF8.self)
            #expect(resource.contains("{b,\"1\",load}"), "\(resource)")
        }
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func libraryFoldersOfOTPMayBeItsLib() async throws {
        let run = try await self.build(
            "{system_libs, \"otp\"}.", Self.dryRun,
            files: [
                "otp/c-4/ebin/c.app": Self.application("c", "4", modules: "", uses: "kernel"),
                "lib/a-1/ebin/a.app": Self.application("a", "1", modules: "", uses: "kernel,stdlib,b,c"),
            ])
        #expect(run.status == 0 && run.output.contains("application c 4 from otp/c-4/ebin"), "\(run.errors)")
    }

    @Test func sourcesAndConfigurationTemplatesGoIn() async throws {
        let run = try await self.build(
            "{include_src, true}. {sys_config_src, \"my.src\"}. {generate_start_script, false}.",
            files: [
                "my.src": "[{a, [{port, ${PORT}}]}].", "config/vm.args.src": "-name ${NAME}",
                "lib/a-1/src/a1.erl": "-module(a1).", "lib/a-1/c_src/x.c": "int x;",
            ]
        ) { folder in
            let root = folder.appending("out/small")
            for path in [
                "releases/1/sys.config.src", "releases/1/vm.args.src", "lib/a-1/src/a1.erl", "lib/a-1/c_src/x.c",
            ] {
                #expect((try? File.read(root.appending(path))) != nil, "\(path)")
            }
            for path in ["releases/1/sys.config", "releases/1/vm.args", "bin/small"] {
                #expect((try? File.read(root.appending(path))) == nil, "\(path)")
            }
        }
        #expect(run.status == 0, "\(run.errors)")
    }

    @Test func anOverlaysModeIsTheOneInTheTarball() async throws {
        let run = try await self.build(
            "{overlay, [{copy, \"key\", \"etc/key\"}, {chmod, 8#600, \"etc/key\"}, {mkdir, \"log\"}, {chmod, 8#700, \"log\"}]}.",
            files: ["key": "secret"]
        ) { folder in
            let modes = try await Program.run(
                "stat", ["-c", "%a", "out/small/etc/key", "out/small/log"], in: folder)
            #expect(modes.output == "600\n700\n")
            let listed = try await Program.run("tar", ["tvzf", "out/small-1.tar.gz", "etc/key", "log"], in: folder)
            #expect(listed.output.contains("-rw-------") && listed.output.contains("drwx------"), "\(listed.output)")
        }
        #expect(run.status == 0, "\(run.errors)")
    }

    /// What a start rendered beside its template is this host's alone.
    @Test func aTarballOfAStartedReleaseHasNothingThatWasRendered() async throws {
        let files = ["config/sys.config.src": "[{a, [{key, \"${KEY}\"}]}].", "config/vm.args.src": "-setcookie ${KEY}"]
        for isTemplate in [true, false] {
            let plain = ["config/sys.config": "[{a, []}].", "config/vm.args": "-name a@b"]
            let run = try await self.build("", files: isTemplate ? files : plain) { folder in
                let version = folder.appending("out/small/releases/1")
                if isTemplate {
                    for name in ["sys.config", "vm.args", "sys.config.new"] {
                        try File.write(Array("hush-hush".utf8), to: version.appending(name))
                    }
                }
                let packed = try await Program.run(
                    ["tar", "out/small", "--otp", "none", "--output", "packed"], in: folder)
                #expect(packed.status == 0, "\(packed.errors)")
                let listed = try await Program.run(
                    "sh", ["-c", "tar tzf packed/*.tar.gz | grep -E '/(sys[.]config|vm[.]args)' | sort"], in: folder)
                let suffix = isTemplate ? ".src" : ""
                #expect(listed.output == "releases/1/sys.config\(suffix)\nreleases/1/vm.args\(suffix)\n")
                let searched = try await Program.run(
                    "sh", ["-c", "tar xzOf packed/*.tar.gz | grep -c hush-hush"], in: folder)
                #expect(searched.output == "0\n")
            }
            #expect(run.status == 0, "\(run.errors)")
        }
    }

    @Test func aLockedBuildIsRefusedWhenItWouldBeAnother() async throws {
        let build = ["build", "--lib", "lib", "--otp", "none", "--output", "out", "--locked"]
        let run = try await self.build("") { folder in
            let lock = folder.appending("out/small-1.lock.json")
            let same = try await Program.run(build, in: folder)
            #expect(same.status == 0, "\(same.errors)")
            let before = try File.read(lock)

            try File.write(Array("FOR2".utf8), to: folder.appending("lib/a-1/ebin/a1.beam"))
            let changed = try await Program.run(build, in: folder)
            #expect(changed.status == 1 && Self.ids(changed) == ["build/lock-differs"], "\(changed.errors)")
            #expect(changed.errors.contains("`a` 1 has other contents"))
            _ = try await Program.run("rm", ["-r", "lib/b-1"], in: folder)
            try File.write(
                Array((Self.application("a", "2", modules: "a1,a2", uses: "kernel,stdlib") + "\n").utf8),
                to: folder.appending("lib/a-1/ebin/a.app"))
            let other = try await Program.run(build, in: folder)
            #expect(other.status == 1 && other.errors.contains("`a` is 2; locked is 1"), "\(other.errors)")
            #expect(other.errors.contains("`b` 1 is only in the lock"))
            #expect(try File.read(lock) == before, "nothing was written")

            for text in ["{}", "no lock"] {
                try File.write(Array(text.utf8), to: lock)
                #expect(Self.ids(try await Program.run(build, in: folder)) == ["build/lock-differs"])
            }
            _ = try await Program.run("rm", [lock.string])
            let none = try await Program.run(build, in: folder)
            #expect(none.status == 1 && Self.ids(none) == ["build/no-lock"], "\(none.errors)")
        }
        #expect(run.status == 0, "\(run.errors)")
    }

    // MARK: - Where the manifest is from

    @Test func theManifestIsTheFirstThatThereIs() async throws {
        let relx = "{release, {of_relx, \"1\"}, [sasl]}."
        let rebar = "{relx, [{release, {of_rebar, \"1\"}, [sasl]}]}."
        func name(_ files: [String: String]) async throws -> (String, [String]) {
            try await withTemporaryFolder { folder in
                for (name, text) in files { try File.write(Array(text.utf8), to: folder.appending(name)) }
                let run = try await Program.run(["build", "--explain"], in: folder)
                let first = run.output.split(separator: "\n").first.map { $0.split(separator: " ") } ?? []
                return (first.count > 1 ? String(first[1]) : "", Self.ids(run))
            }
        }
        let relift = "{release, {of_relift, \"1\"}, [sasl]}."
        #expect(
            try await name(["relift.config": relift, "rebar.config": rebar, "relx.config": relx]) == ("of_relift", []))
        #expect(
            try await name(["rebar.config": rebar, "relx.config": relx]) == ("of_rebar", ["manifest/second-manifest"]))
        #expect(try await name(["rebar.config": "{deps, []}.", "relx.config": relx]) == ("of_relx", []))
        #expect(try await name(["rebar.config": "{deps, []}."]) == ("", ["manifest/no-relx-section"]))
        #expect(
            try await name(["rebar.config": rebar, "rebar.config.script": "CONFIG."])
                == ("of_rebar", ["manifest/script-not-run"]))
        #expect(try await name([:]) == ("", ["manifest/not-found"]))
    }

    @Test func versionsComeFromGit() async throws {
        try await withTemporaryFolder { folder in
            try File.write(
                Array("{release, {g, git}, [sasl]}.".utf8), to: folder.appending("relift.config"))
            func git(_ arguments: String...) async throws {
                let run = try await Program.run(
                    "git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"] + arguments,
                    in: folder)
                #expect(run.status == 0, "\(run.errors)")
            }
            func version() async throws -> String {
                let run = try await Program.run(["build", "--explain"], in: folder)
                return run.output.firstMatch(of: /version +"([^"]+)"/).map { String($0.1) } ?? "\(Self.ids(run))"
            }
            try await git("init", "-q")
            try await git("commit", "-q", "--allow-empty", "-m", "one")
            #expect(try await version() == #"["manifest/version-not-found"]"#)
            try await git("tag", "v1.2.0")
            #expect(try await version() == "1.2.0")
            try await git("commit", "-q", "--allow-empty", "-m", "two")
            let head = try await Program.run("git", ["rev-parse", "--short", "HEAD"], in: folder)
            let short = head.output.split(separator: "\n").first.map(String.init) ?? ""
            #expect(try await version() == "1.2.0+build.1.ref\(short)")
            try File.write(
                Array("{release, {g, {git, short}}, [sasl]}.".utf8), to: folder.appending("relift.config"))
            #expect(try await version() == short)
        }
    }
}
