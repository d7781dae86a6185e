/// An application as it was found: its specification, where it lies, and what else was read beside it.
package struct Application: Hashable, Sendable {
    package var specification: ApplicationSpecification
    /// The folder that holds the `.app` file (its `ebin`), as a path without trailing slash.
    package var directory: String
    /// Facts of the BEAM files beside the `.app` file; empty when nobody asked for them.
    package var modules: [ModuleName: ModuleFacts]
    /// The `.appup` beside the `.app` file; nil when there is none.
    package var appup: Appup?

    package init(
        specification: ApplicationSpecification, directory: String, modules: [ModuleName: ModuleFacts] = [:],
        appup: Appup? = nil
    ) {
        self.specification = specification
        self.directory = directory
        self.modules = modules
        self.appup = appup
    }

    package var name: ApplicationName { self.specification.name }
    package var version: ApplicationVersion { self.specification.version }
    /// The path of the `.appup` file, there or not.
    package var appupFile: String { "\(self.directory)/\(self.name.name).appup" }
}
