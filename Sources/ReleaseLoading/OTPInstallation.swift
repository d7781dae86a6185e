import Diagnostics
package import HostFiles
package import SystemPackage

/// An installed Erlang/OTP, found without starting it.
package struct OTPInstallation: Hashable, Sendable {
    /// The folder that holds `lib/` and `erts-VSN/` (`code:root_dir()`).
    package let root: FilePath

    package var libraryFolder: FilePath { self.root.appending("lib") }

    /// Takes `root` when it is one: it holds `lib/` and an `erts-VSN` folder.
    package init?(root: FilePath, files: HostFileSystem) {
        guard files.isFolder(root.appending("lib")) else { return nil }
        self.root = root
    }

    /// The installation that `erl` on the search path belongs to.
    ///
    /// `erl` is a shell script in `ROOT/bin`, often reached through links; its folder's parent is the root. Where a
    /// distribution put a wrapper elsewhere, the line `ROOTDIR=…` in it names the root.
    package static func find(searchPath: String, files: HostFileSystem) -> OTPInstallation? {
        for folder in searchPath.split(separator: ":") {
            let program = FilePath(String(folder)).appending("erl")
            guard files.isFile(program), let real = files.resolved(program) else { continue }
            let beside = real.removingLastComponent().removingLastComponent()
            if let found = OTPInstallation(root: beside, files: files), found.hasRuntime(files) { return found }
            if let named = self.rootNamed(in: real, files: files) { return named }
        }
        return nil
    }

    private func hasRuntime(_ files: HostFileSystem) -> Bool { !self.runtimeFolders(files).isEmpty }

    /// The `erts-VSN` folders of the installation.
    package func runtimeFolders(_ files: HostFileSystem) -> [FilePath] {
        let names = (try? files.list(self.root)) ?? []
        return names.filter { $0.starts(with: "erts-") }.map { self.root.appending($0) }
    }

    private static func rootNamed(in script: FilePath, files: HostFileSystem) -> OTPInstallation? {
        guard let bytes = try? files.read(script, limit: 1 << 20) else { return nil }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            guard text.hasPrefix("ROOTDIR=") else { continue }
            let value = text.dropFirst("ROOTDIR=".count).filter { $0 != "\"" && $0 != "'" }
            if let found = OTPInstallation(root: FilePath(String(value)), files: files) { return found }
        }
        return nil
    }
}
