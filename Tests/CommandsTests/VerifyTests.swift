import Diagnostics
import SystemPackage
import TestSupport
import Testing

/// `relift build --verify TARBALL`.
@Suite struct VerifyTests {
    /// Builds a small release, changes its tarball's unpacked members by a shell script, packs them with GNU tar, and
    /// verifies that.
    private func verify(
        _ change: String, pack: String = "", _ arguments: [String] = [], environment: [String: String] = [:],
        then: (Program.Run) throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let manifest = """
                {release, {small, "1"}, {erts, "13.1.5"}, [sasl, a]}. {include_erts, false}.
                {overlay, [{copy, "motd", "etc/motd"}, {link, "motd", "etc/link"}, {copy, "blob", "etc/blob"}]}.
                """
            try File.write(Array(manifest.utf8), to: folder.appending("relift.config"))
            try File.write(Array("one\ntwo\nthree\n".utf8), to: folder.appending("motd"))
            try File.write([0, 1, 2, 3, 4, 5, 6, 7], to: folder.appending("blob"))
            let build = ["build", "--lib", "lib", "--otp", "none", "--output", "out"]
            let first = try await Program.run(build, in: folder)
            #expect(first.status == 0, "\(first.errors)")
            // The list keeps the order, and folders that are no members out.
            let packing = """
                cp out/small-1.tar.gz given.tar.gz; mkdir x; tar xpzf given.tar.gz -C x; tar tzf given.tar.gz > list
                (cd x; \(change))
                test -n '\(pack)' || pack='-czf given.tar.gz --numeric-owner --owner=0 --group=0 --mtime=@0'
                tar -C x --no-recursion -T list --format=ustar ${pack:-\(pack)}
                """
            if !change.isEmpty {
                let packed = try await Program.run("sh", ["-ec", packing], in: folder)
                #expect(packed.status == 0, "\(packed.errors)")
            }
            let run = try await Program.run(
                build + ["--verify", change.isEmpty ? "out/small-1.tar.gz" : "given.tar.gz"] + arguments, in: folder,
                environment: environment)
            try then(run)
            // Nothing is left of the second build.
            let left = try await Program.run("find", [".", "-name", "*relift-tmp*"], in: folder)
            #expect(left.output == "")
        }
    }

    @Test func theSameTarballIsTheSame() async throws {
        try await self.verify("") { run in
            #expect(
                run.status == 0 && run.output.hasPrefix("out/small-1.tar.gz is what this build makes"), "\(run.errors)")
        }
        try await self.verify("", ["--format", "json"]) { run in
            let json = try JSONValue(parsing: Array(run.output.utf8))
            #expect(run.status == 0 && json["result"]?.stringValue == "same")
            #expect(json["differences"]?.elements?.isEmpty == true)
        }
    }

    @Test func otherBytesOfTheSameMembersAreSaidToBeThat() async throws {
        try await self.verify(":") { run in
            #expect(run.status == 1 && run.errors.contains("[build/packed-otherwise]"), "\(run.errors)")
        }
    }

    @Test(arguments: [
        ("rm etc/motd; sed -i /motd/d ../list", "`etc/motd` is not in the tarball", "missing"),
        ("echo > more; echo more >> ../list", "`more` is in the tarball only", "additional"),
        ("rm etc/motd; mkdir etc/motd", "`etc/motd` is of another kind", "kind"),
        ("sed -i s/two/2/ etc/motd", "`etc/motd` has other contents (line 2)", "contents"),
        ("printf '\\000\\001\\377' > etc/blob", "`etc/blob` has other contents (byte 2)", "contents"),
        ("rm etc/link; ln -s /etc/passwd etc/link", "`etc/link` is of another kind", "kind"),
        ("chmod 755 etc/motd", "`etc/motd` has another mode", "mode"),
        ("mkdir log; echo log >> ../list", "`log/` is a member in one of them only", "additional-folder"),
        ("sort -r ../list > l; mv l ../list", "stands elsewhere", "order"),
    ])
    func aDifferenceIsNamed(change: String, words: String, field: String) async throws {
        try await self.verify(change) { run in
            #expect(run.status == 1 && run.errors.contains("[build/not-reproduced]"), "\(run.errors)")
            let text = run.errors.split(separator: "\n").joined(separator: " ")
            #expect(text.contains(words), "\(run.errors)")
        }
        try await self.verify(change, ["--format", "json"]) { run in
            let json = try JSONValue(parsing: Array(run.output.utf8))
            #expect(json["result"]?.stringValue == "different")
            let fields = (json["differences"]?.elements ?? []).compactMap { $0["field"]?.stringValue }
            #expect(fields.first == field, "\(run.output)")
        }
    }

    @Test func ownersAndTimesAreToldWithTheWayOut() async throws {
        try await self.verify(
            ":", pack: "-czf given.tar.gz --numeric-owner --owner=7 --group=8 --mtime=@1764000000"
        ) { run in
            #expect(run.errors.contains("`etc/motd` has another owner") || run.errors.contains("has another owner"))
            #expect(run.errors.contains("7:8") && run.errors.contains("1764000000"), "\(run.errors)")
        }
        try await self.verify(
            ":", pack: "-czf given.tar.gz --numeric-owner --owner=0 --group=0 --mtime=@1764000000"
        ) { run in #expect(run.errors.contains("build with SOURCE_DATE_EPOCH=1764000000"), "\(run.errors)") }
        try await self.verify(
            ":", pack: "-czf given.tar.gz --numeric-owner --owner=0 --group=0 --mtime=@1764000000",
            environment: ["SOURCE_DATE_EPOCH": "1764000000"]
        ) { run in #expect(run.errors.contains("[build/packed-otherwise]"), "\(run.errors)") }
    }

    @Test(arguments: ["rm given.tar.gz", "echo junk > given.tar.gz", "truncate -s 2000 given.tar.gz"])
    func aTarballThatCannotBeReadIsAnError(damage: String) async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let manifest = "{release, {small, \"1\"}, {erts, \"13.1.5\"}, [sasl, a]}. {include_erts, false}."
            try File.write(Array(manifest.utf8), to: folder.appending("relift.config"))
            let build = ["build", "--lib", "lib", "--otp", "none", "--output", "out"]
            _ = try await Program.run(build, in: folder)
            _ = try await Program.run("sh", ["-c", "cp out/small-1.tar.gz given.tar.gz; \(damage)"], in: folder)
            let run = try await Program.run(build + ["--verify", "given.tar.gz"], in: folder)
            #expect(run.status == 2 && run.errors.contains("given.tar.gz"), "\(run.errors)")
        }
    }

    /// A module that was compiled of other sources: the chunk and the function.
    @Test(.enabled(if: OTP.isInstalled)) func ofAModuleTheChunkAndTheFunctionAreNamed() async throws {
        try await withTemporaryFolder { folder in
            try await SmallRelease.write(in: folder)
            let manifest = "{release, {small, \"1\"}, {erts, \"13.1.5\"}, [sasl, a]}. {include_erts, false}."
            try File.write(Array(manifest.utf8), to: folder.appending("relift.config"))
            _ = try await OTP.evaluate(
                """
                Compile = fun(Value, Options) ->
                    {ok, a1, B} = compile:forms([{attribute,1,module,a1}, {attribute,2,export,[{f,0},{g,0}]},
                        {function,3,f,0,[{clause,3,[],[],[{integer,3,Value}]}]},
                        {function,4,g,0,[{clause,4,[],[],[{integer,4,4}]}]}], Options), B end,
                [ok = file:write_file("\(folder)/" ++ N, B) || {N, B} <- [{"one", Compile(1, [])}, {"two", Compile(2, [])},
                    {"note", Compile(1, [{source, "/elsewhere/a1.erl"}])}]]
                """)
            let build = ["build", "--lib", "lib", "--otp", "none", "--output", "out"]
            func run(_ module: String, _ arguments: [String]) async throws -> Program.Run {
                _ = try await Program.run("cp", [module, "lib/a-1/ebin/a1.beam"], in: folder)
                return try await Program.run(build + arguments, in: folder)
            }
            let first = try await run("one", [])
            #expect(first.status == 0, "\(first.errors)")
            let verify = ["--verify", "out/small-1.tar.gz"]
            let other = try await run("two", verify)
            #expect(other.status == 1 && other.errors.contains("chunk `Code`"), "\(other.errors)")
            #expect(
                other.errors.contains("other functions: `f/0`") && !other.errors.contains("`g/0`"), "\(other.errors)")
            let note = try await run("note", verify)
            #expect(note.status == 1 && note.errors.contains("all functions do the same"), "\(note.errors)")
            #expect(note.errors.contains("(chunk `CInf`)") && note.errors.contains("deterministic"), "\(note.errors)")
        }
    }
}
