import SystemPackage
import TestSupport
import Testing

/// The same input gives the same bytes, whoever builds where and when.
@Suite(.enabled(if: OTP.isInstalled && Rebar3.isInstalled)) struct ReproducibilityTests {
    /// The circumstances of one build.
    private struct Circumstances: CustomStringConvertible {
        let umask: String
        let locale: String
        let timeZone: String
        /// The name of the folder that the project is copied to.
        let folder: String
        /// Whether the files were made in the order of their names, or the other way round.
        let isReversed: Bool
        let isNobody: Bool
        let processors: String
        let isElsewhere: Bool

        init(_ number: Int, isRoot: Bool) {
            func one<Value>(of values: [Value], after divisor: Int = 1) -> Value {
                values[number / divisor % values.count]
            }
            self.umask = one(of: ["022", "077", "000", "027"])
            self.locale = one(of: ["C", "C.UTF-8", "tr_TR.UTF-8", "de_DE.ISO-8859-1", "POSIX"])
            self.timeZone = one(of: ["UTC", "Asia/Kolkata", "America/St_Johns"])
            self.folder = one(of: ["plain", "with a blank", "ünï – 日本", "a/b/c/d/e"], after: 2)
            self.isReversed = one(of: [false, true], after: 3)
            self.isNobody = isRoot && one(of: [false, true], after: 1)
            self.processors = one(of: ["0", "0-63"], after: 5)
            self.isElsewhere = one(of: [false, true], after: 4)
        }

        var description: String {
            "umask \(self.umask), \(self.locale), \(self.timeZone), folder \(self.folder), reversed \(self.isReversed), "
                + "nobody \(self.isNobody), processors \(self.processors), elsewhere \(self.isElsewhere)"
        }
    }

    /// Copies the project file by file, in the order asked for, and builds it; the output is the digests of all that was
    /// made beside the folder, and of the folder's own files and modes.
    private static let script = """
        set -eu
        mkdir -p "$PLACE"
        (cd "$PROJECT" && find . -type d -exec mkdir -p "$PLACE/{}" ';' && find . -type f | sort $ORDER) |
            while IFS= read -r file; do cp -p "$PROJECT/$file" "$PLACE/$file"; done
        chmod -R a+rX "$PLACE"
        mkdir -p "$PLACE/out" "$PLACE/home"
        chmod 777 "$PLACE/out" "$PLACE/home"
        umask "$MASK"
        cd "$START"
        HOME="$PLACE/home" $AS taskset -c "$PROCESSORS" "$RELIFT" build --otp none --manifest "$MANIFEST" --output "$OUT" >&2
        cd "$PLACE/out"
        sha256sum brew-*
        (cd brew && find . -type f ! -path './run/*' -printf '%m %p ' -exec sha256sum '{}' ';' | LC_ALL=C sort)
        """

    private static func build(
        _ circumstances: Circumstances, of project: FilePath, in folder: FilePath, number: Int, epoch: String?
    ) async throws -> Program.Run {
        let place = folder.appending("\(number)").pushing(FilePath(circumstances.folder))
        var environment = [
            "PROJECT": project.string, "PLACE": place.string, "ORDER": circumstances.isReversed ? "-r" : "",
            "MASK": circumstances.umask, "PROCESSORS": circumstances.processors, "RELIFT": Program.path.string,
            "START": circumstances.isElsewhere ? "/" : place.string,
            "MANIFEST": circumstances.isElsewhere ? place.appending("relift.config").string : "relift.config",
            "OUT": circumstances.isElsewhere ? place.appending("out").string : "out",
            "AS": circumstances.isNobody ? "setpriv --reuid 65534 --regid 65534 --clear-groups" : "",
            "LC_ALL": circumstances.locale, "TZ": circumstances.timeZone, "CI": "1",
        ]
        if let epoch { environment["SOURCE_DATE_EPOCH"] = epoch }
        return try await Program.run("sh", ["-c", Self.script], environment: environment)
    }

    /// The sample project, compiled, with stubs in the place of OTP, whose listing takes its time in a debug build.
    private static func project(in folder: FilePath) async throws -> FilePath {
        let compiled = try await ProjectBuildTests.project(in: folder)
        let project = folder.appending("project")
        // rebar3 links what it compiles; the release that it made is not looked at.
        let script = """
            set -e
            rm -r "$1/_build/prod/rel"
            find -L "$1" -type l -exec rm '{}' +
            cp -RL "$1" "$2"
            mkdir -p "$2/runtime/erts-13.1.5/bin"
            for name in erl beam.smp; do
                echo "$name" > "$2/runtime/erts-13.1.5/bin/$name"
                chmod +x "$2/runtime/erts-13.1.5/bin/$name"
            done
            """
        let copied = try await Program.run("sh", ["-c", script, "sh", compiled.string, project.string])
        try #require(copied.status == 0, "\(copied.errors)")
        try await SmallRelease.write(in: project)
        let config = """
            {release, {brew, "0.3.0"}, {erts, "13.1.5"}, [sasl, brew]}. {include_erts, "runtime"}.
            {lib_dirs, ["_build/prod/lib", "lib"]}. {overlay_vars, "config/vars.config"}. {sys_config, false}.
            {overlay, [{copy, "files/*.txt", "share/"}, {template, "files/brew.conf", "etc/brew.conf"}]}.
            """
        try File.write(Array(config.utf8), to: project.appending("relift.config"))
        return project
    }

    @Test func twentyFourBuildsAreOne() async throws {
        try await withTemporaryFolder { folder in
            let project = try await Self.project(in: folder)
            let user = try await Program.run("id", ["-u"])
            _ = try await Program.run("chmod", ["755", folder.string])
            var results: [String: [String]] = [:]
            for number in 0..<24 {
                let circumstances = Circumstances(number, isRoot: user.output == "0\n")
                let run = try await Self.build(
                    circumstances, of: project, in: folder, number: number, epoch: "1764000000")
                #expect(run.status == 0, "\(circumstances)\n\(run.errors)")
                results[run.output, default: []].append("\(circumstances)")
            }
            #expect(results.count == 1, "\(results.map { "\($0.value.joined(separator: "\n"))\n\($0.key)" })")
            let lines = (results.keys.first ?? "").split(separator: "\n")
            #expect(lines.count { $0.contains("  brew-0.3.0.") } == 6 && lines.count > 10, "\(lines)")
            // The time that is asked for is in them.
            let other = try await Self.build(
                Circumstances(0, isRoot: false), of: project, in: folder, number: 24, epoch: "1764000001")
            #expect(other.status == 0 && results[other.output] == nil)
        }
    }
}
