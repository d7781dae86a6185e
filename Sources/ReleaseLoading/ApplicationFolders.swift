package import Diagnostics
package import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// Where applications are looked for: the `ebin` folders behind `--lib`, in the order given, then OTP's own.
package struct ApplicationFolders: Sendable {
    /// Folders that hold `.app` files, in search order.
    package let folders: [FilePath]
    /// Application name to its `.app` files, in search order.
    private let index: [String: [FilePath]]
    /// What the folders were found behind.
    private let libraries: [FilePath]
    private let files: HostFileSystem

    package init(folders: [FilePath], behind libraries: [FilePath] = [], files: HostFileSystem) {
        var seen: Set<FilePath> = []
        let unique = folders.filter { seen.insert($0).inserted }
        var index: [String: [FilePath]] = [:]
        for folder in unique {
            for name in files.names(in: folder) where name.hasSuffix(".app") {
                index[String(name.dropLast(".app".count)), default: []].append(folder.appending(name))
            }
        }
        self.folders = unique
        self.index = index
        self.libraries = libraries
        self.files = files
    }

    /// Looks behind each `--lib`, then in the OTP installation.
    package init(libraries: [FilePath], otp: OTPInstallation?, files: HostFileSystem) {
        let folders = libraries + (otp.map { [$0.libraryFolder] } ?? [])
        self.init(folders: folders.flatMap { Self.ebinFolders($0, files) }, behind: folders, files: files)
    }

    /// The `ebin` folders that one `--lib` value means: the folder itself when it holds `.app` files, its `ebin`, or the
    /// `ebin` of each application in it; `*` in a component matches as in systools.
    package static func ebinFolders(_ library: FilePath, _ files: HostFileSystem) -> [FilePath] {
        let matches = (try? files.folders(matching: library)) ?? []
        return matches.flatMap { folder -> [FilePath] in
            let names = files.names(in: folder)
            if names.contains(where: { $0.hasSuffix(".app") }) { return [folder] }
            if names.contains("ebin") { return [folder.appending("ebin")] }
            return names.map { folder.appending($0).appending("ebin") }.filter { files.isFolder($0) }
        }
    }

    /// The names of all applications that have an `.app` file, sorted by their bytes.
    package var names: [String] {
        self.index.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Every `.app` file of an application, in search order.
    package func files(of name: ApplicationName) -> [FilePath] { self.index[name.name] ?? [] }

    /// The text of an `.app` file; nil after a finding that says why it cannot be read.
    package func source(_ path: FilePath, _ findings: inout [Diagnostic]) -> SourceFile? {
        self.files.source(path, &findings)
    }

    /// An application that was found, and its `.app` file for places in it.
    package struct Found: Sendable {
        package var application: Application
        package var file: TermFile?
        /// What was found where its appup belongs; nil when nobody asked.
        package var appup: AppupReading?
    }

    /// Finds the application of an entry of a release, as systools does; `findings` gets files that cannot be read.
    package func find(
        _ entry: ReleaseResource.Entry, target: OTPRelease, neededAt place: Diagnostic.Place,
        reading parts: ReleaseParts = [], _ findings: inout [Diagnostic]
    ) -> Result<Found, ApplicationFailure> {
        var search = ApplicationSearch(for: entry, target: target, at: place)
        for path in self.index[entry.name.name] ?? [] where !search.isDecided {
            guard let source = self.files.source(path, &findings) else { continue }
            search.consider(source, in: path.removingLastComponent().string)
        }
        switch search.result {
        case .failure(let failure): return .failure(self.withUnreadableFolders(failure))
        case .success(var application):
            findings += search.warnings
            guard parts.contains(.appups) else {
                return .success(Found(application: application, file: search.file))
            }
            let appup = AppupReading(of: application, self.files)
            application.appup = appup.appup
            return .success(Found(application: application, file: search.file, appup: appup))
        }
    }

    /// Finds the first application of a name whose `.app` file is valid, whatever its version.
    package func find(
        _ name: ApplicationName, target: OTPRelease, neededAt place: Diagnostic.Place, _ findings: inout [Diagnostic]
    ) -> Result<Found, ApplicationFailure> {
        var problems: [Diagnostic] = []
        for path in self.index[name.name] ?? [] {
            guard let source = self.files.source(path, &problems),
                let specification = ApplicationFile.read(source, &problems, target: target)
            else { continue }
            let entry = ReleaseResource.Entry(name: name, version: specification.version)
            return self.find(entry, target: target, neededAt: place, &findings)
        }
        var failure = ApplicationFailure.notFound(name, searched: self.folders.prefix(8).map(\.string), at: place)
        if !problems.isEmpty { failure.diagnostics = problems }
        return .failure(self.withUnreadableFolders(failure))
    }

    /// The failure with a note for each folder that could not be searched: what is missing may lie there.
    private func withUnreadableFolders(_ failure: ApplicationFailure) -> ApplicationFailure {
        var notes: [Diagnostic.Note] = []
        func look(_ folder: FilePath) -> [HostFolderEntry] {
            do throws(HostFileError) {
                return try self.files.entries(of: folder)
            } catch {
                if !error.isMissing, error.errno != .notDirectory {
                    notes.append(Diagnostic.Note("\(error)", at: .file(folder.string)))
                }
                return []
            }
        }
        for library in self.libraries {
            for folder in (try? self.files.folders(matching: library)) ?? [] {
                for entry in look(folder) where entry.kind == .folder || entry.kind == .symbolicLink {
                    _ = look(
                        entry.name.string == "ebin"
                            ? folder.appending("ebin") : folder.appending(entry.name).appending("ebin"))
                }
            }
        }
        var failure = failure
        for index in failure.diagnostics.indices { failure.diagnostics[index].notes += notes.prefix(8) }
        return failure
    }
}

/// How much of a file is read at most.
package enum LoadingLimits {
    /// Bytes of a file of Erlang terms.
    package static let textFile = 64 << 20
    /// Bytes of a BEAM file.
    package static let beamFile = 256 << 20
    /// Bytes of a native library.
    package static let nativeLibrary = 256 << 20
}
