import SystemPackage
import TestSupport
import Testing

/// What operators meet: releases that are not what they should be, made of tally 1.1.0, and the program as they run it.
extension InstallerFixture {
    /// The root that the tarball was made of.
    private var other: FilePath { self.root.removingLastComponent().appending("other") }

    /// A change of one text in the source of a module of tally 1.1.0.
    struct Change {
        var module: String
        var from: String
        var to: String
    }

    /// How both scripts of a relup have the emulator started again.
    enum Restart: String, CaseIterable {
        /// After the instructions.
        case last = "S ++ [restart_emulator]"
        /// Before them: a release for the time being is booted, in which the rest of the script runs.
        case first = "[restart_new_emulator | S]"
    }

    /// A tarball of tally 1.1.0 with changed modules and files; a file without text is left out. `name` tells it from
    /// others; with `restart` both of its scripts have one.
    func pack(
        _ name: String, changing changes: [Change] = [], files: [(path: String, text: String?)] = [],
        restart: Restart? = nil
    ) async throws -> FilePath {
        let folder = self.root.removingLastComponent().appending("made-\(name)")
        let copied = try await Program.run(
            "sh", ["-c", "mkdir \"$1\" && cp -a \"$0/lib\" \"$0/releases\" \"$1\"", self.other.string, folder.string])
        try #require(copied.status == 0, "\(copied.errors)")
        for change in changes {
            let source = folder.appending("\(change.module).erl")
            let original = FilePath(
                (try? File.read(source)) == nil
                    ? Repository.fixtures.appending("tally/1.1.0/src/\(change.module).erl").string : source.string)
            let text = String(decoding: try File.read(original), as: UTF8.self)
            try #require(text.contains(change.from), "\(change)")
            try File.write(Array(text.replacing(change.from, with: change.to).utf8), to: source)
        }
        for module in Set(changes.map(\.module)) {
            let compiled = try await Program.run(
                "erlc",
                [
                    "+debug_info", "+deterministic", "-o", folder.appending("lib/tally-1.1.0/ebin").string,
                    folder.appending("\(module).erl").string,
                ])
            try #require(compiled.status == 0, "\(compiled.output)")
        }
        for (path, text) in files {
            let file = folder.appending(path)
            _ = try await Program.run("rm", ["-f", file.string])
            if let text { try File.write(Array(text.utf8), to: file) }
        }
        if let restart {
            _ = try await OTP.evaluate(
                """
                [File] = init:get_plain_arguments(),
                {ok, [{Version, Up, Down}]} = file:consult(File),
                Both = [[{V, D, \(restart.rawValue)} || {V, D, S} <- Way] || Way <- [Up, Down]],
                ok = file:write_file(File, io_lib:format("~tp.~n", [list_to_tuple([Version | Both])]))
                """, arguments: [folder.appending("releases/1.1.0/relup").string])
        }
        let tarball = folder.appending("tally-1.1.0.tar.gz")
        let made = try await Program.run(
            "tar",
            [
                "-czf", tarball.string, "-C", folder.string, "releases/tally-1.1.0.rel", "releases/1.1.0",
                "lib/tally-1.1.0",
            ])
        try #require(made.status == 0, "\(made.errors)")
        return tarball
    }

    /// The program, on this root.
    func relift(_ command: String, _ arguments: String...) async throws -> Program.Run {
        try await Program.run([command] + arguments + ["--root", self.root.string])
    }

    /// What the node answers to an Erlang expression, on one line.
    func ask(_ expression: String) async throws -> String {
        let answer = try await self.tally.run("eval", "io:format(\"~0tp~n\", [\(expression)])")
        return answer.output.split(separator: "\n").first.map(String.init) ?? answer.errors
    }

    /// The processes of tally that both releases have, and a count that one of them holds.
    func state() async throws -> String {
        let processes = ["tally_counter", "tally_rate", "tally_listener", "tally_acceptor", "tally_sup"]
        let list = processes.map { "whereis(\($0))" }.joined(separator: ", ")
        return try await self.ask("[\(list), tally_counter:value(<<\"held\">>)]")
    }

    /// Gives the node a count to hold; its state with it.
    func hold() async throws -> String {
        _ = try await self.ask("[tally_counter:increment(<<\"held\">>) || _ <- lists:seq(1, 7)]")
        let state = try await self.state()
        try #require(state.hasSuffix(",7]"), "\(state)")
        return state
    }

    /// All that lies on the host, but relift's own notes.
    func listing() async throws -> String {
        try await Program.run(
            "sh",
            [
                "-c",
                "find . -path ./releases/.relift -prune -o -path ./log -prune -o -path ./run -prune -o -print | sort",
            ],
            in: self.root
        ).output
    }

    func text(_ path: String) throws -> String {
        String(decoding: try File.read(self.root.appending(path)), as: UTF8.self)
    }

    /// Waits until the node says that it runs that version; whether it did so in time.
    func runs(_ version: String, within seconds: Int) async throws -> Bool {
        for _ in 0..<(seconds * 4) {
            if try await self.running() == version { return true }
            try await Task.sleep(for: .milliseconds(250))
        }
        return false
    }
}
