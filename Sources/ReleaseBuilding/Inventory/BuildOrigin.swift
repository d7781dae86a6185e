package import HostFiles
import Manifests
import ReleaseLoading
import ReleaseModel
package import SystemPackage

/// Where what goes into a release comes from, as far as the documents beside its tarball tell it.
package struct BuildOrigin: Sendable {
    package let files: HostFileSystem
    /// The folder of the project, with its locks.
    package let project: FilePath
    /// The folder of OTP's applications; nil where all applications lie in one folder, as mix puts them.
    let libraryOfOTP: FilePath?
    /// The applications that the project itself names.
    let goals: [ApplicationName]

    package init(_ input: BuildPlan.Input) {
        self.files = input.files
        self.project = input.folder
        self.libraryOfOTP =
            switch input.manifest.systemLibraries.value {
            case .included, .notIncluded: input.otp?.libraryFolder
            case .from(let path): input.path(path)
            }
        self.goals = input.manifest.applications.map(\.name.value)
    }

    /// The project of a release of mix is the folder around its `_build`, if it lies in one.
    package init(_ mix: MixRelease) {
        self.files = mix.files
        let components = Array(mix.root.components)
        let around = components.lastIndex { $0.string == "_build" }.map {
            FilePath(root: mix.root.root, components[..<$0])
        }
        self.project = around.map { $0.isEmpty ? "." : $0 } ?? mix.root
        self.libraryOfOTP = nil
        self.goals = mix.loaded.release.applications.map(\.name).filter { $0.name == mix.name.text }
    }

    func isOfProject(_ name: ApplicationName) -> Bool {
        BuildPlan.isOfProject(name, in: self.project, self.files) || self.goals.contains(name)
    }
}
