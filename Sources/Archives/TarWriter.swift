package import HostFiles
package import SystemPackage

/// Writes a `.tar.gz` whose bytes depend on the members and the time it is given, and on nothing else: not on clock,
/// locale, umask, user, working folder, the order of a folder's entries, or the number of cores.
///
/// The members come in the order given. `erl_tar` and with it `release_handler:unpack_release/1` read the result.
package struct TarWriter: Sendable {
    package var files: HostFileSystem
    /// The time of every member, in seconds since 1970.
    package var modified: Int64
    /// How many chunks are compressed at a time.
    package var concurrency: Int

    package init(
        _ files: HostFileSystem, modified: Int64, concurrency: Int = TarWriter.processorCount
    ) {
        self.files = files
        self.modified = modified
        self.concurrency = concurrency
    }

    /// How many processors this process may use.
    package static let processorCount = HostProcessors.count

    /// What was written.
    package struct Summary: Hashable, Sendable {
        package var members: Int
        /// Bytes of the tar archive before compression.
        package var tarBytes: Int
        /// Bytes of the file.
        package var fileBytes: Int
    }

    /// Writes the archive to a file, which appears when it is complete and replaces what was there.
    ///
    /// `tap` sees all bytes of the file in order, piece by piece, for checksums; `willAdd` each member before it is read.
    package func write(
        _ members: [TarMember], to destination: FilePath, durable: Bool = true, tap: ([UInt8]) -> Void = { _ in },
        willAdd: (TarMember) -> Void = { _ in }
    ) async throws(ArchiveError) -> Summary {
        var file = try self.hosted(destination) { () throws(HostFileError) in
            try StagedFile(for: destination, self.files)
        }
        let summary = try await self.pack(members, destination, willAdd) { (piece) throws(ArchiveError) in
            tap(piece)
            do throws(HostFileError) { try file.write(piece) } catch { throw ArchiveError(.host(error), destination) }
        }
        do { try file.publish(durable: durable) } catch { throw ArchiveError(.host(error), destination) }
        return summary
    }

    /// The archive as bytes. `path` is what errors call it.
    package func bytes(
        of members: [TarMember], path: FilePath = "archive"
    ) async throws(ArchiveError) -> [UInt8] {
        var result: [UInt8] = []
        _ = try await self.pack(members, path, { _ in }) { (piece) throws(ArchiveError) in result += piece }
        return result
    }

    private func pack(
        _ members: [TarMember], _ path: FilePath, _ willAdd: (TarMember) -> Void, _ emit: ParallelGzip.Emit
    ) async throws(ArchiveError) -> Summary {
        try Self.check(members, path)
        let result: Result<Summary, ArchiveError> = await withTaskGroup(of: ParallelGzip.Piece.self) { group in
            do throws(ArchiveError) {
                var gzip = ParallelGzip(path, concurrency: self.concurrency)
                let tar = try TarFormatter(path, modified: self.modified)
                for member in members {
                    willAdd(member)
                    try await self.add(member, to: tar, &gzip, &group, emit)
                }
                try tar.close()
                try await gzip.add(tar.takeBytes(), &group, emit)
                try await gzip.finish(&group, emit)
                return .success(
                    Summary(members: members.count, tarBytes: gzip.inputCount, fileBytes: gzip.outputCount))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// How many bytes of a file are read at a time.
    private static let pieceSize = 1 << 20

    private func add(
        _ member: TarMember, to tar: borrowing TarFormatter, _ gzip: inout ParallelGzip,
        _ group: inout TaskGroup<ParallelGzip.Piece>, _ emit: ParallelGzip.Emit
    ) async throws(ArchiveError) {
        switch member.content {
        case .bytes(let bytes, let isExecutable):
            try tar.start(member, size: bytes.count, isExecutable: isExecutable)
            try tar.write(bytes, member)
        case .folder, .symbolicLink:
            try tar.start(member, size: 0, isExecutable: false)
        case .file(let source):
            let file = try self.open(source, member, tar.path)
            let size = file.facts.size
            try tar.start(member, size: size, isExecutable: file.facts.isExecutable)
            var rest = size
            while rest > 0 {
                let piece = try self.read(file, min(rest, Self.pieceSize), member, tar.path)
                try tar.write(piece, member)
                try await gzip.add(tar.takeBytes(), &group, emit)
                rest -= piece.count
            }
            do { try file.requireUnchanged() } catch {
                throw ArchiveError(.host(error), tar.path, member: member.name)
            }
        }
        try tar.finish(member)
        if tar.count >= Self.pieceSize { try await gzip.add(tar.takeBytes(), &group, emit) }
    }

    private func open(
        _ source: FilePath, _ member: TarMember, _ path: FilePath
    ) throws(ArchiveError) -> HostInputFile {
        try self.hosted(path, member) { () throws(HostFileError) in try HostInputFile(source, self.files) }
    }

    /// Exactly so many bytes; a file that has become shorter is an error.
    private func read(
        _ file: borrowing HostInputFile, _ count: Int, _ member: TarMember, _ path: FilePath
    ) throws(ArchiveError) -> [UInt8] {
        do throws(HostFileError) {
            let piece = try file.read(upTo: count)
            guard piece.count == count else { throw HostFileError(.read, file.path, .changedWhileRead) }
            return piece
        } catch {
            throw ArchiveError(.host(error), path, member: member.name)
        }
    }

    /// Runs file operations, and says in their errors which archive and member they were for.
    private func hosted<Value: ~Copyable>(
        _ path: FilePath, _ member: TarMember? = nil, _ body: () throws(HostFileError) -> Value
    ) throws(ArchiveError) -> Value {
        do throws(HostFileError) {
            return try body()
        } catch {
            throw ArchiveError(.host(error), path, member: member?.name)
        }
    }

    private static func check(_ members: [TarMember], _ path: FilePath) throws(ArchiveError) {
        var names: Set<[UInt8]> = []
        for member in members {
            if let problem = member.problem {
                throw ArchiveError(.unusableName, path, member: member.name, detail: problem)
            }
            guard names.insert(member.name).inserted else {
                throw ArchiveError(.duplicateMember, path, member: member.name)
            }
        }
    }
}
