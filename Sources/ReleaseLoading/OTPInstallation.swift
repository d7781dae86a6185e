package import HostFiles
package import SystemPackage

/// An installed Erlang/OTP, found without starting it.
package struct OTPInstallation: Hashable, Sendable {
    /// The folder that holds `lib/` and `erts-VSN/` (`code:root_dir()`).
    package let root: FilePath

    package var libraryFolder: FilePath { self.root.appending("lib") }

    /// Takes `root` when it is one: it holds `lib/` and an `erts-VSN` folder.
    package init?(root: FilePath, files: HostFileSystem) {
        guard files.isFolder(root.appending("lib")), !files.runtimeVersions(in: root).isEmpty else { return nil }
        self.root = root
    }

    /// The installation that `erl` on the search path belongs to.
    ///
    /// `erl` is a shell script in `ROOT/bin`, often reached through links; the folder above is the root. Where a
    /// distribution put a wrapper elsewhere, the line `ROOTDIR=…` in it names the root.
    package static func find(searchPath: String, files: HostFileSystem) -> OTPInstallation? {
        for folder in searchPath.split(separator: ":") {
            let program = FilePath(String(folder)).appending("erl")
            guard files.isFile(program), let script = files.followingLinks(program) else { continue }
            let above = script.removingLastComponent().removingLastComponent()
            if let found = OTPInstallation(root: above, files: files) { return found }
            if let named = self.rootNamed(in: script, files: files) { return named }
        }
        return nil
    }

    private static func rootNamed(in script: FilePath, files: HostFileSystem) -> OTPInstallation? {
        guard let bytes = try? files.readFile(script, limit: 1 << 20) else { return nil }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: "ROOTDIR=".utf8) {
            let value = line.dropFirst("ROOTDIR=".utf8.count).filter {
                $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "'")
            }
            if let found = OTPInstallation(root: FilePath(bytes: value), files: files) { return found }
        }
        return nil
    }
}
