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
    /// What the script does, as the node will find it; nil where there is none, which the node says itself.
    let outline: RelupOutline?

    /// Reads the script.
    init(from: String, to: String, root: FilePath, files: HostFileSystem, allowed: Set<Diagnostic.ID>) {
        self.from = from
        self.to = to
        self.root = root
        self.files = files
        self.allowed = allowed
        var ignored: [Diagnostic] = []
        let system = TargetSystem(root: root, files: files, &ignored)
        let up = system?.relup(of: to)?.up.first { $0.version.text == from }
        let script = up ?? system?.relup(of: from)?.down.first { $0.version.text == to }
        self.outline = script.map { RelupOutline(script: $0.instructions) }
    }

    /// Changes nothing.
    func inspect(_ client: ReleaseHandlerClient) async -> InstallMachine.Event {
        var findings = self.configuration()
        if let outline {
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
