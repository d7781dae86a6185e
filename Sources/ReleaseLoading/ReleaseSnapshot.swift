package import Diagnostics
package import ReleaseModel

/// A release as it was found: what its files say, before OTP's checks.
package struct ReleaseSnapshot: Sendable {
    /// How the user named it, for messages.
    package var reference: ReleaseReference
    package var resource: ReleaseResource
    /// Where the `.rel` file is, for findings about its entries.
    package var resourcePlace: Diagnostic.Place
    /// The applications that were found, in the order of the `.rel` file.
    package var applications: [Application]
    /// The `relup` of this version, if the release has one.
    package var relup: Relup?

    package init(
        reference: ReleaseReference, resource: ReleaseResource, resourcePlace: Diagnostic.Place,
        applications: [Application], relup: Relup? = nil
    ) {
        self.reference = reference
        self.resource = resource
        self.resourcePlace = resourcePlace
        self.applications = applications
        self.relup = relup
    }
}
