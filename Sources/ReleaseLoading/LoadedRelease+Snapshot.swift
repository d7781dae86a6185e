import ErlangTerms
package import HostFiles
package import ReleaseModel
import SystemPackage

extension LoadedRelease {
    /// The release as it was found, with what lies around it.
    ///
    /// - Parameter native: the modules whose native libraries are looked for.
    package func snapshot(_ files: HostFileSystem, nativeLibrariesOf native: Set<ModuleName> = []) -> ReleaseSnapshot {
        var snapshot = ReleaseSnapshot(
            release: self.release, places: self.places, resourcePath: self.resourcePath.string,
            folder: VersionFolderReading(self, files)?.folder)
        snapshot.nativeLibraries = self.nativeLibraries(of: native, files)
        return snapshot
    }
}
