import HostFiles
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseBuilding

@Suite struct FilePatternTests {
    static let names = ["a.txt", "b.txt", "ab.TXT", ".hidden", "d/x.txt", "d/e/y.txt", "d/e/z.c", "m[1].txt"]
    static let patterns = [
        "*", "*.txt", "?.txt", "[ab].txt", "[a-c]*", "{a,b}.txt", "d/{x,y}.*", "**", "**/*.txt", "d/**", "d/*/*",
        "a.txt", "gone", "gone/*", ".h*", "*a*b*", "[", "d/", "./a.txt", "[]a].txt", "*.{txt,c}",
    ]

    @Test(.enabled(if: OTP.isInstalled)) func filesMatchAsInFilelib() async throws {
        try await withTemporaryFolder { folder in
            for name in Self.names {
                let path = folder.appending(name)
                _ = try await Program.run("mkdir", ["-p", path.removingLastComponent().string])
                try File.write([], to: path)
            }
            let list = Self.patterns.map { "\"\($0)\"" }.joined(separator: ",")
            let output = try await OTP.evaluate(
                """
                [io:format("~s~n", [lists:join(" ", lists:usort(filelib:wildcard(P, "\(folder)")))]) || P <- [\(list)]]
                """)
            let expected = String(decoding: output, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            let files = HostFileSystem()
            for (pattern, expected) in zip(Self.patterns, expected) {
                var found: [String] = []
                for part in try #require(FilePattern.patterns(folder.pushing(FilePath(pattern)))) {
                    found += try part.matches(files).map { String($0.string.dropFirst(folder.string.count + 1)) }
                }
                let names = Set(found).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                let theirs = expected.split(separator: " ").map { $0.hasPrefix("./") ? $0.dropFirst(2) : $0 }
                    .map { $0.hasSuffix("/") ? $0.dropLast() : $0 }
                #expect(
                    names == theirs.map(String.init).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }, "\(pattern)"
                )
            }
        }
    }

    @Test func alternativesAreBounded() {
        let pattern = FilePath(String(repeating: "{a,b}", count: 20))
        #expect(FilePattern.patterns(pattern)?.count == nil)
    }
}
