import Diagnostics
import HostFiles
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct HostFileLockTests {
    let files = HostFileSystem()

    @Test func secondHolderIsToldWhoHasTheLock() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("lock")
            let lock = try HostFileLock(path, self.files)
            let error = try #require(throws: HostFileError.self) { _ = try HostFileLock(path, self.files) }
            guard case .locked(let holder) = error.reason else {
                Issue.record("\(error)")
                return
            }
            let note = String(decoding: try self.files.readFile(path), as: UTF8.self)
            #expect(note == "\(try #require(holder))\n")
            #expect(error.diagnostic.id.rawValue == "host/locked")
            lock.unlock()
            let again = try HostFileLock(path, self.files)
            again.unlock()
        }
    }

    @Test func whoAsksForTheHolderChangesNothing() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("lock")
            #expect(try HostFileLock.holder(of: path, self.files) == .nobody)
            #expect(try self.files.factsIfPresent(of: path) == nil)
            let lock = try HostFileLock(path, self.files)
            let note = String(decoding: try self.files.readFile(path), as: UTF8.self)
            let holder = try HostFileLock.holder(of: path, self.files)
            #expect(holder == .process(Int(note.dropLast())) && holder != .process(nil))
            lock.unlock()
            #expect(try HostFileLock.holder(of: path, self.files) == .nobody)
        }
    }

    @Test(.timeLimit(.minutes(5))) func lockDiesWithItsProcess() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("lock")
            let script = "exec 9>\"$0\"; flock 9; echo held; exec sleep 60"
            _ = try await run(
                .name("sh"), arguments: ["-c", script, path.string], input: .none, output: .sequence,
                error: .discarded
            ) { execution in
                for try await _ in execution.standardOutput { break }
                #expect(throws: HostFileError(.lock, path, .locked(holder: nil))) {
                    _ = try HostFileLock(path, self.files)
                }
                try execution.send(signal: .kill)
            }
            let lock = try HostFileLock(path, self.files)
            lock.unlock()
        }
    }

    @Test func fullDiskDoesNotKeepTheLockFromBeingTaken() async throws {
        try await withTemporaryFolder { folder in
            let lock = try HostFileLock(
                folder.appending("lock"), FaultyFiles(.failures(of: .write, .noSpace)).files)
            lock.unlock()
        }
    }
}
