import Archives
import Compression
import Diagnostics
import Glibc
import HostFiles
import SystemPackage

/// Packs a folder with `TarWriter` and reads the result back, several times, and prints the best times: by the clock, and
/// of all processors together, which a busy machine falsifies less.
///
/// Usage: archive-benchmark FOLDER OUTPUT [CORES]
///        archive-benchmark library FILE ROUNDS    (prints the milliseconds that libdeflate needs for a file's bytes)
@main enum ArchiveBenchmark {
    static func main() async throws {
        let arguments = CommandLine.arguments
        if arguments.count == 4, arguments[1] == "library", let rounds = Int(arguments[3]) {
            print(try self.library(FilePath(arguments[2]), rounds: max(1, rounds)))
            return
        }
        guard arguments.count >= 3 else {
            print("usage: archive-benchmark FOLDER OUTPUT [CORES]")
            return
        }
        let files = HostFileSystem()
        let (folder, output) = (FilePath(arguments[1]), FilePath(arguments[2]))
        var writer = TarWriter(files, modified: 0)
        if arguments.count > 3 { writer.concurrency = Int(arguments[3]) ?? 1 }
        let rounds = 5

        var summary: TarWriter.Summary?
        let packing = try await self.best(of: rounds) {
            let members = try files.tree(folder).compactMap { entry -> TarMember? in
                entry.facts.kind == .file ? TarMember(entry.path.bytes, .file(folder.pushing(entry.path))) : nil
            }
            summary = try await writer.write(members, to: output, durable: false)
        }
        let reading = try await self.best(of: rounds) {
            var reader = try ArchiveReader(output, files)
            var findings: [Diagnostic] = []
            while try reader.next(&findings) != nil { _ = try reader.readContents() }
        }
        let tar = try Inflate.gzip(try files.readFile(output), limit: 1 << 31)
        let alone = try await self.best(of: rounds) { _ = try GzipCompressor.compress(tar) }
        let inflating = try await self.best(of: rounds) {
            _ = try Inflate.gzip(try files.readFile(output), limit: 1 << 31)
        }
        if let summary {
            print("members \(summary.members), tar \(summary.tarBytes) bytes, file \(summary.fileBytes) bytes")
        }
        print("tree, tar and gzip on \(writer.concurrency) cores: \(packing)")
        print("gzip alone on one core, in memory: \(alone)")
        print("reading every member: \(reading)")
        print("inflating in memory with libdeflate: \(inflating)")
    }

    /// The median of the milliseconds of processor time that libdeflate itself needs, at the levels and in the chunks that
    /// a tarball is made with: one call a chunk, on bytes that are in memory.
    private static func library(_ path: FilePath, rounds: Int) throws -> Int {
        let bytes = try HostFileSystem().readFile(path, limit: 1 << 31)
        let chunks = stride(from: 0, to: bytes.count, by: GzipCompressor.chunkSize).map {
            Array(bytes[$0..<min($0 + GzipCompressor.chunkSize, bytes.count)])
        }
        let times = try (0..<rounds).map { _ in
            let before = self.processorTime
            for chunk in chunks { _ = try GzipChunk.compress(chunk, isLast: true) }
            return (self.processorTime - before) / .milliseconds(1)
        }
        return Int(times.sorted()[rounds / 2])
    }

    private static func best(of rounds: Int, _ work: () async throws -> Void) async throws -> String {
        let clock = ContinuousClock()
        var best: (clock: Duration, processors: Duration) = (.seconds(1_000_000), .seconds(1_000_000))
        for _ in 0..<rounds {
            let before = self.processorTime
            let time = try await clock.measure { try await work() }
            best = (min(best.clock, time), min(best.processors, self.processorTime - before))
        }
        return "\(best.clock), processors \(best.processors)"
    }

    private static var processorTime: Duration {
        var time = timespec()
        // The structure is ours and lives until the call returns.
        unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
