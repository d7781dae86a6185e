/// One entry of `releases/RELEASES` (`release_handler`, record `release`).
package struct ReleaseRecord: Hashable, Sendable {
    package enum Status: String, Hashable, Sendable, CaseIterable {
        case unpacked, current, permanent, old
        case temporaryCurrent = "tmp_current"
    }

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
