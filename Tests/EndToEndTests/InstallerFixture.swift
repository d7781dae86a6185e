import Diagnostics
import DistributionClient
import HostFiles
import ReleaseModel
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseInstalling

/// A host with tally 1.0.0, whose node runs, and a tarball of tally 1.1.0.
struct InstallerFixture: Sendable {
    let tally: InstalledTally
    let tarball: FilePath

    var root: FilePath { self.tally.root }

    /// What a person would write who knows that an update of a supervisor starts nothing.
    static let appup = """
        {"1.1.0",
         [{"1.0.0", [
           {update, tally_sup, supervisor},
           {update, tally_counter, {advanced, []}},
           {update, tally_rate, {advanced, []}},
           {update, tally_acceptor, {advanced, []}, [tally_rate]},
           {add_module, tally_history},
           {apply, {supervisor, restart_child, [tally_sup, tally_history]}},
           {load_module, tally_app, [tally_history]},
           {load_module, tally_connection, [tally_history]}]}],
         [{"1.0.0", [
           {apply, {supervisor, terminate_child, [tally_sup, tally_history]}},
           {apply, {supervisor, delete_child, [tally_sup, tally_history]}},
           {load_module, tally_connection, [tally_history]},
           {load_module, tally_app, [tally_history]},
           {delete_module, tally_history},
           {update, tally_acceptor, {advanced, []}, [tally_rate]},
           {update, tally_rate, {advanced, []}},
           {update, tally_counter, {advanced, []}},
           {update, tally_sup, supervisor}]}]}.
        """

    func access(running version: String = "1.0.0") throws -> NodeAccess {
        var findings: [Diagnostic] = []
        let system = try #require(TargetSystem(root: self.root, files: HostFileSystem(), &findings))
        let request = NodeRequest(
            node: self.tally.node, cookieFile: nil, port: nil, environmentCookie: self.tally.cookie, home: nil,
            hostName: "localhost")
        return try #require(request.access(to: system, running: version, &findings), "\(findings)")
    }

    /// A context whose operations are all different.
    static var context: OperationContext {
        OperationContext(user: "tester", mark: String(UInt64.random(in: 0...UInt64.max), radix: 36)) {
            HostTime(seconds: 1_800_000_000)
        }
    }

    func installer(
        _ files: HostFileSystem = HostFileSystem(),
        observer: @escaping @Sendable (InstallProgress) -> Void = { _ in }
    ) throws -> Installer {
        var installer = Installer(
            root: self.root, access: try self.access(), files: files, context: Self.context, observer: observer)
        installer.returnTime = .seconds(20)
        return installer
    }

    static let install = InstallMachine.Goal.install(.init(version: "1.1.0", commits: true))

    func repairer(_ files: HostFileSystem = HostFileSystem()) throws -> Repairer {
        Repairer(root: self.root, access: try self.access(), files: files, context: Self.context)
    }

    func remover(_ files: HostFileSystem = HostFileSystem()) throws -> Remover {
        Remover(root: self.root, access: try self.access(), files: files, context: Self.context)
    }

    /// What the node says that it runs; nil when it does not answer.
    func running() async throws -> String? {
        guard case .success(let releases) = await NodeQuestions(try self.access()).releases() else { return nil }
        return releases.running?.version
    }
}

/// Gives a fixture with a running node to `body`.
func withInstallerFixture(_ body: (InstallerFixture) async throws -> Void) async throws {
    try await withInstalledTally { tally, folder in
        // A second root, with the same node in its configuration, only to make the tarball in.
        let other = InstalledTally(root: folder.appending("other"), node: tally.node, cookie: tally.cookie)
        try await addRelease("1.0.0", to: other, in: folder)
        try await addRelease("1.1.0", to: other, in: folder, appup: InstallerFixture.appup)
        let tarball = folder.appending("tally-1.1.0.tar.gz")
        let members = ["releases/tally-1.1.0.rel", "releases/1.1.0", "lib/tally-1.1.0"]
        let made = try await InstalledTally.run(
            "tar", ["-czf", tarball.string, "-C", other.root.string] + members)
        try #require(made.status == 0, "\(made.errors)")
        try #require(try await tally.run("daemon").status == 0)
        try await body(InstallerFixture(tally: tally, tarball: tarball))
    }
}
