package import Diagnostics
import ReleaseModel

/// Examples of rules: two releases of `shop` whose modules are shown as sources.
extension Explanation.File {
    /// The source of a module, which is compiled into `ebin` beside its `src` folder.
    package static func source(
        _ application: String, _ version: String, _ module: String, _ lines: String...
    ) -> Self {
        .source(module, of: application, version, lines.joined(separator: "\n"))
    }

    /// A file in `releases/VSN` of the tree in the folder `shop`.
    package static func inVersion(_ version: String, _ name: String, _ text: String) -> Self {
        Self("shop/releases/\(version)/\(name)", text)
    }

    /// The `relup` of the assembled release 2, from release 1 and back; the scripts are instructions in Erlang's syntax.
    ///
    /// - Parameter root: the folder that `releases` lies in, with a `/`; empty for the working folder.
    package static func relup(up: [String], down: [String], in root: String = "") -> Self {
        func lines(_ script: [String]) -> String { script.joined(separator: ",\n   ") }
        return Self(
            "\(root)releases/2/relup",
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
    /// A hop between two assembled versions of `shop` in the folder `shop`, whose applications lie in `lib`. The `.rel`
    /// files and empty configurations are made, unless `files` has them.
    ///
    /// - Parameters:
    ///   - bare: versions that get no configuration.
    ///   - preparations: commands that are run before, for example to compile what is no Erlang.
    package static func tree(
        _ files: [Explanation.File], versions: [String] = ["1", "2"], bare: [String] = [], preparations: [String] = [],
        command: String = "relift check shop@1 shop@2 --lib lib"
    ) -> Self {
        var files = self.completed(files, releases: versions) { "shop/releases/\($0)/shop.rel" }
        for version in versions where !bare.contains(version) {
            let path = "shop/releases/\(version)/sys.config"
            if !files.contains(where: { $0.path.hasPrefix(path) }) { files.append(Explanation.File(path, "[].")) }
        }
        return Self(files, self.compilation(files) + preparations + [command])
    }

    /// A hop from release 1 with `shop` 1 to release 2 with `shop` 2. The `.rel` files and, for each application that
    /// sources are of, its `.app` file are made, unless `files` has them.
    package static func hop(
        _ files: [Explanation.File], preparations: [String] = [],
        command: String = "relift check shop-1.rel shop-2.rel --lib lib"
    ) -> Self {
        Self(self.completed(files, releases: ["1", "2"]), self.compilation(files) + preparations + [command])
    }

    /// The same with release 1 alone.
    package static func release(
        _ files: [Explanation.File], preparations: [String] = [],
        command: String = "relift check shop-1.rel --lib lib"
    ) -> Self {
        Self(self.completed(files, releases: ["1"]), self.compilation(files) + preparations + [command])
    }

    /// The same hop between assembled releases, where a `relup` can lie: `releases/1` and `releases/2` beside `lib`.
    package static func assembled(
        _ files: [Explanation.File], command: String = "relift check .@1 .@2"
    ) -> Self {
        let resources = self.completed(files, releases: ["1", "2"]).map { file in
            guard file.path.hasSuffix(".rel"), !file.path.contains("/") else { return file }
            return Explanation.File("releases/\(file.path.dropFirst(5).dropLast(4))/shop.rel", file.text)
        }
        let around =
            [Explanation.File("releases/start_erl.data", "13.1 2")]
            + ["1", "2"].map { Explanation.File("releases/\($0)/sys.config", "[].") }
        return Self(around + resources, self.compilation(files) + [command])
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

    private static func completed(
        _ files: [Explanation.File], releases: [String], resource: (String) -> String = { "shop-\($0).rel" }
    ) -> [Explanation.File] {
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
            made.append(.release(resource(version), version, members.map { "{\($0),\"\(version)\"}" }))
        }
        let given = Set(files.map(\.path))
        return made.filter { !given.contains($0.path) } + files
    }
}
