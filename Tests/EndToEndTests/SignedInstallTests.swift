import Diagnostics
import HostFiles
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseInstalling

/// A host that trusts one key, with a running node.
@Suite(.serialized, .enabled(if: OTP.isInstalled), .timeLimit(.minutes(5)))
struct SignedInstallTests {
    @Test func onlyWhatTheTrustedKeySignedIsInstalled() async throws {
        try await withInstallerFixture { fixture in
            let folder = fixture.root.removingLastComponent()
            let tarball = fixture.tarball.string
            func relift(_ arguments: String...) async throws -> Program.Run {
                try await Program.run(arguments, in: folder)
            }
            for key in ["release.key", "other.key"] {
                #expect(try await relift("keygen", "--output", key).status == 0)
            }
            let trust =
                "mkdir -p '\(fixture.root)/etc/relift'; cp release.key.pub '\(fixture.root)/etc/relift/allowed_signers'"
            #expect(try await Program.run("sh", ["-c", trust], in: folder).status == 0)
            let before = try Self.tree(fixture.root)

            let unsigned = try await fixture.relift("install", tarball, "--watch", "0")
            #expect(unsigned.status == 3 && unsigned.errors.contains("[signature/missing]"), "\(unsigned.errors)")
            #expect(try await relift("sign", tarball, "--key", "other.key").status == 0)
            let foreign = try await fixture.relift("install", tarball, "--watch", "0")
            #expect(foreign.status == 3 && foreign.errors.contains("[signature/unknown-key]"), "\(foreign.errors)")
            #expect(try Self.tree(fixture.root) == before)
            #expect(try await fixture.running() == "1.0.0")

            #expect(try await relift("sign", tarball, "--key", "release.key").status == 0)
            let installed = try await fixture.relift("install", tarball, "--watch", "0")
            #expect(installed.status == 0 && installed.errors.contains("with the key SHA256:"), "\(installed.errors)")
            #expect(try await fixture.running() == "1.1.0")
        }
    }

    /// Between the verification and the unpacking somebody puts another tarball in the place of the first.
    @Test func anotherTarballThanTheVerifiedOneIsNotUnpacked() async throws {
        try await withInstallerFixture { fixture in
            let before = try Self.tree(fixture.root.appending("lib"))
            var installer = try fixture.installer()
            installer.tarballDigest = String(repeating: "0", count: 64)
            let report = await installer.run(InstallerFixture.install, tarball: fixture.tarball)
            #expect(report.outcome.result == .refused)
            #expect(report.outcome.findings.map(\.id) == [.stageDigestMismatch])
            #expect(try Self.tree(fixture.root.appending("lib")) == before)
            #expect(try await fixture.running() == "1.0.0")
        }
    }

    /// What a release consists of, without what a running node writes.
    private static func tree(_ folder: FilePath) throws -> [String] {
        try HostFileSystem().tree(folder).map(\.path.string).filter { !$0.contains("log") && !$0.contains("tmp") }
    }
}
