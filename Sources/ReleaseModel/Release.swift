/// A valid release: every application was found, OTP's checks passed, and the start order is known.
///
/// Only ``ReleaseResolution`` makes one.
package struct Release: Hashable, Sendable {
    package let resource: ReleaseResource
    /// In the order of the `.rel` file.
    package let applications: [ResolvedApplication]
    /// The names of all applications, dependencies first (`systools_make:sort_appls`).
    package let startOrder: [ApplicationName]

    init(resource: ReleaseResource, applications: [ResolvedApplication], startOrder: [ApplicationName]) {
        self.resource = resource
        self.applications = applications
        self.startOrder = startOrder
    }

    package var name: ReleaseName { self.resource.name }
    package var version: ReleaseVersion { self.resource.version }

    package subscript(name: ApplicationName) -> ResolvedApplication? {
        self.applications.first { $0.application.name == name }
    }
}

/// An application in its place in a release.
package struct ResolvedApplication: Hashable, Sendable {
    package let application: Application
    package let type: StartType
    /// `applications`, rewritten for inclusions and reordered, as the boot script shows it.
    package let uses: [ApplicationName]
    /// `included_applications` after the override of the `.rel` file, reordered.
    package let includes: [ApplicationName]

    init(application: Application, type: StartType, uses: [ApplicationName], includes: [ApplicationName]) {
        self.application = application
        self.type = type
        self.uses = uses
        self.includes = includes
    }
}
