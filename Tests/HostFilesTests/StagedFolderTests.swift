import HostFiles
import SystemPackage
import TestSupport
import Testing

@Suite struct StagedFolderTests {
    let files = HostFileSystem()

    /// Builds a folder with two files in the place of whatever is there.
    private func build(_ destination: FilePath, _ content: UInt8, _ files: HostFileSystem) throws {
        let staged = try StagedFolder(for: destination, files)
        try files.makeFolders(staged.path.appending("sub"))
        try files.replaceFile(staged.path.appending("sub/one"), with: [content], durable: false)
        try files.replaceFile(staged.path.appending("two"), with: [content], durable: false)
        try staged.publish()
    }

    /// The content byte if the folder is whole, nil if it is not there; anything else is recorded.
    private func content(_ folder: FilePath) throws -> UInt8? {
        guard try self.files.factsIfPresent(of: folder) != nil else { return nil }
        let one = try self.files.readFile(folder.appending("sub/one"))
        let two = try self.files.readFile(folder.appending("two"))
        #expect(one == two)
        #expect(try self.files.tree(folder).map(\.path.string) == ["sub", "sub/one", "two"])
        return one.first
    }

    @Test func folderAppearsWholeAndReplacesTheOldOne() async throws {
        try await withTemporaryFolder { folder in
            let destination = folder.appending("release")
            try self.build(destination, 1, self.files)
            #expect(try self.content(destination) == 1)
            try self.build(destination, 2, self.files)
            #expect(try self.content(destination) == 2)
            #expect(try self.files.entries(of: folder).map(\.name) == ["release"])
        }
    }

    @Test func replacementWorksWithoutExchange() async throws {
        try await withTemporaryFolder { folder in
            let destination = folder.appending("release")
            try self.build(destination, 1, self.files)
            try self.build(destination, 2, FaultyFiles(.failures(of: .exchange, .invalidArgument)).files)
            #expect(try self.content(destination) == 2)
            #expect(try self.files.entries(of: folder).map(\.name) == ["release"])
        }
    }

    @Test func existingFolderIsKeptWhereItMustNotBeReplaced() async throws {
        try await withTemporaryFolder { folder in
            let destination = folder.appending("release")
            try self.build(destination, 1, self.files)
            let error = try #require(throws: HostFileError.self) {
                try StagedFolder(for: destination, self.files).publish(replacing: false)
            }
            #expect(error.errno == .fileExists)
            #expect(try self.content(destination) == 1)
            #expect(try self.files.entries(of: folder).map(\.name) == ["release"])
        }
    }

    @Test func abandonedFolderIsRemoved() async throws {
        try await withTemporaryFolder { folder in
            let staged = try StagedFolder(for: folder.appending("release"), self.files)
            try self.files.replaceFile(staged.path.appending("f"), with: [1])
            try staged.abandon()
            #expect(try self.files.entries(of: folder).isEmpty)
        }
    }

    @Test(arguments: [true, false]) func killedAtAnyMomentTheFolderIsOldOrNew(_ canExchange: Bool) async throws {
        try await withTemporaryFolder { folder in
            let destination = folder.appending("release")
            var position = 0
            var isDone = false
            while !isDone {
                try self.files.removeTree(destination)
                try self.build(destination, 1, self.files)
                let faulty = FaultyFiles(.kill(at: position))
                let files = HostFileSystem { effect in
                    let verdict = faulty.files.willPerform(effect)
                    if case .exchange = effect, verdict == .perform, !canExchange { return .fail(.invalidArgument) }
                    return verdict
                }
                do {
                    try self.build(destination, 2, files)
                    isDone = true
                } catch let error as HostFileError {
                    #expect(error.reason == .stopped)
                }
                let content = try self.content(destination)
                if canExchange {
                    #expect(content == 1 || content == 2)
                }
                if isDone { #expect(content == 2) }
                try self.files.removeTemporaries(in: folder)
                position += 1
            }
            #expect(position > 10)
        }
    }

    @Test func failedStepLeavesTheOldFolder() async throws {
        try await withTemporaryFolder { folder in
            let destination = folder.appending("release")
            try self.build(destination, 1, self.files)
            let whole = FaultyFiles()
            try self.build(destination, 1, whole.files)
            for position in whole.effects.indices {
                try self.files.removeTree(destination)
                try self.build(destination, 1, self.files)
                do {
                    try self.build(destination, 2, FaultyFiles(.failure(at: position, .ioError)).files)
                    Issue.record("effect \(position) did not fail")
                } catch let error as HostFileError {
                    #expect(error.errno == .ioError)
                }
                let content = try self.content(destination)
                #expect(content == 1 || content == 2)
            }
        }
    }
}
