import Diagnostics
import HostFiles
import SystemPackage
import TestSupport
import Testing

@testable import Signatures

/// Which list of keys a host trusts. Only what the user of the test can do about owners is tested: modes and links.
@Suite struct KeyPlacesTests {
    private struct Host {
        let folder: FilePath
        let files = HostFileSystem()
        let userID: UInt32

        var root: FilePath { self.folder.appending("root") }
        var own: FilePath { self.root.appending("etc/relift/allowed_signers") }
        var hostWide: FilePath { self.folder.appending("etc/allowed_signers") }

        func write(_ path: FilePath, _ text: String = SignatureSamples.publicLine) throws {
            try self.files.makeFolders(path.removingLastComponent())
            try self.files.replaceFile(path, with: Array(text.utf8))
        }

        /// The path of the list that is used, or the IDs of the findings, or nothing.
        func found(named: FilePath? = nil, userID: UInt32? = nil) -> [String] {
            var places = KeyPlaces(named: named, root: self.root, userID: userID ?? self.userID)
            places.hostWide = self.hostWide
            var findings: [Diagnostic] = []
            switch places.find(SignatureSamples.time(), self.files, &findings) {
            case .none: return []
            case .keys(let keys): return [keys.file.path]
            case .refused: return findings.filter { $0.severity == .error }.map(\.id.rawValue)
            }
        }
    }

    private func withHost(_ body: (Host) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let path = try HostFileSystem().facts(of: folder)
            try await body(Host(folder: folder, userID: path.userID))
        }
    }

    private func run(_ command: String..., in folder: FilePath) async throws {
        let run = try await Program.run(command[0], Array(command.dropFirst()), in: folder)
        try #require(run.status == 0, "\(run.errors)")
    }

    @Test func theNamedOneComesFirstThenThatOfTheRootThenThatOfTheHost() async throws {
        try await self.withHost { host in
            #expect(host.found() == [])
            try host.write(host.hostWide)
            #expect(host.found() == [host.hostWide.string])
            try host.write(host.own)
            #expect(host.found() == [host.own.string])
            let named = host.folder.appending("named")
            #expect(host.found(named: named) == ["host/missing"])
            try host.write(named)
            #expect(host.found(named: named) == [named.string])
        }
    }

    @Test(arguments: ["etc/relift/allowed_signers", "etc/relift", "etc", "."])
    func whatOthersCanWriteIsNoRootOfTrust(part: String) async throws {
        try await self.withHost { host in
            try host.write(host.own)
            try host.write(host.hostWide)
            for mode in ["g+w", "o+w"] {
                try await self.run("chmod", mode, part, in: host.root)
                // It is not left out: who could write there could as well take a list away.
                #expect(host.found() == ["signature/keys-writable-by-others"])
                #expect(host.found(named: host.own) == [host.own.string])
                try await self.run("chmod", "go-w", part, in: host.root)
                #expect(host.found() == [host.own.string])
            }
        }
    }

    @Test func whatBelongsToSomebodyElseIsNone() async throws {
        try await self.withHost { host in
            try host.write(host.own)
            guard host.userID != 0 else {
                try await self.run("chown", "12345", "etc", in: host.root)
                #expect(host.found() == ["signature/keys-writable-by-others"])
                #expect(host.found(userID: 12345) == [host.own.string])
                return
            }
            #expect(host.found(userID: host.userID + 1) == ["signature/keys-writable-by-others"])
        }
    }

    @Test func linksAreFollowedAndLookedAt() async throws {
        try await self.withHost { host in
            try host.write(host.folder.appending("elsewhere/relift/allowed_signers"))
            try await self.run("mkdir", "root", in: host.folder)
            try await self.run("ln", "-s", "../elsewhere", "etc", in: host.root)
            #expect(host.found() == [host.own.string])
            try await self.run("chmod", "o+w", "elsewhere", in: host.folder)
            #expect(host.found() == ["signature/keys-writable-by-others"])
            try await self.run("ln", "-sfn", "etc", "etc", in: host.root)
            #expect(host.found() == ["host/link-loop"])
        }
    }

    @Test func aListWithoutAKeyTrustsNobody() async throws {
        try await self.withHost { host in
            try host.write(host.own, "# nothing yet\n")
            #expect(host.found() == ["signature/no-keys"])
            try await self.run("ln", "-sf", "nowhere", "allowed_signers", in: host.own.removingLastComponent())
            #expect(host.found() == ["host/missing"])
        }
    }
}
