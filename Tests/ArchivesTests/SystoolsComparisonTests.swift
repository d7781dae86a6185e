import Archives
import Diagnostics
import HostFiles
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// Holds our archives against the ones of `systools:make_tar`, and gives ours to `release_handler`.
@Suite(.enabled(if: OTP.isInstalled)) struct SystoolsComparisonTests {
    let files = HostFileSystem()
    let writer = TarWriter(HostFileSystem(), modified: 1_700_000_000)

    /// Makes the application `demo` and a release of it in the folder, and packs it with systools.
    private func makeRelease(in folder: FilePath) async throws -> FilePath {
        try self.files.makeFolders(folder.appending("lib/demo-1/ebin"))
        try self.files.makeFolders(folder.appending("lib/demo-1/priv/sub"))
        try self.files.replaceFile(
            folder.appending("lib/demo-1/priv/tool"), with: Array("#!/bin/sh\n".utf8), mode: 0o755)
        try self.files.replaceFile(
            folder.appending("lib/demo-1/priv/sub").appending(String(repeating: "long", count: 30)), with: [1, 2, 3])
        _ = try await OTP.evaluate(
            """
            [Dir] = init:get_plain_arguments(),
            ok = file:set_cwd(Dir),
            Forms = [{attribute,1,module,demo}, {attribute,1,export,[{f,0}]}, \
                     {function,1,f,0,[{clause,1,[],[],[{atom,1,ok}]}]}],
            {ok, demo, Beam} = compile:forms(Forms),
            ok = file:write_file("lib/demo-1/ebin/demo.beam", Beam),
            App = {application, demo, [{description,"demo"}, {vsn,"1"}, {modules,[demo]}, {registered,[]}, \
                   {applications,[kernel,stdlib]}]},
            ok = file:write_file("lib/demo-1/ebin/demo.app", io_lib:format("~p.~n", [App])),
            Vsn = fun(A) -> application:load(A), {ok, V} = application:get_key(A, vsn), {A, V} end,
            Rel = {release, {"demo","1"}, {erts, erlang:system_info(version)}, \
                   [Vsn(kernel), Vsn(stdlib), Vsn(sasl), {demo,"1"}]},
            ok = file:write_file("demo-1.rel", io_lib:format("~p.~n", [Rel])),
            ok = file:write_file("sys.config", "[].\\n"),
            {ok, _, _} = systools:make_script("demo-1", [silent, {path, ["lib/demo-1/ebin"]}]),
            {ok, _, _} = systools:make_tar("demo-1", [silent, {path, ["lib/demo-1/ebin"]}])
            """, arguments: [folder.string])
        return folder.appending("demo-1.tar.gz")
    }

    /// The members of a read archive, to be written again.
    private func members(_ archive: ReadArchive) -> [TarMember] {
        archive.members.map { member in
            let isExecutable = member.entry.mode & 0o100 != 0
            return switch member.entry.kind {
            case .folder: TarMember(member.entry.plainName, .folder)
            case .symbolicLink: TarMember(member.entry.plainName, .symbolicLink(to: member.entry.linkTarget))
            case .file, .hardLink, .characterDevice, .blockDevice, .fifo, .other:
                TarMember(member.entry.plainName, .bytes(member.contents, isExecutable: isExecutable))
            }
        }
    }

    @Test func erlangSeesTheSameMembersInOursAndTheirs() async throws {
        try await withTemporaryFolder { folder in
            let theirs = try await self.makeRelease(in: folder)
            let read = try ReadArchive(theirs)
            #expect(read.findings.isEmpty)
            #expect(ArchiveMemberRules.check(read.members.map(\.entry), in: theirs).isEmpty)
            #expect(read.names.contains("lib/demo-1/ebin/demo.beam"))
            let ours = folder.appending("ours.tar.gz")
            let summary = try await self.writer.write(self.members(read), to: ours)
            #expect(summary.fileBytes <= (try self.files.facts(of: theirs).size))
            let answer = try await OTP.evaluate(
                """
                [Theirs, Ours] = init:get_plain_arguments(),
                Extract = fun(File) -> {ok, Files} = erl_tar:extract(File, [compressed, memory]), Files end,
                Table = fun(File) -> {ok, Table} = erl_tar:table(File, [compressed, verbose]),
                                     [{N, T, S, M band 8#777} || {N, T, S, _, M, _, _} <- Table] end,
                io:format("~p ~p ~p", [Extract(Theirs) =:= Extract(Ours), Table(Theirs) =:= Table(Ours), \
                                       length(Table(Ours)) > 100])
                """, arguments: [theirs.string, ours.string])
            #expect(String(decoding: answer, as: UTF8.self) == "true true true")
        }
    }

    @Test func releaseHandlerUnpacksOurArchive() async throws {
        try await withTemporaryFolder { folder in
            let read = try ReadArchive(try await self.makeRelease(in: folder))
            let long = "lib/demo-1/priv/" + String(repeating: "folder/", count: 40) + "höhe"
            var members = self.members(read).filter { member in
                // The other applications are in the target system already.
                !member.name.starts(with: Array("lib/".utf8)) || member.name.starts(with: Array("lib/demo-1/".utf8))
            }
            members.append(TarMember(long, .bytes([4])))

            let root = folder.appending("root")
            let otp = try #require(OTP.root)
            try self.files.makeFolders(root.appending("lib"))
            try self.files.makeFolders(root.appending("releases"))
            try self.files.makeSymbolicLink(root.appending("bin"), to: otp.appending("bin"))
            let erts = try #require(try self.files.folders(matching: otp.appending("erts-*")).last)
            try self.files.makeSymbolicLink(root.appending(try #require(erts.lastComponent)), to: erts)
            for name in ["kernel", "stdlib", "sasl"] {
                let library = try #require(try self.files.folders(matching: otp.appending("lib/\(name)-*")).last)
                try self.files.makeSymbolicLink(
                    root.appending("lib").appending(try #require(library.lastComponent)), to: library)
            }
            _ = try await self.writer.write(members, to: root.appending("releases/demo-1.tar.gz"))

            let expression = """
                R = release_handler:unpack_release("demo-1"), \
                W = [{V, S} || {_, V, _, S} <- release_handler:which_releases(), V =:= "1"], \
                io:format("~p ~p ~p", [R, W, code:root_dir()]), halt().
                """
            let boot = try #require(try self.files.folders(matching: otp.appending("releases/*")).last)
            let result = try await run(
                .path(erts.appending("bin/erlexec")),
                arguments: [
                    "-boot", boot.appending("start_sasl").string, "-noshell", "-sasl", "sasl_error_logger", "false",
                    "-eval", expression,
                ],
                environment: .inherit.updating([
                    "ROOTDIR": root.string, "BINDIR": erts.appending("bin").string, "EMU": "beam", "PROGNAME": "erl",
                    "LC_ALL": "C.UTF-8",
                ]),
                workingDirectory: root, output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            #expect(
                result.standardOutput == "{ok,\"1\"} [{\"1\",unpacked}] \"\(root)\"",
                "\(result.standardOutput) \(result.standardError)")
            #expect(try self.files.readFile(root.appending("lib").pushing(FilePath(long).dropFirstComponent)) == [4])
            #expect(try self.files.facts(of: root.appending("lib/demo-1/priv/tool")).isExecutable)
        }
    }
}

extension FilePath {
    /// The path without its first component.
    fileprivate var dropFirstComponent: FilePath { FilePath(root: nil, self.components.dropFirst()) }
}
