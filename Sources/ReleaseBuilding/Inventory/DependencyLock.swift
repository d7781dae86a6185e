package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseLoading
package import SystemPackage

/// What `rebar.lock` and `mix.lock` of a project say about where its dependencies are from.
package struct DependencyLock: Sendable {
    /// By the name of the application.
    private(set) var sources: [String: ComponentSource] = [:]

    static let fileNames = ["rebar.lock", "mix.lock"]

    /// Reads the locks that lie in a folder; a lock that cannot be read is a warning, for the bill of materials then says
    /// less than it could.
    package init(in folder: FilePath, _ files: HostFileSystem, _ findings: inout [Diagnostic]) {
        for (name, read) in zip(Self.fileNames, [Self.rebar, Self.mix]) {
            let path = folder.appending(name)
            guard files.isFile(path) else { continue }
            var problems: [Diagnostic] = []
            guard let source = files.source(path, &problems), let found = read(source, &problems) else {
                findings.append(Self.unreadable(path, problems))
                continue
            }
            self.sources.merge(found) { first, _ in first }
        }
    }

    private static func unreadable(_ path: FilePath, _ problems: [Diagnostic]) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("build/unreadable-lock"), .warning, "`\(path)` cannot be read as a lock of dependencies",
            at: .file(path.string),
            explanation: "The bills of materials name the Hex packages and commits that such a file records.",
            notes: problems.prefix(1).map { Diagnostic.Note($0.summary, at: $0.place) },
            help: ["let rebar3 or mix write it again"])
    }

    // MARK: - rebar3

    /// `{Version, Locks}.` or `Locks.`, then perhaps `[{pkg_hash, Hashes}, {pkg_hash_ext, Hashes}].`
    /// (`rebar_config:consult_lock_file/1`); a lock is `{Name, Source, Level}`.
    private static func rebar(_ source: SourceFile, _ findings: inout [Diagnostic]) -> [String: ComponentSource]? {
        guard let file = TermText.parseFile(source, &findings) else { return nil }
        guard let first = file.terms.first?.term else { return [:] }
        guard let locks = first.listElements ?? first.tupleElements?.last?.listElements else { return nil }
        let attributes = file.terms.dropFirst().first?.term.listElements ?? []
        let hashes = Self.pairs(in: attributes.first { $0.tupleElements?.first == .atom("pkg_hash_ext") })
        var sources: [String: ComponentSource] = [:]
        for lock in locks {
            guard let parts = lock.tupleElements, parts.count >= 2, let name = parts[0].writtenText,
                let from = parts[1].tupleElements
            else { continue }
            switch from.first?.atomValue?.name {
            case "pkg":
                guard from.count >= 3, let package = from[1].writtenText, let version = from[2].writtenText else {
                    continue
                }
                sources[name] = .hex(
                    HexPackage(
                        name: package, version: version, repository: HexPackage.publicRepository,
                        checksum: hashes[name]?.lowercased()))
            case "git", "git_subdir":
                guard from.count >= 3, let url = from[1].writtenText, let reference = from[2].tupleElements,
                    reference.first == .atom("ref"), let commit = reference.last?.writtenText
                else { continue }
                sources[name] = .git(url: GitAddress.published(url), commit: commit)
            default: continue
            }
        }
        return sources
    }

    /// The values of `{Key, [{Name, Value}]}`.
    private static func pairs(in property: Term?) -> [String: String] {
        let pairs = (property?.tupleElements?.last?.listElements ?? []).compactMap { pair -> (String, String)? in
            guard let parts = pair.tupleElements, parts.count == 2, let key = parts[0].writtenText,
                let value = parts[1].writtenText
            else { return nil }
            return (key, value)
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - Mix

    /// A map of Elixir's with one dependency a line, as `Mix.Dep.Lock.write/1` writes it:
    /// `"NAME": {:hex, :package, "VSN", "inner", …, "hexpm", "outer"},` or `{:git, "url", "commit", …}`.
    private static func mix(_ source: SourceFile, _ findings: inout [Diagnostic]) -> [String: ComponentSource]? {
        let lines = String(decoding: source.bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first?.hasPrefix("%{") ?? true else { return nil }
        var sources: [String: ComponentSource] = [:]
        for line in lines {
            let trimmed = line.drop { $0 == " " }
            guard trimmed.hasPrefix("\""), let colon = trimmed.firstRange(of: "\": {"),
                let end = trimmed.lastIndex(of: "}"), colon.upperBound <= end
            else { continue }
            let name = String(trimmed[..<colon.lowerBound].dropFirst())
            let fields = Self.fields(of: trimmed[colon.upperBound..<end])
            func text(_ index: Int) -> String? {
                guard index < fields.count, fields[index].hasPrefix("\""), fields[index].hasSuffix("\""),
                    fields[index].utf8.count >= 2
                else { return nil }
                return String(fields[index].dropFirst().dropLast())
            }
            switch fields.first {
            case ":hex":
                guard fields.count >= 3, let version = text(2) else { continue }
                let package = fields[1].drop { $0 == ":" }.filter { $0 != "\"" }
                sources[name] = .hex(
                    HexPackage(
                        name: String(package), version: version, repository: text(6) ?? HexPackage.publicRepository,
                        checksum: text(7)?.lowercased()))
            case ":git":
                guard let url = text(1), let commit = text(2) else { continue }
                sources[name] = .git(url: GitAddress.published(url), commit: commit)
            default: continue
            }
        }
        return sources
    }

    /// What stands between the commas of a tuple, outside of brackets and quotes.
    private static func fields(of text: Substring) -> [String] {
        var fields = [""]
        var (depth, isQuoted, isEscaped) = (0, false, false)
        for character in text {
            if isEscaped {
                isEscaped = false
            } else if isQuoted {
                isEscaped = character == "\\"
                isQuoted = character != "\""
            } else {
                switch character {
                case "\"": isQuoted = true
                case "[", "{", "(", "<": depth += 1
                case "]", "}", ")", ">": depth -= 1
                case "," where depth == 0:
                    fields.append("")
                    continue
                case " " where depth == 0: continue
                default: break
                }
            }
            fields[fields.count - 1].append(character)
        }
        return fields
    }
}

/// Addresses of git repositories as others may read them.
enum GitAddress {
    /// The address as a URL, without a password or a token: of `https` addresses all that stands before the host is gone.
    static func published(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://") else {
            // `git@host:path`, which git takes for ssh.
            guard let colon = address.firstIndex(of: ":"), !address[..<colon].contains("/") else { return address }
            let path = address[address.index(after: colon)...]
            return "ssh://\(address[..<colon])/\(path.drop { $0 == "/" })"
        }
        let rest = address[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return address }
        let user = host[..<at].prefix { $0 != ":" }
        let isSSH = address[..<scheme.lowerBound].hasSuffix("ssh")
        return address[..<scheme.upperBound] + (isSSH ? "\(user)@" : "") + rest[at...].dropFirst()
    }
}

extension Term {
    /// The text of a binary or a string, or the name of an atom.
    var writtenText: String? {
        if let bytes = self.binaryBytes { return String(validating: bytes, as: UTF8.self) }
        return self.atomValue?.name ?? (self == .emptyList ? nil : self.stringValue)
    }
}
