/// A valid release: every application was found, OTP's checks passed, and the start order is known.
///
/// Only ``ReleaseResolution`` makes one.
package struct Release: Hashable, Sendable {
    package let resource: ReleaseResource
    /// In the order of the `.rel` file.
    package private(set) var applications: [ResolvedApplication]
    /// The same applications, dependencies first (`systools_make:sort_appls`): the order of the boot script.
    package private(set) var applicationsInStartOrder: [ResolvedApplication]
    private let indices: [ApplicationName: Int]

    /// `startOrder` holds indices of `applications`, each one once.
    init(resource: ReleaseResource, applications: [ResolvedApplication], startOrder: [Int]) {
        self.resource = resource
        self.applications = applications
        self.applicationsInStartOrder = startOrder.map { applications[$0] }
        self.indices = Dictionary(
            applications.enumerated().map { ($1.application.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package var name: ReleaseTitle { self.resource.name }
    package var version: ReleaseVersion { self.resource.version }
    /// The names of all applications, dependencies first.
    package var startOrder: [ApplicationName] { self.applicationsInStartOrder.map(\.application.name) }

    package subscript(name: ApplicationName) -> ResolvedApplication? {
        self.indices[name].map { self.applications[$0] }
    }

    /// Exchanges what is known of the BEAM files of each application: no part of what makes a release valid.
    package mutating func updateModules(_ modules: (Application) -> [ModuleName: ModuleFacts]) {
        for index in self.applications.indices {
            self.applications[index].application.modules = modules(self.applications[index].application)
        }
        for index in self.applicationsInStartOrder.indices {
            let name = self.applicationsInStartOrder[index].name
            guard let known = self.indices[name] else { continue }
            self.applicationsInStartOrder[index] = self.applications[known]
        }
    }
}

/// An application in its place in a release.
package struct ResolvedApplication: Hashable, Sendable {
    package fileprivate(set) var application: Application
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

    package var name: ApplicationName { self.application.name }
    package var version: ApplicationVersion { self.application.version }
    package var specification: ApplicationSpecification { self.application.specification }
}
