package import ErlangTerms

/// Which application, in which version, from which folder: how a problem names an application.
package struct ApplicationOrigin: Hashable, Sendable {
    package var name: ApplicationName
    package var version: ApplicationVersion
    /// The folder of the `.app` file.
    package var directory: String

    package init(name: ApplicationName, version: ApplicationVersion, directory: String) {
        self.name = name
        self.version = version
        self.directory = directory
    }

    package init(_ application: Application) {
        self.init(name: application.name, version: application.version, directory: application.directory)
    }

    /// The path of the `.app` file.
    package var file: String { "\(self.directory)/\(self.name.name).app" }

    /// `{Application, Version}`.
    package var identityTerm: Term { .tuple(.atom(self.name.atom), .string(self.version.text)) }
}

extension Application {
    /// The path of the `.app` file.
    package var file: String { ApplicationOrigin(self).file }
}
