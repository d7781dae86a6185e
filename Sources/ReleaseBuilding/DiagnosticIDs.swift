package import Diagnostics

/// The kinds of findings about tarballs that stand in more than one place.
extension Diagnostic.ID {
    package static let tarStaleRelup = Self("tar/stale-relup")
    package static let tarStaleBootFile = Self("tar/stale-boot-file")
}
