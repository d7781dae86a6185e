import Diagnostics
import ReleaseModel
import SystemPackage

extension ReleaseLoader {
    func load(
        tarball: FilePath, _ reference: ReleaseReference, withModules: Bool, _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        nil
    }
}
