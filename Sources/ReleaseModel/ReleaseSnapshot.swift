package import ErlangTerms

/// A release as it was found: what it is, and what lies around it where it was read.
package struct ReleaseSnapshot: Sendable {
    /// With the facts of all modules.
    package var release: Release
    package var places: ReleasePlaces
    /// The path of the `.rel` file, inside of a tarball as `TARBALL:MEMBER`.
    package var resourcePath: String
    /// What lies in `releases/VSN`; nil for a `.rel` file alone, beside which nothing is a part of the release.
    package var folder: VersionFolder?

    /// What `releases/VSN` of an assembled release or tarball holds.
    package struct VersionFolder: Sendable {
        /// The name of the folder, which the release handler takes for the version.
        package var name: String
        /// As found, with a `/` between parts: where findings about the folder as a whole point.
        package var path: String
        /// The names of the files in it, sorted.
        package var files: [String]
        package var relup: Relup?
        /// The `relup` as it is written.
        package var relupFile: TermFile?

        package init(
            name: String, path: String, files: [String], relup: Relup? = nil, relupFile: TermFile? = nil
        ) {
            self.name = name
            self.path = path
            self.files = files
            self.relup = relup
            self.relupFile = relupFile
        }
    }

    package init(release: Release, places: ReleasePlaces, resourcePath: String, folder: VersionFolder? = nil) {
        self.release = release
        self.places = places
        self.resourcePath = resourcePath
        self.folder = folder
    }

    /// `NAME VSN`, as messages and reports call the release.
    package var title: String { "\(self.release.name) \(self.release.version)" }

    /// Each module of an application with its facts, by name; of a module in two applications the first.
    package var modules: [Atom: ModuleInRelease] {
        var modules: [Atom: ModuleInRelease] = [:]
        for member in self.release.applications {
            let application = member.application
            for (name, facts) in application.modules where modules[name.atom] == nil {
                modules[name.atom] = ModuleInRelease(
                    application: application.name, directory: application.directory,
                    version: application.version, facts: facts)
            }
        }
        return modules
    }
}

/// A module where it lies in a release.
package struct ModuleInRelease: Hashable, Sendable {
    package var application: ApplicationName
    /// The application's `ebin`.
    package var directory: String
    package var version: ApplicationVersion
    package var facts: ModuleFacts

    package init(
        application: ApplicationName, directory: String, version: ApplicationVersion, facts: ModuleFacts
    ) {
        self.application = application
        self.directory = directory
        self.version = version
        self.facts = facts
    }

    package var name: ModuleName { self.facts.name }
    package var file: String { "\(self.directory)/\(self.facts.name).beam" }
}
