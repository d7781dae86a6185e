import Diagnostics
package import HostFiles
import ReleaseModel

/// `NAME-VSN.lock.json`: which applications a release was made of, each with the digest of its contents.
///
/// It holds nothing of where they lay, so that the same applications give the same file everywhere.
package struct BuildLock: Sendable {
    let json: JSONValue

    /// Reads all files of the plan's applications.
    package init(of plan: BuildPlan, _ files: HostFileSystem) throws(HostFileError) {
        var applications: [JSONValue] = []
        let sorted = plan.applications.sorted { $0.application.name < $1.application.name }
        for members in sorted {
            let digest = try ContentDigest(of: members.contents, files)
            applications.append(
                .object([
                    ("name", .string(members.application.name.name)),
                    ("version", .string(members.application.version.text)),
                    ("digest", .string(digest.description)),
                    ("files", .integer(members.contents.count)),
                ]))
        }
        self.json = .object([
            ("schemaVersion", .integer(1)),
            ("name", .string(plan.release.name.text)),
            ("version", .string(plan.release.version.text)),
            ("erts", .string(plan.release.resource.runtime.text)),
            ("applications", .array(applications)),
        ])
    }

    /// The file.
    package var bytes: [UInt8] { Array((self.json.prettyText + "\n").utf8) }
}
