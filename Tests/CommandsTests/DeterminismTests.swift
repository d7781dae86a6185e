import SystemPackage
import TestSupport
import Testing

/// Same input, same bytes: whatever the order of the files on disk, of the library folders, and of the hashes of a process.
@Suite struct DeterminismTests {
    /// The files of two releases with upgraded applications whose modules depend on each other across applications, in
    /// circles too, and with added and removed ones.
    private static func files() -> [(path: String, text: String)] {
        var files: [(path: String, text: String)] = []
        func application(_ library: String, _ name: String, _ version: String, _ modules: [String], _ uses: [String]) {
            let needs = name == "kernel" ? [] : name == "stdlib" ? ["kernel"] : ["kernel", "stdlib"] + uses
            files.append(
                (
                    "\(library)/\(name)-\(version)/ebin/\(name).app",
                    """
                    {application,\(name),[{description,""},{vsn,"\(version)"},{modules,[\(modules.joined(separator: ","))]},
                     {registered,[]},{applications,[\(needs.joined(separator: ","))]}]}.
                    """
                ))
        }
        let count = 12
        for name in ["kernel", "stdlib", "sasl"] { application("one", name, "1", [], []) }
        for number in 0..<count {
            let (library, modules) = (number % 3 == 0 ? "two" : "one", (0..<4).map { "u\(number)_\($0)" })
            application(number % 2 == 0 ? "one" : "two", "u\(number)", "1", modules, [])
            application(library, "u\(number)", "2", modules, number == 0 ? ["n1"] : [])
            let instructions = modules.enumerated().map { index, module in
                let others = [
                    "u\((number * 5 + index) % count)_\((index + 1) % 4)", "u\((number + 1) % count)_\(index)",
                ]
                return index % 2 == 0
                    ? "{load_module,\(module),[\(others.joined(separator: ","))]}"
                    : "{update,\(module),{advanced,[]},[\(others[0])]}"
            }.joined(separator: ",")
            files.append(
                (
                    "\(library)/u\(number)-2/ebin/u\(number).appup",
                    "{\"2\",[{<<\".*\">>,[\(instructions)]}],[{\"1\",[\(instructions)]}]}."
                ))
        }
        for number in 0..<5 {
            application("two", "n\(number)", "1", ["n\(number)m"], number == 0 ? [] : ["n\(number - 1)"])
            application("one", "r\(number)", "1", ["r\(number)m"], number == 4 ? [] : ["r\(number + 1)"])
        }
        func release(_ file: String, _ version: String, _ entries: [String]) {
            let all = ["kernel-1", "stdlib-1", "sasl-1"] + entries
            let terms = all.map { $0.split(separator: "-") }.map { "{\($0[0]),\"\($0[1])\"}" }
            files.append(
                (file, "{release,{\"d\",\"\(version)\"},{erts,\"13.1\"},[\(terms.joined(separator: ","))]}."))
        }
        release("old.rel", "1", (0..<count).map { "u\($0)-1" } + (0..<5).map { "r\($0)-1" })
        release("new.rel", "2", (0..<5).reversed().map { "n\($0)-1" } + (0..<count).map { "u\($0)-2" })
        return files
    }

    /// What the program makes of the files, written in some order and searched in some order.
    private static func results(
        _ files: [(path: String, text: String)], libraries: [String], order: String, runs: Int
    ) async throws -> [[[UInt8]]] {
        try await withTemporaryFolder { folder in
            var folders: Set<FilePath> = []
            for file in files {
                let path = folder.appending(file.path)
                if folders.insert(path.removingLastComponent()).inserted {
                    _ = try await Program.run("mkdir", ["-p", path.removingLastComponent().string])
                }
                try File.write(Array(file.text.utf8), to: path)
            }
            let search = libraries.flatMap { ["--lib", $0] } + ["--otp", "none", "--output", "out"]
            var results: [[[UInt8]]] = []
            for _ in 0..<runs {
                let relup = try await Program.run(
                    ["relup", "new.rel", "--from", "old.rel", "--order", order] + search, in: folder)
                let script = try await Program.run(["script", "new.rel"] + search, in: folder)
                #expect(relup.status == 0 && script.status == 0, "\(relup.errors)\(script.errors)")
                results.append(
                    try ["relup", "new.script", "new.boot"].map { try File.read(folder.appending("out/\($0)")) }
                        + [Array(relup.errors.utf8)])
            }
            return results
        }
    }

    @Test(arguments: ["otp", "dependencies"]) func theSameInputGivesTheSameBytes(order: String) async throws {
        var generator = SeededGenerator(seed: 35)
        let files = Self.files()
        // Every process hashes with a seed of its own: these are six orders of every dictionary.
        var results = try await Self.results(files, libraries: ["one", "two"], order: order, runs: 2)
        results += try await Self.results(files.reversed(), libraries: ["two", "one"], order: order, runs: 2)
        results += try await Self.results(
            files.shuffled(using: &generator), libraries: ["two", "one"], order: order, runs: 2)
        #expect(Set(results).count == 1)
        #expect((results.first?.first?.count ?? 0) > 1_000)
    }
}
