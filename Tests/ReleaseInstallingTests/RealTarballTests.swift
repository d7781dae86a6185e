import Diagnostics
import HostFiles
import ReleaseInstalling
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

/// Tarballs as relx, mix and relift make them are accepted, and take their place in a root that has nothing.
@Suite(.enabled(if: OTP.isInstalled), .serialized) struct RealTarballTests {
    /// Stages and places a tarball in an empty root; the findings, without those about live files.
    private static func place(_ tarball: FilePath, in root: FilePath) throws -> (StagedRelease, [Diagnostic]) {
        let files = HostFileSystem()
        try files.makeFolders(root.appending("releases"))
        var findings: [Diagnostic] = []
        let system = try #require(TargetSystem(root: root, files: files, &findings))
        let staged = try #require(ReleaseStaging(system).stage(tarball, &findings), "\(findings)")
        try staged.placement.place(in: root, files)
        #expect(!staged.applications.contains { $0.origin == .missing })
        // Everything is in its place now.
        let again = try #require(ReleaseStaging(system).stage(tarball, &findings), "\(findings)")
        #expect(again.placement.moves.isEmpty)
        return (staged, findings.filter { $0.id != .stageLiveFile })
    }

    @Test(.enabled(if: Rebar3.isInstalled)) func tarballsOfRelxAndReliftAreAccepted() async throws {
        try await withTemporaryFolder { folder in
            let project = folder.appending("brew")
            _ = try await Program.run("cp", ["-R", Repository.fixtures.appending("brew").string, project.string])
            let built = try await Program.run(
                "rebar3", ["as", "prod", "tar"], in: project,
                environment: ["HOME": folder.appending("home").string, "TERM": "dumb"])
            try #require(built.status == 0, "\(built.output)\(built.errors)")
            let (relx, findings) = try Self.place(
                project.appending("_build/prod/rel/brew/brew-0.3.0.tar.gz"), in: folder.appending("one"))
            // relx packs some files twice, with the same contents.
            #expect(findings.allSatisfy { $0.id.rawValue == "archive/duplicate-member" && $0.severity == .warning })
            #expect(relx.version.text == "0.3.0")

            let run = try await Program.run(["build", "--profile", "prod", "--output", "out"], in: project)
            #expect(run.status == 0, "\(run.errors)")
            let (relift, more) = try Self.place(
                project.appending("out/brew-0.3.0.tar.gz"), in: folder.appending("two"))
            #expect(more.map(\.id.rawValue) == [])
            #expect(relift.digestWasChecked && relift.name == "brew")
        }
    }

    @Test(.enabled(if: Elixir.isInstalled)) func tarballOfMixIsAccepted() async throws {
        try await withTemporaryFolder { folder in
            let environment = ["MIX_ENV": "prod", "HOME": folder.string, "LC_ALL": "C.UTF-8"]
            let made = try await Program.run("mix", ["new", "lamp", "--sup"], in: folder, environment: environment)
            try #require(made.status == 0, "\(made.output)\(made.errors)")
            let project = folder.appending("lamp")
            let file = project.appending("mix.exs")
            let text = String(decoding: try File.read(file), as: UTF8.self)
            let steps = "deps: deps(), releases: [lamp: [steps: [:assemble, :tar]]]"
            try File.write(Array(text.replacing("deps: deps()", with: steps).utf8), to: file)
            let built = try await Program.run("mix", ["release"], in: project, environment: environment)
            try #require(built.status == 0, "\(built.output)\(built.errors)")
            let (mix, findings) = try Self.place(
                project.appending("_build/prod/lamp-0.1.0.tar.gz"), in: folder.appending("root"))
            #expect(findings.map(\.id.rawValue) == [])
            #expect(mix.name == "lamp" && mix.applications.contains { $0.name.name == "elixir" })
        }
    }
}
