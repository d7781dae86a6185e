package import Diagnostics
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
    /// What is known of native libraries, by the module that loads them.
    package var nativeLibraries: [Atom: NativeLibraryFacts] = [:]

    /// What `releases/VSN` of an assembled release or tarball holds.
    package struct VersionFolder: Sendable {
        /// The name of the folder, which the release handler takes for the version.
        package var name: String
        /// As found, with a `/` between parts: where findings about the folder as a whole point.
        package var path: String
        /// The names of the files in it, sorted.
        package var files: [String]
        package var relup: Relup?
        package var configuration: Configuration
        /// What `vm.args` says; nil where there is none that can be read as it is.
        package var arguments: EmulatorArguments?
        /// What `consolidated` holds, where Elixir's build tool puts protocols with all their implementations.
        package var consolidated: [ModuleName: ModuleFacts]
        /// Whether there is such a folder, whatever could be read of it.
        package var hasConsolidated: Bool
        /// Folders below `lib` of the same tree or tarball that no release in it names, as paths, sorted.
        package var unlisted: [String]
        /// The versions of the runtime systems that the same tree or tarball holds.
        package var runtimes: Set<String>
        /// The name of the tarball and the name in it by which `release_handler` looks for the release, both without
        /// extension; nil for a folder.
        package var archiveNames: ArchiveNames?
        /// What reading these files found.
        package var findings: [Diagnostic]

        package init(
            name: String, path: String, files: [String], relup: Relup? = nil, configuration: Configuration = .absent
        ) {
            self.name = name
            self.path = path
            self.files = files
            self.relup = relup
            self.configuration = configuration
            self.consolidated = [:]
            self.hasConsolidated = false
            self.unlisted = []
            self.runtimes = []
            self.findings = []
        }

        /// The path of one of the files.
        package func file(_ name: String) -> String { "\(self.path)/\(name)" }
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

extension ReleaseSnapshot.VersionFolder {
    /// What a node of this version is configured with.
    package enum Configuration: Sendable {
        /// There is neither `sys.config` nor `sys.config.src`.
        case absent
        /// Only `sys.config.src`, from which a start script makes the configuration when the node boots.
        case template
        /// OTP reads no term from `sys.config`; the findings say why.
        case unreadable([Diagnostic])
        /// A term, but no configuration. The findings are among those of the folder.
        case malformed
        case file(ConfigurationFile)

        /// The configuration, where it is known.
        package var file: ConfigurationFile? { if case .file(let file) = self { file } else { nil } }
    }

    /// A `sys.config` that was read.
    package struct ConfigurationFile: Sendable {
        package var source: SourceFile
        package var configuration: SystemConfiguration
        /// The files that it names and that were found, by the names as written.
        package var included: [String: SystemConfiguration]

        package init(
            source: SourceFile, configuration: SystemConfiguration, included: [String: SystemConfiguration] = [:]
        ) {
            self.source = source
            self.configuration = configuration
            self.included = included
        }

        package func place(_ range: ByteRange) -> Diagnostic.Place { .source(SourceRange(self.source, range)) }

        /// Whether all files that it names were found, so that what it does not say is not said.
        package var isComplete: Bool { self.configuration.files.allSatisfy { self.included[$0] != nil } }

        /// What an application is configured with, by parameter; of one that is given twice, the last counts.
        package func parameters(of application: Atom) -> [Atom: Setting] {
            var parameters: [Atom: Setting] = [:]
            for entry in self.configuration.entries {
                switch entry {
                case .application(let section) where section.application == application:
                    for parameter in section.parameters {
                        parameters[parameter.name] = Setting(
                            value: parameter.value.term, place: self.place(parameter.range))
                    }
                case .application: break
                case .file(let name, let range):
                    for section in self.included[name]?.sections ?? [] where section.application == application {
                        for parameter in section.parameters {
                            parameters[parameter.name] = Setting(
                                value: parameter.value.term, place: self.place(range))
                        }
                    }
                }
            }
            return parameters
        }
    }

    /// A configured value and where it is written; of an included file, where it is included.
    package struct Setting: Sendable {
        package let value: Term
        package let place: Diagnostic.Place
    }

    /// What `vm.args` says. Its words can be compared but not be had: one of them may be the cookie.
    package struct EmulatorArguments: Hashable, Sendable {
        package let path: String
        /// The names of the flags, with `-` or `+`.
        package let flags: Set<String>
        private let words: [String]

        package init(path: String, flags: Set<String>, words: [String]) {
            self.path = path
            self.flags = flags
            self.words = words
        }

        /// Whether both say the same to a node that boots.
        package func says(theSameAs other: Self) -> Bool { self.words == other.words }
    }

    package struct ArchiveNames: Hashable, Sendable {
        package var tarball: String
        package var resource: String

        package init(tarball: String, resource: String) {
            self.tarball = tarball
            self.resource = resource
        }
    }
}

/// What a native library says of itself, in the structure that `ERL_NIF_INIT` makes.
package struct NativeLibraryFacts: Hashable, Sendable {
    package var path: String
    /// Whether it has the function that takes over from a library that is loaded already.
    package var hasUpgrade: Bool

    package init(path: String, hasUpgrade: Bool) {
        self.path = path
        self.hasUpgrade = hasUpgrade
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
