import BeamFiles
import Diagnostics
import HostFiles
import ReleaseModel
import SystemPackage

/// Reads the BEAM files of applications, several at once.
struct ModuleReading {
    let loader: ReleaseLoader

    init(_ loader: ReleaseLoader) { self.loader = loader }

    /// The facts of every `.beam` file beside each application's `.app` file, by folder.
    func modules(
        of applications: [Application], _ findings: inout [Diagnostic]
    ) async -> [String: [ModuleName: ModuleFacts]] {
        let jobs = Set(applications.map(\.directory)).sorted().flatMap { folder -> [Job] in
            self.loader.files.names(in: FilePath(folder)).filter { $0.hasSuffix(".beam") }
                .map { Job(folder: folder, path: FilePath(folder).appending($0)) }
        }
        let share = max(1, (jobs.count + self.loader.parallelism - 1) / self.loader.parallelism)
        let files = self.loader.files
        let results = await withTaskGroup(of: (Int, [Read]).self) { group in
            for start in stride(from: 0, to: jobs.count, by: share) {
                let part = jobs[start..<min(start + share, jobs.count)]
                group.addTask { (start, part.map { Self.read($0, files) }) }
            }
            var parts: [Int: [Read]] = [:]
            for await (start, reads) in group { parts[start] = reads }
            return parts.keys.sorted().flatMap { parts[$0] ?? [] }
        }
        var modules: [String: [ModuleName: ModuleFacts]] = [:]
        for (job, result) in zip(jobs, results) {
            switch result {
            case .success(let facts): modules[job.folder, default: [:]][facts.name] = facts
            case .failure(let failure): findings.append(failure.finding)
            }
        }
        return modules
    }

    private struct Job: Sendable {
        let folder: String
        let path: FilePath
    }

    private struct Unreadable: Error {
        let finding: Diagnostic
    }

    private typealias Read = Result<ModuleFacts, Unreadable>

    private static func read(_ job: Job, _ files: HostFileSystem) -> Read {
        do {
            let bytes = try files.readFile(job.path, limit: LoadingLimits.beamFile)
            return .success(try ModuleFacts(beam: bytes, path: job.path.string))
        } catch let error as HostFileError {
            return .failure(Unreadable(finding: error.diagnostic))
        } catch let error as UnreadableModule {
            return .failure(Unreadable(finding: error.finding))
        } catch {
            return .failure(
                Unreadable(
                    finding: Diagnostic(
                        Diagnostic.ID("beam/unreadable"), .error, "`\(job.path)` cannot be read",
                        at: .file(job.path.string))))
        }
    }
}
