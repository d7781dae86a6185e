import Diagnostics
import HostFiles
import Manifests
import ReleaseLoading
import Subprocess
import SystemPackage

/// Finds out the versions that a manifest leaves to git, to a file or to a command, as relx does it
/// (`rlx_config:parse_vsn/1`), but where relx falls back to `0.0.0` there is a failure with its reason.
struct VersionLookup {
    /// The manifest's folder; empty for the working folder.
    let folder: FilePath
    let files: HostFileSystem

    func facts(for sources: [VersionSource]) async -> ManifestFacts {
        var facts = ManifestFacts()
        for source in sources { facts.versions[source] = await self.version(source) }
        return facts
    }

    private func version(_ source: VersionSource) async -> Result<String, VersionFailure> {
        do throws(VersionFailure) {
            switch source {
            case .gitTag: return .success(try await self.tagVersion())
            case .gitCommit(let isShort):
                return .success(try await self.git(["rev-parse"] + (isShort ? ["--short"] : []) + ["HEAD"]))
            case .command(let command): return .success(try await self.run("sh", ["-c", command]))
            case .file(let path): return .success(try self.contents(of: path))
            }
        } catch {
            return .failure(error)
        }
    }

    /// The newest tag without `v`; with commits since, `TAG+build.COUNT.refCOMMIT`.
    private func tagVersion() async throws(VersionFailure) -> String {
        let tag: String
        do {
            tag = try await self.git(["describe", "--abbrev=0", "--tags"])
        } catch {
            var error = error
            error.help = ["tag a commit: `git tag 1.0.0`"]
            throw error
        }
        let version = String(tag.drop { $0 == "v" })
        let count = try await self.git(["rev-list", "--count", "\(tag)..HEAD"])
        guard count != "0" else { return version }
        return "\(version)+build.\(count).ref\(try await self.git(["log", "-n", "1", "--pretty=format:%h"]))"
    }

    private func git(_ arguments: [String]) async throws(VersionFailure) -> String {
        try await self.run("git", arguments)
    }

    private func run(_ program: String, _ arguments: [String]) async throws(VersionFailure) -> String {
        let shown = program == "sh" ? "the command" : "`git \(arguments.joined(separator: " "))`"
        let folder: FilePath? = self.folder.isEmpty ? nil : self.folder
        let output: String
        let errors: String
        let status: TerminationStatus
        do {
            let result = try await Subprocess.run(
                .name(program), arguments: Arguments(arguments), workingDirectory: folder,
                output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            (output, errors, status) = (result.standardOutput, result.standardError, result.terminationStatus)
        } catch {
            throw VersionFailure("\(shown) cannot be run")
        }
        guard status.isSuccess else {
            let line = errors.split(separator: "\n").first.map { ": \($0)" } ?? ""
            throw VersionFailure("\(shown) failed\(line)")
        }
        return Self.trimmed(output)
    }

    private func contents(of path: String) throws(VersionFailure) -> String {
        do {
            let bytes = try self.files.readFile(self.folder.pushing(FilePath(path)), limit: 1 << 16)
            return Self.trimmed(String(decoding: bytes, as: UTF8.self))
        } catch {
            throw VersionFailure(error.diagnostic.summary, help: ["write the version into `\(path)`"])
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
