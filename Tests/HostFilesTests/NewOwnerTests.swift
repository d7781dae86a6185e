import Glibc
import HostFiles
import SystemPackage
import TestSupport
import Testing

/// What root makes in a folder of somebody else.
@Suite(.enabled(if: geteuid() == 0, "only root gives files away")) struct NewOwnerTests {
    private static let nobody = HostFileOwner(userID: 65_534, groupID: 65_534)

    @Test func whateverIsMadeBelongsToTheOwnerOfTheFolder() async throws {
        try await withTemporaryFolder { folder in
            let root = folder.appending("root")
            try HostFileSystem().makeFolders(root)
            try HostFolder(root, HostFileSystem()).setOwner(Self.nobody)
            let files = HostFileSystem().makingFilesForOwner(of: root)
            #expect(files.newOwner == Self.nobody)

            try files.makeFolders(root.appending("a/b"))
            try files.replaceFile(root.appending("a/replaced"), with: [1])
            try files.appendToFile(root.appending("a/appended"), [1])
            try files.makeSymbolicLink(root.appending("a/link"), to: "/nowhere")
            try HostFileLock(root.appending("lock"), files).unlock()
            var writer = TreeWriter(try HostFolder(root, files))
            try writer.makeFile("tree/x/file", mode: 0o755).write([1])
            for path in ["a", "a/b", "a/replaced", "a/appended", "a/link", "lock", "tree", "tree/x", "tree/x/file"] {
                let facts = try #require(
                    try files.factsIfPresent(of: root.pushing(FilePath(path)), followLinks: false))
                #expect(facts.userID == 65_534 && facts.groupID == 65_534, "\(path)")
            }
        }
    }

    @Test func aFolderOfRootStaysRoots() async throws {
        try await withTemporaryFolder { folder in
            #expect(HostFileSystem().makingFilesForOwner(of: folder).newOwner == nil)
            #expect(HostFileSystem().makingFilesForOwner(of: folder.appending("missing")).newOwner == nil)
        }
    }
}
