/// What a `.rel` file says (`rel(4)`): the release as written, before its applications were found.
package struct ReleaseResource: Hashable, Sendable {
    package var name: ReleaseTitle
    package var version: ReleaseVersion
    package var runtime: RuntimeVersion
    /// In the order of the file, which breaks ties in the start order.
    package var applications: [Entry]

    /// One application of the release.
    package struct Entry: Hashable, Sendable {
        package var name: ApplicationName
        package var version: ApplicationVersion
        package var type: StartType
        /// The override of `included_applications`; nil when the entry has none, `[]` includes nothing.
        package var included: [ApplicationName]?
        /// Whether the type was written, so that a file is written back as it was read.
        package var typeIsWritten: Bool

        package init(
            name: ApplicationName, version: ApplicationVersion, type: StartType = .permanent,
            included: [ApplicationName]? = nil, typeIsWritten: Bool = false
        ) {
            self.name = name
            self.version = version
            self.type = type
            self.included = included
            self.typeIsWritten = typeIsWritten
        }
    }

    package init(
        name: ReleaseTitle, version: ReleaseVersion, runtime: RuntimeVersion, applications: [Entry]
    ) {
        self.name = name
        self.version = version
        self.runtime = runtime
        self.applications = applications
    }

    package init(
        name: ReleaseName, version: ReleaseVersion, runtime: RuntimeVersion, applications: [Entry]
    ) {
        self.init(name: ReleaseTitle(name), version: version, runtime: runtime, applications: applications)
    }
}
