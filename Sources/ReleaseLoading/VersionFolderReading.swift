import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// Reads what lies in `releases/VSN` beside the `.rel` file, on disk or in a tarball.
struct VersionFolderReading {
    private(set) var folder: ReleaseSnapshot.VersionFolder
    private let read: (String) -> [UInt8]?

    /// Nil for a `.rel` file alone.
    init?(_ loaded: LoadedRelease, _ files: HostFileSystem) {
        switch loaded.reference {
        case .resource: return nil
        case .tarball(let path):
            guard let contents = loaded.contents else { return nil }
            self.init(contents, path, loaded)
        case .root(let root, _):
            guard let folder = loaded.folder else { return nil }
            self.init(folder, root, loaded, files)
        }
        self.readConfiguration()
        self.readArguments()
    }

    private init(_ contents: TarballContents, _ path: FilePath, _ loaded: LoadedRelease) {
        let version = loaded.release.version.text
        let prefix = "releases/\(version)/"
        let names = contents.outline.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        self.folder = ReleaseSnapshot.VersionFolder(
            name: version, path: "\(path):releases/\(version)", files: Self.sorted(names.filter { !$0.contains("/") }),
            relup: loaded.relup)
        self.read = { contents.texts[prefix + $0] }
        self.folder.consolidated = contents.modules["\(prefix)consolidated"] ?? [:]
        self.folder.hasConsolidated = names.contains { $0.hasPrefix("consolidated/") }
        let listed = Self.listed(loaded.release.resource)
        let libraries = contents.outline.filter { $0.hasPrefix("lib/") }.map { String($0.dropFirst(4)) }
        self.folder.unlisted = Self.sorted(libraries.filter { !listed.contains($0) }).map { "\(path):lib/\($0)" }
        self.folder.runtimes = Set(
            contents.outline.filter { $0.hasPrefix("erts-") }.map { String($0.dropFirst("erts-".count)) })
        self.folder.archiveNames = .init(
            tarball: Self.stem(path.lastComponent?.string ?? ""), resource: contents.archiveName)
    }

    private init(_ folder: FilePath, _ root: FilePath, _ loaded: LoadedRelease, _ files: HostFileSystem) {
        let names = files.names(in: folder)
        self.folder = ReleaseSnapshot.VersionFolder(
            name: folder.lastComponent?.string ?? loaded.release.version.text, path: folder.string,
            files: names.filter { files.isFile(folder.appending($0)) }, relup: loaded.relup)
        self.read = { try? files.readFile(folder.appending($0), limit: LoadingLimits.textFile) }
        if names.contains("consolidated") {
            self.folder.hasConsolidated = true
            self.folder.consolidated = Self.modules(in: folder.appending("consolidated"), files)
        }
        self.folder.unlisted = Self.unlisted(in: root, files)
        self.folder.runtimes = Set(files.runtimeVersions(in: root))
    }

    // MARK: - Configuration

    private mutating func readConfiguration() {
        guard self.folder.files.contains("sys.config") else {
            self.folder.configuration = self.folder.files.contains("sys.config.src") ? .template : .absent
            return
        }
        let path = self.folder.file("sys.config")
        guard let bytes = self.read("sys.config") else {
            self.folder.configuration = .unreadable([])
            return
        }
        let source = SourceFile(path: path, bytes: bytes)
        var findings: [Diagnostic] = []
        guard let file = TermText.parseFile(source, &findings), file.terms.count == 1 else {
            // Says what is missing where every term was well-formed.
            if !findings.hasErrors { _ = SystemConfiguration.read(source, &findings) }
            self.folder.configuration = .unreadable(findings.filter { $0.severity == .error })
            return
        }
        self.folder.findings += findings
        let reading = SystemConfiguration.reading(file.terms[0], in: source)
        self.folder.findings += reading.diagnostics
        guard let configuration = reading.value else {
            self.folder.configuration = .malformed
            return
        }
        var result = ReleaseSnapshot.VersionFolder.ConfigurationFile(source: source, configuration: configuration)
        for name in configuration.files { result.included[name] = self.included(name) }
        self.folder.configuration = .file(result)
    }

    /// A file that `sys.config` names, relative to it; OTP puts `.config` behind the name where it is missing.
    private func included(_ name: String) -> SystemConfiguration? {
        let file = name.hasSuffix(".config") ? name : "\(name).config"
        guard FilePath(file).isRelative, !file.utf8.split(separator: UInt8(ascii: "/")).contains(Array("..".utf8)[...]),
            let bytes = self.read(file)
        else { return nil }
        var findings: [Diagnostic] = []
        return SystemConfiguration.read(SourceFile(path: self.folder.file(file), bytes: bytes), &findings)
    }

    private mutating func readArguments() {
        guard self.folder.files.contains("vm.args"), let bytes = self.read("vm.args") else { return }
        let path = self.folder.file("vm.args")
        guard let arguments = VMArguments.read(SourceFile(path: path, bytes: bytes), &self.folder.findings) else {
            return
        }
        // What further files say is not looked at: then it is not known which flags there are.
        guard arguments.argumentFiles.isEmpty else { return }
        self.folder.arguments = .init(
            path: path, flags: Set(arguments.flags.map(\.name.text)), words: arguments.arguments.map(\.text))
    }

    // MARK: - The rest of the tree

    private static func modules(in folder: FilePath, _ files: HostFileSystem) -> [ModuleName: ModuleFacts] {
        var modules: [ModuleName: ModuleFacts] = [:]
        for name in files.names(in: folder) where name.hasSuffix(".beam") {
            let path = folder.appending(name)
            guard let bytes = try? files.readFile(path, limit: LoadingLimits.beamFile),
                let facts = try? ModuleFacts(beam: bytes, path: path.string, withCode: false)
            else { continue }
            modules[facts.name] = facts
        }
        return modules
    }

    /// The folders below `lib` that no `.rel` file of the tree names. Empty where one of these cannot be read: it might
    /// name any.
    private static func unlisted(in root: FilePath, _ files: HostFileSystem) -> [String] {
        let releases = root.appending("releases")
        var listed: Set<String> = []
        for folder in [releases] + files.names(in: releases).map({ releases.appending($0) }) {
            for name in files.names(in: folder) where name.hasSuffix(".rel") {
                guard let bytes = try? files.readFile(folder.appending(name), limit: LoadingLimits.textFile) else {
                    return []
                }
                var findings: [Diagnostic] = []
                let source = SourceFile(path: folder.appending(name).string, bytes: bytes)
                guard let resource = ReleaseResourceFile.read(source, &findings) else { return [] }
                listed.formUnion(Self.listed(resource))
            }
        }
        let libraries = root.appending("lib")
        return files.names(in: libraries).filter {
            !listed.contains($0) && files.isFolder(libraries.appending($0).appending("ebin"))
        }.map { libraries.appending($0).string }
    }

    private static func listed(_ resource: ReleaseResource) -> Set<String> {
        Set(resource.applications.flatMap { ["\($0.name)-\($0.version)", $0.name.name] })
    }

    private static func stem(_ name: String) -> String {
        for suffix in [".tar.gz", ".tgz", ".tar"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    private static func sorted(_ names: [String]) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
