import Diagnostics
package import HostFiles
package import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// What the files of a target system say of its releases; nil for a file that is missing, torn or no such file.
package struct HostRecords: Hashable, Sendable {
    /// `releases/RELEASES`.
    package var releases: [ReleaseRecord]?
    /// `releases/start_erl.data`.
    package var startData: StartErlData?

    package init(releases: [ReleaseRecord]?, startData: StartErlData?) {
        self.releases = releases
        self.startData = startData
    }

    /// Reads both files in a folder.
    package init(in folder: FilePath, _ files: HostFileSystem) {
        var ignored: [Diagnostic] = []
        self.releases = Self.source(folder.appending("RELEASES"), files).flatMap { ReleasesFile.read($0, &ignored) }
        self.startData = Self.source(folder.appending("start_erl.data"), files)
            .flatMap { StartErlData.read($0, &ignored) }
    }

    private static func source(_ path: FilePath, _ files: HostFileSystem) -> SourceFile? {
        (try? files.readFile(path, limit: TargetSystem.fileLimit)).map { SourceFile(path: path.string, bytes: $0) }
    }
}

/// A version that lies whole below the root of a target system: its `.rel` file, its boot file, and a folder for every
/// application.
package struct WholeRelease: Hashable, Sendable {
    package var resource: ReleaseResource

    package init(resource: ReleaseResource) { self.resource = resource }
}

extension TargetSystem {
    /// The versions that lie whole in `releases/`, in the order of their folders' names.
    package func wholeReleases() -> [WholeRelease] {
        let folder = self.root.appending("releases")
        let versions = ((try? self.files.entries(of: folder)) ?? []).filter { $0.kind == .folder }.map(\.name.string)
        return versions.compactMap { version in
            guard let resource = self.resource(of: version),
                self.has("releases/\(version)/start.boot"),
                resource.applications.allSatisfy({ self.has("lib/\($0.name.name)-\($0.version.text)/ebin") })
            else { return nil }
            return WholeRelease(resource: resource)
        }
    }

    /// The release resource of a version, by its folder; nil without one that is of this version.
    package func resource(of version: String) -> ReleaseResource? {
        let releases = self.root.appending("releases")
        let folder = releases.appending(version)
        var candidates = ((try? self.files.entries(of: folder)) ?? []).map { folder.appending($0.name) }
        candidates += ((try? self.files.entries(of: releases)) ?? []).map { releases.appending($0.name) }
        for path in candidates where path.extension == "rel" {
            var ignored: [Diagnostic] = []
            guard let bytes = try? self.files.readFile(path, limit: Self.fileLimit),
                let resource = ReleaseResourceFile.read(SourceFile(path: path.string, bytes: bytes), &ignored),
                resource.version.text == version
            else { continue }
            return resource
        }
        return nil
    }

    private func has(_ path: String) -> Bool {
        (try? self.files.factsIfPresent(of: self.root.pushing(FilePath(path)))) != nil
    }
}
