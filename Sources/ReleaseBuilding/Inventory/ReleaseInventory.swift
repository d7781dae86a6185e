import ErlangTerms
package import HostFiles
import Manifests
import ReleaseLoading
package import ReleaseModel
import SystemPackage

/// What a release is made of: its applications and its runtime system, where each is from, and digests of their contents.
///
/// Nothing in it depends on where the files lay or when they were written: the lock, the summary and the bills of materials
/// of a release are written from it, and are the same wherever it is built.
package struct ReleaseInventory: Sendable {
    package let name: ReleaseTitle
    package let version: ReleaseVersion
    package let runtime: Runtime
    /// Sorted by their names.
    package let components: [Component]
    /// The applications that the manifest names, sorted.
    package let goals: [ApplicationName]
    /// What is neither of an application nor of the runtime system.
    package let others: Contents

    /// One application of the release.
    package struct Component: Sendable {
        package let name: ApplicationName
        package let version: ApplicationVersion
        package let description: String
        package let start: StartType
        package let source: ComponentSource
        package let licences: [Licence]
        package let contents: Contents
        /// Whether its files are in the release, and not those of the host (`system_libs`).
        package let isIncluded: Bool
        /// The applications of the release that it uses or includes, sorted.
        package let dependencies: [ApplicationName]
        /// Whether it says which runtime system it needs.
        package let namesRuntime: Bool

        package var url: PackageURL {
            PackageURL(application: self.name.name, version: self.version.text, from: self.source)
        }
    }

    /// The Erlang runtime system that the release is for.
    package struct Runtime: Sendable {
        package let version: RuntimeVersion
        /// Its files; nil when the release brings none.
        package let contents: Contents?
    }

    /// A number of files.
    package struct Contents: Sendable {
        package let digest: ContentDigest
        package let files: Int
        package let bytes: Int

        init(of entries: [ReleaseTree.Entry], _ files: HostFileSystem) throws(HostFileError) {
            self.digest = try ContentDigest(of: entries, files)
            self.files = entries.count
            self.bytes = self.digest.byteCount
        }
    }

    /// Reads all files of the plan.
    package init(
        of plan: BuildPlan, _ origin: BuildOrigin, _ lock: DependencyLock
    ) throws(HostFileError) {
        let files = origin.files
        let sources = ComponentSources(origin, lock)
        let names = Set(plan.release.applications.map(\.application.name))
        let starts = Dictionary(
            plan.release.resource.applications.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        var components: [Component] = []
        for members in plan.applications.sorted(by: { $0.application.name < $1.application.name }) {
            let specification = members.application.specification
            let (source, licences) = sources.of(members.application)
            let needed = Set(specification.applications + specification.includedApplications).intersection(names)
            components.append(
                Component(
                    name: specification.name, version: specification.version, description: specification.description,
                    start: starts[specification.name] ?? .permanent, source: source,
                    licences: licences.map { Licence($0) }, contents: try Contents(of: members.contents, files),
                    isIncluded: members.entries.allSatisfy { plan.tree.contains($0.path) },
                    dependencies: needed.sorted(),
                    namesRuntime: specification.runtimeDependencies.contains { $0.hasPrefix("erts-") }))
        }
        let runtime = plan.release.resource.runtime
        let runtimeFolder = FilePath("erts-\(runtime)")
        let applicationFolders = Set(plan.applications.map { ApplicationFiles.folder(of: $0.application) })
        var (ofRuntime, others): ([ReleaseTree.Entry], [ReleaseTree.Entry]) = ([], [])
        for entry in plan.tree.entries {
            if entry.path.starts(with: runtimeFolder) {
                ofRuntime.append(entry)
            } else if !applicationFolders.contains(FilePath(root: nil, entry.path.components.prefix(2))) {
                others.append(entry)
            }
        }
        self.name = plan.release.name
        self.version = plan.release.version
        self.runtime = Runtime(
            version: runtime, contents: ofRuntime.isEmpty ? nil : try Contents(of: ofRuntime, files))
        self.components = components
        self.goals = Set(origin.goals).intersection(names).sorted()
        self.others = try Contents(of: others, files)
    }
}
