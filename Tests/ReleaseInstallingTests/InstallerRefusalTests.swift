import Diagnostics
import DistributionClient
import DistributionProtocol
import HostFiles
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseInstalling

/// What an operation says that cannot even begin.
@Suite struct InstallerRefusalTests {
    /// There was nothing to be unsure about: no node was asked for anything.
    @Test func aFullDiskIsARefusal() async throws {
        try await StagingFixture.with { fixture in
            let access = NodeAccess(
                target: NodeTarget(name: try NodeName(validating: "nobody@127.0.0.1"), port: .known(1)),
                cookie: try Cookie(validating: "x"), options: ConnectionOptions())
            let installer = Installer(
                root: fixture.root, access: access, files: FaultyFiles(.failures(of: .write, .noSpace)).files,
                context: OperationContext(user: "tester", mark: "1") { HostTime(seconds: 1_800_000_000) })
            let report = await installer.run(.rollback(version: nil))
            #expect(report.outcome.result == .refused)
            #expect(report.outcome.findings.map(\.id.rawValue) == ["host/no-space"])
        }
    }
}
