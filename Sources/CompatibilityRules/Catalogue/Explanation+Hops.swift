package import Diagnostics
import ReleaseModel

/// Examples of rules: two releases of `shop` whose modules are shown as sources.
extension Explanation.File {
    /// The source of a module, which is compiled into `ebin` beside its `src` folder.
    package static func source(
        _ application: String, _ version: String, _ module: String, _ lines: String...
    ) -> Self {
        Self(
            "lib/\(application)-\(version)/src/\(module).erl",
            (["-module(\(module))."] + lines).joined(separator: "\n"))
    }

    /// The `relup` of the assembled release 2, from release 1 and back; the scripts are instructions in Erlang's syntax.
    package static func relup(up: [String], down: [String]) -> Self {
        func lines(_ script: [String]) -> String { script.joined(separator: ",\n   ") }
        return Self(
            "releases/2/relup",
            """
            {"2",
             [{"1",[],
              [\(lines(up))]}],
             [{"1",[],
              [\(lines(down))]}]}.
            """)
    }

    /// The application and version that a file below `lib` is of, and the module that it is the source of.
    fileprivate var source: (folder: String, module: String)? {
        let parts = self.path.split(separator: "/").map(String.init)
        guard parts.count == 4, parts[0] == "lib", parts[2] == "src", parts[3].hasSuffix(".erl") else { return nil }
        return (parts[1], String(parts[3].dropLast(4)))
    }
}

extension Explanation.Example {
    /// A hop from release 1 with `shop` 1 to release 2 with `shop` 2. The `.rel` files and, for each application that
    /// sources are of, its `.app` file are made, unless `files` has them.
    package static func hop(
        _ files: [Explanation.File], command: String = "relift check shop-1.rel shop-2.rel --lib lib"
    ) -> Self {
        Self(self.completed(files, releases: ["1", "2"]), self.compilation(files) + [command])
    }

    /// The same with release 1 alone.
    package static func release(
        _ files: [Explanation.File], command: String = "relift check shop-1.rel --lib lib"
    ) -> Self {
        Self(self.completed(files, releases: ["1"]), self.compilation(files) + [command])
    }

    /// The same hop between assembled releases, where a `relup` can lie: `releases/1` and `releases/2` beside `lib`.
    package static func assembled(
        _ files: [Explanation.File], command: String = "relift check .@1 .@2"
    ) -> Self {
        let resources = self.completed(files, releases: ["1", "2"]).map { file in
            guard file.path.hasSuffix(".rel"), !file.path.contains("/") else { return file }
            return Explanation.File("releases/\(file.path.dropFirst(5).dropLast(4))/shop.rel", file.text)
        }
        let data = Explanation.File("releases/start_erl.data", "13.1 2")
        return Self([data] + resources, self.compilation(files) + [command])
    }

    private static func folders(_ files: [Explanation.File]) -> [String] {
        var folders: [String] = []
        for case let source? in files.map(\.source) where !folders.contains(source.folder) {
            folders.append(source.folder)
        }
        return folders
    }

    private static func compilation(_ files: [Explanation.File]) -> [String] {
        self.folders(files).map { "erlc -o lib/\($0)/ebin lib/\($0)/src/*.erl" }
    }

    private static func completed(_ files: [Explanation.File], releases: [String]) -> [Explanation.File] {
        var made: [Explanation.File] = []
        for folder in self.folders(files) {
            let parts = folder.split(separator: "-", maxSplits: 1).map(String.init)
            let modules = files.compactMap(\.source).filter { $0.folder == folder }.map(\.module)
            made.append(.application(parts[0], parts[1], modules: modules))
        }
        for version in releases {
            let members = self.folders(files).filter { $0.hasSuffix("-\(version)") }.map {
                $0.dropLast(version.utf8.count + 1)
            }
            made.append(.release("shop-\(version).rel", version, members.map { "{\($0),\"\(version)\"}" }))
        }
        let given = Set(files.map(\.path))
        return made.filter { !given.contains($0.path) } + files
    }
}
