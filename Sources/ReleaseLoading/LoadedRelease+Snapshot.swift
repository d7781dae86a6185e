import ErlangTerms
package import HostFiles
package import ReleaseModel
import SystemPackage

extension LoadedRelease {
    /// The release as it was found, with what lies around it.
    package func snapshot(_ files: HostFileSystem) -> ReleaseSnapshot {
        ReleaseSnapshot(
            release: self.release, places: self.places, resourcePath: self.resourcePath.string,
            folder: self.versionFolder(files))
    }

    private func versionFolder(_ files: HostFileSystem) -> ReleaseSnapshot.VersionFolder? {
        let version = self.release.version.text
        switch self.reference {
        case .resource: return nil
        case .tarball(let path):
            return ReleaseSnapshot.VersionFolder(
                name: version, path: "\(path):releases/\(version)", files: [], relup: self.relup)
        case .root:
            return self.folder.map { folder in
                ReleaseSnapshot.VersionFolder(
                    name: folder.lastComponent?.string ?? version, path: folder.string,
                    files: files.names(in: folder).filter { files.isFile(folder.appending($0)) }, relup: self.relup)
            }
        }
    }
}
