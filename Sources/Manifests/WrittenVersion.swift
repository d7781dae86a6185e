package import ReleaseModel

/// The version of a release as a manifest gives it.
package enum WrittenVersion: Hashable, Sendable {
    case text(ReleaseVersion)
    /// Somebody has to be asked, before the release can be built.
    case from(VersionSource)
}

/// Who knows a version that a manifest does not write out: relx's words for it (`rlx_config:parse_vsn/1`).
package enum VersionSource: Hashable, Sendable {
    /// `git`, `semver`: the newest tag, with the number of commits since as build metadata.
    case gitTag
    /// `{git, short}`, `{git, long}`: the commit.
    case gitCommit(isShort: Bool)
    /// `{cmd, Command}`: what a shell command prints.
    case command(String)
    /// `{file, Path}`: what a file holds; the path is relative to the manifest's folder.
    case file(String)
}

/// What was found out for a manifest: it asks for nothing itself.
package struct ManifestFacts: Sendable {
    /// The texts of versions; where there is none, the reason in words.
    package var versions: [VersionSource: Result<String, VersionFailure>]

    package init(versions: [VersionSource: Result<String, VersionFailure>] = [:]) { self.versions = versions }
}

/// Why nobody knows a version.
package struct VersionFailure: Error, Hashable, Sendable {
    /// One line, lower case, without period.
    package var reason: String
    package var help: [String]

    package init(_ reason: String, help: [String] = []) {
        self.reason = reason
        self.help = help
    }
}

extension Manifest {
    /// What has to be found out before a release of this name, or of any, can be chosen and built.
    package func versionSources(release name: String?) -> [VersionSource] {
        let named = self.releases.filter { $0.name.value.text == name }
        var sources: [VersionSource] = []
        for release in named.isEmpty ? self.releases : named {
            if case .from(let source) = release.version.value, !sources.contains(source) { sources.append(source) }
        }
        return sources
    }
}

extension WrittenVersion: CustomStringConvertible {
    /// The version, or the way to it as a manifest writes it.
    package var description: String {
        switch self {
        case .text(let version): version.text
        case .from(.gitTag): "git"
        case .from(.gitCommit(let isShort)): isShort ? "{git, short}" : "{git, long}"
        case .from(.command(let command)): "{cmd, \"\(command)\"}"
        case .from(.file(let path)): "{file, \"\(path)\"}"
        }
    }
}
