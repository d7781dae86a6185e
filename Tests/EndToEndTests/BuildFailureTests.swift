import HostFiles
import SystemPackage
import TestSupport
import Testing

/// What a build says, and what it leaves, when the host does not let it finish. OTP is not needed.
@Suite struct BuildFailureTests {
    private static let manifest = """
        {release, {small, "1"}, {erts, "13.1.5"}, [sasl, a]}.
        {include_erts, false}.
        """

    /// A project whose applications are written as files, and its release in `out`.
    private static func project(in folder: FilePath) async throws {
        try await SmallRelease.write(in: folder)
        try File.write(Array((Self.manifest + "\n").utf8), to: folder.appending("relift.config"))
        _ = try await Program.run("mkdir", ["lib/a-1/priv"], in: folder)
    }

    private static let build = ["build", "--lib", "lib", "--otp", "none", "--output", "out"]

    /// `out` is a file system of 4 MiB. Three more are too many for folder and tarball, eight for the folder alone.
    @Test(.enabled(if: Namespace.isPossible), arguments: [3, 8])
    func aFullDiskLeavesTheReleaseOfBefore(_ mebibytes: Int) async throws {
        try await withTemporaryFolder { folder in
            try await Self.project(in: folder)
            let script = """
                mkdir out && mount -t tmpfs -o size=4m none out
                "$0" "$@" >/dev/null 2>&1 || echo "the first build failed"
                list() { find out -printf '%p %T@ %s\\n' | sort; find out -type f -exec sha256sum {} + | sort; }
                list >before
                head -c \(mebibytes)m /dev/urandom >lib/a-1/priv/data
                "$0" "$@" >/dev/null 2>said
                echo "status $?"
                list >after
                cmp before after && echo same
                rm lib/a-1/priv/data
                "$0" "$@" >/dev/null 2>&1 && echo again
                """
            let run = try await Program.run(
                "unshare", ["-m", "sh", "-c", script, Program.path.string] + Self.build, in: folder,
                environment: ["CI": "1"])
            let said = String(decoding: try File.read(folder.appending("said")), as: UTF8.self)
            // The folders' times change when something is made beside the old and removed again; nothing else does.
            #expect(run.output.contains("status 2\n"), "\(run.output)\(run.errors)")
            #expect(said.contains("[host/no-space]") && said.contains("df -h"), "\(said)")
            let (before, after) = try (Self.lines("before", folder), Self.lines("after", folder))
            #expect(before == after && before.count > 10)
            #expect(run.output.contains("again\n"))
        }
    }

    /// Files and their contents, without the folders that something came and went in, and the lock, which says who had it.
    private static func lines(_ name: String, _ folder: FilePath) throws -> [String] {
        let text = String(decoding: try File.read(folder.appending(name)), as: UTF8.self)
        return text.split(separator: "\n").map(String.init).filter { line in
            !line.hasPrefix("out ") && !line.hasPrefix("out/.relift ") && !line.contains("out/.relift/small.lock")
        }
    }

    @Test func ofTwoBuildsAtATimeOneIsTold() async throws {
        try await withTemporaryFolder { folder in
            try await Self.project(in: folder)
            let files = HostFileSystem()
            try files.makeFolders(folder.appending("out").appending(".relift"))
            let lock = try HostFileLock(folder.appending("out").appending(".relift").appending("small.lock"), files)
            let told = try await Program.run(Self.build, in: folder)
            #expect(told.status == 2 && told.errors.contains("[host/locked]"), "\(told.errors)")
            lock.unlock()
            let built = try await Program.run(Self.build, in: folder)
            #expect(built.status == 0, "\(built.errors)")
        }
    }

    struct Denied: Sendable, CustomTestStringConvertible {
        var command: String
        var finding: String
        var place: String
        var status = 2
        var testDescription: String { self.command }
    }

    /// As a user who owns nothing but the folder `out`.
    @Test(
        .enabled(if: Namespace.isPossible),
        arguments: [
            Denied(
                command: "chmod 0 lib/a-1/priv/data", finding: "host/permission-denied",
                place: "lib/a-1/priv/data: error"),
            Denied(
                command: "chmod 0 lib/a-1/ebin/a.app", finding: "host/permission-denied",
                place: "lib/a-1/ebin/a.app: error", status: 1),
            Denied(
                command: "chmod 0 lib/a-1/ebin", finding: "release/application-not-found",
                place: "lib/a-1/ebin: cannot list `lib/a-1/ebin`: permission denied", status: 1),
            Denied(
                command: "chmod 0 lib", finding: "release/application-not-found",
                place: "lib: cannot list `lib`: permission denied", status: 1),
            Denied(
                command: "chmod 0 relift.config", finding: "host/permission-denied", place: "relift.config: error"),
            Denied(command: "chown 0 out", finding: "host/permission-denied", place: "out"),
            Denied(
                command: "echo '{overlay, [{copy, \"key\", \"key\"}]}.' >>relift.config; echo x >key; chmod 0 key",
                finding: "host/permission-denied", place: "key"),
            Denied(
                command: "echo '{sys_config, \"s\"}.' >>relift.config; echo '[].' >s; chmod 0 s",
                finding: "host/permission-denied", place: "s: error", status: 1),
        ])
    func whatMayNotBeReadOrWrittenIsNamed(_ example: Denied) async throws {
        try await withTemporaryFolder { folder in
            try await Self.project(in: folder)
            let script = """
                echo old >lib/a-1/priv/data
                "$0" "$@" >/dev/null 2>&1 || echo "the first build failed"
                chmod 755 . && chown -R 65534 out
                (cd out && find . -type f ! -name small.lock -exec sha256sum {} + | sort) >before
                echo new >lib/a-1/priv/data
                \(example.command)
                setpriv --reuid 65534 --regid 65534 --clear-groups "$0" "$@" >/dev/null 2>said
                echo "status $?"
                (cd out && find . -type f ! -name small.lock -exec sha256sum {} + | sort) >after
                cmp before after && echo same
                """
            let run = try await Program.run(
                "sh", ["-c", script, Program.path.string] + Self.build, in: folder, environment: ["CI": "1"])
            let said = String(decoding: try File.read(folder.appending("said")), as: UTF8.self)
            #expect(run.output == "status \(example.status)\nsame\n", "\(run.output)\(run.errors)\(said)")
            #expect(said.contains("[\(example.finding)]") && said.contains(example.place), "\(said)")
        }
    }

    @Test(
        arguments: [
            ("{release, {s, \"1\"}, {erts, \"13.1.5\"}, [sasl, aa]}.", "aa", "release/application-not-found"),
            ("{release, {s, \"1\"}, {erts, \"13.1.5\"}, [sasl, {a, \"9\"}]}.", "{a, \"9\"}", "release/"),
        ])
    func whatIsMissingHasItsPlaceInTheManifest(_ manifest: String, _ what: String, _ finding: String) async throws {
        try await withTemporaryFolder { folder in
            try await Self.project(in: folder)
            try File.write(Array((manifest + "\n{include_erts, false}.\n").utf8), to: folder.appending("relift.config"))
            let run = try await Program.run(Self.build, in: folder)
            #expect(run.status == 1 && run.errors.contains("[\(finding)"), "\(run.errors)")
            #expect(run.errors.contains("relift.config:1:") && run.errors.contains(what), "\(run.errors)")
            let made = try await Program.run("ls", ["-A"], in: folder)
            #expect(!made.output.contains("out"))
        }
    }
}
