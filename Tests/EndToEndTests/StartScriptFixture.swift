import Mustache
import Subprocess
import SystemPackage
import Templates
import TestSupport
import Testing

/// A release of tally with relift's start scripts, put together by OTP's own systools in a folder for this test alone.
struct InstalledTally: Sendable {
    let root: FilePath
    /// `name@127.0.0.1`, unique on this machine.
    let node: String
    let cookie: String

    /// What one command did.
    struct Outcome: Sendable {
        var status: Int
        var output: String
        var errors: String
    }

    var script: FilePath { self.root.appending("bin/tally") }

    /// Runs `bin/tally` with these arguments.
    func run(
        _ arguments: String..., as script: FilePath? = nil, in folder: FilePath? = nil,
        environment: [Environment.Key: String?] = [:]
    ) async throws -> Outcome {
        try await Self.run(
            (script ?? self.script).string, arguments, in: folder ?? self.root.removingLastComponent(),
            environment: environment)
    }

    static func run(
        _ program: String, _ arguments: [String], in folder: FilePath? = nil,
        environment: [Environment.Key: String?] = [:]
    ) async throws -> Outcome {
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
            environment: .inherit.updating(environment),
            workingDirectory: folder, output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int
        switch result.terminationStatus {
        case .exited(let code): status = Int(code)
        case .signaled(let signal): status = 128 + Int(signal)
        }
        return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
    }

    /// The number of the node's process, as the start script knows it.
    func processIdentifier() async throws -> Int? {
        let outcome = try await self.run("pid")
        return outcome.status == 0 ? Int(outcome.output.trimmed) : nil
    }

    /// The arguments of a process, as every user of the machine can see them; empty if it does not run.
    static func arguments(of process: Int) -> [String] {
        let bytes = (try? File.read(FilePath("/proc/\(process)/cmdline"))) ?? []
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    func write(_ text: String, to path: String) throws {
        try File.write(Array(text.utf8), to: self.root.appending(path))
    }
}

/// Assembles tally 1.0.0 under `folder`/`name`, gives it to `body`, and ends its node afterwards, whatever happened.
///
/// OTP's own files are links, so that this takes a second. `arguments` are lines for `vm.args`, `applications` further ones of
/// OTP.
func withInstalledTally(
    root name: String = "root", arguments: [String] = [], applications: [String] = [], includesRuntime: Bool = true,
    _ body: (InstalledTally, _ folder: FilePath) async throws -> Void
) async throws {
    try await withTemporaryFolder { folder in
        let random = String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let installed = InstalledTally(
            root: folder.appending(name), node: "tally-\(random)@127.0.0.1", cookie: "cookie-\(random)")
        try await addRelease(
            "1.0.0", to: installed, in: folder, arguments: arguments, applications: applications)
        try await assemble(installed, includesRuntime: includesRuntime)
        do {
            try await body(installed, folder)
            try await end(installed)
        } catch {
            try await end(installed)
            throw error
        }
    }
}

private func assemble(_ installed: InstalledTally, includesRuntime: Bool) async throws {
    _ = try await OTP.evaluate(
        #"""
        [Root, Runtime] = init:get_plain_arguments(),
        Erts = erlang:system_info(version),
        [ok = file:make_symlink(filename:join(code:root_dir(), "erts-" ++ Erts), filename:join(Root, "erts-" ++ Erts))
            || Runtime =:= "true"],
        Releases = filename:join(Root, "releases"),
        ok = release_handler:create_RELEASES(Root, Releases, filename:join(Releases, "tally-1.0.0.rel"), []),
        ok = file:write_file(filename:join(Releases, "start_erl.data"), [Erts, " 1.0.0"])
        """#,
        arguments: [installed.root.string, String(includesRuntime)])
    for (template, path) in [(Templates.releaseScript, "bin/tally"), (Templates.startScript, "bin/start")] {
        try installed.write(try rendered(template, name: "tally"), to: path)
        _ = try await InstalledTally.run("chmod", ["755", installed.root.appending(path).string])
    }
}

/// Compiles a version of tally and puts it with the files of its release into the root, as unpacking a tarball would.
///
/// `appup` is the text of the application's appup; with one there is also a relup from and to 1.0.0.
func addRelease(
    _ version: String, to installed: InstalledTally, in folder: FilePath, arguments: [String] = [],
    applications: [String] = [], appup: String = ""
) async throws {
    let made = try await InstalledTally.run(
        Repository.fixtures.appending("tally/build.sh").string, [version, folder.string])
    try #require(made.status == 0, "\(made.errors)")
    _ = try await OTP.evaluate(
        #"""
        [Root, Work, Project, Tally, Appup | More] = init:get_plain_arguments(),
        Join = fun(Path) -> filename:join(Root, Path) end,
        Version = "releases/" ++ Tally,
        [ok = filelib:ensure_dir(Join(Folder ++ "/x")) || Folder <- [Version, "bin", "lib"]],
        Apps = [begin application:load(A), {ok, V} = application:get_key(A, vsn), {A, V} end 
            || A <- [kernel, stdlib, sasl] ++ [list_to_atom(A) || A <- More]],
        [file:make_symlink(code:lib_dir(A), Join("lib/" ++ atom_to_list(A) ++ "-" ++ V)) || {A, V} <- Apps],
        ok = file:rename(filename:join(Work, "lib/tally-" ++ Tally), Join("lib/tally-" ++ Tally)),
        Release = {release, {"tally", Tally}, {erts, erlang:system_info(version)}, Apps ++ [{tally, Tally}]},
        Name = Join("releases/tally-" ++ Tally),
        ok = file:write_file(Name ++ ".rel", io_lib:format("~p.~n", [Release])),
        Options = [silent, {outdir, Join(Version)}, {path, [Join("lib/*/ebin")]}],
        {ok, _, _} = systools:make_script(Name, Options),
        ok = file:rename(Join(Version ++ "/tally-" ++ Tally ++ ".boot"), Join(Version ++ "/start.boot")),
        Clean = "start_clean.boot",
        {ok, _} = file:copy(filename:join([code:root_dir(), "bin", Clean]), Join(Version ++ "/" ++ Clean)),
        {ok, _} = file:copy(filename:join(Project, "config/sys.config"), Join(Version ++ "/sys.config")),
        case Appup of
            "" -> ok;
            _ ->
                ok = file:write_file(Join("lib/tally-" ++ Tally ++ "/ebin/tally.appup"), Appup),
                Base = [Join("releases/tally-1.0.0")],
                {ok, _, _, _} = systools:make_relup(Name, Base, Base, Options)
        end
        """#,
        arguments: [
            installed.root.string, folder.string, Repository.fixtures.appending("tally/\(version)").string, version,
            appup,
        ] + applications)
    let lines =
        ["-name \(installed.node)", "-setcookie \(installed.cookie)", "-kernel inet_dist_use_interface {127,0,0,1}"]
        + arguments
    try installed.write(lines.map { $0 + "\n" }.joined(), to: "releases/\(version)/vm.args")
}

/// Stops the node the hard way.
private func end(_ installed: InstalledTally) async throws {
    let file = try? File.read(installed.root.appending("run/tally.pid"))
    guard let process = file.flatMap({ Int(String(decoding: $0, as: UTF8.self).trimmed) }),
        InstalledTally.arguments(of: process).contains(installed.root.string)
    else { return }
    _ = try await InstalledTally.run("kill", ["-KILL", String(process)])
}

/// A template with its variables filled in.
func rendered(_ template: Templates.Template, name: String) throws -> String {
    try rendered(template, ["quoted_name": Templates.quotedForShell(name)])
}

/// The same, with hooks and extensions.
func rendered(_ template: Templates.Template, _ values: [String: Any]) throws -> String {
    try MustacheTemplate(string: template.text).render(values)
}

extension String {
    var trimmed: String { String(self.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}
