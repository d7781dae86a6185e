package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// Where applications are looked for: the `ebin` folders behind `--lib`, in the order given, then OTP's own.
///
/// As in systools, the first folder that holds a readable `App.app` of the wanted version wins; files of other versions
/// and files that cannot be read are passed over, and the first such problem is told when nothing fits.
package struct ApplicationSearch: Sendable {
    /// Folders that hold `.app` files, in search order.
    package let folders: [FilePath]
    /// Application name to its `.app` files, in search order.
    private let index: [String: [FilePath]]
    private let files: HostFileSystem

    package init(folders: [FilePath], files: HostFileSystem) {
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
        self.files = files
    }

    /// Looks behind each `--lib`, then in the OTP installation.
    package init(libraries: [FilePath], otp: OTPInstallation?, files: HostFileSystem) {
        let folders = libraries + (otp.map { [$0.libraryFolder] } ?? [])
        self.init(folders: folders.flatMap { Self.ebinFolders($0, files) }, files: files)
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

    /// Finds an application, of `version` when one is wanted.
    ///
    /// `findings` gets what is wrong with files that were used; why nothing was found is the failure.
    package func find(
        _ name: ApplicationName, version: ApplicationVersion?, neededAt place: Diagnostic.Place,
        _ findings: inout [Diagnostic]
    ) -> Result<Application, ApplicationFailure> {
        var firstProblem: ApplicationFailure?
        var otherVersions: [ApplicationOrigin] = []
        for path in self.index[name.name] ?? [] {
            var problems: [Diagnostic] = []
            switch self.specification(at: path, &problems) {
            case .failure(let failure):
                firstProblem = firstProblem ?? failure
            case .success(let specification) where version == nil || specification.version == version:
                findings += problems
                return .success(
                    Application(
                        specification: specification, directory: path.removingLastComponent().string,
                        appup: self.appup(beside: path, of: name, &findings)))
            case .success(let specification):
                otherVersions.append(
                    ApplicationOrigin(
                        name: specification.name, version: specification.version,
                        directory: path.removingLastComponent().string))
                if let version {
                    firstProblem =
                        firstProblem ?? .noFittingVersion(name, version, found: otherVersions, at: place)
                }
            }
        }
        if let version, !otherVersions.isEmpty {
            return .failure(.noFittingVersion(name, version, found: otherVersions, at: place))
        }
        return .failure(firstProblem ?? .notFound(name, searched: self.folders.prefix(8).map(\.string), at: place))
    }

    private func specification(
        at path: FilePath, _ findings: inout [Diagnostic]
    ) -> Result<ApplicationSpecification, ApplicationFailure> {
        let source: SourceFile
        do {
            source = SourceFile(path: path.string, bytes: try self.files.readFile(path, limit: LoadingLimits.textFile))
        } catch {
            return .failure(
                ApplicationFailure(
                    otpReason: .tuple(.atom("not_found"), .string(path.lastComponent?.string ?? "")),
                    diagnostics: [error.diagnostic]))
        }
        var problems: [Diagnostic] = []
        guard let term = TermText.parseFirstTerm(source, &problems) else {
            return .failure(
                ApplicationFailure(otpReason: .tuple(.atom("parse_error"), .string(path.string)), diagnostics: problems))
        }
        let reading = ApplicationFile.reading(term, in: source)
        guard let specification = reading.value else {
            return .failure(
                ApplicationFailure(
                    otpReason: reading.otpReason ?? .atom("badly_formatted_application"),
                    diagnostics: problems + reading.diagnostics))
        }
        findings += problems + reading.diagnostics
        return .success(specification)
    }

    private func appup(beside path: FilePath, of name: ApplicationName, _ findings: inout [Diagnostic]) -> Appup? {
        let appup = path.removingLastComponent().appending(name.name + ".appup")
        guard self.files.isFile(appup) else { return nil }
        do {
            let bytes = try self.files.readFile(appup, limit: LoadingLimits.textFile)
            return AppupFile.read(SourceFile(path: appup.string, bytes: bytes), &findings)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }
}

/// How much of a file is read at most.
package enum LoadingLimits {
    /// Bytes of a file of Erlang terms.
    package static let textFile = 64 << 20
    /// Bytes of a BEAM file.
    package static let beamFile = 256 << 20
}
