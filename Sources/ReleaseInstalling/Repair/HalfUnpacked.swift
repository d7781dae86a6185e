import Diagnostics
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// A library below a root of which `unpack_release` wrote only a part before it was killed. Later unpacking keeps the part
/// (`erl_tar` with `keep_old_files`), for ever.
struct HalfUnpackedLibrary: Hashable {
    /// `lib/NAME-VSN`.
    var path: String
    /// What is wrong with it, for people.
    var defects: [String]

    private static let shown = 5

    /// The libraries of a target system that are so; those that are links belong to somebody else and are not looked at.
    static func all(in system: TargetSystem) throws(HostFileError) -> [HalfUnpackedLibrary] {
        let folder = system.root.appending("lib")
        guard try system.files.factsIfPresent(of: folder)?.kind == .folder, try !Self.isInstallation(system) else {
            return []
        }
        var found: [HalfUnpackedLibrary] = []
        for entry in try system.files.entries(of: folder) where entry.kind == .folder {
            guard let name = Self.applicationName(entry.name.string) else { continue }
            let defects = try Self.defects(of: folder.appending(entry.name), name, system.files)
            if !defects.isEmpty { found.append(.init(path: "lib/\(entry.name.string)", defects: defects)) }
        }
        return found
    }

    /// An installation of Erlang/OTP has many libraries that no release uses, and packages leave out parts of some.
    private static func isInstallation(_ system: TargetSystem) throws(HostFileError) -> Bool {
        let releases = system.root.appending("releases")
        for entry in try system.files.entries(of: releases) where entry.kind == .folder {
            let path = releases.appending(entry.name).appending("OTP_VERSION")
            if try system.files.factsIfPresent(of: path) != nil { return true }
        }
        return false
    }

    /// `NAME` of `NAME-VSN`; nil for a folder of another kind.
    private static func applicationName(_ folder: String) -> String? {
        guard let dash = folder.lastIndex(of: "-"), dash != folder.startIndex,
            folder[folder.index(after: dash)...].first?.isNumber == true
        else { return nil }
        return String(folder[..<dash])
    }

    private static func defects(
        of library: FilePath, _ name: String, _ files: HostFileSystem
    ) throws(HostFileError) -> [String] {
        let ebin = library.appending("ebin")
        guard try files.factsIfPresent(of: ebin)?.kind == .folder else {
            // Only what is empty is certainly nobody's.
            return try files.entries(of: library).isEmpty ? ["it is empty"] : []
        }
        let resource = ebin.appending("\(name).app")
        guard try files.factsIfPresent(of: resource) != nil else { return ["`ebin/\(name).app` is missing"] }
        var ignored: [Diagnostic] = []
        let bytes = try files.readFile(resource, limit: TargetSystem.fileLimit)
        guard
            let specification = ApplicationFile.read(SourceFile(path: resource.string, bytes: bytes), &ignored)
        else { return Self.endsEarly(bytes) ? ["`ebin/\(name).app` ends too early"] : [] }
        var defects: [String] = []
        for module in specification.modules {
            guard let defect = try Self.defect(ofModule: ebin.appending("\(module.name).beam"), files) else {
                continue
            }
            defects.append("`ebin/\(module.name).beam` \(defect)")
            if defects.count == Self.shown { break }
        }
        return defects
    }

    /// A file that was written whole ends with a dot, however wrong it is.
    private static func endsEarly(_ bytes: [UInt8]) -> Bool {
        bytes.last { ![9, 10, 13, 32].contains($0) } != UInt8(ascii: ".")
    }

    /// What is wrong with the file of a module: it is not there, or shorter than its own header says. Compressed files
    /// say nothing of their length.
    private static func defect(ofModule path: FilePath, _ files: HostFileSystem) throws(HostFileError) -> String? {
        guard let facts = try files.factsIfPresent(of: path) else { return "is missing" }
        guard facts.kind == .file else { return nil }
        let header = try HostInputFile(path, files).read(upTo: 8)
        guard header.count == 8 else { return "ends after \(facts.size) bytes" }
        guard header.starts(with: "FOR1".utf8) else { return nil }
        let length = header[4...].reduce(0) { $0 << 8 | Int($1) } + 8
        return facts.size < length ? "has \(facts.size) of \(length) bytes" : nil
    }
}

extension HalfUnpackedLibrary {
    /// What to do about it: the versions that use it, or nobody.
    func finding(root: FilePath, users: [String], isRemoved: Bool) -> Diagnostic {
        let place = Diagnostic.Place.file(root.pushing(FilePath(self.path)).string)
        let notes = self.defects.map { Diagnostic.Note($0) }
        if isRemoved {
            return Diagnostic(
                Diagnostic.ID("repair/half-unpacked-removed"), .warning,
                "removed `\(self.path)`, which was only half unpacked and which no release uses", at: place,
                explanation: "A node that is killed while it unpacks leaves such folders, and never fills them.",
                notes: notes, help: ["install the release again that it came with"])
        }
        guard let version = users.first else {
            return Diagnostic(
                Diagnostic.ID("repair/half-unpacked"), .error,
                "`\(self.path)` is only half unpacked, and the node loads code from it", at: place, notes: notes,
                help: ["unpack it again from the tarball that it came with"])
        }
        let release =
            users.count == 1 ? "release `\(version)` uses" : "the releases `\(users.joined(separator: "`, `"))` use"
        return Diagnostic(
            Diagnostic.ID("repair/half-unpacked"), .error, "`\(self.path)` is only half unpacked, and \(release) it",
            at: place, explanation: "A node that is killed while it unpacks leaves such folders, and never fills them.",
            notes: notes,
            help: [
                "if it does not run: `relift remove \(version) --root \(root)`, and install it again",
                "if it runs or boots next: unpack the folder again from its tarball",
            ])
    }
}

extension Repairer {
    /// Removes libraries that were half unpacked and that nothing uses; a finding for each, and for those that stay.
    func clearHalfUnpacked(
        _ live: [NodeRelease]?, codePath: [String]
    ) throws(HostFileError) -> (findings: [Diagnostic], areAllGone: Bool) {
        var ignored: [Diagnostic] = []
        guard let system = TargetSystem(root: self.root, files: self.files, &ignored) else { return ([], true) }
        let found = try HalfUnpackedLibrary.all(in: system)
        guard !found.isEmpty else { return ([], true) }
        let use = LibraryUse(system, live: live, codePath: codePath)
        var findings: [Diagnostic] = []
        var areAllGone = true
        for library in found {
            let users = use.users(of: library.path)
            let isFree = users.isEmpty && !use.isOnCodePath(library.path)
            if isFree {
                try HostChanges(root: self.root, files: self.files).remove([library.path])
            } else {
                areAllGone = false
            }
            findings.append(library.finding(root: self.root, users: users, isRemoved: isFree))
        }
        return (findings, areAllGone)
    }
}
