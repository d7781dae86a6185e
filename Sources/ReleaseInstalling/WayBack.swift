import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// What would go wrong on the way back that an operator asked for: the same holes of `release_handler` as on the way
/// forward, held against the files of a release that lies on the host already.
struct WayBack {
    let from: String
    let to: String
    let root: FilePath
    let files: HostFileSystem
    /// Findings that are no reason not to go.
    let allowed: Set<Diagnostic.ID>

    /// Changes nothing.
    func inspect(_ client: ReleaseHandlerClient) async -> InstallMachine.Event {
        var findings = self.configuration()
        if let script = self.script {
            let outline = RelupOutline(script: script)
            do throws(AgentError) {
                let census = try await NodeAgent.load(on: client.connection).census(for: outline)
                let report = Preflight.judge(census, .init(outline: outline, fromModules: [:]))
                findings += report.findings.filter { $0.severity == .error }
            } catch {
                return error.event
            }
        }
        findings = findings.map { self.allowed.contains($0.id) ? $0.with(.warning) : $0 }
        return findings.hasErrors ? .failed(findings) : .done(findings)
    }

    /// Whether the node is gone when the script is done.
    var restartsEmulator: Bool { self.script.map { RelupOutline(script: $0).restartsEmulator } ?? false }

    /// The script as the node will find it; nil where there is none, which the node says itself.
    var script: [Term]? {
        var ignored: [Diagnostic] = []
        guard let system = TargetSystem(root: self.root, files: self.files, &ignored) else { return nil }
        let up = system.relup(of: self.to)?.up.first { $0.version.text == self.from }
        return (up ?? system.relup(of: self.from)?.down.first { $0.version.text == self.to })?.instructions
    }

    /// `install_release` takes a `sys.config` that it cannot read for an empty one, and reports success.
    private func configuration() -> [Diagnostic] {
        let path = self.file(of: self.to)
        do throws(HostFileError) {
            guard try self.files.factsIfPresent(of: path) != nil else {
                // A node that never had one does not lose it.
                return try self.files.factsIfPresent(of: self.file(of: self.from)) == nil ? [] : [Self.lost(path, [])]
            }
            var findings: [Diagnostic] = []
            let bytes = try self.files.readFile(path, limit: TargetSystem.fileLimit)
            _ = SystemConfiguration.read(SourceFile(path: path.string, bytes: bytes), &findings)
            return findings.hasErrors ? [Self.lost(path, findings)] : []
        } catch {
            return [Self.lost(path, [error.diagnostic])]
        }
    }

    private func file(of version: String) -> FilePath {
        self.root.appending("releases").appending(version).appending("sys.config")
    }

    private static func lost(_ path: FilePath, _ reasons: [Diagnostic]) -> Diagnostic {
        Diagnostic(
            .configurationLost, .error,
            reasons.isEmpty ? "`\(path)` is not there" : "`\(path)` cannot be read", at: .file(path.string),
            explanation:
                "The node would take it for an empty one: every application would fall back to the parameters of "
                + "its `.app` file.",
            notes: reasons.map { Diagnostic.Note($0.summary, at: $0.place) },
            help: ["put it back: the tarball of the release has it"])
    }
}

extension Diagnostic.ID {
    static let configurationLost = Self("install/configuration-lost")
}
