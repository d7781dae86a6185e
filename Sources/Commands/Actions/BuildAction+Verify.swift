import Archives
import Diagnostics
import HostFiles
import ReleaseBuilding
import ReleaseModel
import SystemPackage

extension BuildAction {
    /// Builds the tarball again, in a temporary folder, and compares; the finding says what is different.
    func verify(_ tarball: FilePath, _ plan: BuildPlan, _ console: Console) async throws -> ExitStatus {
        let files = HostFileSystem()
        let folder = FilePath(ProcessEnvironment.variable("TMPDIR") ?? "/tmp")
        let temporary = try StagedFolder(for: folder.appending("relift-verify"), files)
        let again = temporary.path.appending("\(plan.release.name)-\(plan.release.version).tar.gz")
        console.progress(
            "building \(plan.release.name)-\(plan.release.version) again")
        let written = try await self.archive(plan).write(to: again, withDigestFile: false, files)
        let comparison = try TarballComparison(built: again, given: tarball, files)
        // What is temporary lives until here.
        let finding = try withExtendedLifetime(temporary) { try comparison.diagnostic() }
        console.report([finding].compactMap { $0 })
        switch console.format {
        case .text:
            if finding == nil { console.result("\(tarball) is what this build makes   sha256 \(written.digest)\n") }
        case .json: console.result(Self.json(comparison, written, tarball).text + "\n")
        }
        return finding == nil ? .done : .findings
    }

    private static func json(
        _ comparison: TarballComparison, _ written: WrittenArchive, _ tarball: FilePath
    ) -> JSONValue {
        let result =
            comparison.areSameBytes ? "same" : comparison.differences.isEmpty ? "packed-otherwise" : "different"
        return [
            "schemaVersion": 1,
            "tarball": .string(tarball.string),
            "result": .string(result),
            "builtSha256": .string(written.digest),
            "differences": .array(
                comparison.differences.map { difference in
                    [
                        "member": .string(difference.member), "field": .string(difference.field.rawValue),
                        "built": .string(difference.built), "given": .string(difference.given),
                    ]
                }),
        ]
    }
}
