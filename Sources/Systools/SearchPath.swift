import HostFiles
import ReleaseFiles
import ReleaseLoading
import SystemPackage

/// The folders that a call searches: the expanded option `path`, then the caller's code path, each one once.
struct SearchPath {
    /// What `path` expanded to.
    let expanded: [String]
    let all: [String]

    init(_ patterns: [String], codePath: [String], _ files: HostFileSystem) {
        let expanded = patterns.flatMap { Self.expand($0, files) }
        var seen: Set<String> = [""]
        self.expanded = expanded
        self.all = (expanded + codePath).filter { seen.insert($0).inserted }
    }

    /// The folders that a pattern names (`systools_lib:get_path/1`): in a component, `*` alone stands for one or more
    /// bytes, beside others for none or more. The names that a star matches come sorted by their bytes; OTP leaves
    /// their order to the file system.
    private static func expand(_ pattern: String, _ files: HostFileSystem) -> [String] {
        var found: [String] = []
        for (index, component) in OTPPath.split(pattern).enumerated() {
            let isRoot = index == 0
            let candidates: [String]
            if component.contains("*") {
                let folders = isRoot ? ["."] : found
                candidates = folders.flatMap { folder in
                    files.names(in: FilePath(folder)).filter { Self.matches($0, component) }
                        .map { isRoot ? $0 : OTPPath.join([folder, $0]) }
                }
            } else {
                candidates = isRoot ? [component] : found.map { OTPPath.join([$0, component]) }
            }
            found = candidates.filter { files.isFolder(FilePath($0)) }
        }
        return found
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        HostFileSystem.matches(Array(name.utf8), pattern: Array(pattern.utf8))
    }
}
