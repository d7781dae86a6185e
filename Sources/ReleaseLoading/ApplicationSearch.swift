package import Diagnostics
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// Where applications are looked for: the `ebin` folders behind `--lib`, in the order given, then OTP's own.
///
/// As in systools, the first folder that holds a readable `App.app` of the wanted version wins; files of other versions
/// and files that cannot be read are passed over, and the first of them is told when nothing fits.
package struct ApplicationSearch: Sendable {
    /// Folders that hold `.app` files, in search order.
    package let folders: [FilePath]
    /// Application name to its `.app` files, in search order.
    private let index: [String: [FilePath]]
    private let files: HostFileSystem

    package init(libraries: [FilePath], otp: OTPInstallation?, files: HostFileSystem) {
        var folders: [FilePath] = []
        for library in libraries { folders += Self.ebinFolders(library, files) }
        if let otp { folders += Self.ebinFolders(otp.libraryFolder, files) }
        var seen: Set<FilePath> = []
        let unique = folders.filter { seen.insert($0).inserted }
        var index: [String: [FilePath]] = [:]
        for folder in unique {
            for name in (try? files.list(folder)) ?? [] where name.hasSuffix(".app") {
                index[String(name.dropLast(4)), default: []].append(folder.appending(name))
            }
        }
        self.folders = unique
        self.index = index
        self.files = files
    }

    /// The `ebin` folders that one `--lib` value means: the folder itself when it holds `.app` files, its `ebin`, or the
    /// `ebin` of each application in it; `*` in a component matches as in a shell.
    package static func ebinFolders(_ library: FilePath, _ files: HostFileSystem) -> [FilePath] {
        let matches = library.string.contains("*") ? ((try? files.glob(library)) ?? []) : [library]
        return matches.flatMap { folder -> [FilePath] in
            let names = (try? files.list(folder)) ?? []
            if names.contains(where: { $0.hasSuffix(".app") }) { return [folder] }
            if names.contains("ebin") { return [folder.appending("ebin")] }
            return names.map { folder.appending($0).appending("ebin") }.filter { files.isFolder($0) }
        }
    }

    /// The `.app` files of an application, in search order.
    package func candidates(_ name: ApplicationName) -> [FilePath] { self.index[name.name] ?? [] }

    /// Every application name that has an `.app` file, sorted.
    package var names: [String] { self.index.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }

    /// Finds the application, of `version` when one is wanted; adds findings when it is not there or not readable.
    package func find(
        _ name: ApplicationName, version: ApplicationVersion?, wantedAt place: Diagnostic.Place,
        _ findings: inout [Diagnostic]
    ) -> Application? {
        var problems: [Diagnostic] = []
        var otherVersions: [(version: ApplicationVersion, path: FilePath)] = []
        for path in self.candidates(name) {
            guard let specification = self.specification(at: path, &problems) else { continue }
            guard version == nil || specification.version == version else {
                otherVersions.append((specification.version, path))
                continue
            }
            return Application(
                specification: specification, directory: path.removingLastComponent().string,
                appup: self.appup(beside: path, of: name, &findings))
        }
        findings += problems
        if !problems.isEmpty && otherVersions.isEmpty { return nil }
        findings.append(self.notFound(name, version, otherVersions, place))
        return nil
    }

    private func specification(at path: FilePath, _ findings: inout [Diagnostic]) -> ApplicationSpecification? {
        do {
            let source = SourceFile(path: path.string, bytes: try self.files.read(path, limit: LoadingLimits.textFile))
            return ApplicationFile.read(source, &findings)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    private func appup(
        beside path: FilePath, of name: ApplicationName, _ findings: inout [Diagnostic]
    ) -> Appup? {
        let appupPath = path.removingLastComponent().appending(name.name + ".appup")
        guard self.files.isFile(appupPath) else { return nil }
        do {
            let bytes = try self.files.read(appupPath, limit: LoadingLimits.textFile)
            return AppupFile.read(SourceFile(path: appupPath.string, bytes: bytes), &findings)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    private func notFound(
        _ name: ApplicationName, _ version: ApplicationVersion?,
        _ others: [(version: ApplicationVersion, path: FilePath)], _ place: Diagnostic.Place
    ) -> Diagnostic {
        let wanted = version.map { "`\(name)` version `\($0)`" } ?? "`\(name)`"
        let notes =
            others.isEmpty
            ? [Diagnostic.Note("looked in \(self.folders.count) folders of applications")]
            : others.map { Diagnostic.Note("found version `\($0.version)`", at: .file($0.path.string)) }
        return Diagnostic(
            Diagnostic.ID("release/application-not-found"), .error, "application \(wanted) was not found", at: place,
            explanation: "every application that a release names must be found with exactly the version it names",
            notes: notes,
            help: ["name the folder it lies in with `--lib DIR`, or change the version"], application: name.name)
    }
}

/// How much of a file is read at most.
package enum LoadingLimits {
    /// Bytes of a file of Erlang terms.
    package static let textFile = 64 << 20
    /// Bytes of a BEAM file.
    package static let beamFile = 256 << 20
}
