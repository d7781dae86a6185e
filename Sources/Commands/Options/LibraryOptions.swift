import ArgumentParser
import Diagnostics
import HostFiles
import ReleaseLoading
import SystemPackage

/// Where applications are found (contract, section 2).
struct LibraryOptions: ParsableArguments {
    @Option(
        name: .customLong("lib"),
        help: ArgumentHelp(
            "A folder of applications, an application or an ebin folder; repeat it, `*` is allowed. Searched in the "
                + "order given, before OTP.", valueName: "dir"))
    var libraries: [String] = []

    @Option(
        help: ArgumentHelp(
            "The OTP installation to take OTP's own applications from, or `none`. Default: the one of `erl` on PATH.",
            valueName: "dir|none"))
    var otp: String?

    /// The loader for these options; findings when `--otp` or a `--lib` names nothing.
    func loader(
        _ files: HostFileSystem, checks: ReleaseChecks = ReleaseChecks(), _ findings: inout [Diagnostic]
    ) -> ReleaseLoader {
        ReleaseLoader(
            files: files, libraries: self.libraryFolders(files, &findings), otp: self.installation(files, &findings),
            parallelism: ProcessEnvironment.processorCount, checks: checks)
    }

    private func libraryFolders(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> [FilePath] {
        for library in self.libraries where ((try? files.folders(matching: FilePath(library))) ?? []).isEmpty {
            findings.append(
                Diagnostic(
                    Diagnostic.ID("release/no-such-library-folder"), .error, "`--lib \(library)` is no folder",
                    at: .file(library), help: ["build the project first, or correct the path"]))
        }
        return self.libraries.map { FilePath($0) }
    }

    func installation(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> OTPInstallation? {
        switch self.otp {
        case "none": return nil
        case .some(let path):
            if let found = OTPInstallation(root: FilePath(path), files: files) { return found }
            findings.append(
                Diagnostic(
                    Diagnostic.ID("release/no-such-otp"), .error, "`--otp \(path)` is no OTP installation",
                    at: .file(path), explanation: "An installation holds `lib/` and `erts-VSN/bin/`.",
                    help: ["give what `erl -noshell -eval 'io:put_chars(code:root_dir()),halt()'` prints"]))
            return nil
        case nil:
            return OTPInstallation.find(
                searchPath: ProcessEnvironment.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin", files: files)
        }
    }
}
