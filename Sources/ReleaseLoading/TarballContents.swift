package import Archives
package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// What a release tarball says it is, from one pass over it that unpacks nothing to disk.
package struct TarballContents: Sendable {
    /// The first `releases/NAME.rel` in it, by which release_handler knows the release.
    package let resource: ReleaseResource
    /// The name of that file without extension: `unpack_release` wants the tarball under this name.
    package let archiveName: String
    /// The text files that describe the release: `.rel`, `.app`, `.appup`, `relup`, by member name.
    let texts: [String: [UInt8]]
    /// Facts of the modules, by the member name of their folder; empty unless they were asked for.
    let modules: [String: [ModuleName: ModuleFacts]]
    let resourceFile: TermFile?
    /// The names of the files in `releases`, of the folders in `lib` and of those of runtime systems, for example
    /// `releases/1/sys.config`, `lib/shop-1` and `erts-13.1`.
    let outline: Set<String>
    private let path: FilePath

    /// Reads a tarball, which has to be the one of the pin if there is one; nil after a finding of error severity.
    package init?(
        of path: FilePath, withModules: Bool = false, pin: ContentPin? = nil, _ files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) {
        var scan = Scan(path: path, pin: pin, modulesRead: withModules ? .all : .none)
        guard scan.run(files, &findings), !findings.hasErrors else { return nil }
        let direct = scan.texts.keys.filter { $0.hasSuffix(".rel") && $0.split(separator: "/").count == 2 }.sorted()
        guard let name = direct.first, let bytes = scan.texts[name] else {
            findings.append(Self.noResource(path))
            return nil
        }
        let source = SourceFile(path: "\(path):\(name)", bytes: bytes)
        guard let resource = ReleaseResourceFile.read(source, &findings) else { return nil }
        var ignored: [Diagnostic] = []
        self.path = path
        self.resource = resource
        self.archiveName = FilePath(name).stem ?? name
        self.texts = scan.texts
        self.modules = scan.modules
        self.outline = scan.outline
        self.resourceFile = TermText.parseFirstTerm(source, &ignored).map { TermFile(source: source, terms: [$0]) }
    }

    /// The `relup` of the release; nil when the tarball has none that can be read.
    package func relup(_ findings: inout [Diagnostic]) -> Relup? {
        self.texts["releases/\(self.resource.version)/relup"].flatMap { bytes in
            RelupFile.read(SourceFile(path: "\(self.path):relup", bytes: bytes), &findings)
        }
    }

    /// A text file of `releases/VSN`, such as `health.config`; nil when the tarball has none of this name.
    package func releaseFile(_ name: String) -> SourceFile? {
        self.texts["releases/\(self.resource.version)/\(name)"].map {
            SourceFile(path: "\(self.path):\(name)", bytes: $0)
        }
    }

    private static func noResource(_ path: FilePath) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("release/no-resource-file"), .error, "`\(path)` is not the tarball of a release",
            at: .file(path.string),
            explanation: "There is no `releases/NAME.rel` in it, which release_handler reads first.",
            help: ["make it with `relift build`, `relift tar` or `systools:make_tar`"])
    }

    /// The facts of some modules with their code, by folder, from another pass over the tarball. Folders are named as
    /// ``PackedApplications`` does, `PATH:FOLDER`.
    static func modulesWithCode(
        _ wanted: [String: Set<ModuleName>], of path: FilePath, pin: ContentPin?, _ files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) -> [String: [ModuleName: ModuleFacts]] {
        let prefix = "\(path):"
        let names = wanted.flatMap { folder, modules in
            modules.map { "\(folder.dropFirst(prefix.count))/\($0).beam" }
        }
        guard !names.isEmpty else { return [:] }
        var scan = Scan(path: path, pin: pin, modulesRead: .withCode(Set(names)))
        guard scan.run(files, &findings) else { return [:] }
        return Dictionary(uniqueKeysWithValues: scan.modules.map { (prefix + $0.key, $0.value) })
    }

    /// The contents of some members, from another pass over the tarball; what cannot be read is left out.
    static func members(_ names: Set<String>, of path: FilePath, _ files: HostFileSystem) -> [String: [UInt8]] {
        var members: [String: [UInt8]] = [:]
        var ignored: [Diagnostic] = []
        do {
            var reader = try ArchiveReader(path, files)
            while members.count < names.count, let entry = try reader.next(&ignored) {
                let name = String(decoding: entry.name, as: UTF8.self)
                if entry.kind == .file, names.contains(name) { members[name] = try reader.readContents() }
            }
        } catch {
            // The first pass said what is wrong with it.
        }
        return members
    }

    /// One pass over the members.
    private struct Scan {
        enum Use { case text, module }

        enum Modules {
            case none, all
            /// Those of these member names, and nothing else.
            case withCode(Set<String>)
        }

        let path: FilePath
        let pin: ContentPin?
        let modulesRead: Modules
        var texts: [String: [UInt8]] = [:]
        var modules: [String: [ModuleName: ModuleFacts]] = [:]
        var outline: Set<String> = []

        init(path: FilePath, pin: ContentPin?, modulesRead: Modules) {
            self.path = path
            self.pin = pin
            self.modulesRead = modulesRead
        }

        /// False after a finding that says why the tarball cannot be read.
        mutating func run(_ files: HostFileSystem, _ findings: inout [Diagnostic]) -> Bool {
            do {
                var reader = try ArchiveReader(self.path, pin: self.pin, files)
                while let entry = try reader.next(&findings) {
                    guard entry.kind == .file else { continue }
                    let name = String(decoding: entry.name, as: UTF8.self)
                    self.note(name)
                    guard let use = self.use(of: name) else { continue }
                    self.take(name, use, try reader.readContents(), &findings)
                }
                return true
            } catch {
                findings.append(error.diagnostic)
                return false
            }
        }

        private func use(of name: String) -> Use? {
            let isModule = name.hasSuffix(".beam")
            switch self.modulesRead {
            case .withCode(let names): return isModule && names.contains(name) ? .module : nil
            case .all where isModule: return .module
            case .none where isModule: return nil
            case .none, .all:
                let isText =
                    [".rel", ".app", ".appup", "/relup"].contains { name.hasSuffix($0) }
                    || name.hasPrefix("releases/") && [".config", "/vm.args"].contains { name.hasSuffix($0) }
                return isText ? .text : nil
            }
        }

        private mutating func note(_ name: String) {
            if name.hasPrefix("releases/") { self.outline.insert(name) }
            let parts = name.split(separator: "/", maxSplits: 2)
            guard parts.count == 3 else { return }
            if parts[0] == "lib" { self.outline.insert("lib/\(parts[1])") }
            if parts[0].hasPrefix("erts-"), parts[1] == "bin" { self.outline.insert(String(parts[0])) }
        }

        private var withCode: Bool {
            if case .withCode = self.modulesRead { true } else { false }
        }

        private mutating func take(_ name: String, _ use: Use, _ bytes: [UInt8], _ findings: inout [Diagnostic]) {
            switch use {
            case .text: self.texts[name] = bytes
            case .module:
                let folder = String(name[..<(name.lastIndex(of: "/") ?? name.startIndex)])
                do {
                    let facts = try ModuleFacts(beam: bytes, path: "\(self.path):\(name)", withCode: self.withCode)
                    self.modules[folder, default: [:]][facts.name] = facts
                } catch {
                    findings.append(error.finding)
                }
            }
        }
    }
}
