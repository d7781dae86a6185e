package import SystemPackage

/// Where things lie in this checkout.
package enum Repository {
    /// The folder of `Package.swift`.
    package static let root: FilePath = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()
    package static var fixtures: FilePath { self.root.appending("Fixtures") }
}
