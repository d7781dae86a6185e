import SystemPackage
import TestSupport
import Testing

/// `relift appup` as a user runs it: files that people wrote, several versions, appups of the project, bad input.
@Suite(.enabled(if: OTP.isInstalled)) struct AppupCommandTests {
    /// Two releases of one application `cart` with compiled modules, and `kernel`, `stdlib` and `sasl` of this machine.
    struct World {
        let folder: FilePath

        init(_ folder: FilePath) async throws {
            self.folder = folder
            for name in ["kernel", "stdlib", "sasl"] { try await self.application("9", [:], name: name) }
            try await self.application("1", ["cart": "f() -> 1.", "cart_old": "g() -> 1."])
            try await self.application("2", ["cart": "f() -> cart_new:g().", "cart_new": "g() -> 2."])
            try await self.release("old", "1")
            try await self.release("new", "2")
        }

        /// A copy of another one.
        init(_ folder: FilePath, copyOf other: World) async throws {
            self.folder = folder
            _ = try await Program.run("cp", ["-R", other.folder.string, folder.string])
        }

        func write(_ path: String, _ text: String) async throws {
            let file = self.folder.appending(path)
            _ = try await Program.run("mkdir", ["-p", file.removingLastComponent().string])
            try File.write(Array(text.utf8), to: file)
        }

        func read(_ path: String) throws -> String {
            String(decoding: try File.read(self.folder.appending(path)), as: UTF8.self)
        }

        /// Compiles modules of one function each.
        func application(
            _ version: String, _ modules: [String: String], name: String = "cart", listed: [String]? = nil,
            vsn: String? = nil
        ) async throws {
            let ebin = "lib/\(name)-\(version)/ebin"
            let needs = name == "kernel" ? "" : name == "stdlib" ? "kernel" : "kernel,stdlib"
            let names = (listed ?? modules.keys.sorted()).joined(separator: ",")
            try await self.write(
                "\(ebin)/\(name).app",
                """
                {application,\(name),[{description,""},{vsn,"\(vsn ?? version)"},{modules,[\(names)]},{registered,[]},
                 {applications,[\(needs)]}]}.
                """)
            guard !modules.isEmpty else { return }
            for (module, code) in modules {
                try await self.write("src/\(module).erl", "-module(\(module)).\n-compile(export_all).\n\(code)\n")
            }
            let sources = modules.keys.sorted().map { "src/\($0).erl" }
            let run = try await Program.run(
                "erlc", ["+deterministic", "+nowarn_export_all", "-o", ebin] + sources, in: self.folder)
            #expect(run.status == 0, "\(run.output)")
        }

        func release(_ file: String, _ version: String, _ entries: [String]? = nil) async throws {
            let all = entries ?? ["cart-\(version)"]
            let terms = all.map { $0.split(separator: "-") }.map { ",{\($0[0]),\"\($0[1])\"}" }.joined()
            let base = "{kernel,\"9\"},{stdlib,\"9\"},{sasl,\"9\"}"
            try await self.write(
                "\(file).rel", "{release,{\"shop\",\"\(version)\"},{erts,\"13\"},[\(base)\(terms)]}.\n")
        }

        func relift(_ arguments: String...) async throws -> Program.Run {
            try await Program.run(arguments + ["--lib", "lib", "--otp", "none"], in: self.folder)
        }

        /// Whether `file:consult` reads the appup as this term.
        func consults(_ text: String) async throws -> Bool {
            let answer = try await OTP.evaluate(
                """
                [Text, File] = init:get_plain_arguments(),
                {ok, Tokens, _} = erl_scan:string(Text ++ "."), {ok, Term} = erl_parse:parse_term(Tokens),
                io:format("~p", [file:consult(File) =:= {ok, [Term]}])
                """, arguments: [text, AppupCommandTests.file], workingDirectory: self.folder)
            return String(decoding: answer, as: UTF8.self) == "true"
        }

        /// Whether `systools:make_relup` takes what is there.
        func makesRelup() async throws -> Bool {
            let answer = try await OTP.evaluate(
                """
                Path = filelib:wildcard("lib/*/ebin"),
                Answer = systools:make_relup("new", ["old"], ["old"], [silent, noexec, {path, Path}]),
                io:format("~p", [element(1, Answer)])
                """, workingDirectory: self.folder)
            return String(decoding: answer, as: UTF8.self) == "ok"
        }
    }

    static let file = "lib/cart-2/ebin/cart.appup"

    @Test func writesChecksAndKeeps() async throws {
        try await withTemporaryFolder { folder in
            let world = try await World(folder)
            let before = try await world.relift("appup", "old.rel", "new.rel", "--check")
            #expect(before.status == 1 && before.errors.contains("[appup/missing]"))
            let written = try await world.relift("appup", "old.rel", "new.rel")
            #expect(written.status == 0 && written.output.contains("(written)"), "\(written.errors)")
            #expect(try await world.makesRelup())
            let after = try await world.relift("appup", "old.rel", "new.rel", "--check")
            #expect(after.status == 0 && after.errors.isEmpty, "\(after.errors)")
        }
    }

    @Test func keepsMergesAndReplacesWhatAPersonWrote() async throws {
        try await withTemporaryFolder { folder in
            let world = try await World(folder)
            let hand = """
                %% written by hand
                {"2",
                 [{"1", [{apply,{io,nl,[]}}, {load_module,cart,soft_purge,soft_purge,[]}]}, {<<"0\\\\..*">>, []}],
                 [{"1", [{load_module,cart}]}]}.
                """
            try await world.write(Self.file, hand)
            let kept = try await world.relift("appup", "old.rel", "new.rel")
            #expect(kept.status == 1)
            #expect(kept.errors.contains("[appup/module-not-covered]") && kept.errors.contains("--merge"))
            #expect(try world.read(Self.file) == hand)
            let dry = try await world.relift("appup", "old.rel", "new.rel", "--merge", "--dry-run")
            #expect(dry.output.contains("{add_module,cart_new}") && dry.output.contains("written by hand"))
            #expect(try world.read(Self.file) == hand)
            let merged = try await world.relift("appup", "old.rel", "new.rel", "--merge")
            #expect(merged.status == 0 && merged.errors.contains("[appup/comments-lost]"), "\(merged.errors)")
            let (up, down) = (
                "{apply,{io,nl,[]}},{add_module,cart_new},{load_module,cart,soft_purge,soft_purge,[]},{delete_module,cart_old}",
                "{add_module,cart_old},{load_module,cart},{delete_module,cart_new}"
            )
            let golden = "{\"2\",[{\"1\",[\(up)]},{<<\"0\\\\..*\">>,[]}],[{\"1\",[\(down)]}]}"
            #expect(try await world.consults(golden))
            #expect(try await world.makesRelup())
            #expect(try await world.relift("appup", "old.rel", "new.rel", "--check").status == 0)
            let text = try world.read(Self.file)
            #expect(try await world.relift("appup", "old.rel", "new.rel", "--merge").status == 0)
            #expect(try world.read(Self.file) == text, "nothing is missing: nothing is written")
            #expect(try await world.relift("appup", "old.rel", "new.rel", "--force").status == 0)
            #expect(try !world.read(Self.file).contains("apply"))
            // The same with comments: other bytes, the same term.
            try await world.write(Self.file, hand)
            #expect(try await world.relift("appup", "old.rel", "new.rel", "--merge", "--comments").status == 0)
            #expect(try world.read(Self.file).contains("     %% `cart_new` is new in 2\n     {add_module,cart_new},\n"))
            #expect(try await world.consults(golden))
            #expect(try await world.makesRelup())
        }
    }

    @Test func sourcesKeepTheirPlaceholder() async throws {
        try await withTemporaryFolder { folder in
            let world = try await World(folder)
            try await world.write(
                "lib/cart-2/src/cart.appup.src", "{\"%VSN%\",[{\"1\",[{load_module,cart}]}],[{\"1\",[]}]}.\n")
            let merged = try await world.relift("appup", "old.rel", "new.rel", "--merge")
            #expect(merged.status == 0, "\(merged.errors)")
            let text = try world.read("lib/cart-2/src/cart.appup.src")
            #expect(text.contains("{\"%VSN%\",") && text.contains("{add_module,cart_new}"))
            #expect(try await world.relift("appup", "old.rel", "new.rel", "--check").status == 0)
            // Where it is no term before the version is put in, it is read, and not rewritten.
            try await world.write(
                "lib/cart-2/src/cart.appup.src",
                "{\"2\",[{\"1\",[{load_module,cart}]}],[{\"%VSN%\",[]},\n  %VSN%\n]}.\n")
            let refused = try await world.relift("appup", "old.rel", "new.rel", "--merge")
            #expect(refused.status == 1)
        }
    }

    @Test func oneAppupForAFolderOfReleases() async throws {
        try await withTemporaryFolder { folder in
            let world = try await World(folder)
            try await world.application("1.5", ["cart": "f() -> 1.", "cart_old": "g() -> 1."])
            for (file, version) in [("all/a", "1"), ("all/b", "1.5"), ("all/c", "2")] {
                try await world.release(file, version)
            }
            let run = try await world.relift("appup", "new.rel", "--from", "all")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains("cart 1 -> 2") && run.output.contains("cart 1.5 -> 2"))
            let text = try world.read(Self.file)
            #expect(text.contains("{\"1\",") && text.contains("{\"1.5\","))
            #expect(try await world.makesRelup())
            let positional = try await world.relift("appup", "all/a.rel", "all/b.rel", "new.rel", "--check")
            #expect(positional.status == 0, "\(positional.errors)")
            #expect(try await world.relift("appup", "new.rel").status == 64)
            #expect(try await world.relift("appup", "old.rel", "new.rel", "--merge", "--force").status == 64)
        }
    }

    @Test func theProjectKeepsAppupsForItsDependencies() async throws {
        try await withTemporaryFolder { folder in
            let world = try await World(folder)
            let written = try await world.relift("appup", "old.rel", "new.rel", "--appups", "appups")
            #expect(written.status == 0, "\(written.errors)")
            #expect(try world.read("appups/cart/2.appup").contains("{add_module,cart_new}"))
            #expect(throws: (any Error).self) { try world.read(Self.file) }
            // From here on the folder is found by itself.
            let check = try await world.relift("appup", "old.rel", "new.rel", "--check")
            #expect(check.status == 0, "\(check.errors)")
            let plan = try await world.relift("plan", "old.rel", "new.rel")
            #expect(plan.status == 0 && plan.output.contains("the project's `appups/cart/2.appup`"), "\(plan.errors)")
            let relup = try await world.relift("relup", "new.rel", "--from", "old.rel")
            #expect(relup.status == 0, "\(relup.errors)")
            let without = try await world.relift("relup", "new.rel", "--from", "old.rel", "--appups", "none")
            #expect(without.status == 1 && without.errors.contains("[relup/no-appup]"))
            #expect(try await world.relift("plan", "old.rel", "new.rel", "--appups", "nowhere").status == 1)
            // What the project develops is written beside it.
            try await world.write("apps/cart/src/cart.erl", "")
            let own = try await world.relift("appup", "old.rel", "new.rel", "--appups", "appups")
            #expect(own.status == 0 && own.output.contains(Self.file), "\(own.errors)")
        }
    }

    // MARK: - Bad input

    /// What is done to the two releases, and what is said; without it nothing is said.
    struct Case: Sendable {
        let id: String
        let status: Int
        let spoil: @Sendable (World) async throws -> Void
        var flags: [String] = []
    }

    static let cases = [
        Case(id: "beam/", status: 1) { try await $0.write("lib/cart-2/ebin/cart.beam", "no module") },
        Case(id: "beam/not-a-module", status: 1) { try await $0.write("lib/cart-1/ebin/cart_old.beam", "no module") },
        Case(id: "beam/wrong-file-name", status: 1) { world in
            let ebin = "lib/cart-2/ebin"
            _ = try await Program.run("cp", ["\(ebin)/cart_new.beam", "\(ebin)/cart.beam"], in: world.folder)
        },
        Case(id: "appup/no-object-file", status: 1) { world in
            _ = try await Program.run("rm", ["lib/cart-2/ebin/cart_new.beam"], in: world.folder)
        },
        Case(id: "appup/no-object-file", status: 1) { world in
            try await world.application("1", [:], name: "fresh", listed: ["fresh"])
            try await world.release("new", "2", ["cart-2", "fresh-1"])
        },
        Case(id: "appup/module-not-listed", status: 0) { world in
            try await world.application(
                "2", ["cart": "f() -> 3.", "cart_new": "g() -> 2."], listed: ["cart"])
        },
        Case(id: "appup/version-not-bumped", status: 1) { world in
            try await world.application("x", ["cart": "f() -> 9.", "cart_new": "g() -> 2."], vsn: "1")
            _ = try await Program.run("mkdir", ["-p", "new"], in: world.folder)
            _ = try await Program.run("mv", ["lib/cart-x", "new/cart-1"], in: world.folder)
            try await world.release("new", "2", ["cart-1"])
        },
        Case(id: "appup/version-went-down", status: 0) { world in
            try await world.release("old", "1", ["cart-2"])
            try await world.release("new", "2", ["cart-1"])
        },
        Case(id: "release/module-clash", status: 1) { world in
            try await world.application("1", ["cart": "f() -> 1."], name: "twin")
            try await world.release("new", "2", ["cart-2", "twin-1"])
        },
        Case(id: "appup/module-in-two-applications", status: 0) { world in
            try await world.application("1", ["cart": "f() -> 1."], name: "twin", listed: [])
            try await world.release("new", "2", ["cart-2", "twin-1"])
        },
        Case(
            id: "appup/application-in-one-release", status: 0,
            spoil: { world in
                try await world.application("1", ["added": "f() -> 1."], name: "added")
                try await world.release("new", "2", ["cart-2", "added-1"])
            }, flags: ["--verbose"]),
        Case(
            id: "appup/unknown-application", status: 1, spoil: { _ in }, flags: ["--app", "cartt"]),
    ]

    /// Short forms are what people write; that they kill is said, and is theirs to decide.
    @Test func aShortFormThatKillsIsAWarning() async throws {
        try await withTemporaryFolder { folder in
            let world = try await World(folder)
            let loop = "loop() -> receive stop -> ok; _ -> loop() end."
            try await world.application("1", ["cart": "f() -> 1.\n" + loop, "plain": "f() -> 1."])
            try await world.application("2", ["cart": "f() -> 2.\n" + loop, "plain": "f() -> 2."])
            for (form, isTold) in [
                ("{load_module,cart}", true), ("{load_module,cart,[]}", true),
                ("{load_module,cart,soft_purge,brutal_purge,[]}", true),
                ("{load_module,cart,soft_purge,soft_purge,[]}", false),
            ] {
                let script = "[{\"1\",[\(form),{load_module,plain}]}]"
                try await world.write(Self.file, "{\"2\",\(script),\(script)}.\n")
                let run = try await world.relift("appup", "old.rel", "new.rel", "--check")
                #expect(run.status == 0, "\(form)\n\(run.errors)")
                let lines = run.errors.split(separator: "\n").filter { $0.contains("[appup/purge-kills]") }
                #expect(lines.count == (isTold ? 2 : 0), "\(form)\n\(run.errors)")
                #expect(lines.allSatisfy { $0.contains("`cart`") && $0.contains("cart.appup:1:") }, "\(lines)")
            }
        }
    }

    /// What is wrong with other applications is for those who ask for them; an error there does not keep a file from being
    /// written.
    @Test func oneApplicationShowsItsOwnFindings() async throws {
        try await withTemporaryFolder { folder in
            let world = try await World(folder)
            for version in ["1", "2"] {
                try await world.application(
                    version, ["other": "f() -> \(version).", "stray": "f() -> 1."], name: "other", listed: ["other"])
            }
            try await world.application("2", ["cart": "f() -> 3.", "cart_new": "g() -> 2."], listed: ["cart"])
            try await world.release("old", "1", ["cart-1", "other-1"])
            try await world.release("new", "2", ["cart-2", "other-2"])
            let all = try await world.relift("appup", "old.rel", "new.rel", "--dry-run")
            #expect(all.errors.contains("`cart_new` lies beside") && all.errors.contains("`stray` lies beside"))
            _ = try await Program.run("rm", ["lib/other-2/ebin/other.beam"], in: folder)
            let one = try await world.relift("appup", "old.rel", "new.rel", "--app", "cart")
            #expect(one.status == 0 && one.output.contains("(written)"), "\(one.errors)")
            #expect(one.errors.contains("`cart_new` lies beside"), "\(one.errors)")
            #expect(!one.errors.contains("stray") && !one.errors.contains("other"), "\(one.errors)")
            let other = try await world.relift("appup", "old.rel", "new.rel", "--app", "other")
            #expect(other.status == 1 && other.errors.contains("[appup/no-object-file]"), "\(other.errors)")
            #expect(!other.errors.contains("cart"), "\(other.errors)")
        }
    }

    @Test func badInputIsAFinding() async throws {
        try await withTemporaryFolder { folder in
            let good = try await World(folder.appending("good"))
            let twin = try await good.relift("appup", "old.rel", "new.rel", "--dry-run", "--verbose")
            #expect(twin.status == 0 && twin.errors.isEmpty, "\(twin.errors)")
            for (number, example) in Self.cases.enumerated() {
                let world = try await World(folder.appending("bad-\(number)"), copyOf: good)
                try await example.spoil(world)
                let run =
                    example.id == "appup/version-not-bumped"
                    ? try await Self.builds(world)
                    : try await Program.run(
                        ["appup", "old.rel", "new.rel", "--lib", "lib", "--otp", "none"] + example.flags,
                        in: world.folder)
                #expect(run.status == example.status, "\(example.id)\n\(run.errors)")
                let shown = run.errors.split(separator: "\n").filter { $0.contains("[\(example.id)") }
                #expect(!shown.isEmpty, "\(example.id)\n\(run.errors)")
                if example.flags.isEmpty {
                    // Each has a place and a way out, and `relift plan` says it as well.
                    #expect(
                        shown.allSatisfy {
                            $0.contains("/ebin/cart") || $0.contains("/ebin/fresh") || $0.contains("/ebin/twin")
                        })
                    #expect(run.errors.contains("  help: "), "\(example.id)\n\(run.errors)")
                    let releases =
                        example.id == "appup/version-not-bumped" ? ["old-root", "new-root"] : ["old.rel", "new.rel"]
                    let plan = try await Program.run(
                        ["plan"] + releases + ["--lib", "lib", "--otp", "none"], in: world.folder)
                    #expect(plan.status == example.status, "\(example.id)\n\(plan.errors)")
                    #expect(plan.errors.contains("[\(example.id)"), "\(example.id)\n\(plan.errors)")
                    #expect(
                        example.id != "appup/version-not-bumped" || !plan.errors.contains("[appup/module-not-covered]"))
                }
                if example.status == 1 { #expect(throws: (any Error).self) { try world.read(Self.file) } }
            }
        }
    }

    /// `relift relup` reads no code that systools does not read, but for this: with equal versions there is no script, and
    /// nobody would notice.
    @Test func aRelupWarnsOfVersionsThatAreNotWhatTheyShouldBe() async throws {
        try await withTemporaryFolder { folder in
            let good = try await World(folder.appending("good"))
            let appup = "{\"1\",[{\"2\",[]}],[{\"2\",[]}]}."
            let same = try await World(folder.appending("same"), copyOf: good)
            _ = try await Program.run("mkdir", ["-p", "new"], in: same.folder)
            _ = try await Program.run("cp", ["-R", "lib/cart-1", "new/cart-1"], in: same.folder)
            try await same.release("new", "2", ["cart-1"])
            let changed = try await World(folder.appending("changed"), copyOf: same)
            _ = try await Program.run("cp", ["lib/cart-2/ebin/cart.beam", "new/cart-1/ebin"], in: changed.folder)
            for (world, warns) in [(same, false), (changed, true)] {
                let made = try await Self.builds(world)
                #expect(made.status == (warns ? 1 : 0), "\(made.errors)")
                let run = try await Program.run(
                    ["relup", "new-root", "--from", "old-root", "--lib", "lib", "--otp", "none"], in: world.folder)
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.errors.contains("warning: the code of `cart` changed") == warns, "\(run.errors)")
                let strict = try await Program.run(
                    ["relup", "new-root", "--from", "old-root", "--lib", "lib", "--otp", "none", "--strict"],
                    in: world.folder)
                #expect(strict.status == (warns ? 1 : 0), "\(strict.errors)")
            }
            let back = try await World(folder.appending("back"), copyOf: good)
            try await back.write("lib/cart-1/ebin/cart.appup", appup)
            try await back.release("old", "1", ["cart-2"])
            try await back.release("new", "2", ["cart-1"])
            let run = try await back.relift("relup", "new.rel", "--from", "old.rel")
            #expect(run.status == 0 && run.errors.contains("[appup/version-went-down]"), "\(run.errors)")
            try await good.write(
                "lib/cart-2/ebin/cart.appup",
                appup.replacing("1", with: "x").replacing("2", with: "1").replacing("x", with: "2"))
            let twin = try await good.relift("relup", "new.rel", "--from", "old.rel")
            #expect(twin.status == 0 && twin.errors.isEmpty, "\(twin.errors)")
        }
    }

    /// The old release as an assembled one with its own build of version 1, the new one with another.
    private static func builds(_ world: World) async throws -> Program.Run {
        let script = """
            for side in old new; do
                mkdir -p $side-root/releases/x $side-root/lib
                cp $side.rel $side-root/releases/x/shop.rel
                vsn=$(sed -n 's/.*"shop","\\([^"]*\\)".*/\\1/p' $side.rel)
                mv $side-root/releases/x $side-root/releases/$vsn
                erts=$(sed -n 's/.*{erts,"\\([^"]*\\)".*/\\1/p' $side.rel)
                echo "$erts $vsn" > $side-root/releases/start_erl.data
            done
            mv lib/cart-1 old-root/lib/ && cp -R new/cart-1 new-root/lib/
            """
        let made = try await Program.run("sh", ["-ec", script], in: world.folder)
        #expect(made.status == 0, "\(made.errors)")
        return try await Program.run(
            ["appup", "old-root", "new-root", "--lib", "lib", "--otp", "none"], in: world.folder)
    }
}
