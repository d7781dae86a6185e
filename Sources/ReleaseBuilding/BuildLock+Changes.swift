package import Diagnostics
package import HostFiles
package import SystemPackage

extension BuildLock {
    /// `--locked`: an error unless the file of an earlier build says what this one would be made of.
    package func findings(against path: FilePath, _ files: HostFileSystem) throws(HostFileError) -> [Diagnostic] {
        guard try files.factsIfPresent(of: path) != nil else {
            return [
                Diagnostic(
                    Diagnostic.ID("build/no-lock"), .error, "there is no lock `\(path)`", at: .file(path.string),
                    explanation: "With `--locked`, the release is made of what the lock says and of nothing else.",
                    help: ["build once without `--locked`, and keep the lock"])
            ]
        }
        let bytes = try files.readFile(path, limit: 16 << 20)
        guard let old = try? JSONValue(parsing: bytes), old["applications"]?.elements != nil else {
            return [self.difference(at: path, ["it is not the lock of a release"])]
        }
        let changes = Self.changes(from: old, to: self.json)
        return changes.isEmpty ? [] : [self.difference(at: path, changes)]
    }

    private func difference(at path: FilePath, _ changes: [String]) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("build/lock-differs"), .error, "the release would be another one than its lock says",
            at: .file(path.string),
            explanation:
                "With `--locked`, a release is made of the applications that the lock names, with these contents.",
            notes: changes.map { Diagnostic.Note($0) },
            help: ["put back what has changed, or build without `--locked`, which writes the lock anew"])
    }

    /// What differs between two locks, one line each.
    private static func changes(from old: JSONValue, to new: JSONValue) -> [String] {
        var changes: [String] = []
        for key in ["name", "version", "erts"] {
            let (before, after) = (old[key]?.stringValue ?? "", new[key]?.stringValue ?? "")
            if !Self.isSame(before, after) { changes.append("\(key) is `\(after)`; locked is `\(before)`") }
        }
        let (before, after) = (Self.applications(of: old), Self.applications(of: new))
        for name in Set(before.keys).union(after.keys).sorted() {
            switch (before[name], after[name]) {
            case (nil, let taken?): changes.append("application `\(name)` \(taken.version) is not in the lock")
            case (let locked?, nil): changes.append("application `\(name)` \(locked.version) is only in the lock")
            case (let locked?, let taken?) where !Self.isSame(locked.version, taken.version):
                changes.append("application `\(name)` is \(taken.version); locked is \(locked.version)")
            case (let locked?, let taken?) where !Self.isSame(locked.digest, taken.digest):
                changes.append("application `\(name)` \(taken.version) has other contents than the locked one")
            default: break
            }
        }
        return changes
    }

    private static func applications(of lock: JSONValue) -> [String: (version: String, digest: String)] {
        var applications: [String: (version: String, digest: String)] = [:]
        for entry in lock["applications"]?.elements ?? [] {
            guard let name = entry["name"]?.stringValue else { continue }
            applications[name] = (entry["version"]?.stringValue ?? "", entry["digest"]?.stringValue ?? "")
        }
        return applications
    }

    /// By bytes: texts of Erlang that look alike are different ones.
    private static func isSame(_ one: String, _ other: String) -> Bool { one.utf8.elementsEqual(other.utf8) }
}
