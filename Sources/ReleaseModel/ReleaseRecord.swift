/// One entry of `releases/RELEASES` (`release_handler`, record `release`).
package struct ReleaseRecord: Hashable, Sendable {
    /// How far a release has come on its target system.
    package enum Status: String, Hashable, Sendable, CaseIterable {
        case unpacked, current, permanent, old
        case temporaryCurrent = "tmp_current"
    }

    /// One application of the release and where it lies.
    package struct Library: Hashable, Sendable {
        package var application: ApplicationName
        package var version: ApplicationVersion
        /// Relative to the root, or absolute.
        package var directory: String

        package init(application: ApplicationName, version: ApplicationVersion, directory: String) {
            self.application = application
            self.version = version
            self.directory = directory
        }
    }

    package var name: String
    package var version: String
    /// Nil for `undefined`, which release_handler invents when it could not read the file.
    package var runtime: String?
    package var libraries: [Library]
    package var status: Status

    package init(name: String, version: String, runtime: String?, libraries: [Library], status: Status) {
        self.name = name
        self.version = version
        self.runtime = runtime
        self.libraries = libraries
        self.status = status
    }
}

extension ReleaseRecord {
    /// The one record of a fresh target system, as `release_handler:create_RELEASES` makes it: permanent, with the
    /// libraries in the order of the `.rel` file under `ROOT/lib`; an empty root gives paths relative to it.
    package init(permanent resource: ReleaseResource, root: String = "") {
        let prefix = root.isEmpty ? "lib" : "\(root)/lib"
        self.init(
            name: resource.name.text, version: resource.version.text, runtime: resource.runtime.text,
            libraries: resource.applications.map { entry in
                Library(
                    application: entry.name, version: entry.version,
                    directory: "\(prefix)/\(entry.name.name)-\(entry.version.text)")
            }, status: .permanent)
    }
}
