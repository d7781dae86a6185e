import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@Suite struct SourceComparisonTests {
    /// One application with its files, laid out by a shell.
    struct Layout {
        /// Folder of the `.app` file.
        let folder: String
        let modules: [String]
        /// Shell commands that make the other files.
        let commands: [String]
    }

    /// Random applications: object files and sources here, there or nowhere, at times that differ by little.
    static func layouts(seed: UInt64, count: Int) -> [Layout] {
        var generator = SeededGenerator(seed: seed)
        func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &generator) == 0 }
        func time() -> String {
            "\(1_000_000_000 + Int.random(in: 0...2, using: &generator)).\(Int.random(in: 0...9, using: &generator))"
        }
        return (0..<count).map { _ in
            let roots = [
                "a-1/ebin", "a/ebin", "a/bin", "a[x]/ebin", "a{b,c}/ebin", "a\\\\b/ebin", "a?/ebin", "\u{e5}/ebin",
            ]
            let folder = roots[one(in: 2) ? 0 : Int.random(in: 0..<roots.count, using: &generator)]
            let modules = (1...6).map { "m\($0)" }
            var commands: [String] = []
            let places = [
                "../src", "../src/sub", "../src/sub/deep", "../src/.hidden", "../src/e_src", "../src/e_src/x",
                "../src/a", "../src/a-b", "../src/a/c", ".", "../other", "../src/link/y",
            ]
            if one(in: 3) { commands.append("mkdir -p ../src ../other && ln -s ../other ../src/link") }
            if one(in: 20) { commands.append("mkdir -p ../src/sub && ln -s .. ../src/sub/loop") }
            if one(in: 6) { commands.append("mkdir -p ../src && ln -s nowhere ../src/broken") }
            for module in modules {
                if !one(in: 40) {
                    commands.append(
                        "\(one(in: 30) ? "mkdir" : "touch") \(module).beam; touch -d @\(time()) \(module).beam")
                } else if one(in: 2) {
                    commands.append("ln -s nowhere \(module).beam")
                }
                for _ in 0..<Int.random(in: 0...3, using: &generator) {
                    let place = places[Int.random(in: 0..<places.count, using: &generator)]
                    let file = "\(place)/\(module).erl"
                    commands.append(
                        "mkdir -p \(place); [ -e \(file) ] || \(one(in: 20) ? "mkdir" : "touch") \(file); "
                            + "touch -d @\(time()) \(file)")
                }
            }
            return Layout(folder: folder, modules: modules, commands: commands)
        }
    }

    @Test(.enabled(if: OTP.isInstalled))
    func randomApplicationsGiveTheAnswersOfSystools() async throws {
        try await withTemporaryFolder { folder in
            let layouts = Self.layouts(seed: 3, count: 40)
            try await SmallRelease.write(in: folder.appending("small"))
            var script = "set -e\nrm -r small/lib/a-1\n"
            var runs: [SystoolsRun] = []
            for (index, layout) in layouts.enumerated() {
                let ebin = "\(index)/\(layout.folder)"
                let modules = layout.modules.joined(separator: ",")
                script += """
                    cp -r small \(index)
                    mkdir -p '\(ebin)'
                    (cd '\(ebin)'
                    cat >a.app <<'END'
                    {application,a,[{description,""},{vsn,"1"},{modules,[\(modules)]},{registered,[]},
                     {applications,[kernel,stdlib]}]}.
                    END
                    \(layout.commands.joined(separator: "\n"))
                    )

                    """
                let others = ["kernel", "stdlib", "sasl"].map { "\(index)/lib/\($0)-1/ebin" }
                runs.append(
                    SystoolsRun(base: "\(index)/small", path: [ebin] + others, options: [.atom("src_tests")]))
            }
            try File.write(Array(script.utf8), to: folder.appending("make.sh"))
            let made = try await Program.run("sh", ["make.sh"], in: folder)
            try #require(made.status == 0, "\(made.errors)")
            let answers = try await SystoolsRun.answers(to: runs, in: folder)
            var seen: Set<ReleaseResolution.ModuleFileState> = []
            for ((run, layout), answer) in zip(zip(runs, layouts), answers) {
                let ours = try await run.answer(in: folder) { applications in
                    let states = SourceComparison.states(of: applications, files: HostFileSystem())
                    seen.formUnion(states.values)
                    return ReleaseResolution.Options(moduleFiles: states)
                }
                #expect(
                    ours == answer,
                    """
                    \(run.base) \(layout.folder) \(layout.commands)
                    ours \(TermPrinter.line(ours))
                    OTP  \(TermPrinter.line(answer))
                    """)
            }
            #expect(seen == [.current, .objectMissing, .objectOutOfDate, .sourceNotFound])
        }
    }

    @Test func anApplicationInNoFolderHasNoObjectFiles() throws {
        let specification = ApplicationSpecification(
            name: try #require(ApplicationName(validating: "a")),
            version: try #require(ApplicationVersion(validating: "1")),
            modules: [try #require(ModuleName(validating: "m"))])
        let application = Application(specification: specification, directory: "/nowhere/a/ebin")
        let states = SourceComparison.states(of: [application], files: HostFileSystem())
        #expect(Array(states.values) == [.objectMissing])
    }
}
