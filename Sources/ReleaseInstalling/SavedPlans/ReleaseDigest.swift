import Crypto
package import ReleaseModel

/// What code a release consists of, as one number: equal for the folder, the tarball and the installed release of the same
/// build, stripped or not.
package enum ReleaseDigest {
    /// SHA-256 in hexadecimal over applications, versions and the MD5 of each module, all sorted by name. The facts of all
    /// modules must have been read.
    package static func of(_ release: Release) -> String {
        var hash = SHA256()
        func add(_ text: String) { hash.update(data: Array(text.utf8) + [0]) }
        for member in release.applications.sorted(by: { $0.name < $1.name }) {
            add(member.name.name)
            add(member.version.text)
            for (name, facts) in member.application.modules.sorted(by: { $0.key < $1.key }) {
                add(name.name)
                hash.update(data: facts.digest)
            }
        }
        return hash.finalize().map(SavedPlan.hexadecimal).joined()
    }
}
