package import Diagnostics
import ErlangTerms
package import HostFiles
package import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// An installed release on this host: a root folder with `releases/`, as OTP's "target system" is laid out.
package struct TargetSystem: Sendable {
    package let root: FilePath
    package let files: HostFileSystem

    /// Bytes of a records or configuration file at most.
    static let fileLimit = 16 << 20

    /// Takes the folder as a target system; a finding when it is none.
    package init?(root: FilePath, files: HostFileSystem, _ findings: inout [Diagnostic]) {
        self.root = root
        self.files = files
        let releases = root.appending("releases")
        guard (try? files.factsIfPresent(of: releases))?.kind == .folder else {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("install/not-a-target-system"), .error,
                    "`\(root)` is not the root of an installed release",
                    at: .file(root.string), explanation: "An installed release has a folder `releases/`.",
                    help: ["give the folder into which the first release was unpacked with `--root`"]))
            return nil
        }
    }

    private var releases: FilePath { self.root.appending("releases") }

    /// `releases/start_erl.data`: what boots next.
    package func startData(_ findings: inout [Diagnostic]) -> StartErlData? {
        self.source(self.releases.appending("start_erl.data"), &findings)
            .flatMap { StartErlData.read($0, &findings) }
    }

    /// `releases/RELEASES`: what release_handler knows, newest first.
    package func records(_ findings: inout [Diagnostic]) -> [ReleaseRecord]? {
        self.source(self.releases.appending("RELEASES"), &findings).flatMap { ReleasesFile.read($0, &findings) }
    }

    /// The `relup` of a version; nil when it has none that can be read.
    package func relup(of version: String) -> Relup? {
        var ignored: [Diagnostic] = []
        let path = self.releases.appending(version).appending("relup")
        guard (try? self.files.factsIfPresent(of: path)) != nil else { return nil }
        return self.source(path, &ignored).flatMap { RelupFile.read($0, &ignored) }
    }

    /// The arguments of the virtual machine in a file; nil when it is not there.
    func arguments(in path: FilePath, _ findings: inout [Diagnostic]) -> VMArguments? {
        guard (try? self.files.factsIfPresent(of: path)) != nil else { return nil }
        return self.source(path, &findings).flatMap { VMArguments.read($0, &findings) }
    }

    private func source(_ path: FilePath, _ findings: inout [Diagnostic]) -> SourceFile? {
        do {
            return SourceFile(path: path.string, bytes: try self.files.readFile(path, limit: Self.fileLimit))
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }
}
